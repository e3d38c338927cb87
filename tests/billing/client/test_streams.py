"""A stream while it goes on: untouched, open until it has ended, settled however it is left."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any, cast

import pytest
from openai import APITimeoutError, AsyncStream, Stream

from billing import Receipt
from billing.testing import ScriptedProvider, error, sse, sse_cut, sse_stalled
from tests.billing.client.calling import GENERATE, MODES, WAYS, Desk, Way, receipt_on, total
from tests.billing.client.streaming import asked, billed_arguments, drained, seen, settled

on_both = pytest.mark.parametrize("mode", MODES)


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


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_task_that_is_cancelled_while_it_reads_is_in_doubt(way: Way, desk: Desk) -> None:
    async def run(stream: AsyncStream[Any]) -> Receipt:
        task = asyncio.create_task(drained(stream, []))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await task
        return cast("Receipt", raised.value.billing)  # type: ignore[attr-defined]

    account = desk.account()
    with ScriptedProvider([sse_stalled()]) as provider:
        client = desk.billed("async", provider.base_url, account)
        stream = asked(desk, client, billed_arguments(way))
        receipt = desk.loop.run(run(stream))
        assert provider.posts == 1
    view = desk.ledger.hold_by_id(receipt.hold.id)
    assert receipt.state == view.state == "in_doubt"
    assert len(view.evidence) == 1
    assert total(desk.ledger, account) == 100


@on_both
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_deadline_covers_the_whole_stream(way: Way, mode: str, desk: Desk) -> None:
    account = desk.account()
    with ScriptedProvider([sse_stalled()]) as provider:
        client = desk.billed(mode, provider.base_url, account, deadline_s=0.4)
        got = seen(desk, client, billed_arguments(way))
        assert provider.posts == 1
    assert total(desk.ledger, account) == 100
    assert isinstance(got.raised, APITimeoutError)
    receipt = receipt_on(got.raised)
    (evidence,) = desk.ledger.hold_by_id(receipt.hold.id).evidence
    assert receipt.state == "in_doubt"
    assert evidence.error == ("APITimeoutError", "DeadlinePassed")


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
