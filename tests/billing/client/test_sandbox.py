"""End to end against the sandbox, whose statement says what a provider would charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai import APIConnectionError, BadRequestError, OpenAI

from billing import Ledger
from billing.client import OutcomeInDoubt, bill
from billing.client.proxy.clients import BilledClient
from billing.sandbox import Sandbox

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}
URL = "https://x.test/a.png"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def client(running: Sandbox, acme: Ledger, sdk: Callable[[str], OpenAI]) -> BilledClient:
    plain = sdk(running.base_url).with_options(api_key="sk-test", timeout=10)
    return bill(plain, acme, account="acme")


@pytest.mark.parametrize(
    "inputs",
    [
        {"image": URL},
        {"images": [URL, URL]},
        {"image": b"\x89PNG\r\n\x1a\n"},
    ],
)
def test_an_edit_costs_what_the_statement_says(
    inputs: dict[str, Any], client: BilledClient, running: Sandbox
) -> None:
    receipt = client.images.edit(**FIELDS, **inputs).billing
    line = running.billed[-1]
    assert (receipt.state, receipt.images) == ("captured", 4)
    assert (line.endpoint, line.request_id) == ("edits", receipt.request_id)
    assert (line.n, line.amount) == (4, receipt.amount)


@pytest.mark.parametrize(
    ("directive", "images", "over_delivered"),
    [("", 4, 0), ("deliver=2", 2, 0), ("over-deliver=1", 4, 1)],
)
def test_a_generation_costs_what_the_statement_says(
    directive: str, images: int, over_delivered: int, client: BilledClient, running: Sandbox
) -> None:
    result = client.images.generate(**FIELDS, extra_headers={"X-Sandbox": directive})
    line = running.billed[-1]
    assert len(result.data or []) == images + over_delivered
    assert (result.billing.images, result.billing.over_delivered) == (images, over_delivered)
    assert (line.request_id, line.n) == (result.billing.request_id, images)
    assert line.amount == result.billing.amount


@pytest.mark.parametrize("directive", ["cut", "cut-body"])
def test_a_cut_call_that_the_provider_charged_is_in_doubt(
    directive: str, client: BilledClient, acme: Ledger, running: Sandbox
) -> None:
    with pytest.raises(APIConnectionError) as raised:
        client.images.generate(**FIELDS, extra_headers={"X-Sandbox": directive})
    receipt = raised.value.billing  # type: ignore[attr-defined]
    line = running.billed[-1]
    assert receipt.state == "in_doubt"
    assert acme.balance("acme").in_doubt == receipt.hold.amount == line.amount
    assert receipt.request_id == (line.request_id if directive == "cut-body" else None)


def test_a_refused_call_costs_nothing(client: BilledClient, acme: Ledger) -> None:
    with pytest.raises(BadRequestError) as raised:
        client.images.generate(**FIELDS, extra_headers={"X-Sandbox": "status=400"})
    assert raised.value.billing.state == "voided"  # type: ignore[attr-defined]
    assert acme.balance("acme").available == 100


def test_a_page_of_html_under_200_is_in_doubt(client: BilledClient, acme: Ledger) -> None:
    with pytest.raises(OutcomeInDoubt) as raised:
        client.images.generate(**FIELDS, extra_headers={"X-Sandbox": "html"})
    assert raised.value.billing.state == "in_doubt"


def test_no_images_under_200_is_a_result_in_doubt(client: BilledClient, acme: Ledger) -> None:
    result = client.images.generate(**FIELDS, extra_headers={"X-Sandbox": "empty"})
    assert (result.data, result.billing.state) == ([], "in_doubt")
    assert acme.balance("acme").in_doubt == result.billing.hold.amount
