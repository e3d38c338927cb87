"""The group writer: verbs that run at the same time share one transaction, and one disk sync.

There is no thread of its own: whoever finds nobody writing leads, takes all orders that wait, and
writes them as one batch; those who came meanwhile wait, and the first of them leads next. Every
caller gets its own answer, and only after the commit.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from billing.database.wire import Clash
from billing.errors import LedgerUnavailable, LedgerUnusable
from billing.ledger.batching import Outcome
from billing.ledger.orders import Order
from billing.ledger.rows import TransferRow

#: Orders of one transaction at most.
_GROUP_MAX: Final = 256


class _Ticket:
    """One order on its way; `gate` opens when it is answered or its owner is to lead."""

    __slots__ = ("gate", "leads", "order", "outcome")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.outcome: Outcome | BaseException | None = None
        self.leads = False
        self.gate = threading.Lock()
        self.gate.acquire()


class GroupWriter:
    """Writes orders of many threads together."""

    def __init__(
        self,
        write: Callable[[Order], TransferRow],
        write_many: Callable[[Sequence[Order]], list[Outcome]],
    ) -> None:
        self._write = write
        self._write_many = write_many
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._is_led = False

    def write(self, order: Order) -> TransferRow:
        """Write the order with those of other threads; returns once it is durable.

        Raises:
            Refused: the guard let it not through.
            Clash: its key, or its hold's ending, is taken.
            LedgerUnavailable, LedgerUnusable: as they happened.
        """
        ticket = _Ticket(order)
        with self._lock:
            self._waiting.append(ticket)
            ticket.leads = not self._is_led
            self._is_led = True
        if not ticket.leads:
            ticket.gate.acquire()
        if ticket.leads:
            self._lead()
        outcome = ticket.outcome
        if isinstance(outcome, TransferRow):
            return outcome
        assert outcome is not None, "a ticket is answered before its gate opens"
        raise outcome

    def _lead(self) -> None:
        """Write what waits, as one batch, and hand over to the first who came meanwhile."""
        with self._lock:
            count = min(len(self._waiting), _GROUP_MAX)
            batch = [self._waiting.popleft() for _ in range(count)]
        try:
            self._answer(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_led = following is not None
                if following is not None:
                    following.leads = True
            for ticket in batch:
                if (
                    ticket.outcome is None
                ):  # the leader was interrupted: what became of it is unknown
                    ticket.outcome = LedgerUnavailable("the writing thread was interrupted")
                ticket.leads = False
                ticket.gate.release()
            if following is not None:
                following.gate.release()

    def _answer(self, batch: Sequence[_Ticket]) -> None:
        outcomes: Sequence[Outcome | BaseException] | None = None
        keys = {(ticket.order.account.id, ticket.order.key) for ticket in batch}
        if len(batch) > 1 and len(keys) == len(batch):
            try:
                outcomes = self._write_many([ticket.order for ticket in batch])
            except (Clash, LedgerUnavailable, LedgerUnusable):
                outcomes = None  # whose fault it is shows when each is written alone
        if outcomes is None:
            outcomes = [self._alone(ticket.order) for ticket in batch]
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome = outcome

    def _alone(self, order: Order) -> Outcome | BaseException:
        try:
            return self._write(order)
        except BaseException as problem:  # noqa: BLE001 - it is the owner's to see
            return problem
