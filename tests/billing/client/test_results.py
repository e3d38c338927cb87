"""What the caller gets: the SDK's own objects with a receipt, or a refusal that moved nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openai import APIResponseValidationError, OpenAI
from openai.types import ImagesResponse

from billing import InsufficientFunds, InvalidEntry, Ledger
from billing.client import AboveMaxCost, NotBillable, bill
from billing.client.proxy.clients import BilledClient
from billing.testing import Action, ScriptedProvider, images, reply
from pricing import PriceBook, RequestError, UnknownParameter, UnsupportedSize

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}


@contextmanager
def scripted(
    acme: Ledger, sdk: Callable[[str], OpenAI], *actions: Action
) -> Iterator[tuple[BilledClient, ScriptedProvider]]:
    """A billed client and the provider that it talks to."""
    with ScriptedProvider(actions) as provider:
        yield bill(sdk(provider.base_url), acme, account="acme"), provider


def test_a_result_is_the_sdks_own_and_dumps_as_without_a_bill(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    extra = {"usage": {"total_tokens": 3}, "watermark": True}
    with scripted(acme, sdk, *[images(2, extra=extra)] * 2) as (client, provider):
        result = client.images.generate(**FIELDS)
        plain = sdk(provider.base_url).images.generate(**FIELDS)
    assert isinstance(result, ImagesResponse)
    assert result.model_dump() == plain.model_dump()
    assert result.model_dump_json() == plain.model_dump_json()
    assert result.to_dict() == plain.to_dict()
    assert result._request_id == f"req_{1:032x}"
    assert result.billing.state == "captured"
    assert result.model_copy().billing == result.billing


def test_the_receipt_names_hold_quote_and_amount(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with scripted(acme, sdk, images(3)) as (client, _provider):
        receipt = client.images.generate(**FIELDS, billing={"tags": {"team": "a"}}).billing
    assert receipt.hold.quote_id == receipt.quote.id
    assert receipt.hold.on_deadline == "doubt"
    assert receipt.hold.tags == {"team": "a"}
    assert receipt.amount == 3 * receipt.quote.unit_price
    assert (receipt.currency, receipt.repeated) == ("USD", False)


def test_the_quoted_fields_are_sent_and_the_callers_options_are_kept(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with scripted(acme, sdk, images(1)) as (client, provider):
        client.images.generate(
            model="gpt-image-2",
            prompt="a red kite",
            size="1024x1024",
            response_format="url",
            extra_headers={"X-Trace": "t"},
            extra_query={"v": "1"},
            extra_body={"watermark": False},
            timeout=5,
        )
    (request,) = provider.requests
    assert request.json() == {
        "model": "gpt-image-2",
        "prompt": "a red kite",
        "size": "1024x1024",
        "quality": "medium",
        "n": 1,
        "response_format": "url",
        "watermark": False,
    }
    assert request.path == "/v1/images/generations?v=1"
    assert request.headers["x-trace"] == "t"
    assert request.headers["x-stainless-read-timeout"] == "5"
    assert "idempotency-key" not in request.headers


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"qualty": "high"}, UnknownParameter),
        ({"aspect_ratio": "1:1"}, UnknownParameter),
        ({"size": "1x1"}, UnsupportedSize),
        ({"n": 9}, RequestError),
        ({"n": None}, RequestError),
        ({"extra_body": {"n": 8}}, NotBillable),
        ({"extra_body": {"sise": "2048x2048"}}, UnknownParameter),
        ({"extra_query": {"quality": "high"}}, NotBillable),
        ({"extra_body": {"x": object()}}, TypeError),
        ({"billing": {"max_cost": "0.01"}}, AboveMaxCost),
        ({"billing": {"account": ""}}, InvalidEntry),
        ({"size": "3840x2160", "quality": "high", "n": 8}, InsufficientFunds),
    ],
)
def test_a_refusal_moves_neither_money_nor_a_request(
    change: dict[str, object],
    refusal: type[Exception],
    ledger: Ledger,
    sdk: Callable[[str], OpenAI],
) -> None:
    ledger.open_account("acme", currency="USD")
    ledger.top_up("acme", "1", key="t")
    with scripted(ledger, sdk, images(1)) as (client, provider):
        with pytest.raises(refusal):
            client.images.generate(**{**FIELDS, **change})
        assert provider.requests == ()
    assert ledger.balance("acme").available == 1
    assert ledger.balance("acme").version == 1


def test_the_book_may_be_named_and_its_prices_apply(
    acme: Ledger, book: PriceBook, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(1)]) as provider:
        client = bill(sdk(provider.base_url), acme, account="acme", book="openai-gpt-image-2")
        receipt = client.images.generate(**FIELDS).billing
    assert receipt.hold.book == book.quote(FIELDS).cell.book


def test_strict_validation_of_the_caller_raises_the_sdks_error_with_a_receipt(
    acme: Ledger,
) -> None:
    answer = reply(200, json={"created": "now", "data": [{"url": "https://x.test/1.png"}]})
    with ScriptedProvider([answer]) as provider:
        strict = OpenAI(
            base_url=provider.base_url, api_key="sk-secret", _strict_response_validation=True
        )
        with strict, pytest.raises(APIResponseValidationError) as raised:
            bill(strict, acme, account="acme").images.generate(**FIELDS)
    assert raised.value.billing.state == "captured"  # type: ignore[attr-defined]
