"""One attempt within a deadline, for whatever sends: it comes back as a value, whatever happens."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from billing.client.outcome.exchange import Exchange
    from billing.client.transport.handover import Handover

Sync_contra = TypeVar("Sync_contra", contravariant=True)
Async_contra = TypeVar("Async_contra", contravariant=True)


class Attempt(Protocol[Sync_contra, Async_contra]):
    """One POST, and what is known of it at every moment."""

    handover: Handover
    #: What came of it, once that is known.
    exchange: Exchange | None

    def made(self, client: Sync_contra) -> Exchange:
        """Make it; nothing is raised."""

    async def made_async(self, client: Async_contra) -> Exchange:
        """Make it with an async client."""

    def failed(self, error: BaseException) -> Exchange:
        """An error answer, or no whole answer at all."""

    def overdue(self) -> Exchange:
        """The deadline came first."""


def made_within(
    timeout_s: float | None, attempt: Attempt[Sync_contra, Async_contra], client: Sync_contra
) -> Exchange:
    """Make an attempt; a KeyboardInterrupt comes back too, to be settled before it goes on.

    With `timeout_s` a thread makes it, because nothing else ends a wait for a name server or for a
    body that drips in; it is left behind when the time is up, and sends nothing more.
    """
    if timeout_s is None:
        return attempt.made(client)
    if timeout_s <= 0:
        return attempt.overdue()
    worker = Thread(target=copy_context().run, args=(attempt.made, client), daemon=True)
    interrupt: BaseException | None = None
    try:
        worker.start()
        worker.join(timeout_s)
    except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
        interrupt = error
    exchange = attempt.exchange  # read first: giving up makes the thread fail, and say so
    if exchange is None:
        attempt.handover.abandon()
    if interrupt is not None:
        return attempt.failed(interrupt)
    return exchange or attempt.overdue()


async def made_within_async(
    timeout_s: float | None, attempt: Attempt[Sync_contra, Async_contra], client: Async_contra
) -> Exchange:
    """The same in the caller's task; a cancellation comes back as a value too."""
    if timeout_s is not None and timeout_s <= 0:
        return attempt.overdue()
    task = asyncio.current_task()
    assert task is not None, "a coroutine that is awaited has a task"
    cancelled = task.cancelling()
    async with asyncio.timeout(timeout_s) as limit:
        exchange = await attempt.made_async(client)
    if limit.expired() and isinstance(exchange.error, asyncio.CancelledError):
        # Both at once: who cancels must see that.
        return exchange if task.cancelling() > cancelled else attempt.overdue()
    return exchange
