"""A report with the sums that its charts are drawn from, all of one view of the ledger.

Days, sizes, accounts and months stand beside the rows of a report: they are the same usage, grouped
in other ways, so each of them comes to the report's totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from billing.database.engines import reading
from billing.ledger import Ledger
from billing.ledger.asking import check_aware
from billing.period import Month
from billing.report.building import DEFAULT_BY, compared_with, read_report
from billing.report.dimensions import Where
from billing.report.figures import Figures, UsageRow, totals
from billing.report.model import Report, ReportPeriod
from billing.report.spans import Span, month_span
from billing.report.usage import usage

#: Calendar months side by side; the last is the one in which the report ends.
MONTHS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What a calendar month, `YYYY-MM` in the report's time zone, came to; by currency."""

    month: str
    totals: tuple[Figures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A report, and what its charts show.

    Attributes:
        report: the report itself.
        previous: the period before, as far as the report's own has come.
        previous_totals: what that came to, by currency.
        days: usage by day and quality.
        cells: usage by size and quality.
        accounts: usage by account.
        months: whole calendar months up to the report's last, whatever part of it is reported.
    """

    report: Report
    previous: ReportPeriod
    previous_totals: tuple[Figures, ...]
    days: tuple[UsageRow, ...]
    cells: tuple[UsageRow, ...]
    accounts: tuple[UsageRow, ...]
    months: tuple[MonthSums, ...]


def build_page(
    ledger: Ledger,
    month: Month | Span | str,
    *,
    by: Sequence[str] = DEFAULT_BY,
    where: Where | None = None,
    compare: bool = False,
    now: datetime | None = None,
) -> ReportPage:
    """The usage report of a span with its charts' sums; arguments and errors as `build_report`."""
    span = month if isinstance(month, Span) else month_span(month)
    check_aware("now", now)
    now = now or ledger.now()
    with reading(ledger.engine) as connection:
        report = read_report(connection, span, by=by, where=where, compare=compare, now=now)
        before = span.before(report.made_at)
        return ReportPage(
            report=report,
            previous=compared_with(connection, before, report.made_at),
            previous_totals=tuple(usage(connection, before, by=(), where=where)),
            days=tuple(usage(connection, span, by=("day", "quality"), where=where)),
            cells=tuple(usage(connection, span, by=("size", "quality"), where=where)),
            accounts=tuple(usage(connection, span, by=("account",), where=where)),
            months=tuple(_months(connection, span, where)),
        )


def _months(connection: Connection, span: Span, where: Where | None) -> list[MonthSums]:
    months = [Month(span.last_day.year, span.last_day.month)]
    while len(months) < MONTHS_SHOWN:
        months.insert(0, months[0].previous)
    first, last = (month_span(each, span.time_zone) for each in (months[0], months[-1]))
    whole = Span(first.start, last.end, span.time_zone)
    by_month: dict[Month, list[UsageRow]] = {month: [] for month in months}
    for row in usage(connection, whole, by=("day",), where=where):
        day = date.fromisoformat(row.keys["day"])
        by_month[Month(day.year, day.month)].append(row)
    return [MonthSums(str(month), totals(rows)) for month, rows in by_month.items()]
