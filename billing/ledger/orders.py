"""An order: one transfer that a verb wants written, with everything that is known before it is.

Drafted without the database where nothing has to be read; the database then decides whether it is
written. Several orders may share a transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry
from billing.ledger.evidence import Evidence
from billing.ledger.posting_sql import BUCKETS, COLUMNS
from billing.ledger.rates import RateRow
from billing.ledger.rows import TransferRow

_EMPTY: Final[dict[str, object]] = dict.fromkeys(COLUMNS)


class Refused(Exception):
    """The guard let nothing through; `member` is the one whose own limit did, if any did."""

    def __init__(self, order: Order, *, member: AccountRow | None = None) -> None:
        super().__init__(order.key)
        self.order, self.member = order, member


@dataclass(slots=True, kw_only=True)
class Order:
    """One transfer to be written, and the month it is asked in (YYYYMM)."""

    account: AccountRow
    member: AccountRow | None
    entry: Entry
    key: str
    request_digest: bytes
    id: UUID
    now: datetime
    #: The hold that it moves or ends.
    hold_id: UUID | None = None
    evidence: Evidence | None = None
    #: Rates that may not be in the database yet.
    new_rates: tuple[RateRow, ...] = ()

    @property
    def now_month(self) -> int:
        """The later of the clock's month and the one that is given back to."""
        return max(month_number(self.now), self.entry.spend_month or 0)

    @property
    def is_plain(self) -> bool:
        """One row of one account, and nothing else to write."""
        return self.member is None and self.evidence is None and not self.new_rates

    def columns(self) -> dict[str, object]:
        """The row by column; what the update decides is still None."""
        entry = self.entry
        row = _EMPTY.copy()
        row["occurred_at"] = self.now
        row.update(entry.columns)
        row.update(
            account_id=self.account.id,
            id=self.id,
            kind=entry.kind,
            amount=entry.amount,
            released=entry.released,
            from_bucket=entry.from_bucket,
            idem_key=self.key,
            request_digest=self.request_digest,
            member_id=None if self.member is None else self.member.id,
            month=entry.spend_month or None,
        )
        return row

    def sums(self) -> dict[str, object]:
        """What it does to its balance, as the update's parameters."""
        entry = self.entry
        moves, counts_now = entry.moves, entry.spend_month == 0
        return {
            "of_account": self.account.id,
            "available": moves.available,
            "held": moves.held,
            "in_doubt": moves.in_doubt,
            "posted": moves.posted,
            "takes": min(moves.available, 0),
            "forced": entry.amount if entry.is_forced else 0,
            "rows": 1,
            "spend": entry.spend if counts_now else 0,
            "back": 0 if counts_now else entry.spend,
            "back_month": None if counts_now else entry.spend_month,
            "counts": 1 if counts_now else 0,
            "now_month": self.now_month,
            "now": self.now,
        }


@lru_cache(256)
def month_number(instant: datetime) -> int:
    """The calendar month (UTC) of an aware instant, as YYYYMM."""
    instant = instant.astimezone(UTC)
    return instant.year * 100 + instant.month


def used(rows: Sequence[dict[str, object]]) -> tuple[str, ...]:
    """The columns that any of these rows has a value for, in the table's order."""
    return tuple(name for name in COLUMNS if any(row[name] is not None for row in rows))


def used_by(row: dict[str, object]) -> tuple[str, ...]:
    """The columns that one row has a value for, in the table's order."""
    return tuple([name for name, value in row.items() if value is not None])


def to_row(columns: dict[str, object]) -> TransferRow:
    """The row as it was written."""
    return TransferRow(**columns)  # type: ignore[arg-type]  # the columns of the table, by name


def summed(orders: Sequence[Order], *, now_month: int) -> dict[str, object]:
    """What several orders do to one balance; what is given back to other months counts nowhere."""
    total = dict.fromkeys((*BUCKETS, "takes", "forced", "spend", "back"), 0)
    for order in orders:
        entry = order.entry
        for bucket, change in zip(BUCKETS, entry.moves, strict=True):
            total[bucket] += change
        total["takes"] += min(entry.moves.available, 0)
        total["forced"] += entry.amount if entry.is_forced else 0
        if entry.spend_month == 0:
            total["spend"] += entry.spend
        elif entry.spend_month == now_month:
            total["back"] += entry.spend
    return {
        **total,
        "of_account": orders[0].account.id,
        "rows": len(orders),
        "back_month": now_month,
        "now_month": now_month,
        "now": max(order.now for order in orders),
    }
