"""No statement and no commit of an async call runs in the loop's thread."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from openai import APIError, AsyncOpenAI
from openai.types import ImagesResponse
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from billing import Ledger, bill
from billing.client.proxy.clients import AsyncBilledClient
from billing.testing import (
    Action,
    ScriptedProvider,
    error,
    html_200,
    images,
    sse,
    sse_cut,
    sse_stalled,
    stall,
)
from tests.billing.client.calling import FIELDS, WAYS, Desk, Way

Doing = Callable[[AsyncBilledClient], Any]


class Heard:
    """Each statement of a ledger with its thread, commits included, whichever way it is sent."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str]] = []
        self.is_on = False

    def connected(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.set_trace_callback(self._hear)

    def _hear(self, statement: str) -> None:
        if self.is_on:
            self.said.append((threading.get_ident(), statement))


async def whole(client: AsyncBilledClient, way: Way = WAYS[0], **more: object) -> object:
    method: Any = getattr(client.images, way.method)
    try:
        return await method(**{**FIELDS, **way.billed, **more})
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return raised


async def by_address(client: AsyncBilledClient) -> None:
    await whole(client, WAYS[1])


async def by_upload(client: AsyncBilledClient) -> None:
    await whole(client, WAYS[2])


async def twice_under_one_key(client: AsyncBilledClient) -> None:
    for _ in range(2):
        await whole(client, billing={"key": "job-1"})


async def without_the_money(client: AsyncBilledClient) -> None:
    await whole(client, size="3840x2160", quality="high", n=8)


async def at_once(client: AsyncBilledClient) -> None:
    await asyncio.gather(*(whole(client) for _ in range(6)))


async def cancelled(client: AsyncBilledClient) -> None:
    call = asyncio.create_task(whole(client))
    await asyncio.sleep(0.2)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def read_as_a_stream(client: AsyncBilledClient) -> None:
    stream: Any = await whole(client, stream=True)
    with suppress(APIError):  # a cut one
        async for _ in stream:
            pass


async def closed_stream(client: AsyncBilledClient) -> None:
    stream: Any = await whole(client, stream=True)
    await anext(stream)
    await stream.close()


async def dropped_stream(client: AsyncBilledClient) -> None:
    stream: Any = await whole(client, stream=True)
    await anext(stream)
    del stream
    gc.collect()


async def streaming_response(client: AsyncBilledClient) -> None:
    async with client.images.with_streaming_response.generate(**FIELDS) as response:
        await response.parse()


async def raw_response(client: AsyncBilledClient) -> None:
    await client.images.with_raw_response.generate(**FIELDS)


async def posted(client: AsyncBilledClient) -> None:
    await client.post("/images/generations", cast_to=ImagesResponse, body=FIELDS)


#: What is done, and what the provider answers meanwhile.
DOINGS: list[tuple[Doing, list[Action]]] = [
    *((doing, [images(4)]) for doing in (whole, by_address, by_upload, raw_response, posted)),
    (whole, [images(0)]),
    (whole, [html_200()]),
    (whole, [error(400)]),
    (whole, [error(429, headers={"retry-after-ms": "1"}), images(4)]),
    (twice_under_one_key, [images(4)]),
    (without_the_money, []),
    (at_once, [images(4)] * 6),
    (cancelled, [stall(30)]),
    (read_as_a_stream, [sse(4)]),
    (read_as_a_stream, [sse_cut(1)]),
    (closed_stream, [sse_stalled(k=1)]),
    (dropped_stream, [sse_stalled(k=1)]),
    (streaming_response, [images(4)]),
]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What reaches any SQLite file that is opened meanwhile."""
    heard = Heard()
    event.listen(Pool, "connect", heard.connected)
    yield heard
    event.remove(Pool, "connect", heard.connected)


@pytest.fixture(params=[False, True], ids=["alone", "grouped"])
def poor(request: pytest.FixtureRequest, heard: Heard, sqlite_url: str) -> Iterator[Ledger]:
    """A ledger with 2 USD for acme, with and without a group writer."""
    with Ledger.open(sqlite_url, group_writer=request.param) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "2", key="first-top-up")
        yield ledger


@pytest.mark.parametrize(("doing", "actions"), DOINGS)
@pytest.mark.parametrize("dry_run", [False, True], ids=["billed", "dry"])
def test_the_loops_thread_never_touches_the_database(
    doing: Doing, actions: list[Action], dry_run: bool, desk: Desk, poor: Ledger, heard: Heard
) -> None:
    with ScriptedProvider(actions) as provider:
        client = desk.sdk("async", provider.base_url)
        assert isinstance(client, AsyncOpenAI)
        billed = bill(client, poor, account="acme", retries=1, dry_run=dry_run)
        heard.is_on = True
        desk.loop.run(doing(billed))
        heard.is_on = False
        until = time.monotonic() + 5
        while poor.balance("acme").held and time.monotonic() < until:  # a dropped one
            time.sleep(0.01)
    loops = [statement for thread, statement in heard.said if thread == threading.get_ident()]
    assert loops == []
    assert any(statement.startswith("INSERT") for _thread, statement in heard.said)
