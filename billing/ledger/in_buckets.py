"""Which holds tie up an account's money now, without reading all the holds it ever had.

No row says that a hold is open, and almost all holds have ended. But the balance says how much is
held: so holds are read from the newest deadline back, in pages, until what was found adds up to
it. What is passed over are holds with a later deadline than the oldest open one, however many
ended before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from billing.database.tables import balance, rate, transfer
from billing.ledger.holds import HoldRow
from billing.ledger.rates import RateRow
from billing.ledger.rows import TransferRow

Bucket = Literal["held", "in_doubt"]

#: Holds that are looked at by the first statement; each next one looks at four times as many.
_FIRST_PAGE: Final = 250
_LARGEST_PAGE: Final = 16_000
#: Holds that are read whole by one statement.
_READ_AT_ONCE: Final = 1000

_next = transfer.alias("next")


class Place(NamedTuple):
    """A hold that ties up money."""

    account_id: UUID
    id: UUID
    expires_at: datetime


def falling_due(connection: Connection, *, by: datetime, limit: int) -> list[HoldRow]:
    """Holds whose deadline has passed and that nobody ended or doubted, oldest deadline first."""
    due = (place for place in _everywhere(connection, "held") if place.expires_at <= by)
    oldest = sorted(due, key=lambda place: (place.expires_at, place.id))[:limit]
    return _read(connection, oldest)


def in_doubt(connection: Connection) -> list[HoldRow]:
    """Holds that were put in doubt and are not settled, oldest deadline first."""
    places = _everywhere(connection, "in_doubt")
    return _read(connection, sorted(places, key=lambda place: (place.expires_at, place.id)))


def tied_up(connection: Connection, account_id: UUID | None = None) -> list[HoldRow]:
    """Holds of all accounts, or of one, that are open or in doubt, oldest deadline first."""
    places = (
        place
        for bucket in ("held", "in_doubt")
        for place in _everywhere(connection, bucket, account_id)
    )
    return _read(connection, sorted(places, key=lambda place: (place.expires_at, place.id)))


def _everywhere(
    connection: Connection, bucket: Bucket, account_id: UUID | None = None
) -> Iterator[Place]:
    # A free hold ties up nothing, so no sum can tell that all of them were found.
    has_free = connection.execute(select(exists().where(rate.c.unit_price == 0))).scalar_one()
    total = balance.c.held if bucket == "held" else balance.c.in_doubt
    accounts = select(balance.c.account_id, total)
    if account_id is not None:
        accounts = accounts.where(balance.c.account_id == account_id)
    for owner_id, amount in connection.execute(accounts).all():
        if amount or has_free:
            yield from _of_account(connection, owner_id, bucket, None if has_free else amount)


def _of_account(
    connection: Connection, account_id: UUID, bucket: Bucket, total: int | None
) -> Iterator[Place]:
    """Newest deadline first; read until they add up to the total, or without one to the end."""
    page, last, found = _FIRST_PAGE, None, 0
    while found != total:
        rows = connection.execute(_page(account_id, bucket, last).limit(page)).all()
        for hold_id, expires_at, amount, is_in in rows:
            if is_in:
                found += amount
                yield Place(account_id, hold_id, expires_at)
        if len(rows) < page:
            break
        last = rows[-1].expires_at, rows[-1].id
        page = min(page * 4, _LARGEST_PAGE)


def _page(
    account_id: UUID, bucket: Bucket, last: tuple[datetime, UUID] | None
) -> Select[UUID, datetime, int, bool]:
    where = [transfer.c.account_id == account_id, transfer.c.kind == "hold"]
    if last is not None:
        until, hold_id = last
        # The index knows deadlines only; the second condition sorts out those that share one.
        where.append(transfer.c.expires_at <= until)
        where.append(or_(transfer.c.expires_at < until, transfer.c.id < hold_id))
    columns = transfer.c.id, transfer.c.expires_at, transfer.c.amount, _is_in(bucket)
    newest_first = transfer.c.expires_at.desc(), transfer.c.id.desc()
    return select(*columns).where(*where).order_by(*newest_first)


def _is_in(bucket: Bucket) -> ColumnElement[bool]:
    """A row takes a hold's money out of a bucket once: `held` by a doubt or an ending."""
    of_hold = and_(_next.c.account_id == transfer.c.account_id, _next.c.hold_id == transfer.c.id)
    has_left = exists().where(of_hold, _next.c.from_bucket == bucket)
    if bucket == "held":
        return ~has_left
    return and_(exists().where(of_hold, _next.c.kind == "doubt"), ~has_left)


def _read(connection: Connection, places: Sequence[Place]) -> list[HoldRow]:
    """The holds themselves, in the same order; nothing has ended them."""
    found: dict[UUID, HoldRow] = {}
    for start in range(0, len(places), _READ_AT_ONCE):
        ids: dict[UUID, list[UUID]] = {}
        for place in places[start : start + _READ_AT_ONCE]:
            ids.setdefault(place.account_id, []).append(place.id)
        for account_id, of_account in ids.items():
            for row in connection.execute(_whole(account_id, of_account)):
                hold = _hold_row(tuple(row))
                found[hold.transfer.id] = hold
    return [found[place.id] for place in places]


def _whole(account_id: UUID, ids: Sequence[UUID]) -> Select[*tuple[object, ...]]:
    # By the primary key: told of the kind, or of pairs, SQLite would read all holds there are.
    doubted = and_(
        _next.c.account_id == account_id, _next.c.hold_id == transfer.c.id, _next.c.kind == "doubt"
    )
    return (
        select(transfer, rate, _next)
        .join(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(_next, doubted)
        .where(transfer.c.account_id == account_id, transfer.c.id.in_(ids))
    )


def _hold_row(columns: tuple[object, ...]) -> HoldRow:
    width = len(TransferRow._fields)
    hold, rated, doubt = columns[:width], columns[width:-width], columns[-width:]
    return HoldRow(
        TransferRow(*hold),  # type: ignore[arg-type]  # columns in the table's order
        RateRow(*rated),  # type: ignore[arg-type]  # columns in the table's order
        doubt=None if doubt[0] is None else TransferRow(*doubt),  # type: ignore[arg-type]  # as above
        ending=None,
    )
