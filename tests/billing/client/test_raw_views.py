"""`with_raw_response` and `with_streaming_response`: one POST, settled, and the SDK's own answer.

A raw response is settled when it is handed out, a streaming one when it has been read or left.
"""

from __future__ import annotations

from typing import Any

import pytest
from openai import APITimeoutError
from openai.types import ImagesResponse

from billing import InsufficientFunds, OutcomeInDoubt
from billing.client import NotBillable
from billing.testing import ScriptedProvider, error, half_body_then_stall, images
from pricing import PricingError
from tests.billing.client.calling import GENERATE, UNIT, WAYS, Desk, Way, receipt_on, staying, total
from tests.billing.client.rows import CORE, REDIRECTS, ROWS, Row
from tests.billing.client.streaming import assert_same_error
from tests.billing.client.viewing import (
    arguments_of,
    asked,
    bare_arguments_of,
    in_both_views,
    on_both,
    read,
    seen,
)

#: The rows that a view could show in a way of its own, and the core for every way to ask.
VIEWED = (*CORE, "images 4 base64", "images 0", "reply 400", "half body then stall", "redirect 302")
CASES = [
    *((row, GENERATE) for row in ROWS if row.leaks or row.name in VIEWED),
    *((row, way) for row in ROWS if row.name in CORE for way in WAYS[1:]),
]


@on_both
@in_both_views
@pytest.mark.parametrize(("row", "way"), CASES, ids=str)
def test_every_view_is_sent_once_settled_by_the_table_and_shows_what_the_sdk_shows(
    row: Row, way: Way, view: str, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([row.action]) as provider:
        client = desk.billed(mode, provider.base_url, account, timeout=row.timeout_s)
        got = seen(desk, client, view, arguments_of(way))
        (billed_request,) = provider.requests
    with ScriptedProvider([row.action]) as provider:
        sdk = desk.sdk(mode, provider.base_url, timeout=row.timeout_s).with_options(max_retries=0)
        sdk = staying(sdk) if row.status in REDIRECTS else sdk
        bare = seen(desk, sdk, view, bare_arguments_of(way))
        (bare_request,) = provider.requests
    receipt = receipt_on(got.raised if got.response is None else got.response)
    hold = desk.ledger.hold_by_id(receipt.hold.id)
    (evidence,) = hold.evidence
    balance = desk.ledger.balance(account)
    assert hold.state == receipt.state == row.state
    assert (receipt.images, receipt.amount) == (row.images, row.images * UNIT)
    assert balance.in_doubt == (4 * UNIT if row.state == "in_doubt" else 0)
    assert balance.posted == row.images * UNIT
    assert balance.held == 0
    assert total(desk.ledger, account) == 100
    assert (evidence.delivered or 0, evidence.http_status) == (row.delivered, row.status)
    assert evidence.request_id == receipt.request_id == (f"req_{1:032x}" if row.status else None)
    assert billed_request.path == bare_request.path
    assert got.shown == bare.shown
    assert_same_error(got.raised, bare.raised)


@on_both
@in_both_views
def test_the_response_is_the_sdks_own_and_no_dump_shows_the_receipt(
    view: str, mode: str, desk: Desk
) -> None:
    with ScriptedProvider([images(4)] * 2) as provider:
        got = seen(desk, desk.billed(mode, provider.base_url, desk.account()), view)
        bare = seen(desk, desk.sdk(mode, provider.base_url), view)
    assert isinstance(got.response, type(bare.response))
    assert type(got.response).__name__ == type(bare.response).__name__
    assert type(got.parsed) is ImagesResponse
    assert got.parsed._request_id == got.response.request_id == f"req_{1:032x}"
    assert got.response.headers["content-type"] == bare.response.headers["content-type"]
    assert got.response.retries_taken == 0
    assert got.response.http_response.content


@on_both
@in_both_views
def test_a_view_of_the_client_and_of_its_copies_is_billed_too(
    view: str, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)] * 3) as provider:
        client = desk.billed(mode, provider.base_url, account)
        for images_of in (
            getattr(client, view).images,
            getattr(client.with_options(timeout=9, max_retries=5), view).images,
            getattr(client.copy().images, view),
        ):
            kept: list[Any] = []
            read(desk, asked(images_of, arguments_of(GENERATE)), kept)
            assert kept[0].billing.state == "captured"
        assert provider.posts == 3
    assert desk.ledger.balance(account).posted == 12 * UNIT


@on_both
@in_both_views
def test_the_deadline_ends_every_view(view: str, mode: str, desk: Desk) -> None:
    with ScriptedProvider([half_body_then_stall()]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account(), deadline_s=0.3)
        got = seen(desk, client, view)
        assert provider.posts == 1
    assert isinstance(got.raised, APITimeoutError)
    assert receipt_on(got.raised).state == "in_doubt"


@on_both
@in_both_views
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"extra_body": {"n": 9}}, NotBillable),
        ({"extra_body": {"stream": True}}, NotBillable),
        ({"model": "no-such-model"}, PricingError),
        ({"size": "7x7"}, PricingError),
        ({"n": 5000}, (PricingError, InsufficientFunds)),
    ],
)
def test_what_cannot_be_planned_is_refused_in_every_view(
    changed: dict[str, Any], refusal: type[Exception], view: str, mode: str, desk: Desk
) -> None:
    account = desk.account()
    with ScriptedProvider([images(4)]) as provider:
        client = desk.billed(mode, provider.base_url, account)
        got = seen(desk, client, view, {**arguments_of(GENERATE), **changed})
        assert provider.requests == ()
    assert isinstance(got.raised, refusal)
    assert desk.ledger.balance(account).available == 100


@in_both_views
def test_a_view_has_no_other_method(view: str, desk: Desk) -> None:
    client: Any = desk.billed("sync", "http://127.0.0.1:1/v1", desk.account())
    with pytest.raises(NotBillable, match="create_variation"):
        getattr(client.images, view).create_variation(image=b"png")


@on_both
@in_both_views
def test_a_key_that_was_spent_is_answered_from_the_ledger_or_not_at_all(
    view: str, mode: str, desk: Desk
) -> None:
    once = {**arguments_of(GENERATE), "billing": {"key": "job-1"}}
    with ScriptedProvider([images(4), error(500)]) as provider:
        client = desk.billed(mode, provider.base_url, desk.account())
        first, again = (seen(desk, client, view, once) for _ in range(2))
        assert provider.posts == 1
        assert receipt_on(again.response).hold.id == receipt_on(first.response).hold.id
        assert [image.url for image in again.parsed.data] == [
            image.url for image in first.parsed.data
        ]
        doubted = {**once, "billing": {"key": "job-2"}}
        seen(desk, client, view, doubted)
        assert isinstance(seen(desk, client, view, doubted).raised, OutcomeInDoubt)
        assert provider.posts == 2
