"""The roll-up against the transfers that it sums up: what differs, and putting a day right.

The database works the sums out again, an account at a time; only what differs leaves it, so memory
does not grow with the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)

from billing.database.engines import writing
from billing.database.tables import account, balance, rollup, spender_id, transfer
from billing.ledger.ids import to_text
from billing.ledger.rollup.parts import NO_ID, day_number
from billing.ledger.rollup.sql import KEYS, ROLLED, SUMS
from pricing.money import from_nanos

#: Money, whose sums may be beyond 64 bits: whole units and the rest are summed apart.
_MONEY: Final = ("amount", "cost")
_UNIT: Final = 1_000_000_000

_hold = transfer.alias("hold")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the roll-up that is not what its transfers give, by its keys."""

    keys: Mapping[str, Any]
    #: What the roll-up has, less what the transfers give; money in nano-units.
    sums: Mapping[str, int]

    @property
    def day(self) -> str:
        """Its day in UTC, `YYYY-MM-DD`."""
        digits = str(self.keys["day"])
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"

    @property
    def detail(self) -> str:
        """What is too much (+), or missing (-), in words."""
        rate = self.keys["rate_id"]
        of_rate = "" if rate == NO_ID else f" at {to_text('rate', rate)}"
        sums = ", ".join(
            f"{name} {from_nanos(off):+f}" if name in _MONEY else f"{name} {off:+}"
            for name, off in self.sums.items()
            if off
        )
        return f"{self.day}: {self.keys['kind']}{of_rate}: {sums}"


def differences(
    connection: Connection, account_id: UUID, *, day: date | None = None
) -> Iterator[Difference]:
    """What differs for one account, of one day (UTC) or of all there are; by day."""
    dialect = connection.dialect.name
    kept = select(*(rollup.c[name] for name in (*KEYS, *SUMS))).where(
        rollup.c.account_id == account_id
    )
    given = _given(dialect).where(transfer.c.account_id == account_id, transfer.c.kind.in_(ROLLED))
    if day is not None:
        start = datetime.combine(day, time(), UTC)
        at = transfer.c.occurred_at
        number = day_number(start)
        kept = kept.where(rollup.c.month == number // 100, rollup.c.day == number)
        given = given.where(at >= start, at < start + timedelta(days=1))
    both = union_all(kept, given).subquery("both")
    sums = {name: _sum(both.c[name], name) for name in SUMS}
    keys = [both.c[name] for name in KEYS]
    statement = (
        select(*keys, *sums.values())
        .group_by(*keys)
        .having(or_(*(off != 0 for off in sums.values())))
        .order_by(both.c.day, both.c.kind, both.c.rate_id)
    )
    for found in connection.execute(statement):
        rest = map(int, found[len(KEYS) :])
        yield Difference(dict(zip(KEYS, found, strict=False)), dict(zip(SUMS, rest, strict=True)))


def rebuild(engine: Engine, day: date) -> list[tuple[str, Difference]]:
    """Make the roll-up of one day (UTC) what the transfers give; nothing else is touched.

    Safe while others post: what they add meanwhile is added, not lost.

    Returns:
        What was not right, with the code of its account.
    """
    changed = []
    with writing(engine) as connection:
        owners = select(account.c.id, account.c.code).where(account.c.parent_id.is_(None))
        for account_id, code in connection.execute(owners.order_by(account.c.id)).all():
            if not any(differences(connection, account_id, day=day)):
                continue
            # Nobody posts to the account from here on; what was found is looked for again.
            lock = select(balance.c.version).where(balance.c.account_id == account_id)
            connection.execute(lock.with_for_update())
            for found in list(differences(connection, account_id, day=day)):
                _put_right(connection, found)
                changed.append((code, found))
    return changed


def _put_right(connection: Connection, found: Difference) -> None:
    same = and_(*(rollup.c[name] == key for name, key in found.keys.items()))
    less = {name: rollup.c[name] - off for name, off in found.sums.items()}
    if connection.execute(update(rollup).where(same).values(less)).rowcount == 0:
        missing = {name: -off for name, off in found.sums.items()}
        connection.execute(insert(rollup).values({**found.keys, **missing}))


def _given(dialect: str) -> Select[*tuple[Any, ...]]:
    """Every transfer as a line of its own, below zero: what is kept and what is given cancel."""
    of_hold = func.coalesce(transfer.c.hold_id, transfer.c.late_hold_id)
    is_hold = and_(_hold.c.account_id == transfer.c.account_id, _hold.c.id == of_hold)
    images = func.coalesce(transfer.c.images, 0)
    no_id = literal(NO_ID, transfer.c.rate_id.type)
    unit = literal_column("100", rollup.c.day.type)
    day = _day(dialect)
    return select(
        transfer.c.account_id,
        (day // unit).label("month"),
        transfer.c.kind,
        func.coalesce(transfer.c.booked_in, 0).label("booked_in"),
        spender_id.label("spender_id"),
        func.coalesce(transfer.c.rate_id, no_id).label("rate_id"),
        func.coalesce(transfer.c.cost_rate_id, no_id).label("cost_rate_id"),
        day.label("day"),
        literal_column("-1").label("transfers"),
        (-func.coalesce(_hold.c.images, images)).label("asked"),
        (-images).label("images"),
        case((transfer.c.cost.is_(None), -1), else_=0).label("uncosted"),
        (-transfer.c.amount).label("amount"),
        (-func.coalesce(transfer.c.cost, 0)).label("cost"),
    ).select_from(transfer.outerjoin(_hold, is_hold))


def _day(dialect: str) -> ColumnElement[int]:
    at = transfer.c.occurred_at
    if dialect == "sqlite":
        digits = func.replace(func.substr(type_coerce(at, Text), 1, 10), "-", "")
    else:
        digits = func.to_char(func.timezone("UTC", at), "YYYYMMDD")
    return cast(digits, rollup.c.day.type)


def _sum(column: ColumnElement[int], name: str) -> ColumnElement[int]:
    if name not in _MONEY:
        return func.sum(column)
    unit = literal_column(str(_UNIT), rollup.c.amount.type)
    return func.sum(column // unit) * unit + func.sum(column % unit)
