"""The driver for `openai.AsyncOpenAI`: each call is driven by the task that made it.

How its threads run the ledger's verbs: `billing.client.driving.ledger_threads`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, cast

from billing.client.call.plan import Endpoint
from billing.client.call.steps import Prepare, Send
from billing.client.driving.async_drive import AsyncDrive
from billing.client.driving.ledger_threads import LedgerThreads
from billing.client.outcome.exchange import Exchange
from billing.client.sdk.driver import SdkDriver
from billing.client.sdk.exchange import post_once_async
from billing.client.sdk.forms import PLAIN, Form, handed_out
from billing.client.sdk.requests import Prepared
from billing.client.sdk.stored_answers import stored_answer_async
from billing.client.streams.bodies import hear
from billing.client.streams.open_calls import AsyncOpenCall
from billing.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from openai import AsyncOpenAI

    from billing.client.sdk.exchange import Response
    from billing.client.streams.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncDriver(SdkDriver):
    """Each call is driven by the task that made it."""

    uses_threads: ClassVar[bool] = True

    threads: LedgerThreads = field(default_factory=LedgerThreads, repr=False, compare=False)

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
        self.threads.submit(lambda: note.run(self.ledger))


async def _handed_out(drive: AsyncDrive, exchange: Exchange, form: Form) -> object:
    call = AsyncOpenCall(drive)
    opened = cast("Opened", exchange.answer)
    response = cast("Response", opened.response)
    try:
        hear(response.http_response, call)
        if form.view != "plain":
            return handed_out(call, response)
        return await cast("Awaitable[object]", response.parse())
    except BaseException as error:  # noqa: BLE001 - it goes on
        shown = await call.cut_async(error)
        raise shown from shown.__cause__
