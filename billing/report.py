"""The monthly usage report as an object: rows, totals, and the money that is still undecided.

It reads the ledger and adds up; how the figures look is the business of `billing.formats`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.database.engines import reading
from billing.errors import InvalidEntry
from billing.ledger import Ledger
from billing.period import Month, PeriodState, as_month
from billing.usage import HeldSum, UsageRow, Where, unsettled_sums, usage
from pricing.money import EXACT

DEFAULT_BY: Final = ("account", "model", "size", "quality")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The half-open stretch of time that a report covers: `start <= occurred_at < end`."""

    month: str
    start: datetime
    end: datetime
    time_zone: str
    state: PeriodState


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of all rows of one currency; currencies never add."""

    currency: str
    calls: int
    images: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The usage of a period. Amounts are exact; nothing was rounded."""

    period: ReportPeriod
    by: tuple[str, ...]
    where: Where = field(default_factory=dict)
    rows: tuple[UsageRow, ...]
    totals: tuple[Total, ...]
    #: Holds made before the period's end that are open now, by currency; not part of the totals.
    held: tuple[HeldSum, ...]
    #: The same of holds that are in doubt now.
    in_doubt: tuple[HeldSum, ...]
    #: By which statement the period was reconciled; nothing records it yet.
    reconciled: None = None


def build_report(
    ledger: Ledger,
    month: Month | str,
    *,
    by: Sequence[str] = DEFAULT_BY,
    where: Where | None = None,
    now: datetime | None = None,
) -> Report:
    """The usage report of a month, read in one consistent view of the ledger.

    Args:
        ledger: what to report from.
        month: a `Month`, or `YYYY-MM`; in UTC.
        by: dimensions to group by, in the order of the columns; none for the totals alone.
        where: dimension to the value, or values, that rows must have.
        now: decides what is provisional and what is in doubt; default: the ledger's clock.

    Raises:
        InvalidEntry: `month` is no month, or `by` or `where` names something that is no dimension.
        AccountNotFound: `where` names an account that does not exist.
    """
    month, by = as_month(month), tuple(by)
    if len(set(by)) < len(by):
        raise InvalidEntry("by", ",".join(by), "name each dimension once")
    now = now or ledger.now()
    with reading(ledger.engine) as connection:
        rows = usage(connection, month, by=by, where=where)
        held, in_doubt = unsettled_sums(connection, before=month.end, now=now, where=where)
    return Report(
        period=ReportPeriod(str(month), month.start, month.end, "UTC", month.state(now)),
        by=by,
        where=dict(where or {}),
        rows=tuple(rows),
        totals=_totals(rows),
        held=tuple(held),
        in_doubt=tuple(in_doubt),
    )


def _totals(rows: Sequence[UsageRow]) -> tuple[Total, ...]:
    totals: dict[str, Total] = {}
    for row in rows:
        so_far = totals.get(row.currency, Total(row.currency, 0, 0, Decimal(0)))
        totals[row.currency] = Total(
            row.currency,
            so_far.calls + row.calls,
            so_far.images + row.images,
            EXACT.add(so_far.amount, row.amount),
        )
    return tuple(totals[currency] for currency in sorted(totals))
