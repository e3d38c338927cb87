"""The driver for `openai.AsyncOpenAI`: each call is driven by the task that made it.

Up to `LEDGER_THREADS` verbs of the ledger run at once for a client and its copies, so that a ledger
with a group writer has something to gather.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, cast

from billing.client.async_drive import AsyncDrive, ledger_threads
from billing.client.driver import Driver
from billing.client.exchange import Exchange
from billing.client.plan import Endpoint
from billing.client.prepared import Prepared
from billing.client.raw_forms import PLAIN, Form, handed_out
from billing.client.sdk_exchange import Opened, post_once_async
from billing.client.steps import Prepare, Send
from billing.client.stored_answers import stored_answer_async
from billing.client.stream_bodies import hear
from billing.client.stream_calls import AsyncOpenCall
from billing.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from openai import AsyncOpenAI


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncDriver(Driver):
    """Each call is driven by the task that made it."""

    uses_threads: ClassVar[bool] = True

    threads: ThreadPoolExecutor = field(default_factory=ledger_threads, repr=False, compare=False)

    async def call(
        self,
        client: AsyncOpenAI,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
        form: Form = PLAIN,
    ) -> object:
        """Make one billed call; raises what the sync driver raises, and `CancelledError`."""
        machine = self.machine(client, endpoint, given, billing=billing)

        def prepare(step: Prepare) -> Prepared:
            return form.prepared(step.plan, step.quote, reads_all=step.reads_files)

        async def send(step: Send) -> Exchange:
            return await post_once_async(
                client,
                cast("Prepared", step.request),
                idempotency_key=step.idempotency_key,
                timeout_s=step.timeout_s,
            )

        drive = AsyncDrive(self, machine, prepare=prepare, send=send)
        ended = await drive.ended()
        if isinstance(ended.exchange, Exchange) and ended.exchange.is_handed_out:
            return await _handed_out(drive, ended.exchange, form)
        is_stream = bool(given.get("stream"))
        if form.is_stored(ended, is_stream=is_stream):
            return await stored_answer_async(client, ended, form)
        return form.result(ended, is_stream=is_stream)

    def note_passed(self, refused: BillingError) -> None:
        """As every driver, by a thread."""
        note = self._passed(refused)
        self.threads.submit(note.run, self.ledger)


async def _handed_out(drive: AsyncDrive, exchange: Exchange, form: Form) -> object:
    call = AsyncOpenCall(drive)
    opened = cast("Opened", exchange.answer)
    try:
        hear(opened.response.http_response, call)
        if form.view != "plain":
            return handed_out(call, opened)
        return await cast("Awaitable[object]", opened.response.parse())
    except BaseException as error:  # noqa: BLE001 - it goes on
        shown = await call.cut_async(error)
        raise shown from shown.__cause__
