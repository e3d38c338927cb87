"""Many asks in one transaction, each with its own answer: a row or a typed error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from billing.database.wire import Clash
from billing.errors import BillingError, LedgerUnavailable, LedgerUnusable
from billing.ledger import holds
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Reads, Settled, check_key
from billing.ledger.batching import Outcome
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
        start = 0
        while start < len(asks):
            stop = self._together(asks, answers, start)
            if stop == start:
                answers[start] = self._alone(asks[start])
                stop = start + 1
            start = stop
        return [answer for answer in answers if answer is not None]

    def post_drafted(self, drafts: Sequence[tuple[Order, Payer]]) -> list[Outcome]:
        """Write orders that were drafted elsewhere, all rates stored, in one transaction.

        Args:
            drafts: with whoever pays; no two with the same key.

        Raises:
            Clash: a key is taken; nothing was written.
        """
        outcomes = self._write_many([order for order, _payer in drafts])
        if self._on_alert is not None:
            for outcome, (_order, payer) in zip(outcomes, drafts, strict=True):
                if isinstance(outcome, TransferRow):
                    self._tell(outcome, payer)
        return outcomes

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
        start: int,
    ) -> int:
        """One transaction for a run of asks, up to the first that needs a look by itself.

        Returns:
            Where the run ended: everything before is answered.
        """
        drafts = self._drafts(asks, start)
        if len(drafts) < 2:
            return start
        outcomes: list[Outcome] | list[None]
        try:
            outcomes = self._write_many([order for order, _payer in drafts])
        except (Clash, LedgerUnavailable, LedgerUnusable):
            outcomes = [None] * len(drafts)  # whose fault it is shows when each is asked alone
        for index, ((order, payer), outcome) in enumerate(
            zip(drafts, outcomes, strict=True), start=start
        ):
            if isinstance(outcome, TransferRow):
                answers[index] = self._written(order, payer, outcome)
        for index in range(start, start + len(drafts)):
            answers[index] = answers[index] or self._alone(asks[index])
        return start + len(drafts)

    def _drafts(
        self, asks: Sequence[Ask | BillingError | PricingError], start: int
    ) -> list[tuple[Order, Payer]]:
        """Orders up to the first ask that cannot be drafted, or repeats a key or a hold."""
        part = [ask for ask in asks[start : start + GROUP_MAX] if isinstance(ask, Ask)]
        self._look_up_holds(part)
        taken: set[object] = set()
        drafts: list[tuple[Order, Payer]] = []
        for ask in asks[start : start + GROUP_MAX]:
            if not isinstance(ask, Ask):
                break
            try:
                check_key(ask.key)
                order, payer = self._draft(ask)
            except (BillingError, PricingError):
                break  # its key may be known already
            place = (order.account.tag, order.key)
            # By number: Python hashes a UUID in Python.
            hold = None if ask.hold_id is None else ask.hold_id.int
            if place in taken or hold in taken:
                break
            taken.add(place)
            if hold is not None:
                taken.add(hold)
            drafts.append((order, payer))
        return drafts

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
