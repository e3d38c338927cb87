"""A call whose answer the caller is reading: open until that has ended, then settled, once.

The machine of the call waits at its `Send`; no transaction is open meanwhile. However the reading
ends, the machine is told, and what it then asks of the ledger is done.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from threading import Lock, Thread, Timer
from typing import TYPE_CHECKING, Final, cast
from weakref import ref

from billing.client.call.steps import LedgerStep, Step
from billing.client.driving.driver import drive
from billing.client.outcome.exchange import DeadlinePassed, Exchange, names_of
from billing.client.outcome.table import Reply
from billing.client.receipt import carry
from billing.client.streams.answer_reader import AnswerReader
from billing.client.transport.handover import cut_off

if TYPE_CHECKING:
    from billing.client.call.machine import Machine
    from billing.client.driving.async_drive import AsyncDrive
    from billing.client.streams.opened import Opened
    from billing.client.transport.handover import Answered
    from billing.ledger import Ledger
    from pricing import Quote

#: A collected answer of a sync client is settled by a thread, because the collector runs anywhere,
#: also where this thread holds what the ledger needs; it is waited for so long.
_COLLECTOR_WAITS_S: Final = 1.0


#: Every call that is still open, so that the collector does not take a call with its answer: what
#: is left of it has to be settled.
_OPEN: Final[set[OpenCall]] = set()


class CallerLeft(Exception):
    """The caller closed or dropped an answer before its end."""


class ErrorEvent(Exception):
    """An event said that the work failed, and nobody has said so to the caller yet."""


class OpenCall:
    """What is behind an answer that was handed out unread."""

    def __init__(self, machine: Machine, ledger: Ledger) -> None:
        assert machine.ended is not None, "the answer was handed out"
        self._exchange = cast("Exchange", machine.ended.exchange)
        self.reader = AnswerReader()
        #: Open until the answer has ended; then what the call came to.
        self.receipt = replace(machine.ended.receipt, request_id=self._exchange.reply.request_id)
        opened = cast("Opened", self._exchange.answer)
        self.limit, self._shown = opened.limit, opened.shown
        # The answer itself is the caller's: it is collected when that drops it.
        self._exchange = replace(self._exchange, answer=None)
        self._machine, self._ledger = machine, ledger
        machine.ended = None
        self._ending = Lock()
        self._timer: Timer | None = None
        _OPEN.add(self)

    def watch(self, answered: Answered) -> None:
        """Cut the answer off at the deadline, also when the provider drips or stays silent."""
        if self.limit is not None:
            self._timer = Timer(self.limit.left_s(), _cut_off, (ref(answered),))
            self._timer.daemon = True
            self._timer.start()

    @property
    def is_overdue(self) -> bool:
        """The deadline has passed."""
        return self.limit is not None and not self.limit.left_s()

    def check_deadline(self) -> None:
        """Raise the time-out that the caller is to see when the deadline has passed."""
        if self.limit is not None and self.is_overdue:
            raise self._shown(DeadlinePassed(self.limit.timeout_s))

    def finish(self, error: BaseException | None = None) -> None:
        """The answer has ended, or broke off by that error; only the first word counts."""
        if self._ending.acquire(blocking=False):
            self._settle(self._closed(error))

    def cut(self, error: BaseException) -> BaseException:
        """The answer broke off: what the caller gets to see, with the receipt."""
        shown = self.shown(error)
        self.finish(shown)
        return carry(shown, self.receipt)

    def shown(self, error: BaseException) -> BaseException:
        """The error as the caller sees it."""
        if self.limit is not None and self.is_overdue and isinstance(error, Exception):
            return self._shown(DeadlinePassed(self.limit.timeout_s))
        return self._shown(error)

    def abandon(self, *, waits_s: float = _COLLECTOR_WAITS_S) -> None:
        """The answer was dropped and collected; settled by a thread, whatever that comes to."""
        if not self._ending.acquire(blocking=False):
            return
        if _is_of_this_thread(self._ledger):
            self._settle(self._closed(CallerLeft()))
            return
        thread = Thread(target=self._settle, args=(self._closed(CallerLeft()),))
        try:
            thread.start()
        except RuntimeError:  # the interpreter ends, and starts no threads any more
            self._settle(self._closed(CallerLeft()))
        else:
            thread.join(waits_s)

    def _closed(self, error: BaseException | None) -> Exchange:
        """How the attempt ended."""
        answer = self.reader.answer()
        if isinstance(error, CallerLeft) and self._has_all(answer.delivered):
            error = None
        if error is None and self.reader.has_failed:
            error = ErrorEvent()
        opened = self._exchange.reply
        reply = Reply(
            status=opened.status,
            request_id=opened.request_id,
            answer=answer,
            error=() if error is None else names_of(error),
            is_broken=error is not None,
        )
        return replace(self._exchange, reply=reply, error=error)

    def _has_all(self, delivered: int) -> bool:
        """Nothing that matters can come any more."""
        quote: Quote | None = self.receipt.quote  # none of a dry run that has no price
        return self.reader.is_done or (quote is not None and delivered >= quote.n)

    def _settle(self, exchange: Exchange) -> None:
        _OPEN.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._machine.read(exchange)
        self.receipt = drive(self._machine, self._performed).receipt

    def _performed(self, step: Step[object]) -> object:
        assert isinstance(step, LedgerStep), step
        return step.run(self._ledger)


class AsyncOpenCall(OpenCall):
    """The same for an async caller: a thread settles, and the loop does not wait."""

    def __init__(self, drive: AsyncDrive) -> None:
        super().__init__(drive.machine, drive.driver.ledger)
        self._drive = drive

    async def finish_async(self, error: BaseException | None = None) -> None:
        """As `finish`; a cancellation meanwhile goes on when the call is settled."""
        if not self._ending.acquire(blocking=False):
            return
        exchange = self._closed(error)
        await self._drive.in_thread(lambda: self._settle(exchange))
        interrupt, self._drive.interrupt = self._drive.interrupt, None
        if interrupt is not None:
            raise carry(interrupt, self.receipt)

    async def cut_async(self, error: BaseException) -> BaseException:
        """As `cut`."""
        shown = self.shown(error)
        await self.finish_async(shown)
        return carry(shown, self.receipt)

    def abandon(self, *, waits_s: float = 0.0) -> None:
        """As for a sync caller, but nobody waits for the thread."""
        super().abandon(waits_s=waits_s)


def _is_of_this_thread(ledger: Ledger) -> bool:
    """Whether the ledger is in memory and idle: no thread but this one can settle, and now it can.

    In the middle of a verb nobody can; then the hold stays open, and the log says so.
    """
    if ledger.spool.place is not None:
        return False
    connection = ledger.engine.raw_connection()
    try:
        driver = connection.driver_connection
        return isinstance(driver, sqlite3.Connection) and not driver.in_transaction
    finally:
        connection.close()


def _cut_off(answered: ref[Answered]) -> None:
    still_there = answered()
    if still_there is not None:
        with suppress(Exception):
            cut_off(still_there)
