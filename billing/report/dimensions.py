"""What usage can be grouped by and filtered on, as columns of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from billing.database.tables import account, rate, rollup, transfer
from billing.errors import InvalidEntry
from billing.ledger.accounts import Accounts
from billing.report.spans import Span

#: Which rows to count: a dimension and the value, or values, it must have.
Where = Mapping[str, str | Sequence[str]]

_COLUMNS: Final[Mapping[str, ColumnElement[str]]] = {
    "account": account.c.code,
    "model": rate.c.model,
    "endpoint": rate.c.endpoint,
    "size": rate.c.size,
    "tier": rate.c.tier,
    "quality": rate.c.quality,
    "book": rate.c.book_id,
    "book_version": rate.c.book_version,
    "plan": rate.c.plan,
    "currency": account.c.currency,
}
#: What the roll-up can be summed up by: what its lines name, and days in UTC. All else is summed up
#: from the transfers.
IN_ROLLUP: Final = (*_COLUMNS, "day")
#: `day` is a day in the report's time zone.
DIMENSIONS: Final = IN_ROLLUP
_paid = transfer.alias("paid")
#: A refund has the tags of what it gives back: a team that was charged is the one that is refunded.
effective_tags: Final[ColumnElement[str]] = func.coalesce(
    transfer.c.tags,
    select(_paid.c.tags)
    .where(_paid.c.account_id == transfer.c.account_id, _paid.c.id == transfer.c.refunds_id)
    .correlate(transfer)
    .scalar_subquery(),
)
#: `tag:team` groups by the value of the tag `team`; without that tag it is the empty text.
TAG: Final = "tag:"
_ALLOWED: Final = f"use {', '.join(DIMENSIONS)}, or tag:NAME"


def dimension(
    connection: Connection,
    name: str,
    span: Span,
    *,
    param: str,
    is_rollup: bool = False,
    rolled_day: ColumnElement[int] = rollup.c.day,
) -> ColumnElement[str]:
    """The column, or expression, that a dimension stands for; of the roll-up its day is another.

    Raises:
        InvalidEntry: there is no such dimension; `param` says where it was named.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if name == "day" and is_rollup:
        return _dashed(rolled_day)
    if name == "day":
        return _day(span, is_sqlite=is_sqlite)
    if name.startswith(TAG) and name != TAG:
        return _tag(name.removeprefix(TAG), is_sqlite=is_sqlite)
    if name not in _COLUMNS:
        raise InvalidEntry(param, name, _ALLOWED)
    return _COLUMNS[name]


def filters(
    connection: Connection,
    where: Where | None,
    span: Span,
    *,
    is_rollup: bool = False,
    rolled_day: ColumnElement[int] = rollup.c.day,
) -> list[ColumnElement[bool]]:
    """The conditions of a `where`, on transfers or on the roll-up.

    Raises:
        InvalidEntry: it names something that is no dimension.
        AccountNotFound: it names an account that does not exist.
    """
    chosen: list[ColumnElement[bool]] = []
    for name, given in (where or {}).items():
        values = (given,) if isinstance(given, str) else tuple(given)
        if name == "account":
            for code in values:
                Accounts().by_code(lambda: connection, code)
        column = dimension(
            connection, name, span, param="where", is_rollup=is_rollup, rolled_day=rolled_day
        )
        chosen.append(func.coalesce(column, literal_column("''")).in_(values))
    return chosen


def payers(connection: Connection, where: Where | None) -> list[UUID] | None:
    """Whose money a `where` is about, by its accounts and members; None for everybody's.

    Raises:
        AccountNotFound: it names an account that does not exist.
    """
    given = (where or {}).get("account")
    if given is None:
        return None
    codes = (given,) if isinstance(given, str) else given
    named = [Accounts().by_code(lambda: connection, code) for code in codes]
    return [row.parent_id or row.id for row in named]


def _dashed(day: ColumnElement[int]) -> ColumnElement[str]:
    """YYYY-MM-DD of a number YYYYMMDD."""
    digits = cast(day, Text)
    year, month, date = (
        func.substr(digits, literal_column(start), literal_column(width), type_=Text)
        for start, width in (("1", "4"), ("5", "2"), ("7", "2"))
    )
    dash: ColumnElement[str] = literal_column("'-'", Text)
    return year + dash + month + dash + date


def _day(span: Span, *, is_sqlite: bool) -> ColumnElement[str]:
    # Literals, not parameters: PostgreSQL takes two parameters for two different expressions, and
    # would not see that the one it groups by is the one it selects.
    stretches = [
        (until, _shifted(int(offset.total_seconds()), is_sqlite=is_sqlite))
        for until, offset in span.offsets()
    ]
    *earlier, (_end, last) = stretches
    if not earlier:
        return last
    before = [(transfer.c.occurred_at < _inline(until), day) for until, day in earlier]
    return case(*before, else_=last)


def _shifted(seconds: int, *, is_sqlite: bool) -> ColumnElement[str]:
    """The date of `occurred_at` where clocks show so many seconds more than UTC."""
    at = transfer.c.occurred_at
    if is_sqlite:
        if seconds == 0:
            return func.substr(type_coerce(at, Text), literal_column("1"), literal_column("10"))
        # Without the fraction: SQLite rounds it to milliseconds, at times into the next day.
        second = func.substr(type_coerce(at, Text), literal_column("1"), literal_column("19"))
        return func.date(second, literal_column(f"'{seconds:+d} seconds'"))
    moved: ColumnElement[timedelta] = literal_column(f"interval '{seconds} seconds'")
    local = func.timezone(literal_column("'UTC'"), at) + moved
    return func.to_char(local, literal_column("'YYYY-MM-DD'"), type_=Text)


def _inline(value: object) -> ColumnElement[object]:
    return bindparam(None, value, type_=transfer.c.occurred_at.type, literal_execute=True)


def _tag(name: str, *, is_sqlite: bool) -> ColumnElement[str]:
    key = bindparam(None, name, type_=Text, literal_execute=True)
    if is_sqlite:
        tags = func.json_each(effective_tags).table_valued("key", "value").alias("tag")
        return select(tags.c.value).where(tags.c.key == key).scalar_subquery()
    return func.jsonb_extract_path_text(func.cast(effective_tags, JSONB), key, type_=Text)
