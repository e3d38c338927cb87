"""What was used in a month, and what is still held: summed up, never formatted.

Usage is what moved money into `posted`: captures and charges, less refunds. The month of a row is
that of `occurred_at`; when it was recorded does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Text,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)

from billing.database.tables import account, rate, spender_id, transfer
from billing.errors import InvalidEntry
from billing.ledger import holds
from billing.ledger.accounts import Accounts
from billing.ledger.transfers import HoldState
from billing.period import Month
from pricing.money import from_nanos

#: Which rows to count: a dimension and the value, or values, it must have.
Where = Mapping[str, str | Sequence[str]]

#: Kinds of transfer that are usage; a refund counts against it.
USAGE_KINDS: Final = ("capture", "charge", "refund")

_COLUMNS: Final[Mapping[str, ColumnElement[str]]] = {
    "account": account.c.code,
    "model": rate.c.model,
    "endpoint": rate.c.endpoint,
    "size": rate.c.size,
    "tier": rate.c.tier,
    "quality": rate.c.quality,
    "book": rate.c.book_id,
    "book_version": rate.c.book_version,
    "currency": account.c.currency,
}
#: What usage can be grouped by and filtered on; `day` is a day in UTC.
DIMENSIONS: Final = (*_COLUMNS, "day")

#: SQLite's SUM fails beyond 64 bits, so whole units and the rest of nano-units are summed apart.
_UNIT_NANOS: Final = 1_000_000_000
_UNIT: Final[ColumnElement[int]] = literal_column(str(_UNIT_NANOS), transfer.c.amount.type)

_DIGITS: Final = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """The usage of one group: `keys` has the dimensions it was grouped by, in that order.

    `amount` is exact, in `currency`, net of refunds; `calls` and `images` count what was charged.
    A dimension that a row does not have (a refund without a rate has no size) is the empty text.
    """

    keys: Mapping[str, str]
    calls: int
    images: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class HeldSum:
    """Money that holds keep unavailable in one currency, and how many holds do."""

    currency: str
    amount: Decimal
    holds: int


def usage(
    connection: Connection, month: Month, *, by: Sequence[str], where: Where | None = None
) -> list[UsageRow]:
    """The usage of a month, a row for each group and currency, sorted by the groups' keys.

    Raises:
        InvalidEntry: `by` or `where` names something that is no dimension.
        AccountNotFound: `where` names an account that does not exist.
    """
    keys = [_dimension(name, connection, param="by") for name in by]
    is_refund = transfer.c.kind == "refund"
    sign = case((is_refund, literal_column("-1")), else_=literal_column("1"))
    charged = case((is_refund, literal_column("0")), else_=literal_column("1"))
    groups = [*keys, account.c.currency]
    statement = (
        select(
            *groups,
            func.sum(charged),
            func.sum(charged * func.coalesce(transfer.c.images, literal_column("0"))),
            func.sum(sign * (transfer.c.amount // _UNIT)),
            func.sum(sign * (transfer.c.amount % _UNIT)),
        )
        .select_from(_with_rate())
        .where(
            transfer.c.kind.in_(USAGE_KINDS),
            transfer.c.occurred_at >= month.start,
            transfer.c.occurred_at < month.end,
            *_filters(connection, where),
        )
        .group_by(*groups)
    )
    rows = [_usage_row(tuple(found), by) for found in connection.execute(statement)]
    return sorted(rows, key=_reading_order)


def unsettled_sums(
    connection: Connection, *, before: datetime, now: datetime, where: Where | None = None
) -> tuple[list[HeldSum], list[HeldSum]]:
    """What is still held, and what is in doubt, of the holds made before an instant; by currency.

    A hold under which a request was sent is in doubt from its deadline on, as in `Ledger.holds`.
    """
    filters = transfer.c.occurred_at < before, *_filters(connection, where)
    sums: dict[tuple[HoldState, str], list[int]] = defaultdict(lambda: [0, 0])
    for owner, hold in holds.unsettled(connection, *filters):
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


def _with_rate() -> FromClause:
    # Outer: a row without a rate is still money, and no grouping may lose it.
    return transfer.join(account, account.c.id == spender_id).outerjoin(
        rate, rate.c.id == transfer.c.rate_id
    )


def _dimension(name: str, connection: Connection, *, param: str) -> ColumnElement[str]:
    if name == "day":
        return _day(connection)
    if name not in _COLUMNS:
        raise InvalidEntry(param, name, f"use {', '.join(DIMENSIONS)}")
    return _COLUMNS[name]


def _day(connection: Connection) -> ColumnElement[str]:
    # Literals, not parameters: PostgreSQL takes two parameters for two different expressions, and
    # would not see that the one it groups by is the one it selects.
    at = transfer.c.occurred_at
    if connection.dialect.name == "sqlite":
        return func.substr(type_coerce(at, Text), literal_column("1"), literal_column("10"))
    utc = func.timezone(literal_column("'UTC'"), at)
    return func.to_char(utc, literal_column("'YYYY-MM-DD'"), type_=Text)


def _filters(connection: Connection, where: Where | None) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    for name, given in (where or {}).items():
        values = (given,) if isinstance(given, str) else tuple(given)
        if name == "account":
            for code in values:
                Accounts().by_code(lambda: connection, code)
        chosen.append(_dimension(name, connection, param="where").in_(values))
    return chosen


def _usage_row(found: tuple[str | int | Decimal | None, ...], by: Sequence[str]) -> UsageRow:
    *keys, currency, calls, images, units, rest = found
    return UsageRow(
        keys={name: str(key or "") for name, key in zip(by, keys, strict=True)},
        calls=int(calls or 0),
        images=int(images or 0),
        amount=_joined(units, rest),
        currency=str(currency),
    )


def _joined(units: str | int | Decimal | None, rest: str | int | Decimal | None) -> Decimal:
    # PostgreSQL sums integers to a numeric, which arrives as a whole Decimal.
    return from_nanos(int(units or 0) * _UNIT_NANOS + int(rest or 0))


def _reading_order(row: UsageRow) -> tuple[object, ...]:
    """Numbers inside a key sort as numbers: 768x1024 before 1024x1024."""
    return tuple(
        # Splitting by a group alternates: text, digits, text, ...
        tuple(int(part) if odd % 2 else part for odd, part in enumerate(_DIGITS.split(key)))
        for key in (*row.keys.values(), row.currency)
    )
