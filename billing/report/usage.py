"""What was used in a span, summed up by the database; never formatted.

Usage is what moved money into `posted`: captures and charges, less refunds. The day of a row is
that of `occurred_at`; when it was recorded does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    func,
    literal_column,
    select,
)

from billing.database.tables import account, transfer
from billing.ledger import holds
from billing.ledger.transfers import HoldState
from billing.report.dimensions import Where, dimension, filters, payers
from billing.report.figures import AdjustmentSum, Figures, HeldSum, UsageRow, total
from billing.report.sources import (
    Source,
    clocks,
    cost_rate,
    parts,
    source_of_late,
    split,
)
from billing.report.spans import Span
from pricing.money import EXACT, from_nanos

#: Kinds of transfer that are usage; a refund counts against it.
USAGE_KINDS: Final = ("capture", "charge", "refund")
#: What an adjustment has of a report's dimensions.
OF_ACCOUNTS: Final = ("account", "currency", "day")

_UNIT_NANOS: Final = 1_000_000_000
_NOTHING: Final = Decimal(0)
_ZERO: Final[ColumnElement[int]] = literal_column("0", transfer.c.images.type)

_DIGITS: Final = re.compile(r"([0-9]+)")


def usage(
    connection: Connection,
    span: Span,
    *,
    by: Sequence[str],
    where: Where | None = None,
    late: bool = False,
) -> list[UsageRow]:
    """The usage of a span, a row for each group and currency, sorted by the groups' keys.

    Args:
        connection: reads one consistent state.
        span: what occurred in it, and was in time.
        by: dimensions to group by.
        where: dimension to the value, or values, that rows must have.
        late: instead, what is booked in it and occurred in months that were closed.

    Raises:
        InvalidEntry: `by` or `where` names something that is no dimension.
        AccountNotFound: `where` names an account that does not exist.
    """
    grouped: dict[tuple[str, ...], UsageRow] = {}
    names = (*by, *(where or {}))
    sources = [(span, source_of_late(connection, span, names))] if late else parts(span, names)
    for part, source in sources:
        summed_up = _summed(connection, part, source, by=by, where=where, late=late)
        for found in connection.execute(summed_up):
            # The same few texts stand in many rows: each is kept once.
            keys = {name: intern(str(key or "")) for name, key in zip(by, found, strict=False)}
            row = UsageRow(keys=keys, **_facts(found[len(by) :]))
            group = *keys.values(), row.currency
            before = grouped.get(group)
            grouped[group] = row if before is None else _together(before, row)
    return [grouped[group] for group in sorted(grouped, key=reading_order)]


def _summed(
    connection: Connection,
    span: Span,
    source: Source,
    *,
    by: Sequence[str],
    where: Where | None,
    late: bool,
) -> Select[*tuple[Any, ...]]:
    """The sums of one part of a span, a row for each group and currency."""
    names = (*by, *(where or {}))
    lines = source.chosen(
        span,
        *USAGE_KINDS,
        late=late,
        has_days="day" in names,
        payers=payers(connection, where),
    )
    told_by = clocks(connection, span, names) if late else span

    def column(name: str) -> ColumnElement[str]:
        return dimension(
            connection,
            name,
            told_by,
            param="by",
            is_rollup=source.is_rollup,
            rolled_day=lines.day,
        )

    groups = [*(column(name) for name in by), account.c.currency, cost_rate.c.currency]
    is_refund = lines.kind == "refund"

    def charged(column: ColumnElement[int]) -> ColumnElement[int]:
        return func.sum(case((is_refund, _ZERO), else_=column))

    return (
        select(
            *groups,
            *map(charged, (lines.transfers, lines.asked, lines.images, lines.uncosted)),
            *map(charged, lines.amount),
            *(func.sum(case((is_refund, part), else_=_ZERO)) for part in lines.amount),
            *map(func.sum, lines.cost),
        )
        .select_from(lines.joined)
        .where(
            *lines.where,
            *filters(connection, where, told_by, is_rollup=source.is_rollup, rolled_day=lines.day),
        )
        .group_by(*groups)
    )


def adjustments(
    connection: Connection, span: Span, *, where: Where | None = None
) -> list[AdjustmentSum]:
    """Adjustments that are booked in the span, by currency; of the accounts that `where` names."""
    chosen = {name: given for name, given in (where or {}).items() if name in OF_ACCOUNTS}
    if len(chosen) < len(where or {}):
        return []  # an adjustment has no size, no quality, no model
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    in_time = ((part, source, source.within) for part, source in parts(span, chosen))
    of_late, told_by = source_of_late(connection, span, chosen), clocks(connection, span, chosen)
    for part, source, counted in (*in_time, (span, of_late, of_late.late)):
        # Those that name a cost correct it, and move no money.
        count = func.sum(source.uncosted)
        statement = (
            select(account.c.currency, count, *summed(source.amount))
            .select_from(source.lines)
            .where(
                *counted(part, "adjustment"),
                *filters(connection, chosen, told_by, is_rollup=source.is_rollup),
            )
            .group_by(account.c.currency)
            .having(count > 0)
        )
        for currency, *found in connection.execute(statement):
            so_far = sums[currency]
            so_far[:] = [a + int(b) for a, b in zip(so_far, found, strict=True)]
    return [
        AdjustmentSum(currency, joined(units, rest), count)
        for currency, (count, units, rest) in sorted(sums.items())
    ]


def unsettled_sums(
    connection: Connection,
    span: Span,
    *,
    now: datetime,
    where: Where | None = None,
    before: datetime | None = None,
) -> tuple[list[HeldSum], list[HeldSum]]:
    """What is still held, and what is in doubt, of the holds made before its end; by currency.

    A hold under which a request was sent is in doubt from its deadline on, as in `Ledger.holds`.
    With `before`, what was recorded from then on is as if it were not there.
    """
    # Not by SQL: a hold may be older than the span, from when the clocks showed another time.
    other = {name: given for name, given in (where or {}).items() if name != "day"}
    given = (where or {}).get("day")
    days = {given} if isinstance(given, str) else given
    chosen = transfer.c.occurred_at < span.end, *filters(connection, other, span)
    sums: dict[tuple[HoldState, str], list[int]] = defaultdict(lambda: [0, 0])
    for owner, hold in holds.unsettled(connection, *chosen, before=before):
        if days is not None and span.day_of(hold.transfer.occurred_at) not in days:
            continue
        so_far = sums[hold.state(now), owner.currency]
        so_far[0] += hold.transfer.amount
        so_far[1] += 1
    held, in_doubt = (
        [
            HeldSum(currency, from_nanos(nanos), count)
            for (each, currency), (nanos, count) in sorted(sums.items())
            if each == state
        ]
        for state in ("open", "in_doubt")
    )
    return held, in_doubt


def summed(nanos: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The sum of a column of nano-units, in two columns for `joined`: one would overflow."""
    units, rest = split(nanos)
    return func.sum(units), func.sum(rest)


def _facts(sums: Sequence[Any]) -> dict[str, Any]:
    """The fields of `Figures` from a row of sums."""
    currency, cost_currency, calls, asked, images, uncosted, *money = sums
    paid, refunded = joined(money[0], money[1]), joined(money[2], money[3])
    facts = {
        "currency": intern(currency),
        "calls": int(calls),
        "asked": int(asked),
        "images": int(images),
        "amount": EXACT.subtract(paid, refunded) if refunded else paid,
        "refunded": refunded,
        "uncosted": int(uncosted),
    }
    if cost_currency is not None:
        facts["costs"] = {cost_currency: joined(money[4], money[5])}
    return facts


def joined(units: int | Decimal | None, rest: int | Decimal | None) -> Decimal:
    """The amount that the two columns of `summed` make."""
    # PostgreSQL sums integers to a numeric, which arrives as a whole Decimal.
    nanos = int(units or 0) * _UNIT_NANOS + int(rest or 0)
    return from_nanos(nanos) if nanos else _NOTHING


def _together(one: UsageRow, other: UsageRow) -> UsageRow:
    """A group that came in two parts, as with costs in two currencies."""
    sums = total(one.currency, (one, other))
    return UsageRow(keys=one.keys, **{name: getattr(sums, name) for name in Figures.__slots__})


def reading_order(key: tuple[str, ...]) -> tuple[object, ...]:
    """A key to sort by: numbers inside texts count as numbers, 768x1024 before 1024x1024.

    No two keys are equal by it: 1 and 01 stand in one order, whichever the database found first.
    """
    return tuple([_numbered(each) for each in key])


@lru_cache(4096)
def _numbered(text: str) -> tuple[object, ...]:
    # Splitting by a group alternates: text, digits, text, ...
    parts = enumerate(_DIGITS.split(text))
    return tuple([_number(part) if odd % 2 else part for odd, part in parts]), text


def _number(digits: str) -> tuple[int, str]:
    # Not int: a tag may have more digits than Python reads as one number.
    significant = digits.lstrip("0")
    return len(significant), significant
