"""Many asks in one transaction, each with its own answer: a row or a typed error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from billing.database.wire import Clash
from billing.errors import BillingError, LedgerUnavailable, LedgerUnusable
from billing.ledger import holds
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Reads, Settled, check_key
from billing.ledger.funnel import Funnel
from billing.ledger.orders import Order
from billing.ledger.rows import TransferRow
from pricing import PricingError

#: Asks that share one transaction; more are cut into pieces of this size.
GROUP_MAX: Final = 1000

Answered = Settled | BillingError | PricingError


class Many(Funnel):
    """The funnel for many asks at once."""

    def _settle_many(self, asks: Sequence[Ask | BillingError | PricingError]) -> list[Answered]:
        """Settle asks together where that works, and one by one where it does not.

        An error among the asks is its own answer. A key that stands twice is decided in order.
        """
        answers: list[Answered | None] = [None] * len(asks)
        for start in range(0, len(asks), GROUP_MAX):
            self._together(asks, answers, range(start, min(start + GROUP_MAX, len(asks))))
        for index, ask in enumerate(asks):
            if answers[index] is None:
                answers[index] = self._alone(ask)
        return [answer for answer in answers if answer is not None]

    def _alone(self, ask: Ask | BillingError | PricingError) -> Answered:
        if not isinstance(ask, Ask):
            return ask
        try:
            return self._settle(ask)
        except (BillingError, PricingError) as problem:
            return problem

    def _together(
        self,
        asks: Sequence[Ask | BillingError | PricingError],
        answers: list[Answered | None],
        indices: range,
    ) -> None:
        """One transaction for what needs no second look; the rest stays None."""
        part = asks[indices.start : indices.stop]
        self._look_up_holds([ask for ask in part if isinstance(ask, Ask)])
        orders: list[Order] = []
        drafted: list[tuple[int, Payer]] = []
        for index, order, payer in self._drafts(asks, indices):
            orders.append(order)
            drafted.append((index, payer))
        if not orders:
            return
        try:
            outcomes = self._write_many(orders)
        except (Clash, LedgerUnavailable, LedgerUnusable):
            return  # whose fault it is shows when each is asked alone
        for (index, payer), order, outcome in zip(drafted, orders, outcomes, strict=True):
            if isinstance(outcome, TransferRow):
                answers[index] = self._written(order, payer, outcome)

    def _drafts(
        self, asks: Sequence[Ask | BillingError | PricingError], indices: range
    ) -> Iterator[tuple[int, Order, Payer]]:
        taken: set[tuple[UUID, str]] = set()
        ended: set[UUID | None] = set()
        for index in indices:
            ask = asks[index]
            if not isinstance(ask, Ask):
                continue
            try:
                check_key(ask.key)
                order, payer = self._draft(ask)
            except (BillingError, PricingError):
                continue  # its key may be known already: it is asked alone
            place = (order.account.id, order.key)
            if place in taken or (ask.hold_id is not None and ask.hold_id in ended):
                continue
            taken.add(place)
            ended.add(ask.hold_id)
            yield index, order, payer

    def _look_up_holds(self, asks: Sequence[Ask]) -> None:
        """Read the holds that the asks are about and nobody remembers, in one statement."""
        # One by one: taking the set of all that is remembered would walk it under others' feet.
        wanted = {hold_id for ask in asks if (hold_id := ask.hold_id) and hold_id not in self._held}
        if len(wanted) < 2:
            return
        with Reads(self._view) as reads:
            keys = []
            for hold_id in wanted:
                owner = self._accounts.find_owner(reads, hold_id)
                if owner is not None:
                    keys.append((owner.id, hold_id))
            for hold in holds.find_many(reads(), keys):
                if hold.ending is None and hold.doubt is None:
                    self._keep(hold)
