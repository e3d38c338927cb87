"""A transfer as the model of the ledger sees it, and what each kind does to the buckets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

BUCKETS = ("available", "held", "in_doubt", "posted")
Moves = tuple[int, int, int, int]
#: Kinds that a month's report counts.
COUNTED = ("capture", "charge", "refund", "adjustment")


@dataclass(frozen=True)
class ModelRow:
    """A transfer; money in nano-units, the month as YYYYMM."""

    name: str
    #: Who asked for it: an account, or a member that spends its parent's money.
    code: str
    kind: str
    amount: int
    released: int
    bucket: str | None
    version: int
    occurred_at: datetime
    recorded_at: datetime
    #: The month that it counts in, None when no limit is about it.
    month: int | None
    is_late: bool
    #: How far the month stands above the soft limit of an account after it, by code.
    over: dict[str, int]
    #: The month that it is booked in when it came too late for its own.
    booked_in: int | None = None
    #: What a correction adds to the cost of a call.
    cost: int | None = None

    @property
    def counts_in(self) -> int:
        """The month whose report it belongs to."""
        return self.booked_in or month_number(self.occurred_at)

    @property
    def moves(self) -> Moves:
        return moves(self.kind, self.amount, self.released, self.bucket)

    def alerts(self) -> Iterator[tuple[str, int | None, int, str]]:
        """The soft limits that it crossed: code, month, how far above, its own name."""
        for code, over in self.over.items():
            if over <= self.amount:
                yield code, self.month, over, self.name


def month_number(instant: datetime) -> int:
    return instant.year * 100 + instant.month


def month_after(month: int) -> int:
    return month + (89 if month % 100 == 12 else 1)


def month_before(month: int) -> int:
    return month - (89 if month % 100 == 1 else 1)


def start_of(month: int) -> datetime:
    return datetime(month // 100, month % 100, 1, tzinfo=UTC)


def moves(kind: str, amount: int, released: int, bucket: str | None) -> Moves:
    """What a transfer does to the four buckets."""
    from_held, from_doubt = int(bucket == "held"), int(bucket == "in_doubt")
    whole = amount + released
    return {
        "top-up": (amount, 0, 0, 0),
        "adjustment": (amount, 0, 0, 0),
        "hold": (-amount, amount, 0, 0),
        "doubt": (0, -amount, amount, 0),
        "capture": (released, -whole * from_held, -whole * from_doubt, amount),
        "void": (amount, -amount * from_held, -amount * from_doubt, 0),
        "expire": (amount, -amount * from_held, -amount * from_doubt, 0),
        "charge": (-amount, 0, 0, amount),
        "refund": (amount, 0, 0, -amount),
    }[kind]


def added(*changes: Moves) -> Moves:
    """Changes of the buckets, summed up."""
    available, held, in_doubt, posted = (sum(each) for each in zip((0,) * 4, *changes, strict=True))
    return available, held, in_doubt, posted
