"""A ledger in memory is one thread's alone: what needs another is refused, or settled here."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import httpx
import pytest
from openai import AsyncOpenAI, OpenAI

from billing import InvalidEntry, Ledger, bill
from billing.client.http import AsyncImageCalls
from billing.testing import Action, ScriptedProvider, sse, sse_stalled
from tests.billing.client.calling import FIELDS


@pytest.fixture
def memory() -> Iterator[Ledger]:
    with Ledger.open("sqlite://") as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


@pytest.mark.parametrize(
    ("action", "read", "state"),
    [(sse(4, partials=0), 4, "captured"), (sse_stalled(), 1, "in_doubt")],
)
def test_a_stream_that_is_dropped_is_settled_at_once(
    action: Action, read: int, state: str, memory: Ledger
) -> None:
    with (
        ScriptedProvider([action]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-secret") as sdk,
    ):
        stream = bill(sdk, memory, account="acme").images.generate(**FIELDS, stream=True)
        hold = stream.billing.hold
        for _event in range(read):
            next(iter(stream))
        gc.disable()  # nothing but the drop itself may settle it
        try:
            del stream
        finally:
            gc.enable()
    assert memory.hold_by_id(hold.id).state == state


def test_async_clients_are_refused_when_they_are_made(memory: Ledger) -> None:
    with pytest.raises(InvalidEntry, match="in memory"):
        bill(AsyncOpenAI(api_key="sk-secret"), memory, account="acme")
    with pytest.raises(InvalidEntry, match="in memory"):
        AsyncImageCalls(memory, base_url="http://127.0.0.1:1/v1", http=httpx.AsyncClient())
