"""What was paid before, in the form that is asked for now: the SDK's raw response or stream.

The SDK makes its own objects, of an HTTP answer that is put in where a request would leave; nothing
is sent. It says what the ledger has kept: the addresses, and no pictures.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, cast

from billing.client.call.calls import Ended, Spent
from billing.client.sdk.forms import AlreadyAnswered, Form, with_receipt
from billing.client.sdk.requests import Prepared
from billing.client.sdk.results import result_of
from billing.client.sdk.stand_ins import answering
from billing.client.streams.bodies import hear
from billing.client.streams.stored_calls import StoredCall, stored_events

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.sdk.exchange import Response


def stored_answer(client: OpenAI, ended: Ended, form: Form) -> object:
    """The answer of an earlier call with the same key, as a raw response or a stream.

    Raises:
        OutcomeInDoubt: The first call is in doubt, or still under way.
        AlreadyAnswered: The client sends in ways of its own, so that something might be sent.
    """
    prepared, fields = _asked_for(ended)
    stand_in = answering(client, *_http_answer(prepared, fields))
    if stand_in is None:
        raise _unanswerable(ended)
    response = prepared.post(stand_in)
    return _shown(cast("Response", response), ended, form)


async def stored_answer_async(client: AsyncOpenAI, ended: Ended, form: Form) -> object:
    """The same of an async client."""
    prepared, fields = _asked_for(ended)
    stand_in = answering(client, *_http_answer(prepared, fields))
    if stand_in is None:
        raise _unanswerable(ended)
    response = await prepared.post_async(stand_in)
    shown = _shown(cast("Response", response), ended, form)
    return await shown if isinstance(shown, Awaitable) else shown


def _asked_for(ended: Ended) -> tuple[Prepared, dict[str, object]]:
    """The request of this call, and the fields of the stored answer."""
    spent = cast("Spent", ended.exchange)
    stored = result_of(ended)  # in doubt, or still open: says so
    data = [{"url": image.url} for image in stored.data or []]
    return cast("Prepared", spent.request), {"created": stored.created, "data": data}


def _unanswerable(ended: Ended) -> AlreadyAnswered:
    return AlreadyAnswered(cast("Spent", ended.exchange).key, ended.receipt)


def _http_answer(prepared: Prepared, fields: dict[str, object]) -> tuple[bytes, str]:
    """Body and content type."""
    if not prepared.arguments.get("stream"):
        return json.dumps(fields).encode(), "application/json"
    images = cast("list[Mapping[str, object]]", fields["data"])
    events = stored_events(prepared.path.rpartition("/")[2], fields["created"], images)
    lines = (f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return "".join(lines).encode(), "text/event-stream"


def _shown(response: Response, ended: Ended, form: Form) -> object:
    receipt = ended.receipt
    hear(response.http_response, StoredCall(receipt))
    if form.view == "plain":
        return response.parse()
    return with_receipt(response, lambda: receipt)
