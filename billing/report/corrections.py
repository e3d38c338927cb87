"""What corrections added to the cost of a span, summed up by the database; never formatted.

They stand beside the totals: a correction has no size and no quality, so no group can have it.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, func, select

from billing.database.tables import account
from billing.report.dimensions import Where, filters
from billing.report.figures import CorrectionSum
from billing.report.sources import clocks, cost_rate, parts, source_of_late
from billing.report.spans import Span
from billing.report.usage import OF_ACCOUNTS, joined, summed
from pricing.money import from_nanos, to_nanos


def cost_corrections(
    connection: Connection, span: Span, *, where: Where | None = None
) -> list[CorrectionSum]:
    """Corrections that are booked in the span, by currency; of the accounts that `where` names."""
    chosen = {name: given for name, given in (where or {}).items() if name in OF_ACCOUNTS}
    if len(chosen) < len(where or {}):
        return []
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    in_time = ((part, source, source.within) for part, source in parts(span, chosen))
    of_late, told_by = source_of_late(connection, span, chosen), clocks(connection, span, chosen)
    for part, source, counted in (*in_time, (span, of_late, of_late.late)):
        currency = func.coalesce(cost_rate.c.currency, account.c.currency)
        statement = (
            select(currency, func.sum(source.transfers - source.uncosted), *summed(source.cost))
            .select_from(source.lines)
            .where(
                *counted(part, "adjustment"),
                *filters(connection, chosen, told_by, is_rollup=source.is_rollup),
            )
            .group_by(currency)
        )
        for code, count, units, rest in connection.execute(statement):
            sums[code][0] += int(count or 0)
            sums[code][1] += to_nanos(joined(units, rest))
    return [
        CorrectionSum(code, from_nanos(nanos), count)
        for code, (count, nanos) in sorted(sums.items())
        if count
    ]
