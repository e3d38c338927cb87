"""Streams on the wire: one POST, settled when the stream has ended, events untouched as they come.

For every way in which a stream ends, sync and async, for a generation, an edit by address and an
edit by upload; to the caller it is what the bare SDK shows with its retries off.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias, cast

import pytest
from openai import APITimeoutError, AsyncOpenAI, AsyncStream, OpenAI, Stream

from billing import Receipt
from billing.ledger.transfers import HoldState
from billing.testing import (
    Action,
    ScriptedProvider,
    error,
    error_object_200,
    half_body_then_close,
    html_200,
    images,
    nobody_listening,
    sse,
    sse_cut,
    sse_error,
    sse_stalled,
    sse_without_completed,
)
from tests.billing.client.calling import (
    FIELDS,
    GENERATE,
    MODES,
    UNIT,
    WAYS,
    Desk,
    Way,
    receipt_on,
    total,
)

SOON_S = 0.3
on_both = pytest.mark.parametrize("mode", MODES)


class Row(NamedTuple):
    """One way in which a stream ends, and what the ledger makes of it."""

    action: Action
    state: HoldState
    images: int = 0
    delivered: int | None = 0
    timeout_s: float = 10
    status: int | None = 200

    def __str__(self) -> str:
        return f"{self.action.name}-{self.state}"


ROWS = [
    Row(sse(4), "captured", 4, 4),
    Row(sse(2, partials=3), "captured", 2, 2),
    Row(sse(4, b64=False), "captured", 4, 4),
    Row(sse(1, done=True), "captured", 1, 1),
    Row(sse(5), "captured", 4, 5),
    Row(sse_without_completed(), "in_doubt"),
    Row(sse_cut(), "in_doubt", delivered=None),
    Row(sse_cut(2), "in_doubt", delivered=2),
    Row(sse_stalled(), "in_doubt", delivered=None, timeout_s=SOON_S),
    Row(sse_error(), "in_doubt", delivered=None),
    Row(sse_error(1), "in_doubt", delivered=1),
    Row(images(3), "captured", 3, 3),
    Row(images(0), "in_doubt"),
    Row(half_body_then_close(), "in_doubt", delivered=None),
    Row(error_object_200(), "in_doubt"),
    Row(html_200(), "in_doubt"),
    Row(error(400), "voided", delivered=None, status=400),
    Row(error(500), "in_doubt", delivered=None, status=500),
]


#: Each row, and those that differ most for every way to ask.
CASES = [
    *((row, GENERATE) for row in ROWS),
    *((row, way) for row in (ROWS[0], ROWS[7], ROWS[11]) for way in WAYS[1:]),
]


#: A stream of either kind, with `.billing`.
AnyStream: TypeAlias = Any


class Seen(NamedTuple):
    """What a caller saw of a stream."""

    events: list[dict[str, object]]
    raised: Exception | None
    stream: AnyStream


def asked(desk: Desk, client: OpenAI | AsyncOpenAI, arguments: dict[str, Any]) -> AnyStream:
    """What the call returns before the first event."""
    method = arguments.pop("method")
    return desk.done(getattr(client.images, method)(**arguments, stream=True, partial_images=1))


def seen(desk: Desk, client: OpenAI | AsyncOpenAI, arguments: dict[str, Any]) -> Seen:
    """Ask for a stream and read it to its end."""
    events: list[dict[str, object]] = []
    stream = None
    try:
        stream = asked(desk, client, arguments)
        if isinstance(stream, AsyncStream):
            desk.done(drained(stream, events))
        else:
            events.extend(event.model_dump() for event in stream)
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return Seen(events, raised, stream)
    return Seen(events, None, stream)


async def drained(stream: AsyncStream[Any], events: list[dict[str, object]]) -> None:
    async for event in stream:
        events.append(event.model_dump())  # noqa: PERF401 - what came before an error counts


def billed_arguments(way: Way) -> dict[str, Any]:
    return {"method": way.method, **FIELDS, **way.billed}


def bare_arguments(way: Way) -> dict[str, Any]:
    return {"method": way.method, **FIELDS, "quality": "medium", **way.bare}


@on_both
@pytest.mark.parametrize(("row", "way"), CASES, ids=str)
def test_every_stream_is_sent_once_and_settled_by_what_it_delivered(
    row: Row, way: Way, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([row.action] * 2) as provider:
        client = desk.billed(mode, provider.base_url, account, timeout=row.timeout_s)
        got = seen(desk, client, billed_arguments(way))
        assert provider.posts == 1
        bare = desk.sdk(mode, provider.base_url, timeout=row.timeout_s)
        plain = seen(desk, bare.with_options(max_retries=0), bare_arguments(way))
    receipt = receipt_on(got.raised or got.stream)
    (evidence,) = desk.ledger.hold_by_id(receipt.hold.id).evidence
    balance = desk.ledger.balance(account)
    assert desk.ledger.hold_by_id(receipt.hold.id).state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert (balance.held, balance.posted) == (Decimal(0), row.images * UNIT)
    assert total(desk.ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered or 0, row.status)
    assert evidence.request_id == receipt.request_id == f"req_{1:032x}"
    assert got.events == plain.events
    assert_same_error(got.raised, plain.raised)


def assert_same_error(billed: Exception | None, bare: Exception | None) -> None:
    """The errors are the bare SDK's; transport errors that its older majors leak are wrapped."""
    if bare is not None and not type(bare).__module__.startswith("openai"):
        assert type(getattr(billed, "__cause__", None)) is type(bare)
        return
    assert type(billed) is type(bare)
    assert str(billed) == str(bare)


@on_both
def test_a_stream_is_the_sdks_and_open_until_it_has_ended(mode: str, desk: Desk) -> None:
    with ScriptedProvider([sse(1, usage={"total_tokens": 7})]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        stream = asked(desk, client, billed_arguments(GENERATE))
        assert isinstance(stream, AsyncStream) is (mode == "async")
        assert isinstance(stream, Stream) is (mode == "sync")
        assert stream.response.headers["x-request-id"] == f"req_{1:032x}"
        assert stream.billing.state == "open"
        assert desk.ledger.hold_by_id(stream.billing.hold.id).state == "open"
        events: list[dict[str, object]] = []
        if mode == "sync":
            with stream as entered:
                events.extend(event.model_dump() for event in entered)
        else:
            desk.done(drained(stream, events))
            desk.done(stream.close())
    (evidence,) = desk.ledger.hold_by_id(stream.billing.hold.id).evidence
    assert [event["type"] for event in events] == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert stream.billing.state == "captured"
    assert evidence.usage == {"total_tokens": 7}


async def first_then(stream: AsyncStream[Any], leave: Callable[[], object]) -> None:
    await anext(stream)
    await cast("Any", leave())


@on_both
@pytest.mark.parametrize(("k", "state"), [(1, "captured"), (0, "in_doubt")])
def test_a_stream_that_is_closed_is_in_doubt_unless_all_of_it_was_there(
    k: int, state: str, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([sse_stalled(k=k)]) as provider:
        client = desk.billed(mode, provider.base_url, account)
        stream = asked(desk, client, {**billed_arguments(GENERATE), "n": 1})
        if mode == "sync":
            kinds = [next(stream).type for _ in range(2 * k + 1)]
            stream.close()
        else:
            kinds = [desk.done(stream.__anext__()).type for _ in range(2 * k + 1)]
            desk.done(stream.close())
        assert provider.posts == 1
    assert any(kind.endswith("completed") for kind in kinds) is bool(k)
    view = desk.ledger.hold_by_id(stream.billing.hold.id)
    assert view.state == stream.billing.state == state
    assert len(view.evidence) == 1
    assert total(desk.ledger, account) == 100


def settled(desk: Desk, hold_id: str, *, within_s: float = 5) -> HoldState:
    """The state of a hold, as soon as it is not open any more."""
    until = time.monotonic() + within_s
    while desk.ledger.hold_by_id(hold_id).state == "open" and time.monotonic() < until:
        time.sleep(0.01)
    return desk.ledger.hold_by_id(hold_id).state


@on_both
@pytest.mark.parametrize("is_begun", [True, False])
def test_a_stream_that_is_dropped_is_in_doubt(is_begun: bool, mode: str, desk: Desk) -> None:
    with ScriptedProvider([sse_stalled()]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        stream = asked(desk, client, billed_arguments(GENERATE))
        hold_id = stream.billing.hold.id
        if is_begun and mode == "sync":
            next(stream)
        elif is_begun:
            desk.done(stream.__anext__())
        del stream
        gc.collect()
        desk.done(asyncio.sleep(0.05))
        gc.collect()
        assert settled(desk, hold_id) == "in_doubt"
    (evidence,) = desk.ledger.hold_by_id(hold_id).evidence
    assert evidence.error == ("CallerLeft",)
    assert evidence.request_id == f"req_{1:032x}"


def test_a_task_that_is_cancelled_while_it_reads_is_in_doubt(desk: Desk) -> None:
    async def run(stream: AsyncStream[Any]) -> Receipt:
        task = asyncio.create_task(drained(stream, []))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        return cast("Receipt", raised.value.billing)  # type: ignore[attr-defined]

    with ScriptedProvider([sse_stalled()]) as provider:
        client = desk.billed("async", provider.base_url, desk.account())
        stream = asked(desk, client, billed_arguments(GENERATE))
        receipt = desk.loop.run(run(stream))
    assert receipt.state == desk.ledger.hold_by_id(receipt.hold.id).state == "in_doubt"


@on_both
def test_the_deadline_covers_the_whole_stream(mode: str, desk: Desk) -> None:
    with ScriptedProvider([sse_stalled()]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account(), deadline_s=0.4)
        got = seen(desk, client, billed_arguments(GENERATE))
    assert isinstance(got.raised, APITimeoutError)
    receipt = receipt_on(got.raised)
    (evidence,) = desk.ledger.hold_by_id(receipt.hold.id).evidence
    assert receipt.state == "in_doubt"
    assert evidence.error == ("APITimeoutError", "DeadlinePassed")


@on_both
def test_a_stream_that_is_never_connected_is_void(mode: str, desk: Desk) -> None:
    account = desk.account()
    with nobody_listening() as base_url:
        got = seen(desk, desk.billed(mode, base_url, account), billed_arguments(GENERATE))
    assert receipt_on(got.raised).state == "voided"
    assert desk.ledger.balance(account).available == 100


@on_both
def test_a_stream_goes_again_before_its_first_byte_only(mode: str, desk: Desk) -> None:
    busy = error(429, headers={"retry-after-ms": "1"})
    with ScriptedProvider([busy, sse(4), busy, sse_cut(1), sse(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account(), retries=3)
        assert receipt_on(seen(desk, client, billed_arguments(GENERATE)).stream).images == 4
        cut = seen(desk, client, billed_arguments(GENERATE))
        assert provider.posts == 4
    receipt = receipt_on(cut.raised)
    assert receipt.state == "in_doubt"
    assert len(desk.ledger.hold_by_id(receipt.hold.id).evidence) == 2
