"""The caller's own deadline: a total for the call, whatever the provider does meanwhile."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from openai import APITimeoutError, RateLimitError

from billing.client import billing_terms
from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    drip,
    error,
    half_body_then_stall,
    images,
    never_accepting,
    stall,
)
from tests.billing.client.calling import GENERATE, MODES, WAYS, Desk, Way, receipt_on, total

DEADLINE_S = 0.4
on_both = pytest.mark.parametrize("mode", MODES)


def dripping_head() -> Action:
    """A head that comes byte by byte, each within every read timeout."""

    def play(exchange: Exchange) -> None:
        for byte in exchange.head(200, 2, {}):
            exchange.wait(0.05)
            exchange.send(bytes([byte]))

    return Action("dripping head", play)


#: What takes too long, the status if it is known by then, and how the images are asked for.
LATE = [
    *((drip(0.1, pieces=60), 200, way) for way in WAYS),
    (half_body_then_stall(), 200, GENERATE),
    (stall(30), None, GENERATE),
    (dripping_head(), None, GENERATE),
]


@on_both
@pytest.mark.parametrize(
    ("action", "status", "way"), LATE, ids=lambda value: getattr(value, "name", None)
)
def test_after_the_deadline_the_call_is_in_doubt_and_the_caller_goes_on(
    action: Action, status: int | None, way: Way, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([action]) as provider:
        client = desk.billed(mode, provider.base_url, account, deadline_s=DEADLINE_S)
        started = time.monotonic()
        raised = desk.call(client, way)
        took_s = time.monotonic() - started
        assert provider.posts == 1
    receipt = receipt_on(raised)
    view = desk.ledger.hold_by_id(receipt.hold.id)
    (evidence,) = view.evidence
    assert isinstance(raised, APITimeoutError)
    assert DEADLINE_S * 0.9 < took_s < DEADLINE_S + 2
    assert receipt.state == view.state == "in_doubt"
    assert evidence.error == ("APITimeoutError", "DeadlinePassed")
    assert evidence.http_status == status
    assert evidence.request_id == (f"req_{1:032x}" if status else None)
    assert total(desk.ledger, account) == 100


@on_both
def test_a_call_within_its_deadline_is_as_without_one(mode: str, desk: Desk) -> None:
    more: dict[str, Any] = {"billing": {"deadline_s": 30}}
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        assert receipt_on(desk.call(client, **more)).state == "captured"


@on_both
def test_a_deadline_that_passes_while_connecting_costs_nothing(mode: str, desk: Desk) -> None:
    with never_accepting() as base_url:
        client = desk.billed(mode, base_url, desk.account(), deadline_s=0.2)
        raised = desk.call(client)
    assert isinstance(raised, APITimeoutError)
    assert receipt_on(raised).state == "voided"


@on_both
def test_a_deadline_that_passed_before_sending_costs_nothing(mode: str, desk: Desk) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)]) as provider, billing_terms(deadline_s=1e-9):
        raised = desk.call(desk.billed(mode, provider.base_url, account))
        assert provider.posts == 0
    assert isinstance(raised, APITimeoutError)
    assert receipt_on(raised).state == "voided"
    assert desk.ledger.balance(account).available == 100


@on_both
def test_a_pause_longer_than_the_deadline_ends_the_call_with_the_refusal(
    mode: str, desk: Desk
) -> None:
    busy = error(429, headers={"retry-after": "20"})
    with ScriptedProvider([busy, images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account(), deadline_s=10, retries=2)
        started = time.monotonic()
        raised = desk.call(client)
        assert time.monotonic() - started < 5
        assert provider.posts == 1
    assert isinstance(raised, RateLimitError)
    assert receipt_on(raised).state == "voided"


def test_the_thread_of_a_call_that_was_given_up_ends_soon(desk: Desk) -> None:
    before = threading.active_count()
    with ScriptedProvider([half_body_then_stall()]) as provider:
        desk.call(desk.billed("sync", provider.base_url, desk.account(), deadline_s=0.2))
        ends = time.monotonic() + 5
        # The provider's own two threads are still there.
        while threading.active_count() > before + 2 and time.monotonic() < ends:
            time.sleep(0.01)
        assert threading.active_count() <= before + 2


def test_a_hold_stands_longer_than_its_call_may_take(desk: Desk) -> None:
    with ScriptedProvider([images(4)] * 3) as provider:
        stands = {}
        for deadline_s in (1.0, 3600.0, 1e15):
            client = desk.billed("async", provider.base_url, desk.account(), deadline_s=deadline_s)
            hold = receipt_on(desk.call(client)).hold
            stands[deadline_s] = round((hold.expires_at - hold.occurred_at).total_seconds())
    assert stands == {1.0: 900, 3600.0: 3660, 1e15: 30 * 86_400 + 60}
