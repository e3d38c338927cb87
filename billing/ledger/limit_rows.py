"""Changes of limits as rows: writing one together with the figures that the guard goes by.

The row and the balance change in one transaction, under the lock of the balance: a change comes
after one transfer and before the next, and is told apart from both by its `version`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from billing.database.tables import allowance, balance, limit_change
from billing.errors import EntryRefused, IdempotencyConflict
from billing.ledger.accounts import Payer
from billing.ledger.entries import digest_of
from billing.ledger.orders import month_number
from billing.ledger.transfers import LimitKind
from pricing.money import from_nanos

_of_account = limit_change.c.account_id == bindparam("of_account")
_in_order = select(limit_change).where(_of_account).order_by(limit_change.c.number)
_by_key = select(limit_change).where(_of_account, limit_change.c.idem_key == bindparam("key"))
_newest = select(func.max(limit_change.c.number)).where(_of_account)
_money = select(balance).where(balance.c.account_id == bindparam("of_account")).with_for_update()


class LimitRow(NamedTuple):
    """A row of `limit_change`, columns in the order of the table; money in nano-units."""

    account_id: UUID
    number: int
    version: int
    member_id: UUID | None
    floor: int | None
    month_limit: int | None
    limit_kind: LimitKind
    idem_key: str
    request_digest: bytes
    recorded_at: datetime
    reason: str
    actor: str


class Allowed(NamedTuple):
    """What an account may spend, in nano-units; `floor` is that of the money it spends."""

    floor: int
    month_limit: int | None
    limit_kind: LimitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: another floor, or another monthly limit with its kind."""

    floor: int | None = None
    month: tuple[int | None, LimitKind] | None = None

    def request_digest(self, account: str) -> bytes:
        """By which a repeated key is told from a reused one."""
        if self.month is None:
            return digest_of("floor", account=account, floor=self.floor or 0)
        limit, kind = self.month
        return digest_of("limit", account=account, limit="-" if limit is None else limit, of=kind)


def change_limits(
    connection: Connection,
    payer: Payer,
    wanted: Wanted,
    *,
    key: str,
    reason: str,
    actor: str,
    now: datetime,
) -> tuple[LimitRow, bool]:
    """Write a change and let the guard go by it; answers its row, and whether it was there before.

    Raises:
        IdempotencyConflict: the key stands for another change.
        EntryRefused: a floor above what is available.
    """
    money = connection.execute(_money, {"of_account": payer.account.id}).one()
    stored_key, digest = payer.stored_key(key), wanted.request_digest(payer.named.code)
    first = _first(connection, payer, stored_key)
    if first is not None:
        if first.request_digest != digest:
            raise IdempotencyConflict(payer.named.code, key, kind="change of its limits")
        return first, True
    stands = money if payer.member is None else _share(connection, payer)
    floor = None if payer.member is not None else _floor(money, wanted)
    month_limit, limit_kind = wanted.month or (stands.month_limit, stands.limit_kind)
    row = LimitRow(
        account_id=payer.account.id,
        number=1 + (connection.execute(_newest, {"of_account": payer.account.id}).scalar() or 0),
        version=money.version,
        member_id=None if payer.member is None else payer.member.id,
        floor=floor,
        month_limit=month_limit,
        limit_kind=limit_kind,
        idem_key=stored_key,
        request_digest=digest,
        # Of an account no instant is before the one in front, whatever the clock says.
        recorded_at=max(money.recorded_at, now),
        reason=reason,
        actor=actor,
    )
    connection.execute(insert(limit_change), row._asdict())
    # As a transfer does: the clock of an account, and with it its month, never runs backwards.
    month = max(money.month, month_number(row.recorded_at))
    _let_guard_go_by(connection, payer, row, stands, month=month)
    return row, False


def forced_beyond(row: LimitRow, *, spent: int, forced: int) -> int:
    """What of a month's spending no limit refuses any more, once this one is lower than it.

    The month goes on counting; nothing more is let in until what is given back makes room.
    """
    if row.month_limit is None or row.limit_kind == "soft":
        return forced
    return max(forced, spent - row.month_limit)


def changes_of(connection: Connection, account_id: UUID) -> list[LimitRow]:
    """Every change of an account and its members, in order."""
    return [LimitRow(*found) for found in connection.execute(_in_order, {"of_account": account_id})]


def limits_at(connection: Connection, payer: Payer, at: datetime) -> Allowed:
    """What an account, or a member, might spend at an instant, by what was recorded by then."""
    floor, month = payer.account.floor, (payer.named.month_limit, payer.named.limit_kind)
    member = None if payer.member is None else payer.member.id
    for row in changes_of(connection, payer.account.id):
        if row.recorded_at > at:
            break
        if row.floor is not None:
            floor = row.floor
        if row.member_id == member:
            month = row.month_limit, row.limit_kind
    return Allowed(floor, *month)


def _first(connection: Connection, payer: Payer, key: str) -> LimitRow | None:
    bound = {"of_account": payer.account.id, "key": key}
    found = connection.execute(_by_key, bound).one_or_none()
    return None if found is None else LimitRow(*found)


def _floor(money: Row[tuple[object, ...]], wanted: Wanted) -> int:
    stands: int = money.floor
    if wanted.floor is None:
        return stands
    if stands < wanted.floor > money.available:
        allowed = f"{from_nanos(money.available):f} is available: at most that"
        raise EntryRefused("floor", from_nanos(wanted.floor), allowed)
    return wanted.floor


def _of_share(payer: Payer) -> Iterator[ColumnElement[bool]]:
    assert payer.member is not None
    yield allowance.c.account_id == payer.account.id
    yield allowance.c.member_id == payer.member.id


def _share(connection: Connection, payer: Payer) -> Row[tuple[object, ...]]:
    return connection.execute(select(allowance).where(*_of_share(payer))).one()


def _let_guard_go_by(
    connection: Connection,
    payer: Payer,
    row: LimitRow,
    stands: Row[tuple[object, ...]],
    *,
    month: int,
) -> None:
    is_new = month > stands.month
    spent, forced = (0, 0) if is_new else (stands.month_spent, stands.month_forced)
    figures = {
        "month": month,
        "month_spent": spent,
        "month_limit": row.month_limit,
        "limit_kind": row.limit_kind,
        "month_forced": forced_beyond(row, spent=spent, forced=forced),
    }
    last = {"recorded_at": row.recorded_at}
    of_money = balance.c.account_id == payer.account.id
    if payer.member is None:
        figures["floor"] = row.floor
        connection.execute(update(balance).where(of_money), {**figures, **last})
        return
    connection.execute(update(allowance).where(*_of_share(payer)), figures)
    turned = {"month": month, "month_spent": 0, "month_forced": 0}
    connection.execute(update(balance).where(of_money, balance.c.month < month), turned)
    connection.execute(update(balance).where(of_money), last)
