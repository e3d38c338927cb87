"""The state of an account as of an instant, folded from its rows; it writes nothing.

The fold is one SQL statement: it sums amounts by what moves them (kind and bucket), and `moves_of`
then says, once for each sum, what that does to the buckets. No row is loaded, and SQL has no rule
of its own about money.

Cost: the rows that count, found by an index; 100,000 of them took 0.12 s on SQLite and 0.07 s on
PostgreSQL, 1,000 took 3 and 6 ms. `recorded_at` never runs backwards within an account, so
"recorded by then" is "version up to V", a range of the unique key on account and version, and V is
found by halving the versions (about 17 look-ups in 100,000). "Occurred by then" is a range of the
index on account and `occurred_at`. PostgreSQL reads the whole table when one account is most of it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from operator import le, lt
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, func, literal_column, select

from billing.database.tables import transfer
from billing.errors import InvalidEntry
from billing.ledger.accounts import Payer
from billing.ledger.entries import Moves, moves_of
from billing.ledger.limit_rows import limits_at
from billing.ledger.orders import month_number
from billing.ledger.transfers import Balance
from pricing.money import from_nanos

#: SQLite's SUM fails beyond 64 bits, so whole units and the rest of nano-units are summed apart.
_UNIT_NANOS: Final = 1_000_000_000
_UNIT: Final[ColumnElement[int]] = literal_column(str(_UNIT_NANOS), transfer.c.amount.type)
#: Years of three digits would sort last on SQLite; nothing was sold then.
_EARLIEST: Final = datetime(1000, 1, 1, tzinfo=UTC)

_sums = select(
    transfer.c.kind,
    transfer.c.from_bucket,
    transfer.c.month,
    func.sum(transfer.c.amount // _UNIT),
    func.sum(transfer.c.amount % _UNIT),
    func.sum(transfer.c.released // _UNIT),
    func.sum(transfer.c.released % _UNIT),
    func.max(transfer.c.version),
).group_by(transfer.c.kind, transfer.c.from_bucket, transfer.c.month)
_newest = select(func.max(transfer.c.version)).where(
    transfer.c.account_id == bindparam("of_account")
)
_at_version = (
    select(transfer.c.version, transfer.c.recorded_at)
    .where(
        transfer.c.account_id == bindparam("of_account"),
        transfer.c.version >= bindparam("from_version"),
    )
    .order_by(transfer.c.version)
    .limit(1)
)


class Fold(NamedTuple):
    """What some rows of an account come to, in nano-units; exact beyond 64 bits."""

    moves: Moves
    #: What they took from the limit of each month (YYYYMM), less what they gave back to it.
    spent: dict[int, int]
    #: The newest version among the rows; 0 when there are none.
    version: int


def balance_as_of(
    connection: Connection,
    payer: Payer,
    *,
    recorded: datetime | None = None,
    occurred: datetime | None = None,
) -> Balance:
    """The balance that the rows recorded, and occurred, up to and including an instant give.

    A member has no money of its own: it shows what its parent had available. The month is the one
    of the instant, and of `occurred` when both are given. Floor and limit are those that the guard
    went by at the instant, at the earlier one of two.

    Raises:
        InvalidEntry: an instant without a time zone.
    """
    counted: list[ColumnElement[bool]] = []
    month = 0
    if recorded is not None:
        at = aware("as_of_recorded", recorded)
        counted.append(transfer.c.version <= version_at(connection, payer, at))
        month = month_number(at)
    if occurred is not None:
        at = aware("as_of_occurred", occurred)
        counted.append(transfer.c.occurred_at <= at)
        month = month_number(at)
    purse = fold(connection, transfer.c.account_id == payer.account.id, *counted)
    own = purse if payer.member is None else fold(connection, *rows_of(payer), *counted)
    if occurred is None:
        # Where a clock was ahead, the books had begun the next month already.
        month = max(month, *purse.spent, 0)
    instants = [at for at in (recorded, occurred) if at is not None]
    allowed = limits_at(connection, payer, min(instants))
    limit = allowed.month_limit
    return Balance(
        account=payer.named.code,
        currency=payer.account.currency,
        available=from_nanos(purse.moves.available),
        held=from_nanos(own.moves.held),
        in_doubt=from_nanos(own.moves.in_doubt),
        posted=from_nanos(own.moves.posted),
        floor=from_nanos(allowed.floor),
        version=purse.version,
        month=f"{month // 100:04}-{month % 100:02}",
        month_spent=from_nanos(own.spent.get(month, 0)),
        monthly_limit=None if limit is None else from_nanos(limit),
        limit_kind=allowed.limit_kind,
    )


def rows_of(payer: Payer) -> tuple[ColumnElement[bool], ...]:
    """The rows of an account; of a member, those of its parent that name it."""
    of_account = transfer.c.account_id == payer.account.id
    if payer.member is None:
        return (of_account,)
    return of_account, transfer.c.member_id == payer.member.id


def fold(connection: Connection, *counted: ColumnElement[bool]) -> Fold:
    """What the rows that meet all the conditions do to the buckets, together."""
    moves, version = Moves(), 0
    spent: dict[int, int] = defaultdict(int)
    for kind, bucket, month, *sums, newest in connection.execute(_sums.where(*counted)):
        # PostgreSQL sums integers to a numeric, which arrives as a whole Decimal.
        units, rest, units_back, rest_back = map(int, sums)
        amount = units * _UNIT_NANOS + rest
        released = units_back * _UNIT_NANOS + rest_back
        moves = moves.plus(moves_of(kind, amount, released, bucket))
        version = max(version, newest)
        if month is not None:
            spent[month] += _spend_of(kind, amount, released)
    return Fold(moves, dict(spent), version)


def version_at(
    connection: Connection, payer: Payer, at: datetime, *, is_included: bool = True
) -> int:
    """The newest version recorded up to an instant; 0 when there is none.

    Args:
        connection: reads one consistent state.
        payer: whose rows; a member's are numbered among its parent's.
        at: aware.
        is_included: whether a row recorded at the very instant counts.
    """
    counts = le if is_included else lt
    known = 0  # recorded by then
    after = (connection.execute(_newest, {"of_account": payer.account.id}).scalar() or 0) + 1
    while after - known > 1:
        middle = (known + after) // 2
        found = {"of_account": payer.account.id, "from_version": middle}
        version, recorded_at = connection.execute(_at_version, found).one()
        if counts(recorded_at, at):
            known = version
        else:
            after = middle
    return known


def aware(name: str, instant: datetime) -> datetime:
    """The instant in UTC.

    Raises:
        InvalidEntry: it has no time zone, so nobody can know when that was.
    """
    if not isinstance(instant, datetime) or instant.utcoffset() is None:
        raise InvalidEntry(name, instant, "give an aware datetime, e.g. in UTC")
    try:
        return max(instant.astimezone(UTC), _EARLIEST)
    except OverflowError:
        raise InvalidEntry(name, instant, "in UTC it lies outside the years 1 to 9999") from None


def _spend_of(kind: str, amount: int, released: int) -> int:
    """What a transfer takes from the limit of its month; below zero is given back."""
    match kind:
        case "hold" | "charge":
            return amount
        case "capture":
            return -released
        case "void" | "expire" | "refund":
            return -amount
    return 0
