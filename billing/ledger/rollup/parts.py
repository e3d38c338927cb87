"""What transfers add to the roll-up, worked out before they are written.

A row counts on the UTC day on which it occurred, for whoever spent it, by its kind and its rates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from billing.database.wire import Wire
from billing.ledger.orders import Order
from billing.ledger.rollup import sql
from billing.ledger.rollup.sql import KEYS, ROLLED, SUMS

#: Stands for "none" in the key of a roll-up row.
NO_ID: Final = UUID(int=0)

Row = Mapping[str, object]


def is_rolled(order: Order) -> bool:
    """Whether the row that it asks for belongs in the roll-up."""
    return order.entry.kind in ROLLED


def day_number(instant: datetime) -> int:
    """The day (UTC) of an aware instant, as YYYYMMDD."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.year * 10_000 + instant.month * 100 + instant.day


def day_of(row: Row) -> int:
    """The day on which a row to be written occurred."""
    occurred_at = row["occurred_at"]
    assert isinstance(occurred_at, datetime)
    return day_number(occurred_at)


def part_of(
    sums: Row,
    *,
    day: int,
    booked_in: object = 0,
    spender_id: object = None,
    transfers: int,
    asked: int,
    uncosted: int,
) -> dict[str, object]:
    """What transfers alike add to a day (YYYYMMDD) of the roll-up.

    Args:
        sums: the columns that a row of `transfer` has too: whose, which kind and rates, how much.
        day: when they occurred.
        booked_in: the month they count in when that of the day was closed.
        spender_id: the member; None: the account itself.
        transfers: how many they are.
        asked: images that were asked for.
        uncosted: how many of the transfers have no cost.
    """
    return {
        "account_id": sums["account_id"],
        "month": day // 100,
        "kind": sums["kind"],
        "booked_in": booked_in,
        "spender_id": spender_id or sums["account_id"],
        "rate_id": sums["rate_id"] or NO_ID,
        "cost_rate_id": sums["cost_rate_id"] or NO_ID,
        "day": day,
        "transfers": transfers,
        "asked": asked,
        "images": sums["images"] or 0,
        "uncosted": uncosted,
        "amount": sums["amount"],
        "cost": sums["cost"] or 0,
    }


def add(wire: Wire, written: Iterable[tuple[Order, Row]]) -> None:
    """Add rows that were just written, in their transaction."""
    add_parts(wire, [_part(order, row) for order, row in written if is_rolled(order)])


def add_parts(wire: Wire, added: Sequence[dict[str, object]]) -> None:
    """Add sums by `KEYS`; those with the same keys are summed up first, in place."""
    parts = _summed(added)
    if not parts:
        return
    if wire.dialect == "postgresql":
        names = (*KEYS, *SUMS)
        values = {f"each_{name}": [part[name] for part in parts] for name in names}
        wire.run(sql.add_many(), values)
    else:
        wire.run_each(sql.begin(), parts)
        wire.run_each(sql.add(), parts)


def add_one(wire: Wire, order: Order, row: Row) -> None:
    """The same for one row."""
    if not is_rolled(order):
        return
    if wire.dialect == "postgresql":
        add(wire, [(order, row)])
        return
    part = _part(order, row)
    if not wire.run(sql.add_if_begun(), part):
        wire.run(sql.begin(), part)
        wire.run(sql.add(), part)


def _summed(added: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    by_keys: dict[tuple[object, ...], dict[str, object]] = {}
    for part in added:
        # By number: Python hashes a UUID in Python.
        place = tuple([key.int if isinstance(key := part[n], UUID) else key for n in KEYS])
        so_far = by_keys.setdefault(place, part)
        if so_far is not part:
            for name in SUMS:
                so_far[name] += part[name]  # type: ignore[operator]  # sums are integers
    return list(by_keys.values())


def _part(order: Order, row: Row) -> dict[str, object]:
    return part_of(
        row,
        day=day_of(row),
        booked_in=row["booked_in"] or 0,
        spender_id=row["member_id"],
        transfers=1,
        asked=order.entry.asked,
        uncosted=int(row["cost"] is None),
    )
