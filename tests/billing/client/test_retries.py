"""Honest retries: one hold, each attempt with its evidence, nothing repeated that may be paid."""

from __future__ import annotations

import pytest
from openai import (
    APIConnectionError,
    BadRequestError,
    InternalServerError,
    OpenAI,
    RateLimitError,
)

from billing import HoldView
from billing.client import bill
from billing.client.outcome.table import Reply, classify, may_go_again
from billing.ledger.transfers import HoldState
from billing.testing import (
    Action,
    ScriptedProvider,
    close_without_answer,
    error,
    half_body_then_close,
    images,
    nobody_listening,
)
from pricing import Catalog
from tests.billing.client.calling import FIELDS, MODES, WAYS, Desk, Way, receipt_on, total

SOON = {"retry-after-ms": "1"}
BUSY = error(429, headers=SOON)
FAILED = error(500, headers=SOON)
CATALOG = """
schema_version: 1
models: {gpt-image-2: {price: openai-gpt-image-2}}
providers: {default: {bills_5xx: %s, honours_idempotency_keys: %s}}
"""
on_both = pytest.mark.parametrize("mode", MODES)


def provider_that(*, bills_5xx: str = "unknown", honours_keys: bool = False) -> Catalog:
    return Catalog.loads(CATALOG % (bills_5xx, str(honours_keys).lower()))


def view_of(desk: Desk, outcome: object) -> HoldView:
    return desk.ledger.hold_by_id(receipt_on(outcome).hold.id)


@on_both
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_all_attempts_are_under_one_hold_each_with_its_evidence(
    way: Way, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([BUSY, BUSY, images(3)]) as provider:
        done = desk.call(desk.billed(mode, provider.base_url, account, retries=2), way)
        assert provider.posts == 3
        assert all("idempotency-key" not in request.headers for request in provider.requests)
    view = view_of(desk, done)
    assert [evidence.http_status for evidence in view.evidence] == [429, 429, 200]
    assert [evidence.request_id for evidence in view.evidence] == [
        f"req_{number:032x}" for number in (1, 2, 3)
    ]
    assert view.state == "captured"
    # Top-up, hold, capture: no row of the ledger was made for the attempts in between.
    assert desk.ledger.balance(account).version == 3
    assert total(desk.ledger, account) == 100


@on_both
def test_the_hold_is_voided_once_at_the_end(mode: str, desk: Desk) -> None:
    account = desk.account()
    with ScriptedProvider([BUSY, BUSY, images(4)]) as provider:
        raised = desk.call(desk.billed(mode, provider.base_url, account, retries=1))
        assert provider.posts == 2
    assert isinstance(raised, RateLimitError)
    assert [evidence.http_status for evidence in view_of(desk, raised).evidence] == [429, 429]
    assert view_of(desk, raised).state == "voided"
    assert desk.ledger.balance(account).version == 3
    assert desk.ledger.balance(account).available == 100


@on_both
def test_what_never_got_a_connection_goes_again(mode: str, desk: Desk) -> None:
    with nobody_listening() as base_url:
        raised = desk.call(desk.billed(mode, base_url, desk.account(), retries=1))
    assert isinstance(raised, APIConnectionError)
    view = view_of(desk, raised)
    assert [evidence.error[1] for evidence in view.evidence] == ["ConnectError"] * 2
    assert view.state == "voided"


@on_both
@pytest.mark.parametrize(
    ("action", "state"),
    [
        (error(400), "voided"),
        (error(429, headers={"x-should-retry": "false"}), "voided"),
        (error(429, headers={"retry-after": "3600"}), "voided"),
        (FAILED, "in_doubt"),
        (error(409), "in_doubt"),
        (error(503, headers={"x-should-retry": "true"}), "in_doubt"),
        (close_without_answer(), "in_doubt"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_what_may_be_paid_or_will_be_refused_again_is_sent_once(
    action: Action, state: HoldState, mode: str, desk: Desk
) -> None:
    with ScriptedProvider([action, images(4)]) as provider:
        raised = desk.call(desk.billed(mode, provider.base_url, desk.account(), retries=3))
        assert provider.posts == 1
    assert view_of(desk, raised).state == state


def test_the_clients_own_retries_count_only_where_that_was_said(desk: Desk) -> None:
    for retries, posts in ((0, 1), (None, 3)):
        with ScriptedProvider([BUSY] * 5) as provider:
            client = desk.billed("sync", provider.base_url, desk.account(), retries=retries)
            assert client.max_retries == 2
            desk.call(client)
            assert provider.posts == posts
    with ScriptedProvider([BUSY] * 5) as provider:
        client = desk.billed("sync", provider.base_url, desk.account())
        desk.call(client.with_options(max_retries=1))
        assert provider.posts == 2


@on_both
def test_a_provider_that_never_bills_5xx_is_asked_again_and_costs_nothing(
    mode: str, desk: Desk
) -> None:
    catalog, account = provider_that(bills_5xx="never"), desk.account()
    with ScriptedProvider([FAILED, FAILED, images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, account, catalog=catalog, retries=1)
        raised = desk.call(client)
        assert provider.posts == 2
    assert isinstance(raised, InternalServerError)
    assert view_of(desk, raised).state == "voided"
    assert desk.ledger.balance(account).available == 100


@on_both
def test_where_keys_are_honoured_a_call_in_doubt_goes_again_under_the_same_key(
    mode: str, desk: Desk
) -> None:
    catalog, account = provider_that(honours_keys=True), desk.account()
    with ScriptedProvider([FAILED, half_body_then_close(), BUSY, images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, account, catalog=catalog, retries=3)
        done = desk.call(client)
        keys = [request.headers.get("idempotency-key") for request in provider.requests]
    view = view_of(desk, done)
    assert keys == [view.hold.id] * 4
    assert [evidence.http_status for evidence in view.evidence] == [500, 200, 429, 200]
    assert view.state == "captured"
    assert total(desk.ledger, account) == 100


@on_both
@pytest.mark.parametrize(
    ("last", "state"),
    [
        (error(400), "voided"),
        (error(401), "in_doubt"),
        (BUSY, "in_doubt"),
        (FAILED, "in_doubt"),
        (images(2), "captured"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_first_answer_to_the_request_itself_settles_a_doubt(
    last: Action, state: HoldState, mode: str, desk: Desk
) -> None:
    with ScriptedProvider([FAILED, last]) as provider:
        client = desk.billed(
            mode,
            provider.base_url,
            desk.account(),
            catalog=provider_that(honours_keys=True),
            retries=1,
        )
        outcome = desk.call(client)
        assert provider.posts == 2
    assert view_of(desk, outcome).state == state


def test_a_connection_refused_after_a_doubt_does_not_lift_it(desk: Desk) -> None:
    reply = Reply(error=("APIConnectionError", "ConnectError"), is_broken=True)
    doubt = classify(Reply(status=500))
    assert may_go_again(doubt, reply, asked=None, honours_keys=True)
    assert not may_go_again(doubt, reply, asked=None)


def test_the_key_of_the_caller_is_passed_on_and_not_replaced(desk: Desk) -> None:
    catalog = provider_that(honours_keys=True)
    with ScriptedProvider([FAILED, images(4)]) as provider:
        client = desk.sdk("sync", provider.base_url)
        assert isinstance(client, OpenAI)
        billed = bill(client, desk.ledger, account=desk.account(), catalog=catalog, retries=1)
        billed.images.generate(**FIELDS, extra_headers={"idempotency-KEY": "mine"})
        keys = [request.headers.get("idempotency-key") for request in provider.requests]
    assert keys == ["mine", "mine"]


def test_a_refusal_is_raised_as_the_bare_sdk_raises_it(desk: Desk) -> None:
    with ScriptedProvider([BUSY, error(400)]) as provider:
        raised = desk.call(desk.billed("sync", provider.base_url, desk.account(), retries=2))
    assert isinstance(raised, BadRequestError)
