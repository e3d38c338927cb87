"""The funnel that every verb goes through: draft, post, and a reason when refused.

A verb drafts its entry, posts it, and lets the database refuse. Only a refusal makes the funnel
look: for the first row of a repeated key, for a race worth another try, for what was missing. A
database that was locked or away is asked again, as a whole and by key: what was committed in the
meantime is found as the first row.
"""

from __future__ import annotations

import logging
import random
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from billing import telemetry
from billing.database.wire import Clash
from billing.errors import (
    BillingError,
    IdempotencyConflict,
    InvalidEntry,
    LedgerUnavailable,
    LedgerUnusable,
)
from billing.ledger.accounts import Accounts, Payer
from billing.ledger.alerts import OnAlert, alerts_of
from billing.ledger.asking import Ask, Reads, Settled, check_key, check_values
from billing.ledger.batching import Outcome
from billing.ledger.closing.periods import closed_through
from billing.ledger.entries import CLOCK_SKEW
from billing.ledger.holds import HoldRow
from billing.ledger.ids import new_id
from billing.ledger.orders import Order, Refused
from billing.ledger.posting import find_by_key
from billing.ledger.rates import Rates
from billing.ledger.refusals import explained
from billing.ledger.rows import TransferRow
from pricing import PricingError

_log: Final = logging.getLogger("image_billing")
Kept = TypeVar("Kept")
Clock = Callable[[], datetime]

#: Races for a hold or a refund: each round has a winner, so a crowd of this size gets through.
_ROUNDS: Final = 64
#: A refusal that is no race stays one however often it is looked at.
_LOOKS: Final = 3
#: A database that is locked or away is asked this often, while no longer than this has passed.
_ATTEMPTS: Final = 5
_PATIENCE_S: Final = 10.0
_PAUSE_S: Final = 0.02
#: Holds of its own that a process remembers until they end.
_HELD_MAX: Final = 10_000


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Funnel(ABC):
    """Posts orders over some transaction: its own (`Ledger`) or the caller's (`Ledger.within`)."""

    #: Whether a lost transaction may be tried again here: not when it is the caller's.
    _is_own: bool = True

    def __init__(
        self, *, clock: Clock, accounts: Accounts, rates: Rates, on_alert: OnAlert | None
    ) -> None:
        self._clock = clock
        self._accounts = accounts
        self._rates = rates
        self._on_alert = on_alert
        #: By number: Python hashes a UUID in Python.
        self._held: OrderedDict[int, HoldRow] = OrderedDict()
        #: The newest closed month (YYYYMM), as a refusal has taught us; a draft goes by it.
        self._closed_through = 0

    @abstractmethod
    def _view(self) -> AbstractContextManager[Connection]:
        """A connection to read from."""

    @abstractmethod
    def _write(self, order: Order) -> TransferRow:
        """Write one order, durably unless the transaction is the caller's."""

    @abstractmethod
    def _write_many(self, orders: Sequence[Order]) -> list[Outcome]:
        """Write orders in one transaction."""

    def _refuse_future(self, instant: datetime | None) -> None:
        """Refuse what has not happened yet, by our clock and some skew.

        Only once a call is drafted: a clock that was set back since must not stand between a
        repeated key and its row.
        """
        if instant is not None and instant > self._clock() + CLOCK_SKEW:
            raise InvalidEntry("occurred_at", instant, "it lies in the future")

    def _patiently(self, work: Callable[[], Kept], *, begun: float | None = None) -> Kept:
        """Do it, again when the database was locked or away, or another was faster.

        Args:
            work: done again, it changes nothing that it has written before.
            begun: by `time.monotonic`; default: now.
        """
        begun = time.monotonic() if begun is None else begun
        for attempt in range(_ATTEMPTS):
            try:
                return work()
            except (LedgerUnavailable, IntegrityError) as problem:
                is_last = attempt == _ATTEMPTS - 1 or time.monotonic() - begun > _PATIENCE_S
                if is_last or not self._is_own:
                    if isinstance(problem, IntegrityError):
                        raise LedgerUnavailable("other writers were faster each time") from problem
                    raise
            time.sleep(_PAUSE_S * 2**attempt * (1 + random.random()))  # noqa: S311 - a jitter
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _settle(self, ask: Ask) -> Settled:
        """Draft, post, and on a refusal find out why."""
        check_key(ask.key)
        begun = time.perf_counter()
        settled = self._patiently(lambda: self._settle_once(ask))
        telemetry.verb_done(settled.row.kind, time.perf_counter() - begun)
        return settled

    def _settle_once(self, ask: Ask) -> Settled:
        for attempt in range(_ROUNDS):
            try:
                with Reads(self._view) as reads:
                    order, payer = self._draft(ask, reads)
                return self._written(order, payer, self._write(order))
            except (BillingError, PricingError, Refused, Clash) as problem:
                if isinstance(problem, LedgerUnavailable | LedgerUnusable):
                    raise
                settled = self._first_row(ask, problem, attempt)
                if settled is not None:
                    return settled
            self._forget(ask)
            if attempt > 0:
                time.sleep(_PAUSE_S * random.random())  # noqa: S311 - a jitter
        raise LedgerUnavailable("other writers were faster each time")

    def _draft(self, ask: Ask, reads: Reads) -> tuple[Order, Payer]:
        payer, entry = ask.prepare(reads)
        check_values(entry.columns)
        if ask.row_id is None:
            ask.row_id = new_id(payer.account.tag)
        return Order(
            account=payer.account,
            member=payer.member,
            entry=entry,
            key=payer.stored_key(ask.key),
            request_digest=ask.request_digest,
            id=ask.row_id,
            now=self._clock(),
            evidence=ask.evidence,
            hold_id=ask.hold_id,
            new_rates=self._rates.missing(*ask.rates),
            closed_through=self._closed_through,
        ), payer

    def _written(
        self, order: Order, payer: Payer, row: TransferRow, *, is_heard: bool = True
    ) -> Settled:
        """What is left to do once a row is in the ledger; `is_heard`: somebody may count it."""
        if order.new_rates and self._is_own:
            self._rates.remember(order.new_rates)
        held = None if order.hold_id is None else self._held.pop(order.hold_id.int, None)
        rate = None if held is None else held.rate
        if is_heard:
            named = payer.named
            telemetry.written(row, named.code, named.currency, rate, is_own=self._is_own)
        self._tell(row, payer)
        return Settled(row, payer, repeated=False)

    def _tell(self, row: TransferRow, payer: Payer) -> None:
        """Fire the callback for each limit that the row crossed."""
        if self._on_alert is not None:
            for alert in alerts_of(row, payer):
                try:
                    self._on_alert(alert)
                except Exception:  # noqa: BLE001 - the money has moved, whatever a callback does
                    _log.exception("on_alert failed for %s", alert)

    def _first_row(self, ask: Ask, problem: Exception, attempt: int) -> Settled | None:
        """The row that the key stands for already; None when another try may do.

        Raises:
            BillingError: why the ask is refused.
        """
        with Reads(self._view) as reads:
            payer = ask.find_payer(reads)
            first = find_by_key(reads(), payer.account, payer.stored_key(ask.key))
            if first is not None:
                if first.request_digest != ask.request_digest:
                    raise IdempotencyConflict(payer.named.code, ask.key, kind=first.kind)
                if first.id != ask.row_id:
                    return Settled(first, payer, repeated=True)
                # Our own: it was committed, and the answer was lost on its way.
                self._tell(first, payer)
                return Settled(first, payer, repeated=False)
            if isinstance(problem, Refused):
                if self._has_learnt_what_is_closed(reads(), payer):
                    return None
                reason = explained(problem, reads(), payer)
                if reason is not None:
                    raise reason
                return None  # there is room again: ask once more
        if isinstance(problem, Clash):
            # A CHECK of the balance may see a race for a hold before the unique index does.
            if problem.is_taken or (ask.hold_id is not None and attempt < _LOOKS):
                return None
            raise LedgerUnusable(str(problem)) from problem
        raise problem

    def _has_learnt_what_is_closed(self, connection: Connection, payer: Payer) -> bool:
        """Whether a month was closed, or reopened, since the draft: a new one is booked right."""
        before, self._closed_through = self._closed_through, closed_through(connection, payer)
        return before != self._closed_through

    def _forget(self, ask: Ask) -> None:
        """Drop what this process remembers of the ask's hold, which may be behind the database."""
        if ask.hold_id is not None:
            self._held.pop(ask.hold_id.int, None)

    def _keep(self, hold: HoldRow) -> None:
        """Remember a hold that was just made: its row never changes, so its end needs no look."""
        if self._is_own:
            self._held[hold.transfer.id.int] = hold
            if len(self._held) > _HELD_MAX:
                self._held.popitem(last=False)
