"""What counts in a month, summed up line by line, and the digest over it.

Read from the transfers and from nothing else: a closing keeps the digest, `verify` works it out
again. A line is a day, an account and member, a kind and the rates, with calls, images and money;
the lines of an account are sorted, the accounts come in the order of their ids.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from billing.database.tables import rate, transfer
from billing.ledger.orders import month_after, month_number
from billing.period import Month

#: Kinds that a month's report counts.
COUNTED: Final = ("capture", "charge", "refund", "adjustment")

#: SQLite's SUM fails beyond 64 bits, so whole units and the rest of nano-units are summed apart.
_UNIT_NANOS: Final = 1_000_000_000
_UNIT: Final[ColumnElement[int]] = literal_column(str(_UNIT_NANOS), transfer.c.amount.type)
_ROWS_AT_ONCE: Final = 1000
_NOTHING: Final = UUID(int=0)


class MonthContent(NamedTuple):
    """The digest of a month, and the rates that its lines name."""

    digest: bytes
    rates: frozenset[UUID]


def contents(connection: Connection, first: int, last: int) -> dict[int, MonthContent]:
    """The content of every month from `first` to `last`, both YYYYMM; months of nothing included.

    One statement, streamed: memory grows with the lines of one account in one month.
    """
    hashers = {month: hashlib.sha256(_header(month)) for month in _months(first, last)}
    rates: dict[int, set[UUID]] = {month: set() for month in hashers}
    lines = _lines(connection, first, last)
    for (month, account_id), of_account in groupby(lines, key=lambda line: (line[0], line[1])):
        found = list(of_account)
        rates[month].update(line.rate_id for line in found if line.rate_id is not None)
        for encoded in sorted(_encoded(account_id, line) for line in found):
            hashers[month].update(encoded)
    return {
        month: MonthContent(hasher.digest(), frozenset(rates[month]))
        for month, hasher in hashers.items()
    }


def books_of(connection: Connection, rates: frozenset[UUID]) -> str:
    """The price books of some rates as sorted JSON: `[{"digest", "id", "version"}, ...]`."""
    columns = rate.c.book_id, rate.c.book_version, rate.c.book_digest
    wanted, found = sorted(rates), set()
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        ids = wanted[start : start + _ROWS_AT_ONCE]
        statement = select(*columns).distinct().where(rate.c.id.in_(ids))
        found |= {tuple(book) for book in connection.execute(statement)}
    books = [dict(zip(("id", "version", "digest"), book, strict=True)) for book in sorted(found)]
    return json.dumps(books, sort_keys=True)


def first_month(connection: Connection) -> int | None:
    """The earliest month (YYYYMM) that anything counts in."""
    earliest = select(func.min(transfer.c.occurred_at)).where(transfer.c.kind.in_(COUNTED))
    found = connection.execute(earliest).scalar_one_or_none()
    return None if found is None else month_number(found)


def _lines(connection: Connection, first: int, last: int) -> Iterator[Row[*tuple[Any, ...]]]:
    is_sqlite = connection.dialect.name == "sqlite"
    day, month = _day(is_sqlite=is_sqlite), _month(is_sqlite=is_sqlite)
    keys = (
        month.label("month"),
        transfer.c.account_id,
        day.label("day"),
        *(transfer.c[name] for name in ("kind", "member_id", "rate_id", "cost_rate_id")),
        transfer.c.booked_in,
    )
    is_uncosted = case((transfer.c.cost.is_(None), 1), else_=0)
    cost = func.coalesce(transfer.c.cost, literal_column("0", transfer.c.cost.type))
    statement = (
        select(
            *keys,
            func.count(),
            func.coalesce(func.sum(transfer.c.images), 0),
            func.sum(is_uncosted),
            *(part for sum_of in (transfer.c.amount, cost) for part in _parts(sum_of)),
        )
        .where(transfer.c.kind.in_(COUNTED), _between(first, last))
        .group_by(*keys)
        .order_by(month, transfer.c.account_id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    yield from connection.execute(statement)


def _between(first: int, last: int) -> ColumnElement[bool]:
    at = transfer.c.occurred_at
    in_time = (
        transfer.c.booked_in.is_(None),
        at >= Month.numbered(first).start,
        at < Month.numbered(last).end,
    )
    return or_(and_(*in_time), transfer.c.booked_in.between(first, last))


def _encoded(account_id: UUID, line: Row[*tuple[Any, ...]]) -> bytes:
    _month, _account, day, kind, member, of_rate, of_cost, booked_in, *sums = line
    calls, images, uncosted, units, rest, cost_units, cost_rest = map(int, sums)
    facts = [
        *(account_id.hex, day, kind),
        *((found or _NOTHING).hex for found in (member, of_rate, of_cost)),
        *(booked_in or 0, calls, images, uncosted),
        *(units * _UNIT_NANOS + rest, cost_units * _UNIT_NANOS + cost_rest),
    ]
    return json.dumps(facts, separators=(",", ":")).encode("ascii") + b"\n"


def _header(month: int) -> bytes:
    return f"image-billing month 1 {month}\n".encode("ascii")


def _parts(nanos: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.sum(nanos // _UNIT), func.sum(nanos % _UNIT)


def _day(*, is_sqlite: bool) -> ColumnElement[str]:
    """The day (UTC) on which a row occurred, `2026-10-31`."""
    at = transfer.c.occurred_at
    # Literals, not parameters: PostgreSQL would not see that it groups by what it selects.
    if is_sqlite:
        return func.substr(type_coerce(at, Text), literal_column("1"), literal_column("10"))
    utc = func.timezone(literal_column("'UTC'"), at)
    return func.to_char(utc, literal_column("'YYYY-MM-DD'"), type_=Text)


def _month(*, is_sqlite: bool) -> ColumnElement[int]:
    """The month (YYYYMM) that a row counts in."""
    day = _day(is_sqlite=is_sqlite)
    year = func.substr(day, literal_column("1"), literal_column("4"), type_=Text)
    number = func.substr(day, literal_column("6"), literal_column("2"), type_=Text)
    return func.coalesce(transfer.c.booked_in, cast(year + number, transfer.c.booked_in.type))


def _months(first: int, last: int) -> Iterator[int]:
    while first <= last:
        yield first
        first = month_after(first)
