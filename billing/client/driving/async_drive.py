"""Drives a call from a task: the ledger's verbs run in threads, the loop never waits for them.

What a thread does to the ledger cannot be taken back: a task that is cancelled meanwhile waits for
it, settles what it did, and only then is cancelled. How a request is built and sent is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

from billing.client.call.calls import Ended
from billing.client.call.machine import Machine
from billing.client.call.steps import LedgerStep, Prepare, Request, Send, Step, Wait
from billing.client.driving.ledger_threads import LANE_S
from billing.client.outcome.exchange import Exchange, broken_by
from billing.client.receipt import carry

if TYPE_CHECKING:
    from billing.client.driving.ledger_threads import LedgerThreads
    from billing.ledger import Ledger

T = TypeVar("T")

Preparing = Callable[[Prepare], Request]
Sending = Callable[[Send], Awaitable[Exchange]]


class DrivesAsync(Protocol):
    """What a drive needs of its driver."""

    @property
    def ledger(self) -> Ledger:
        """Where the money is."""

    @property
    def threads(self) -> LedgerThreads:
        """Where the ledger's verbs run."""


class AsyncDrive:
    """One call under way."""

    def __init__(
        self, driver: DrivesAsync, machine: Machine, *, prepare: Preparing, send: Sending
    ) -> None:
        self.driver, self.machine = driver, machine
        self.prepare, self.send = prepare, send
        #: The first interrupt that came while a thread was at work.
        self.interrupt: BaseException | None = None

    async def ended(self) -> Ended:
        """Drive it to its end.

        Raises:
            BaseException: By which the call ended, a cancellation included.
        """
        while True:
            try:
                step = self.machine.next_step()
                if step is None:
                    break
                self.machine.answer(await self.perform(step))
            except BaseException as error:  # noqa: BLE001 - the machine lets it go on
                if isinstance(error, GeneratorExit):
                    self.interrupt = error
                self.machine.fail(error)
        assert self.machine.ended is not None
        return self.interrupted_or(self.machine.ended)

    async def perform(self, step: Step[object]) -> object:
        """One step."""
        ledger = self.driver.ledger
        if isinstance(step, Send):
            return await self.sent(step)
        is_owed = isinstance(step, LedgerStep) and step.is_owed
        if self.interrupt is not None and not is_owed:
            raise self.interrupt
        match step:
            case LedgerStep():
                if isinstance(self.interrupt, GeneratorExit):  # nothing may be awaited any more
                    return step.run(ledger)
                return await self.outcome_soon(self.driver.threads.perform(step, ledger))
            case Prepare():
                if not step.reads_files:
                    return self.prepare(step)
                return await self.in_thread(lambda: self.prepare(step))
            case Wait():
                await asyncio.sleep(step.seconds)
                return None
        raise AssertionError(step)

    async def sent(self, step: Send) -> Exchange:
        """The exchange of one attempt."""
        if self.interrupt is not None:
            return broken_by(self.interrupt, is_unsent=True)
        exchange = await self.send(step)
        if isinstance(exchange.error, GeneratorExit):
            self.interrupt = exchange.error
        return exchange

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What a thread made of the work, whatever comes meanwhile."""
        if isinstance(self.interrupt, GeneratorExit):  # nothing may be awaited any more
            return work()
        return await self.outcome(self.driver.threads.submit(work))

    async def outcome_soon(self, running: Future[T]) -> T:
        """The same of a step, which does not wait for long behind those of other calls."""
        hurry = self.driver.threads.hurry
        impatience = asyncio.get_running_loop().call_later(LANE_S, hurry, running)
        try:
            return await self.outcome(running)
        finally:
            impatience.cancel()

    async def outcome(self, running: Future[T]) -> T:
        """What a thread's work comes to, however many interrupts come before."""
        try:
            await self.finished(running)
        except GeneratorExit as closing:
            wait([running])
            self.interrupt = closing
        return running.result()

    async def finished(self, running: Future[T]) -> None:
        """Wait for a thread's work through any number of cancellations."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def tell(_running: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop was closed, nobody waits
                loop.call_soon_threadsafe(done.set)

        running.add_done_callback(tell)
        while not done.is_set():
            try:
                await done.wait()
            except asyncio.CancelledError as cancelled:
                self.interrupt = self.interrupt or cancelled

    def interrupted_or(self, ended: Ended) -> Ended:
        """The end of the call, unless an interrupt waited for it."""
        if self.interrupt is None:
            return ended
        raise carry(self.interrupt, ended.receipt)
