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
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    func,
    literal_column,
    select,
)

from billing.database.tables import account, rate, spender_id, transfer
from billing.ledger import holds
from billing.ledger.transfers import HoldState
from billing.report.dimensions import Where, dimension, filters
from billing.report.figures import AdjustmentSum, Figures, HeldSum, UsageRow, total
from billing.report.spans import Span
from pricing.money import EXACT, from_nanos

#: Kinds of transfer that are usage; a refund counts against it.
USAGE_KINDS: Final = ("capture", "charge", "refund")
#: What an adjustment has of a report's dimensions.
OF_ACCOUNTS: Final = ("account", "currency", "day")

#: SQLite's SUM fails beyond 64 bits, so whole units and the rest of nano-units are summed apart.
_UNIT_NANOS: Final = 1_000_000_000
_UNIT: Final[ColumnElement[int]] = literal_column(str(_UNIT_NANOS), transfer.c.amount.type)
_ZERO: Final[ColumnElement[int]] = literal_column("0", transfer.c.images.type)
_ONE: Final[ColumnElement[int]] = literal_column("1", transfer.c.images.type)

_hold = transfer.alias("hold")
_cost_rate = rate.alias("cost_rate")
_is_refund: Final = transfer.c.kind == "refund"
_charged: Final = case((_is_refund, _ZERO), else_=_ONE)
_images: Final = func.coalesce(transfer.c.images, _ZERO)
_cost: Final = func.coalesce(transfer.c.cost, _ZERO)
_refunded: Final = case((_is_refund, transfer.c.amount), else_=_ZERO)
_paid: Final = case((_is_refund, _ZERO), else_=transfer.c.amount)

_DIGITS: Final = re.compile(r"([0-9]+)")


def usage(
    connection: Connection, span: Span, *, by: Sequence[str], where: Where | None = None
) -> list[UsageRow]:
    """The usage of a span, a row for each group and currency, sorted by the groups' keys.

    Raises:
        InvalidEntry: `by` or `where` names something that is no dimension.
        AccountNotFound: `where` names an account that does not exist.
    """
    keys = [dimension(connection, name, span, param="by") for name in by]
    groups = [*keys, account.c.currency, _cost_rate.c.currency]
    statement = (
        select(
            *groups,
            func.sum(_charged),
            func.sum(_charged * func.coalesce(_hold.c.images, _images)),
            func.sum(_charged * _images),
            func.sum(case((transfer.c.cost.is_(None), _charged), else_=_ZERO)),
            *summed(_paid),
            *summed(_refunded),
            *summed(_cost),
        )
        .select_from(_lines())
        .where(*within(span, *USAGE_KINDS), *filters(connection, where, span))
        .group_by(*groups)
    )
    grouped: dict[tuple[str, ...], list[Figures]] = defaultdict(list)
    for found in connection.execute(statement):
        own, rest = found[: len(by)], found[len(by) :]
        figures = _figures(*rest)
        grouped[*(str(key or "") for key in own), figures.currency].append(figures)
    return [
        _row(dict(zip(by, key, strict=False)), total(key[-1], grouped[key]))
        for key in sorted(grouped, key=reading_order)
    ]


def adjustments(
    connection: Connection, span: Span, *, where: Where | None = None
) -> list[AdjustmentSum]:
    """Adjustments of the span, by currency; those of the accounts that `where` names."""
    chosen = {name: given for name, given in (where or {}).items() if name in OF_ACCOUNTS}
    if len(chosen) < len(where or {}):
        return []  # an adjustment has no size, no quality, no model
    statement = (
        select(account.c.currency, func.count(), *summed(transfer.c.amount))
        .select_from(transfer.join(account, account.c.id == spender_id))
        .where(*within(span, "adjustment"), *filters(connection, chosen, span))
        .group_by(account.c.currency)
        .order_by(account.c.currency)
    )
    return [
        AdjustmentSum(currency, joined(units, rest), int(count))
        for currency, count, units, rest in connection.execute(statement)
    ]


def unsettled_sums(
    connection: Connection, span: Span, *, now: datetime, where: Where | None = None
) -> tuple[list[HeldSum], list[HeldSum]]:
    """What is still held, and what is in doubt, of the holds made before its end; by currency.

    A hold under which a request was sent is in doubt from its deadline on, as in `Ledger.holds`.
    """
    chosen = transfer.c.occurred_at < span.end, *filters(connection, where, span)
    sums: dict[tuple[HoldState, str], list[int]] = defaultdict(lambda: [0, 0])
    for owner, hold in holds.unsettled(connection, *chosen):
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


def within(span: Span, *kinds: str) -> tuple[ColumnElement[bool], ...]:
    """Transfers of these kinds that occurred in the span."""
    at = transfer.c.occurred_at
    return transfer.c.kind.in_(kinds), at >= span.start, at < span.end


def _lines() -> FromClause:
    # Outer: a row without a rate is still money, and no grouping may lose it.
    of_hold = func.coalesce(transfer.c.hold_id, transfer.c.late_hold_id)
    return (
        transfer.join(account, account.c.id == spender_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(_cost_rate, _cost_rate.c.id == transfer.c.cost_rate_id)
        .outerjoin(_hold, and_(_hold.c.account_id == transfer.c.account_id, _hold.c.id == of_hold))
    )


def summed(nanos: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The sum of a column of nano-units, in two columns for `joined`: one would overflow."""
    return func.sum(nanos // _UNIT), func.sum(nanos % _UNIT)


def _figures(currency: str, cost_currency: str | None, *sums: int | Decimal | None) -> Figures:
    calls, asked, images, uncosted, *parts = sums
    paid, refunded, cost = (joined(*parts[at : at + 2]) for at in (0, 2, 4))
    return Figures(
        currency=currency,
        calls=int(calls or 0),
        asked=int(asked or 0),
        images=int(images or 0),
        amount=EXACT.subtract(paid, refunded),
        refunded=refunded,
        costs={} if cost_currency is None else {cost_currency: cost},
        uncosted=int(uncosted or 0),
    )


def joined(units: int | Decimal | None, rest: int | Decimal | None) -> Decimal:
    """The amount that the two columns of `summed` make."""
    # PostgreSQL sums integers to a numeric, which arrives as a whole Decimal.
    return from_nanos(int(units or 0) * _UNIT_NANOS + int(rest or 0))


def _row(keys: dict[str, str], sums: Figures) -> UsageRow:
    return UsageRow(
        keys=keys,
        **{name: getattr(sums, name) for name in Figures.__slots__},
    )


def reading_order(key: tuple[str, ...]) -> tuple[object, ...]:
    """A key to sort by: numbers inside texts count as numbers, 768x1024 before 1024x1024."""
    return tuple(
        # Splitting by a group alternates: text, digits, text, ...
        tuple(int(part) if odd % 2 else part for odd, part in enumerate(_DIGITS.split(each)))
        for each in key
    )
