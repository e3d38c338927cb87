"""Many asks in one transaction, each with its own answer: a row or a typed error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from itertools import chain, repeat
from typing import Final, NamedTuple

from billing import telemetry
from billing.database.wire import Clash
from billing.errors import BillingError, LedgerUnavailable, LedgerUnusable
from billing.ledger import holds
from billing.ledger.accounts import Payer
from billing.ledger.asking import Ask, Reads, Settled, check_key
from billing.ledger.batching import Landing, Outcome
from billing.ledger.funnel import Funnel
from billing.ledger.orders import Order
from billing.ledger.rows import TransferRow
from pricing import PricingError

#: Asks that share one transaction; more are cut into pieces of this size.
GROUP_MAX: Final = 1000

Answered = Settled | BillingError | PricingError
#: Sends orders that share a transaction; their outcomes are there when they are called for.
Send = Callable[[Sequence[Order]], Landing]
_Asked = Ask | BillingError | PricingError
#: The database did not answer; whoever is asked alone asks it again.
_AWAY = (LedgerUnavailable, LedgerUnusable)
#: Whose fault it is shows when each is asked alone.
_NOBODYS = (Clash, *_AWAY)


class _Flight(NamedTuple):
    """Orders that were sent, those who pay for them, and what waits for their outcomes."""

    asks: Sequence[_Asked]
    drafts: Sequence[tuple[Order, Payer]]
    landing: Landing
    #: By `time.monotonic`, before they were drafted.
    begun: float


class Many(Funnel):
    """The funnel for many asks at once."""

    def _sender(self, asked: int) -> AbstractContextManager[tuple[int, Send]]:
        """How many of so many asks share a transaction at most, and what sends their orders."""
        del asked
        return nullcontext((GROUP_MAX, lambda orders: partial(self._write_many, orders)))

    def _settle_many(self, asks: Sequence[_Asked]) -> Iterator[Answered]:
        """Settle asks together where that works, and one by one where it does not.

        An error among the asks is its own answer. A key that stands twice is decided in order.
        While the database writes some, the next are drafted, and those before are answered.
        """
        start = 0
        flight: _Flight | None = None
        with self._sender(len(asks)) as (size, send):
            while start < len(asks) or flight is not None:
                begun, part = time.monotonic(), asks[start : start + size]
                drafts = self._drafts(part)
                landed, flight = flight, None
                outcomes = [] if landed is None else self._outcomes(landed)
                is_clear = all(isinstance(outcome, TransferRow) for outcome in outcomes)
                if landed is not None and not is_clear:
                    yield from self._answers(landed, outcomes)
                    landed = None
                if len(drafts) > 1:
                    flight = _launched(part, drafts, send, begun)
                if landed is not None:
                    yield from self._answers(landed, outcomes)
                if len(drafts) > 1:
                    start += len(drafts)
                elif part:
                    yield self._alone(part[0])
                    start += 1

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

    def _outcomes(self, flight: _Flight) -> Sequence[Outcome | LedgerUnavailable | None]:
        """What became of each order; None where each has to be asked alone.

        A database that is locked or away is asked again for all of them: each alone would wait as
        long, one after the other.
        """
        orders = [order for order, _payer in flight.drafts]
        again: Landing = partial(self._write_many, orders)
        landings = chain([flight.landing], repeat(again))
        try:
            return self._patiently(lambda: next(landings)(), begun=flight.begun)
        except LedgerUnavailable as problem:
            return [problem] * len(orders)
        except (Clash, LedgerUnusable):
            return [None] * len(orders)

    def _answers(
        self, flight: _Flight, outcomes: Sequence[Outcome | LedgerUnavailable | None]
    ) -> Iterator[Answered]:
        """The answers of those that flew together; one that was refused is asked alone."""
        is_heard = telemetry.heard_instruments() is not None
        took_s = time.monotonic() - flight.begun
        written = [
            self._written(order, payer, outcome, is_heard=is_heard)
            if isinstance(outcome, TransferRow)
            else None
            for (order, payer), outcome in zip(flight.drafts, outcomes, strict=True)
        ]
        for ask, answer, outcome in zip(flight.asks, written, outcomes, strict=False):
            if isinstance(outcome, LedgerUnavailable):
                yield outcome
                continue
            if answer is not None and is_heard:
                telemetry.verb_done(answer.row.kind, took_s)
            yield answer or self._alone(ask)

    def _drafts(self, asks: Sequence[_Asked]) -> list[tuple[Order, Payer]]:
        """Orders up to the first ask that cannot be drafted, or repeats a key or a hold."""
        self._look_up_holds([ask for ask in asks if isinstance(ask, Ask)])
        taken: set[object] = set()
        drafts: list[tuple[Order, Payer]] = []
        # Those before may be in the ledger: whoever cannot be read about now is asked alone.
        with suppress(*_AWAY), Reads(self._view) as reads:
            for ask in asks:
                if not isinstance(ask, Ask):
                    break
                try:
                    check_key(ask.key)
                    order, payer = self._draft(ask, reads)
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
        """Read the holds that the asks are about and nobody remembers, in one statement.

        Only to be quick: a draft reads what is missing here.
        """
        # One by one: taking the set of all that is remembered would walk it under others' feet.
        wanted = {
            hold_id for ask in asks if (hold_id := ask.hold_id) and hold_id.int not in self._held
        }
        if len(wanted) < 2:
            return
        with suppress(*_AWAY), Reads(self._view) as reads:
            keys = []
            for hold_id in wanted:
                owner = self._accounts.find_owner(reads, hold_id)
                if owner is not None:
                    keys.append((owner.id, hold_id))
            for hold in holds.find_many(reads(), keys):
                if hold.ending is None and hold.doubt is None:
                    self._keep(hold)


def _launched(
    asks: Sequence[_Asked], drafts: Sequence[tuple[Order, Payer]], send: Send, begun: float
) -> _Flight:
    orders = [order for order, _payer in drafts]
    try:
        return _Flight(asks, drafts, send(orders), begun)
    except _NOBODYS as problem:
        return _Flight(asks, drafts, partial(_raise, problem), begun)


def _raise(problem: Exception) -> list[Outcome]:
    raise problem
