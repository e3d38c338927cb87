"""Streams of the SDK as its users read them, billed and bare, sync and async."""

from __future__ import annotations

import time
from typing import Any, NamedTuple, TypeAlias

from openai import AsyncOpenAI, AsyncStream, OpenAI

from billing.ledger.transfers import HoldState
from tests.billing.client.calling import FIELDS, Desk, Way

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


def assert_same_error(billed: Exception | None, bare: Exception | None) -> None:
    """The errors are the bare SDK's; transport errors that its older majors leak are wrapped."""
    is_leak = bare is not None and not type(bare).__module__.startswith("openai")
    if is_leak and type(billed) is not type(bare):
        assert type(getattr(billed, "__cause__", None)) is type(bare)
        return
    assert type(billed) is type(bare)
    assert str(billed) == str(bare)


def settled(desk: Desk, hold_id: str, *, within_s: float = 5) -> HoldState:
    """The state of a hold, as soon as it is not open any more."""
    until = time.monotonic() + within_s
    while desk.ledger.hold_by_id(hold_id).state == "open" and time.monotonic() < until:
        time.sleep(0.01)
    return desk.ledger.hold_by_id(hold_id).state
