"""What a statement comes to, by one pass over its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from billing.statement.model import BadLine, BucketLine, StatementLine
from billing.statement.passes import open_pass
from pricing.money import from_nanos

if TYPE_CHECKING:
    from billing.statement.mapping import Mapping as StatementMapping
    from billing.statement.source import Source

_BAD_KEPT: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts and sums of the good lines, and what is wrong with the others."""

    lines: int
    bad_lines: int
    #: The bad lines, the first thousand of them.
    bad: tuple[BadLine, ...]
    #: Why rows were left out, and how many.
    skipped: Mapping[str, int]
    currency: str
    #: By status; buckets are `charged`. Without the signs that statuses stand for.
    amounts: Mapping[str, Decimal]
    #: What the provider bills: charges and taxes less what comes back; a total only repeats.
    billed: Decimal
    #: Of the good lines.
    images: int
    #: The first and the last instant that usage has, a bucket's end included; None without usage.
    first: datetime | None
    last: datetime | None


@dataclass(slots=True)
class _Sums:
    lines: int = 0
    bad_lines: int = 0
    images: int = 0
    billed: int = 0
    currency: str = ""
    first: datetime | None = None
    last: datetime | None = None
    bad: list[BadLine] = field(default_factory=list)
    amounts: Counter[str] = field(default_factory=Counter)

    def add(self, line: StatementLine | BucketLine) -> None:
        self.lines += 1
        self.currency = self.currency or line.currency
        if isinstance(line, BucketLine):
            self.images += line.images or 0
            if line.amount_nanos is not None:
                self.billed += line.amount_nanos
                self.amounts["charged"] += line.amount_nanos
            self._cover(line.start, line.end)
            return
        self.amounts[line.status] += line.amount_nanos
        self.billed += line.effect_nanos
        if line.is_usage:
            self.images += line.n if line.status == "charged" else 0
            self._cover(line.created_at, line.created_at)

    def add_bad(self, line: BadLine) -> None:
        self.bad_lines += 1
        if len(self.bad) < _BAD_KEPT:
            self.bad.append(line)

    def _cover(self, start: datetime, end: datetime) -> None:
        self.first = start if self.first is None else min(self.first, start)
        self.last = end if self.last is None else max(self.last, end)


def summary_of(source: Source, mapping: StatementMapping) -> Summary:
    """The summary of a statement's file; the file is read once, to its end.

    Raises:
        StatementError: the file cannot be read on.
    """
    sums = _Sums()
    with open_pass(source, mapping) as (items, skipped):
        for item in items:
            if isinstance(item, BadLine):
                sums.add_bad(item)
            elif isinstance(item, StatementLine | BucketLine):
                sums.add(item)
            else:
                number, request_id, created_at, combination = item
                sums.add(combination.line(number, request_id, created_at))
    return Summary(
        lines=sums.lines,
        bad_lines=sums.bad_lines,
        bad=tuple(sums.bad),
        skipped=dict(sorted(skipped.items())),
        currency=sums.currency,
        amounts={name: from_nanos(nanos) for name, nanos in sorted(sums.amounts.items())},
        billed=from_nanos(sums.billed),
        images=sums.images,
        first=sums.first,
        last=sums.last,
    )
