"""Many orders in one transaction: one guarded update an account, all rows in one statement.

Within an account what gives money back goes first, so a group passes the guard exactly when each
of its orders would in turn. A group that is refused is decided order by order, under the lock of
its balance: an order is refused only when it does not fit after those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from billing.database.wire import Wire
from billing.ledger import posting_sql
from billing.ledger.orders import Order, Refused, summed, to_row, used, used_by
from billing.ledger.posting import above, attach, instant
from billing.ledger.rates import store
from billing.ledger.room import Room, room_of
from billing.ledger.rows import TransferRow

Outcome = TransferRow | Refused
Transaction = Callable[[], AbstractContextManager[None]]


@dataclass(slots=True)
class Group:
    """The orders of one account, in the order they are decided."""

    orders: list[Order]
    #: The rows that were written, by the id of their order.
    rows: list[dict[str, object]] = field(default_factory=list)

    @property
    def account_id(self) -> UUID:
        """Whose money it is."""
        return self.orders[0].account.id

    @property
    def now_month(self) -> int:
        """The latest month that any of the orders is about."""
        return max([order.now_month for order in self.orders])

    @property
    def is_plain(self) -> bool:
        """Nothing but rows of one account, and none that passes the guard by force."""
        return all(order.is_plain and not order.entry.is_forced for order in self.orders)

    def decided(self, answer: Sequence[int | str | None], now: datetime) -> None:
        """Fill in what the update answered: version before, month, spent before, soft, later."""
        before, month, spent, soft, later = answer
        assert isinstance(before, int)
        assert isinstance(spent, int)
        recorded_at = now if later is None else instant(later)
        so_far = spent
        for turn, order in enumerate(self.orders, start=1):
            row = order.columns()
            row["version"], row["recorded_at"] = before + turn, recorded_at
            if order.entry.spend_month == 0:
                so_far += order.entry.spend
                row["month"] = month
                if order.entry.spend > 0:
                    row["over_limit"] = above(so_far, soft)  # type: ignore[arg-type]  # an int or None
            self.rows.append(row)

    @property
    def now(self) -> datetime:
        """The instant at which the group is written."""
        return max([order.now for order in self.orders])


def post_many(wire: Wire, orders: Sequence[Order], transaction: Transaction) -> list[Outcome]:
    """Write what fits; the outcomes are in the order of the orders.

    Args:
        wire: a connection, in a transaction or not.
        orders: no two with the same key.
        transaction: what to wrap several statements in, e.g. `wire.transaction`.

    Raises:
        Clash: a key or a hold's ending is taken; nothing was written, nobody knows whose it is.
    """
    outcomes: dict[UUID, Outcome] = {}
    groups = _grouped(orders)
    left = groups
    if wire.dialect == "postgresql" and _may_go_at_once(groups):
        left = _post_at_once(wire, groups)
        for group in groups:
            outcomes.update(
                (order.id, to_row(row))
                for order, row in zip(group.orders, group.rows, strict=False)
            )
    if left:
        with transaction():
            # In the order of their ids, as the balances: two batches never wait for each other.
            for rate in sorted({rate for order in orders for rate in order.new_rates}):
                store(wire, rate)
            admitted = [group for group in (_admit(wire, g, outcomes) for g in left) if group]
            _write(wire, [row for group in admitted for row in group.rows])
            for group in admitted:
                outcomes.update(_attached(wire, group))
    return [outcomes[order.id] for order in orders]


def _grouped(orders: Sequence[Order]) -> list[Group]:
    by_account: dict[UUID, list[Order]] = {}
    for order in orders:
        by_account.setdefault(order.account.id, []).append(order)
    for members in by_account.values():
        members.sort(key=_takes)
    # Locks are taken in the order of the ids, by every batch: no two can wait for each other.
    return [Group(by_account[account]) for account in sorted(by_account)]


def _takes(order: Order) -> bool:
    return order.entry.spend > 0 or order.entry.moves.available < 0


def _may_go_at_once(groups: Sequence[Group]) -> bool:
    month = groups[0].now_month
    return all(group.is_plain and group.now_month == month for group in groups)


def _post_at_once(wire: Wire, groups: Sequence[Group]) -> list[Group]:
    """Write all groups in one statement of PostgreSQL; those that were refused are answered."""
    now = max([group.now for group in groups])
    month = groups[0].now_month
    sums = [summed(group.orders, now_month=month) for group in groups]
    values: dict[str, object] = {
        f"all_{name}": [total[name] for total in sums] for name in (*posting_sql.SUMS, "of_account")
    }
    rows = [order.columns() for group in groups for order in group.orders]
    columns = used(rows)
    for name in (*columns, "month"):
        values[f"each_{name}"] = [row[name] for row in rows]
    turns = [turn for group in groups for turn in range(1, len(group.orders) + 1)]
    values |= {"each_turn": turns, "now": now, "now_month": month}
    counts: list[int] = []
    so_far: list[int] = []
    for group in groups:
        total = 0
        for order in group.orders:
            is_counted = order.entry.spend_month == 0
            total += order.entry.spend if is_counted else 0
            counts.append(1 if is_counted else 0)
            so_far.append(total)
    values |= {"each_counts": counts, "each_so_far": so_far}
    answers = wire.run(posting_sql.move_and_write_many(columns), values)
    moved = {turn: answer for turn, *answer in answers}
    for turn, group in enumerate(groups, start=1):
        if turn in moved:
            group.decided(moved[turn], now)
    return [group for turn, group in enumerate(groups, start=1) if turn not in moved]


def _admit(wire: Wire, group: Group, outcomes: dict[UUID, Outcome]) -> Group | None:
    """Move the balance: for the whole group if it passes, else for what fits, in turn."""
    if group.is_plain and _move(wire, group):
        return group
    fitting, refused = _in_turn(wire, group)
    outcomes.update((refusal.order.id, refusal) for refusal in refused)
    if not fitting:
        return None
    group = Group(fitting)
    is_moved = _move(wire, group)
    assert is_moved, "what fits under the lock passes the guard"
    _allow(wire, group)
    return group


def _attached(wire: Wire, group: Group) -> Iterator[tuple[UUID, Outcome]]:
    """The rows of the group, once their evidence is written beside them."""
    for order, row in zip(group.orders, group.rows, strict=True):
        facts, hold_id = order.evidence, order.hold_id
        if facts is not None and hold_id is not None:
            attach(wire, order.account, order.id, facts, hold_id=hold_id, now=order.now)
        yield order.id, to_row(row)


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
        if not (room.fits_money(order) and room.fits_month(order)):
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
    answers = wire.run(posting_sql.move(wire.dialect), {**total, "counts": 0})
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
        month = max([group.now_month, *(row["month"] or 0 for row in group.rows)])  # type: ignore[type-var]
        total = summed(orders, now_month=month)  # type: ignore[arg-type]
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
        columns = used(rows)
        values = {f"each_{name}": [row[name] for row in rows] for name in columns}
        wire.run(posting_sql.write_many(columns), values)
        return
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        by_columns.setdefault(used_by(row), []).append(row)
    for columns, alike in by_columns.items():
        wire.run_each(posting_sql.write(wire.dialect, columns), alike)
