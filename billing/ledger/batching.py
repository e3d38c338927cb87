"""Many orders in one transaction: one guarded update an account, all rows in one statement.

Within an account what gives money back goes first, so a group passes the guard exactly when each
of its orders would in turn. A group that is refused is decided order by order, under the lock of
its balance: an order is refused only when it does not fit after those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from billing.database.wire import Row, Wire
from billing.ledger import posting_sql
from billing.ledger.groups import Group, grouped
from billing.ledger.orders import (
    Order,
    Refused,
    by_column,
    summed,
    used_by,
)
from billing.ledger.posting import above, attach
from billing.ledger.rates import store
from billing.ledger.rollup import parts
from billing.ledger.room import Room, room_of
from billing.ledger.rows import TransferRow

Outcome = TransferRow | Refused
Transaction = Callable[[], AbstractContextManager[None]]
#: Waits for what was sent, and answers its outcomes.
Landing = Callable[[], list[Outcome]]


def post_many(wire: Wire, orders: Sequence[Order], transaction: Transaction) -> list[Outcome]:
    """Write what fits; the outcomes are in the order of the orders.

    Args:
        wire: a connection, in a transaction or not.
        orders: no two with the same key.
        transaction: what to wrap several statements in, e.g. `wire.transaction`.

    Raises:
        Clash: a key or a hold's ending is taken; nothing was written, nobody knows whose it is.
    """
    return sent(wire, orders, transaction)()


def sent(wire: Wire, orders: Sequence[Order], transaction: Transaction) -> Landing:
    """The same in two steps: what is one statement is on its way, the rest waits for the call."""
    groups = grouped(orders)
    outcomes: dict[Order, Outcome] = {}

    def in_steps(left: Sequence[Group]) -> list[Outcome]:
        if left:
            with transaction():
                _post_in_steps(wire, left, outcomes)
        return [outcomes[order] for order in orders]

    if wire.dialect != "postgresql" or not _may_go_at_once(groups):
        return lambda: in_steps(groups)
    now, answered = _send_at_once(wire, groups)
    return lambda: in_steps(_decided(groups, now, answered(), outcomes))


def _post_in_steps(wire: Wire, groups: Sequence[Group], outcomes: dict[Order, Outcome]) -> None:
    # In the order of their ids, as the balances: two batches never wait for each other.
    rates = {rate for group in groups for order in group.orders for rate in order.new_rates}
    for rate in sorted(rates):
        store(wire, rate)
    admitted = [group for group in (_admit(wire, g, outcomes) for g in groups) if group]
    _write(wire, [row for group in admitted for row in group.rows])
    parts.add(wire, [pair for group in admitted for pair in group.written()])
    for group in admitted:
        _attach(wire, group)
        outcomes.update(group.outcomes())


def _may_go_at_once(groups: Sequence[Group]) -> bool:
    month = groups[0].now_month
    return all(group.is_plain and group.now_month == month for group in groups)


def _send_at_once(wire: Wire, groups: Sequence[Group]) -> tuple[datetime, Callable[[], list[Row]]]:
    """Send all groups in one statement of PostgreSQL; it answers for those that it let in."""
    now = max([group.now for group in groups])
    month = groups[0].now_month
    sums = [summed(group.orders, now_month=month) for group in groups]
    values: dict[str, object] = {"now": now, "now_month": month}
    for name in (*posting_sql.SUMS, "of_account"):
        values[f"all_{name}"] = [total[name] for total in sums]
    columns = by_column([row for group in groups for row in group.rows])
    values["each_month"] = (None,) * sum([len(group.orders) for group in groups])
    values |= {f"each_{name}": column for name, column in columns.items()}
    values |= _places(groups)
    rolls = any(parts.is_rolled(order) for group in groups for order in group.orders)
    if rolls:
        values |= _rolled(groups)
    return now, wire.send(posting_sql.move_and_write_many(tuple(columns), rolls=rolls), values)


def _decided(
    groups: Sequence[Group],
    now: datetime,
    answers: Sequence[Row],
    outcomes: dict[Order, Outcome],
) -> list[Group]:
    """Fill in what the statement answered; answers the groups that were refused."""
    moved = {place: answer for place, *answer in answers}
    for place, group in enumerate(groups, start=1):
        if place in moved:
            group.decided(moved[place], now)
            outcomes.update(group.outcomes())
    return [group for place, group in enumerate(groups, start=1) if place not in moved]


def _places(groups: Sequence[Group]) -> dict[str, list[int]]:
    """For each row: its account, its turn there, whether it counts now, what was spent with it."""
    places: list[int] = []
    turns: list[int] = []
    counts: list[int] = []
    so_far: list[int] = []
    for place, group in enumerate(groups, start=1):
        total = 0
        for order in group.orders:
            is_counted = order.entry.spend_month == 0
            if is_counted:
                total += order.entry.spend
            counts.append(is_counted)
            so_far.append(total)
        places += [place] * len(group.orders)
        turns += range(1, len(group.orders) + 1)
    return {
        "each_place": places,
        "each_turn": turns,
        "each_counts": counts,
        "each_so_far": so_far,
    }


def _rolled(groups: Sequence[Group]) -> dict[str, list[int]]:
    """For each row: its day, and how many images were asked for."""
    return {
        "each_day": [parts.day_of(row) for group in groups for row in group.rows],
        "each_asked": [order.entry.asked for group in groups for order in group.orders],
    }


def _admit(wire: Wire, group: Group, outcomes: dict[Order, Outcome]) -> Group | None:
    """Move the balance: for the whole group if it passes, else for what fits, in turn."""
    if group.is_plain and _move(wire, group):
        return group
    fitting, refused = _in_turn(wire, group)
    outcomes.update((refusal.order, refusal) for refusal in refused)
    if not fitting:
        return None
    group = Group(fitting)
    is_moved = _move(wire, group)
    assert is_moved, "what fits under the lock passes the guard"
    _allow(wire, group)
    return group


def _attach(wire: Wire, group: Group) -> None:
    """Write the evidence of the group's orders beside their rows."""
    for order in group.orders:
        facts, hold_id = order.evidence, order.hold_id
        if facts is not None and hold_id is not None:
            attach(wire, order.account, order.id, facts, hold_id=hold_id, now=order.now)


def _in_turn(wire: Wire, group: Group) -> tuple[list[Order], list[Refused]]:
    room = room_of(wire, group.account_id)
    room.reach(group.now_month)
    members: dict[UUID, Room] = {}
    fitting: list[Order] = []
    refused: list[Refused] = []
    for order in group.orders:
        own = None
        if order.member is not None:
            own = members.get(order.member.id)
            if own is None:
                own = room_of(wire, group.account_id, member_id=order.member.id)
                own.reach(room.month)
                members[order.member.id] = own
        if not (room.fits_period(order) and room.fits_money(order) and room.fits_month(order)):
            refused.append(Refused(order))
        elif own is not None and not own.fits_month(order):
            refused.append(Refused(order, member=order.member))
        else:
            for taken in (room, own):
                if taken is not None:
                    taken.take(order)
            fitting.append(order)
    return fitting, refused


def _move(wire: Wire, group: Group) -> bool:
    """The guarded update for the whole group; False when it is refused."""
    total = summed(group.orders, now_month=group.now_month)
    answers = wire.run(posting_sql.move(wire.dialect), total)
    if not answers:
        return False
    version, month, spent, soft, later = answers[0]
    spend = total["spend"]
    assert isinstance(spend, int)
    group.decided((version - len(group.orders), month, spent - spend, soft, later), group.now)
    return True


def _allow(wire: Wire, group: Group) -> None:
    """Count the rows of members against their own limits; they fit, as was seen under the lock."""
    by_member: dict[UUID, list[int]] = {}
    for index, order in enumerate(group.orders):
        if order.member is not None:
            by_member.setdefault(order.member.id, []).append(index)
    for member_id, indices in sorted(by_member.items()):
        orders = [group.orders[index] for index in indices]
        # The month is the balance's: an allowance never knows better.
        total = summed(orders, now_month=group.month)
        answers = wire.run(posting_sql.allow(wire.dialect), {**total, "of_member": member_id})
        assert answers, "what fits under the lock passes the guard"
        spent, soft = answers[0]
        spend = total["spend"]
        assert isinstance(spend, int)
        so_far = spent - spend
        for index, order in zip(indices, orders, strict=True):
            if order.entry.spend_month == 0:
                so_far += order.entry.spend
                if order.entry.spend > 0:
                    group.rows[index]["member_over_limit"] = above(so_far, soft)


def _write(wire: Wire, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    if wire.dialect == "postgresql":
        columns = by_column(rows)
        values = {f"each_{name}": column for name, column in columns.items()}
        wire.run(posting_sql.write_many(tuple(columns)), values)
        return
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        by_columns.setdefault(used_by(row), []).append(row)
    for names, alike in by_columns.items():
        wire.run_each(posting_sql.write(wire.dialect, names), alike)
