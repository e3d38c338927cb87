"""Puts a report together, read in one consistent view of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from billing.database.engines import reading
from billing.database.tables import account, allowance, balance
from billing.errors import InvalidEntry
from billing.ledger import Ledger
from billing.ledger.asking import check_aware
from billing.period import Month
from billing.report.closed import closing_of
from billing.report.corrections import cost_corrections
from billing.report.dimensions import Where
from billing.report.figures import UsageRow, totals
from billing.report.forecast import forecasts
from billing.report.model import Budget, Report, ReportPeriod
from billing.report.reconciled import reconciled_by
from billing.report.spans import Span, month_span
from billing.report.usage import adjustments, unsettled_sums, usage
from pricing.money import from_nanos

DEFAULT_BY: Final = ("account", "model", "size", "quality")
_LIMITS: Final = ("month", "month_spent", "month_limit", "limit_kind")


def build_report(
    ledger: Ledger,
    month: Month | Span | str,
    *,
    by: Sequence[str] = DEFAULT_BY,
    where: Where | None = None,
    compare: bool = False,
    now: datetime | None = None,
) -> Report:
    """The usage report of a month, or of another span.

    Args:
        ledger: what to report from.
        month: a `Month` or `YYYY-MM`, in UTC; or a `Span` of `month_span` or `days_span`.
        by: dimensions to group by, in the order of the columns; none for the totals alone.
        where: dimension to the value, or values, that rows must have.
        compare: put the span before beside it: of a month that is not over, the month before as
            far as this one has come.
        now: decides what is provisional and what is in doubt; default: the ledger's clock. A
            closed month is reported as of its closing.

    Raises:
        InvalidEntry: no such month or dimension, or `compare` with `day` among the dimensions.
        AccountNotFound: `where` names an account that does not exist.
    """
    span = month if isinstance(month, Span) else month_span(month)
    check_aware("now", now)
    now = now or ledger.now()
    with reading(ledger.engine) as connection:
        return read_report(connection, span, by=by, where=where, compare=compare, now=now)


def read_report(
    connection: Connection,
    span: Span,
    *,
    by: Sequence[str],
    where: Where | None,
    compare: bool,
    now: datetime,
) -> Report:
    """The report as the connection sees the ledger; arguments and errors as of `build_report`."""
    by = tuple(by)
    if len(set(by)) < len(by):
        raise InvalidEntry("by", ",".join(by), "name each dimension once")
    if compare and "day" in by:
        raise InvalidEntry("by", "day", "a day has no other month's day beside it")
    closed = closing_of(connection, span)
    # What is closed is told as of its closing: the same whenever it is asked for.
    now = now if closed is None else closed.at
    before = span.before(now) if compare else None
    rows = usage(connection, span, by=by, where=where)
    earlier = usage(connection, before, by=by, where=where) if before else []
    held, in_doubt = unsettled_sums(
        connection, span, now=now, where=where, before=None if closed is None else closed.at
    )
    if now < span.start and closed is None:
        held, in_doubt = [], []  # those of now are of another month
    adjusted = adjustments(connection, span, where=where)
    budgets = _budgets(connection, span, where, now=now)
    # Groups that are gone come to nothing, and their currency still has a total to compare.
    shown = _compared(rows, earlier) if before else tuple(rows)
    sums = totals(shown)
    return Report(
        period=ReportPeriod.of(span, now, closed),
        by=by,
        where=dict(where or {}),
        made_at=now,
        rows=shown,
        totals=sums,
        previous=compared_with(connection, before, now) if before else None,
        previous_totals=totals(earlier),
        held=tuple(held),
        in_doubt=tuple(in_doubt),
        adjustments=tuple(adjusted),
        prior_period=tuple(usage(connection, span, by=by, where=where, late=True)),
        forecast=forecasts(span, totals(rows) if before else sums, now=now),
        budgets=tuple(budgets),
        cost_corrections=tuple(cost_corrections(connection, span, where=where)),
        reconciled=reconciled_by(connection, span, before=None if closed is None else closed.at),
    )


def compared_with(connection: Connection, span: Span, now: datetime) -> ReportPeriod:
    """The span that a report is compared with, and how final that one is."""
    return ReportPeriod.of(span, now, closing_of(connection, span))


def _compared(rows: Sequence[UsageRow], earlier: Sequence[UsageRow]) -> tuple[UsageRow, ...]:
    """Each row with its group of the span before; groups that are gone stand at the end."""
    left = {(*row.keys.values(), row.currency): row for row in earlier}
    now = [
        replace(row, previous=left.pop((*row.keys.values(), row.currency), None)) for row in rows
    ]
    gone = [UsageRow(keys=row.keys, currency=row.currency, previous=row) for row in left.values()]
    return (*now, *gone)


def _budgets(
    connection: Connection, span: Span, where: Where | None, *, now: datetime
) -> list[Budget]:
    """Limits of the accounts, while the span is the calendar month that they are about."""
    month = Month.of(now)
    if span != month_span(month) or set(where or {}) - {"account"}:
        return []
    found = []
    for table, whose in ((balance, balance.c.account_id), (allowance, allowance.c.member_id)):
        statement = (
            select(account.c.code, account.c.currency, *(table.c[name] for name in _LIMITS))
            .join(account, account.c.id == whose)
            .where(table.c.month_limit.is_not(None))
        )
        found += list(connection.execute(statement))
    given = (where or {}).get("account", ())
    codes = {given} if isinstance(given, str) else set(given)
    return [
        Budget(
            account=code,
            currency=currency,
            spent=from_nanos(spent if of_month == month.number else 0),
            limit=from_nanos(limit),
            kind=kind,
        )
        for code, currency, of_month, spent, limit, kind in sorted(found)
        if not codes or code in codes
    ]
