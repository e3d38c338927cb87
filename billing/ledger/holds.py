"""Reading holds: one by id or by key, or the list of those that still tie up money.

No row says "open": a hold is open while no capture, void or expire row names it. It is in doubt
once a doubt row names it, or once it was sent under and its deadline has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, or_, select, tuple_

from billing.database.tables import ENDINGS, account, evidence, rate, spender_id, transfer
from billing.errors import HoldNotFound
from billing.ledger.accounts import AccountRow
from billing.ledger.ids import parse_id
from billing.ledger.rates import RateRow
from billing.ledger.rows import TransferRow, to_capture, to_evidence, to_hold, to_transfer
from billing.ledger.transfers import HoldState, HoldView, Transfer

_STATE_OF_ENDING: Final[dict[str, HoldState]] = {
    "capture": "captured",
    "void": "voided",
    "expire": "expired",
    "charge": "captured",
}

_ending = transfer.alias("ending")
_doubt = transfer.alias("doubt")
_late = transfer.alias("late")


class HoldRow(NamedTuple):
    """A hold as the verbs need it; money in nano-units."""

    transfer: TransferRow
    rate: RateRow
    doubt: TransferRow | None
    ending: TransferRow | None

    @property
    def n(self) -> int:
        """Images that were asked for."""
        assert self.transfer.images is not None
        return self.transfer.images

    @property
    def bucket(self) -> str:
        """Where the hold's money is while it has not ended."""
        return "in_doubt" if self.doubted else "held"

    @property
    def ended_by(self) -> str | None:
        """The kind of the row that ended it; a charge that came after it expired counts too."""
        return None if self.ending is None else self.ending.kind

    @property
    def newest(self) -> TransferRow:
        """The last row that moved this hold's money: its ending, its doubt, or the hold itself."""
        return self.ending or self.doubt or self.transfer

    @property
    def doubted(self) -> bool:
        """A doubt row names it."""
        return self.doubt is not None

    @property
    def is_expired(self) -> bool:
        """Released by its deadline, and nothing came later."""
        return self.ended_by == "expire"

    def state(self, now: datetime) -> HoldState:
        """What the hold is at `now`."""
        if self.ending is not None:
            return _STATE_OF_ENDING[self.ending.kind]
        row = self.transfer
        assert row.expires_at is not None
        overdue = row.on_deadline == "doubt" and row.expires_at <= now
        return "in_doubt" if self.doubted or overdue else "open"


def _select() -> Select[tuple[object, ...]]:
    same = transfer.c.account_id
    return (
        select(transfer, rate, _doubt, _ending, _late)
        .select_from(transfer)
        .join(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(
            _doubt,
            and_(
                _doubt.c.account_id == same,
                _doubt.c.hold_id == transfer.c.id,
                _doubt.c.kind == "doubt",
            ),
        )
        .outerjoin(
            _ending,
            and_(
                _ending.c.account_id == same,
                _ending.c.hold_id == transfer.c.id,
                _ending.c.kind.in_(ENDINGS),
            ),
        )
        .outerjoin(_late, and_(_late.c.account_id == same, _late.c.late_hold_id == transfer.c.id))
        .where(transfer.c.kind == "hold")
    )


_one = _select().where(
    transfer.c.account_id == bindparam("account_id"), transfer.c.id == bindparam("id")
)
_one_by_key = _select().where(
    transfer.c.account_id == bindparam("account_id"), transfer.c.idem_key == bindparam("key")
)
_WIDTH: Final = len(TransferRow._fields)
_RATE_END: Final = _WIDTH + len(RateRow._fields)


def parse(hold_id: str) -> UUID:
    """The id of a hold from its text.

    Raises:
        HoldNotFound: the text is no id, so no hold has it.
    """
    uuid = parse_id(hold_id)
    if uuid is None:
        raise HoldNotFound(hold_id)
    return uuid


def find(connection: Connection, owner: AccountRow, hold_id: UUID, *, text: str) -> HoldRow:
    """The hold with this id.

    Raises:
        HoldNotFound: the account has none; `text` is how the caller wrote the id.
    """
    found = connection.execute(_one, {"account_id": owner.id, "id": hold_id}).one_or_none()
    if found is None:
        raise HoldNotFound(text)
    return _hold_row(found)


def find_many(connection: Connection, keys: Sequence[tuple[UUID, UUID]]) -> list[HoldRow]:
    """The holds with these (account's id, own id), those that exist, in no order."""
    statement = _select().where(tuple_(transfer.c.account_id, transfer.c.id).in_(keys))
    return [_hold_row(found) for found in connection.execute(statement)]


def find_by_key(connection: Connection, owner: AccountRow, key: str) -> HoldRow | None:
    """The hold that this idempotency key made, if any."""
    found = connection.execute(_one_by_key, {"account_id": owner.id, "key": key}).one_or_none()
    return None if found is None else _hold_row(found)


def unsettled(
    connection: Connection,
    *where: ColumnElement[bool],
    before: datetime | None = None,
) -> Iterator[tuple[AccountRow, HoldRow]]:
    """Holds that no row has ended, oldest deadline first.

    Args:
        connection: reads one consistent state.
        where: conditions on `transfer`, `rate` and `account`.
        before: aware; as it was when nothing was recorded from then on.
    """
    if before is not None:
        yield from _unsettled_before(connection, before, *where)
        return
    yield from chosen(connection, _ending.c.id.is_(None), *where)


def _unsettled_before(
    connection: Connection, before: datetime, *where: ColumnElement[bool]
) -> Iterator[tuple[AccountRow, HoldRow]]:
    is_open = or_(_ending.c.id.is_(None), _ending.c.recorded_at >= before)
    for owner, hold in chosen(connection, is_open, transfer.c.recorded_at < before, *where):
        is_doubted = hold.doubt is not None and hold.doubt.recorded_at < before
        yield owner, hold._replace(ending=None, doubt=hold.doubt if is_doubted else None)


def chosen(
    connection: Connection, *where: ColumnElement[bool]
) -> Iterator[tuple[AccountRow, HoldRow]]:
    """Holds by conditions on `transfer`, `rate` and `account`, oldest deadline first."""
    statement = (
        _select()
        .add_columns(account)
        .join(account, account.c.id == spender_id)
        .where(*where)
        .order_by(transfer.c.expires_at, transfer.c.id)
    )
    width = len(AccountRow._fields)
    for found in connection.execute(statement):
        yield AccountRow(*found[-width:]), _hold_row(found[:-width])


def view(connection: Connection, owner: AccountRow, row: HoldRow, *, now: datetime) -> HoldView:
    """The hold with what became of it and the evidence there is."""
    statement = (
        select(evidence.c.detail)
        .where(
            evidence.c.account_id == row.transfer.account_id,
            evidence.c.hold_id == row.transfer.id,
        )
        .order_by(evidence.c.recorded_at, evidence.c.id)
    )
    return HoldView(
        hold=to_hold(row.transfer, row.rate, owner),
        state=row.state(now),
        ending=None if row.ending is None else _ending_of(row.ending, owner),
        evidence=tuple(to_evidence(detail) for (detail,) in connection.execute(statement)),
    )


def _ending_of(row: TransferRow, owner: AccountRow) -> Transfer:
    is_paid = row.kind in ("capture", "charge")
    return to_capture(row, owner) if is_paid else to_transfer(row, owner)


def _hold_row(found: Row[tuple[object, ...]] | tuple[object, ...]) -> HoldRow:
    columns = tuple(found)
    hold, rated, rest = columns[:_WIDTH], columns[_WIDTH:_RATE_END], columns[_RATE_END:]
    doubt, ending, late = (_row(rest[start : start + _WIDTH]) for start in (0, _WIDTH, 2 * _WIDTH))
    return HoldRow(
        TransferRow(*hold),  # type: ignore[arg-type]  # columns in the table's order
        RateRow(*rated),  # type: ignore[arg-type]  # columns in the table's order
        doubt=doubt,
        ending=late or ending,
    )


def _row(columns: tuple[object, ...]) -> TransferRow | None:
    return None if columns[0] is None else TransferRow(*columns)  # type: ignore[arg-type]  # as above
