"""By which statement a month was reconciled: the newest signed-off run, while it was clean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from billing.database.tables import account, rate, recon_run, rollup
from billing.period import Month
from billing.report.spans import Span, month_span


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A reconciliation with nothing left to decide, and who signed it off."""

    statement_sha256: str
    at: datetime
    actor: str


def reconciled_by(
    connection: Connection, span: Span, *, before: datetime | None = None
) -> Reconciled | None:
    """Of a calendar month in UTC; None for any other span.

    A closed month is told as it stood at its closing: only what was signed off `before` counts. A
    month is reconciled once each currency is that its calls cost us something in, or that it has
    a statement in.
    """
    if span.month is None or span != month_span(span.month):
        return None
    month = Month.parse(span.month)
    of_month = [recon_run.c.month == month.number]
    if before is not None:
        of_month.append(recon_run.c.recorded_at < before)
    newest = select(func.max(recon_run.c.number)).where(*of_month).group_by(recon_run.c.currency)
    names = "statement_sha256", "recorded_at", "actor", "is_clean", "currency"
    statement = (
        select(*(recon_run.c[name] for name in names))
        .where(recon_run.c.number.in_(newest))
        .order_by(recon_run.c.number.desc())
    )
    found = connection.execute(statement).all()
    if not found or not all(run.is_clean for run in found):
        return None
    compared = {run.currency for run in found}
    if not compared.issuperset(_currencies(connection, month, is_closed=before is not None)):
        return None
    return Reconciled(found[0].statement_sha256, found[0].recorded_at, found[0].actor)


def _currencies(connection: Connection, month: Month, *, is_closed: bool) -> Iterable[str]:
    """What the month's calls cost us something in; of a closed one without what came later."""
    statement = (
        select(func.coalesce(rate.c.currency, account.c.currency))
        .distinct()
        .select_from(rollup)
        .join(account, account.c.id == rollup.c.account_id)
        .outerjoin(rate, rate.c.id == rollup.c.cost_rate_id)
        .where(
            rollup.c.month == month.number,
            rollup.c.kind.in_(("capture", "charge")),
            rollup.c.transfers > 0,
        )
    )
    if is_closed:
        statement = statement.where(rollup.c.booked_in == 0)
    return connection.scalars(statement)
