"""What is handed out unread is open until it was read or left, and then it is settled, once.

The body of `with_streaming_response`, and the events of `stream=True` in either view.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from billing import Receipt
from billing.testing import Action, ScriptedProvider, images, sse, sse_cut
from tests.billing.client.calling import FIELDS, GENERATE, UNIT, Desk, receipt_on, total
from tests.billing.client.streaming import settled
from tests.billing.client.viewing import (
    Answer,
    arguments_of,
    asked,
    in_both_views,
    is_async,
    on_both,
)


@on_both
def test_a_streaming_response_is_open_until_it_has_been_read(mode: str, desk: Desk) -> None:
    with ScriptedProvider([images(3)]) as provider:
        client: Any = desk.billed(mode, provider.base_url, desk.account())
        manager = client.images.with_streaming_response.generate(**FIELDS)
        assert provider.posts == 0
        if mode == "sync":
            with manager as response:
                assert response.billing.state == "open"
                body = b"".join(response.iter_bytes())
                assert response.billing.state == "captured"
        else:
            body, response = desk.done(read_async(manager))
    assert b"data" in body
    assert (response.billing.state, response.billing.images) == ("captured", 3)


async def read_async(manager: Answer) -> tuple[bytes, Any]:
    async with manager as response:
        assert response.billing.state == "open"
        body = b"".join([piece async for piece in response.iter_bytes()])
        assert response.billing.state == "captured"
        return body, response


@on_both
@pytest.mark.parametrize("is_raised", [False, True])
def test_a_streaming_response_that_is_never_read_is_in_doubt(
    is_raised: bool, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)]) as provider:
        client: Any = desk.billed(mode, provider.base_url, account)
        manager = client.images.with_streaming_response.generate(**FIELDS)
        if mode == "sync":
            receipt = left(manager, is_raised=is_raised)
        else:
            receipt = desk.done(left_async(manager, is_raised=is_raised))
        assert provider.posts == 1
    hold = desk.ledger.hold_by_id(receipt.hold.id)
    assert hold.state == receipt.state == "in_doubt"
    assert hold.evidence[0].error == ("CallerLeft",)
    assert total(desk.ledger, account) == 100


def left(manager: Answer, *, is_raised: bool) -> Receipt:
    try:
        with manager as response:
            if is_raised:
                raise LookupError
    except LookupError:
        assert is_raised
    return receipt_on(response)


async def left_async(manager: Answer, *, is_raised: bool) -> Receipt:
    try:
        async with manager as response:
            if is_raised:
                raise LookupError
    except LookupError:
        assert is_raised
    return receipt_on(response)


@on_both
def test_a_streaming_response_that_is_dropped_without_leaving_is_in_doubt(
    mode: str, desk: Desk
) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client: Any = desk.billed(mode, provider.base_url, desk.account())
        manager = client.images.with_streaming_response.generate(**FIELDS)
        response = manager.__enter__() if mode == "sync" else desk.done(manager.__aenter__())
        hold_id = response.billing.hold.id
        del response, manager
        gc.collect()
        desk.done(asyncio.sleep(0.05))
        gc.collect()
        assert settled(desk, hold_id) == "in_doubt"


def test_a_coroutine_that_is_closed_inside_the_block_awaits_nothing_more(desk: Desk) -> None:
    with ScriptedProvider([images(4)]) as provider:
        client: Any = desk.billed("async", provider.base_url, desk.account())
        manager = client.images.with_streaming_response.generate(**FIELDS)
        response = desk.done(manager.__aenter__())
        with pytest.raises(StopIteration):
            manager.__aexit__(GeneratorExit, GeneratorExit(), None).send(None)
        assert settled(desk, response.billing.hold.id) == "in_doubt"


@on_both
@in_both_views
@pytest.mark.parametrize(
    ("action", "state", "n"), [(sse(4), "captured", 4), (sse_cut(2), "in_doubt", 0)]
)
def test_a_stream_of_events_in_a_view_is_settled_at_its_end(
    action: Action, state: str, n: int, view: str, mode: str, desk: Desk
) -> None:
    arguments = {**arguments_of(GENERATE), "stream": True, "partial_images": 1}
    account = desk.account()
    with ScriptedProvider([action]) as provider:
        client = desk.billed(mode, provider.base_url, account)
        answer = asked(getattr(client.images, view), arguments)
        response, raised = desk.done(drained_async(answer)) if is_async(answer) else drained(answer)
        assert provider.posts == 1
    receipt = receipt_on(response)
    assert desk.ledger.hold_by_id(receipt.hold.id).state == receipt.state == state
    assert (raised is None) is (state == "captured")
    assert raised is None or receipt_on(raised) == receipt
    assert desk.ledger.balance(account).posted == n * UNIT
    assert total(desk.ledger, account) == 100


def drained(answer: Answer) -> tuple[Answer, Exception | None]:
    response = answer.__enter__() if hasattr(answer, "__enter__") else answer
    try:
        for _ in response.parse():
            pass
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return response, raised
    return response, None


async def drained_async(answer: Answer) -> tuple[Answer, Exception | None]:
    is_manager = hasattr(answer, "__aenter__")
    response = await (answer.__aenter__() if is_manager else answer)
    try:
        stream = response.parse()
        async for _ in await stream if is_manager else stream:
            pass
    except Exception as raised:  # noqa: BLE001 - as above
        return response, raised
    return response, None
