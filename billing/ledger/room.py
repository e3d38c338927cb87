"""How much room a balance has left, read under its lock: the guard's rule, order by order.

The guarded update still decides; this says which orders to ask it about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from billing.database.wire import Wire
from billing.ledger import posting_sql
from billing.ledger.orders import Order


@dataclass(slots=True)
class Room:
    """Where a balance or an allowance stands, in nano-units; the month as YYYYMM."""

    available: int
    floor: int
    #: The newest closed month.
    closed_through: int
    month: int
    spent: int
    limit: int | None
    is_soft: bool

    def reach(self, month: int) -> None:
        """Move on to a later month, which has spent nothing yet."""
        if self.month < month:
            self.month, self.spent = month, 0

    def counted(self, order: Order) -> int:
        """What the order takes from, or gives back to, the month that it stands at."""
        return order.entry.spend if order.entry.spend_month in (0, self.month) else 0

    def fits_period(self, order: Order) -> bool:
        """The month that it is booked in is open; what comes late comes to a closed one."""
        return order.late <= self.closed_through < order.period

    def fits_money(self, order: Order) -> bool:
        """The floor stays untouched."""
        available = order.entry.moves.available
        passes = available >= 0 or order.entry.is_forced
        return passes or self.available + available >= self.floor

    def fits_month(self, order: Order) -> bool:
        """A hard limit of the month stays unbroken."""
        entry = order.entry
        spend = entry.spend if entry.spend_month == 0 else 0
        passes = spend <= 0 or entry.is_forced or self.limit is None or self.is_soft
        return passes or self.spent + self.counted(order) <= (self.limit or 0)

    def take(self, order: Order) -> None:
        """Let the order in."""
        self.available += order.entry.moves.available
        self.spent += self.counted(order)


def room_of(wire: Wire, account_id: UUID, *, member_id: UUID | None = None) -> Room:
    """Where the balance stands, locked until the transaction ends; or a member's allowance."""
    statement = posting_sql.stands(wire.dialect, of_member=member_id is not None)
    values: Mapping[str, object] = {"of_account": account_id, "of_member": member_id}
    available, floor, closed, month, spent, limit, is_soft = wire.run(statement, values)[0]
    return Room(available, floor, closed, month, spent, limit, bool(is_soft))
