"""Orders that share a transaction, by the account whose money they move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from billing.ledger.orders import Order, month_number, to_row
from billing.ledger.posting import above, instant
from billing.ledger.rows import TransferRow


class Group:
    """The orders of one account; what gives money back is decided first."""

    __slots__ = ("is_plain", "month", "now", "now_month", "orders", "rows")

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = orders if len(orders) == 1 else sorted(orders, key=_takes)
        #: The rows to be, by column; complete once the update has decided.
        self.rows = [order.columns() for order in self.orders]
        #: Nothing but rows of one account, and none that passes the guard by force.
        self.is_plain = all(order.is_plain and not order.entry.is_forced for order in orders)
        #: The instant at which the group is written.
        self.now = max([order.now for order in orders])
        #: The latest month that any of the orders is about.
        months = [order.entry.spend_month or 0 for order in orders]
        self.now_month = max(month_number(self.now), *months)
        #: The month that the balance stands at, once the update has decided.
        self.month = self.now_month

    @property
    def account_id(self) -> UUID:
        """Whose money it is."""
        return self.orders[0].account.id

    def decided(self, answer: Sequence[int | str | None], now: datetime) -> None:
        """Fill in what the update answered: version before, month, spent before, soft, later."""
        version, month, so_far, soft, later = answer
        assert isinstance(version, int)
        assert isinstance(month, int)
        assert isinstance(so_far, int)
        self.month = month
        recorded_at = now if later is None else instant(later)
        for order, row in zip(self.orders, self.rows, strict=True):
            version += 1
            row["version"], row["recorded_at"] = version, recorded_at
            entry = order.entry
            if entry.spend_month == 0:
                so_far += entry.spend
                row["month"] = month
                if entry.spend > 0 and soft is not None:
                    row["over_limit"] = above(so_far, soft)  # type: ignore[arg-type]  # an int

    def written(self) -> Iterator[tuple[Order, dict[str, object]]]:
        """The rows by column, with their orders."""
        return zip(self.orders, self.rows, strict=True)

    def outcomes(self) -> Iterator[tuple[Order, TransferRow]]:
        """The rows as they were written, with their orders."""
        return zip(self.orders, map(to_row, self.rows), strict=True)


def grouped(orders: Sequence[Order]) -> list[Group]:
    """The orders by account, in the order in which every batch takes its locks."""
    by_account: dict[int, list[Order]] = {}
    for order in orders:
        by_account.setdefault(order.account.id.int, []).append(order)
    # Locks are taken in the order of the ids, by every batch: no two can wait for each other.
    return [Group(by_account[account]) for account in sorted(by_account)]


def _takes(order: Order) -> bool:
    return order.entry.spend > 0 or order.entry.moves.available < 0
