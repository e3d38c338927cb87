"""Streams over plain HTTP: the rows of the SDK's streams, the same money, events as they came."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import pytest

from billing.client.http import (
    AnswerInDoubt,
    AsyncImageCalls,
    AsyncImageEvents,
    BadEvent,
    BadStatus,
    CallFailed,
    ConnectionFailed,
    ImageCalls,
    ImageEvents,
    TimedOut,
)
from billing.testing import (
    ScriptedProvider,
    error,
    html_200,
    images,
    nobody_listening,
    sse,
    sse_error,
    sse_stalled,
    sse_without_completed,
)
from billing.testing.actions import reply
from tests.billing.client.calling import GENERATE, MODES, UNIT, WAYS, Desk, Way, receipt_on, total
from tests.billing.client.http_calling import HttpDesk, http_desk_of
from tests.billing.client.rows import CORE, ROWS, SOON_S, STREAMS, Row

on_both = pytest.mark.parametrize("mode", MODES)
EVENT_STREAM = {"content-type": "text/event-stream"}
COMPLETED: dict[str, object] = {"type": "image_generation.completed", "url": "http://x/1"}
ASKED: dict[str, Any] = {"stream": True, "partial_images": 1}


@pytest.fixture(scope="module")
def http_desk(desk: Desk) -> Iterator[HttpDesk]:
    with http_desk_of(desk) as opened:
        yield opened


AnyCalls: TypeAlias = ImageCalls | AsyncImageCalls


class Seen(NamedTuple):
    """What a caller saw of a stream."""

    events: list[Mapping[str, object]]
    stream: Any
    raised: object = None


def read(desk: Desk, stream: object, events: list[Mapping[str, object]]) -> None:
    """Every event, to the end."""
    if isinstance(stream, AsyncImageEvents):
        desk.done(drained(stream, events))
    else:
        assert isinstance(stream, ImageEvents)
        events.extend(stream)


async def drained(stream: AsyncImageEvents, events: list[Mapping[str, object]]) -> None:
    async for event in stream:
        events.append(event)  # noqa: PERF401 - what came before an error counts


def seen(http_desk: HttpDesk, calls: AnyCalls, way: Way = GENERATE, **more: object) -> Seen:
    """Ask for a stream and read it to its end."""
    stream = http_desk.call(calls, way, **{**ASKED, **more})
    if isinstance(stream, Exception):
        return Seen([], None, stream)
    events: list[Mapping[str, object]] = []
    try:
        read(http_desk.desk, stream, events)
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return Seen(events, stream, raised)
    return Seen(events, stream)


CASES = [
    *((row, way) for row in STREAMS for way in WAYS),
    *((row, GENERATE) for row in ROWS if row.name in CORE),
]


@pytest.mark.parametrize(("row", "way"), CASES, ids=str)
@on_both
def test_every_end_of_a_stream_is_settled_as_with_the_sdk(
    http_desk: HttpDesk, row: Row, way: Way, mode: str
) -> None:
    ledger, account = http_desk.desk.ledger, http_desk.desk.account()
    with ScriptedProvider([row.action]) as provider:
        calls = http_desk.calls(mode, provider.base_url, account)
        came = seen(http_desk, calls, way, timeout=row.timeout_s)
        assert len(provider.requests) == provider.posts == 1
        sent = provider.requests[0].body
        assert b"stream" in sent
        assert b"partial_images" in sent
    receipt = receipt_on(came.raised if came.stream is None else came.stream)
    view, balance = ledger.hold_by_id(receipt.hold.id), ledger.balance(account)
    (evidence,) = view.evidence
    assert view.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert (balance.posted, balance.held) == (row.images * UNIT, Decimal(0))
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert total(ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered, row.status)
    assert evidence.request_id == (f"req_{1:032x}" if row.status else None)
    if came.raised is not None:
        assert isinstance(came.raised, CallFailed)
        assert came.raised.status == row.status


@on_both
def test_events_come_as_the_provider_sent_them(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([sse(2, partials=2, done=True)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls, n=2)
    assert came.raised is None
    kinds = ["partial_image", "partial_image", "completed"] * 2
    assert [event["type"] for event in came.events] == [f"image_generation.{k}" for k in kinds]
    assert all(event["b64_json"] for event in came.events)
    assert (came.stream.status, came.stream.billing.images) == (200, 2)
    assert came.stream.headers["content-type"] == "text/event-stream"


@on_both
def test_a_provider_that_does_not_stream_is_heard_as_one_event(
    http_desk: HttpDesk, mode: str
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls)
    assert came.raised is None
    (whole,) = came.events
    assert len(whole["data"]) == came.stream.billing.images == 4  # type: ignore[arg-type]


@on_both
def test_what_is_no_stream_and_no_json_is_in_doubt(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([html_200()]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls)
    assert isinstance(came.raised, AnswerInDoubt)
    assert came.raised.billing.state == "in_doubt"
    assert "html" in str(came.raised.body)


@on_both
@pytest.mark.parametrize("body", [b"data: [DONE]\n\n", b": nothing yet\n\n", b""])
def test_a_stream_without_an_event_is_in_doubt(http_desk: HttpDesk, mode: str, body: bytes) -> None:
    with ScriptedProvider([reply(body=body, headers=EVENT_STREAM)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls)
    assert isinstance(came.raised, AnswerInDoubt)
    assert "The stream carried no event." in str(came.raised)
    assert came.raised.billing.state == "in_doubt"


@on_both
def test_nothing_comes_after_an_error_event(http_desk: HttpDesk, mode: str) -> None:
    said: list[dict[str, object]] = [{"error": {"code": "x"}}, COMPLETED]
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in said)
    with ScriptedProvider([reply(body=body, headers=EVENT_STREAM)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls)
        assert isinstance(came.raised, BadEvent)
        read(http_desk.desk, came.stream, came.events)
    assert came.events == []
    assert came.stream.billing.state == "in_doubt"


@on_both
def test_an_error_event_is_raised_after_what_came_before_it(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([sse_error(1)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        came = seen(http_desk, calls)
    assert [event["type"] for event in came.events][-1] == "image_generation.completed"
    assert isinstance(came.raised, BadEvent)
    assert "could not be made" in json.dumps(came.raised.body)
    assert came.raised.billing.state == "in_doubt"


@on_both
def test_a_stream_ends_at_the_deadline_of_its_call(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([sse_stalled(10, k=1)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account(), deadline_s=0.8)
        begun = time.monotonic()
        came = seen(http_desk, calls)
        assert time.monotonic() - begun < 5
    assert isinstance(came.raised, TimedOut)
    assert came.raised.billing.state == "in_doubt"


@on_both
def test_a_stream_that_is_closed_before_its_images_is_in_doubt(
    http_desk: HttpDesk, mode: str
) -> None:
    desk = http_desk.desk
    with ScriptedProvider([sse_stalled(10, k=1)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, desk.account())
        stream: Any = http_desk.call(calls, **ASKED)
        first = desk.done(anext(stream)) if mode == "async" else next(stream)
        assert first["type"] == "image_generation.partial_image"
        assert stream.billing.state == "open"
        desk.done(stream.close())
    assert (
        desk.ledger.hold_by_id(stream.billing.hold.id).state == stream.billing.state == "in_doubt"
    )


@on_both
def test_a_stream_that_is_dropped_is_settled(http_desk: HttpDesk, mode: str) -> None:
    desk = http_desk.desk
    with ScriptedProvider([sse_without_completed()]) as provider:
        calls = http_desk.calls(mode, provider.base_url, desk.account())
        stream: Any = http_desk.call(calls, **ASKED)
        hold = stream.billing.hold.id
        del stream
        gc.collect()
    until = time.monotonic() + 5
    while desk.ledger.hold_by_id(hold).state == "open" and time.monotonic() < until:
        time.sleep(0.02)
    assert desk.ledger.hold_by_id(hold).state == "in_doubt"


def test_a_cancelled_reader_leaves_the_call_in_doubt(http_desk: HttpDesk) -> None:
    desk = http_desk.desk

    async def read_for_a_moment(stream: AsyncImageEvents) -> None:
        async with asyncio.timeout(SOON_S), stream:
            async for _ in stream:
                pass

    with ScriptedProvider([sse_stalled(10)]) as provider:
        calls = http_desk.calls("async", provider.base_url, desk.account())
        stream: Any = http_desk.call(calls, **ASKED)
        with pytest.raises(TimeoutError):
            desk.done(read_for_a_moment(stream))
    assert desk.ledger.hold_by_id(stream.billing.hold.id).state == "in_doubt"


@on_both
def test_a_repeated_key_streams_what_the_ledger_has_kept(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([sse(4, b64=False)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        first = seen(http_desk, calls, billing={"key": f"stream-{mode}"})
        again = seen(http_desk, calls, billing={"key": f"stream-{mode}"})
        assert provider.posts == 1
    assert (first.raised, again.raised) == (None, None)
    kept = [event["url"] for event in first.events if "completed" in str(event["type"])]
    assert [event["url"] for event in again.events] == kept
    assert again.stream.billing.repeated
    assert again.stream.billing.hold == first.stream.billing.hold


@on_both
def test_a_dry_run_streams_and_books_nothing(http_desk: HttpDesk, mode: str) -> None:
    desk = http_desk.desk
    account = desk.account()
    with ScriptedProvider([sse(4)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, account, dry_run=True)
        came = seen(http_desk, calls)
    assert came.raised is None
    receipt = came.stream.billing
    assert (receipt.outcome, receipt.images, receipt.hold) == ("captured", 4, None)
    assert desk.ledger.balance(account).available == 100


@on_both
def test_a_refusal_is_raised_before_there_is_a_stream(http_desk: HttpDesk, mode: str) -> None:
    with ScriptedProvider([error(429)]) as provider:
        calls = http_desk.calls(mode, provider.base_url, http_desk.desk.account())
        refused = http_desk.call(calls, **ASKED)
    assert isinstance(refused, BadStatus)
    with nobody_listening() as base_url:
        calls = http_desk.calls(mode, base_url, http_desk.desk.account())
        unsent = http_desk.call(calls, **ASKED)
    assert isinstance(unsent, ConnectionFailed)
    assert (refused.billing.state, unsent.billing.state) == ("voided", "voided")
