"""The group writer: verbs that run at the same time share one transaction, and one disk sync.

There is no thread of its own: whoever finds nobody writing leads, takes all orders that wait, and
writes them as one batch; those who came meanwhile wait, and the first of them leads next. Every
caller gets its own answer, and only after the commit.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Final

from billing.errors import LedgerUnavailable, LedgerUnusable
from billing.ledger.batching import Outcome
from billing.ledger.orders import Order
from billing.ledger.rows import TransferRow

_log: Final = logging.getLogger("image_billing")
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
    """Writes orders of many threads together, those of one lane by one thread at a time.

    Lanes never wait for each other: a transaction elsewhere that holds one account's lock must not
    stop the orders of another account.
    """

    def __init__(
        self,
        write: Callable[[Order], TransferRow],
        write_many: Callable[[Sequence[Order]], list[Outcome]],
        lane_of: Callable[[Order], Hashable],
    ) -> None:
        self._write = write
        self._write_many = write_many
        self._lane_of = lane_of
        self._lock = threading.Lock()
        #: Those who wait, by lane; a lane is there while somebody leads it.
        self._waiting: dict[Hashable, deque[_Ticket]] = {}

    def write(self, order: Order) -> TransferRow:
        """Write the order with those of other threads; returns once it is durable.

        Raises:
            Refused: the guard let it not through.
            Clash: its key, or its hold's ending, is taken.
            LedgerUnavailable, LedgerUnusable: as they happened.
        """
        ticket, lane = _Ticket(order), self._lane_of(order)
        with self._lock:
            ticket.leads = lane not in self._waiting
            self._waiting.setdefault(lane, deque()).append(ticket)
        if not ticket.leads:
            try:
                ticket.gate.acquire()
            except BaseException:
                self._leave(ticket, lane)
                raise
        if ticket.leads:
            self._lead(lane)
        outcome = ticket.outcome
        if isinstance(outcome, TransferRow):
            return outcome
        assert outcome is not None, "a ticket is answered before its gate opens"
        raise outcome

    def _lead(self, lane: Hashable) -> None:
        """Write what waits, as one batch, and hand over to the first who came meanwhile."""
        with self._lock:
            waiting = self._waiting[lane]
            batch = [waiting.popleft() for _ in range(min(len(waiting), _GROUP_MAX))]
        try:
            self._answer(batch)
            self._tell_who_waited(lane, batch)
        finally:
            for ticket in batch:
                if (
                    ticket.outcome is None
                ):  # the leader was interrupted: what became of it is unknown
                    ticket.outcome = LedgerUnavailable("the writing thread was interrupted")
                ticket.leads = False
            self._hand_over(lane)
            for ticket in batch:
                ticket.gate.release()

    def _tell_who_waited(self, lane: Hashable, batch: Sequence[_Ticket]) -> None:
        """A database that was locked or away was so for all who came while it was asked.

        Each has its own patience, and would else wait once more for those before it.
        """
        problem = batch[0].outcome
        if not isinstance(problem, LedgerUnavailable):
            return
        with self._lock:
            waiting = self._waiting[lane]
            batch_too = list(waiting)
            waiting.clear()
        for ticket in batch_too:
            ticket.outcome = problem
            ticket.gate.release()

    def _hand_over(self, lane: Hashable) -> None:
        with self._lock:
            waiting = self._waiting[lane]
            following = waiting[0] if waiting else None
            if following is None:
                del self._waiting[lane]
                return
            following.leads = True
        following.gate.release()

    def _leave(self, ticket: _Ticket, lane: Hashable) -> None:
        """Give up a place in the queue; who was to lead next hands over."""
        with self._lock:
            waiting = self._waiting.get(lane, ())
            if ticket not in waiting:
                return  # it is being written: whether it was shows by its key
            self._waiting[lane].remove(ticket)
        if ticket.leads:
            self._hand_over(lane)

    def _answer(self, batch: Sequence[_Ticket]) -> None:
        for ticket, outcome in zip(batch, self._outcomes(batch), strict=True):
            ticket.outcome = outcome

    def _outcomes(self, batch: Sequence[_Ticket]) -> Sequence[Outcome | Exception]:
        orders = [ticket.order for ticket in batch]
        keys = {(order.account.id, order.key) for order in orders}
        if len(orders) > 1 and len(keys) == len(orders):
            try:
                return self._write_many(orders)
            except (LedgerUnavailable, LedgerUnusable) as problem:
                return [problem] * len(orders)  # asking one by one would wait as often
            except Exception as problem:  # noqa: BLE001 - whose fault it is shows one by one
                _log.debug("a batch of %s goes one by one: %r", len(orders), problem)
        return [self._alone(order) for order in orders]

    def _alone(self, order: Order) -> Outcome | Exception:
        try:
            return self._write(order)
        except Exception as problem:  # noqa: BLE001 - it is the owner's to see
            return problem
