"""The cost that a provider's own token counts come to is kept with the capture."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openai import OpenAI

from billing import Capture, Ledger
from billing.client import bill
from billing.client.outcome.token_usage import actual_cost
from billing.testing import ScriptedProvider, images
from pricing import PriceBook

FIELDS: dict[str, Any] = {"model": "gpt-image-2", "prompt": "a red kite", "size": "1024x1024"}
USAGE: dict[str, Any] = {
    "input_tokens": 50,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 0},
    "output_tokens": 1756,
    "total_tokens": 1806,
}


def captured(acme: Ledger, client: OpenAI, book: PriceBook | None = None) -> Capture:
    result = bill(client, acme, account="acme", book=book).images.generate(**FIELDS)
    ending = acme.hold_by_id(result.billing.hold.id).ending
    assert isinstance(ending, Capture)
    return ending


def test_a_capture_keeps_what_the_tokens_of_the_answer_cost(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(1, extra={"usage": USAGE})]) as provider:
        capture = captured(acme, sdk(provider.base_url))
    # 50 x 5 + 1756 x 30, per million
    assert capture.actual_cost == Decimal("0.05293")
    assert capture.amount == Decimal("0.05268")
    assert acme.verify().ok


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"total_tokens": 90},
        {"input_tokens": 0, "output_tokens": 0},
        {**USAGE, "input_tokens": 49},
        {**USAGE, "input_tokens_details.text_tokens": 7, "input_tokens_details": 3},
        {"input_tokens": 2**53, "output_tokens": 2**53},
        {**USAGE, "output_tokens_details": {"text_tokens": 1756}},
    ],
)
def test_a_usage_that_cannot_be_priced_never_keeps_a_call_from_being_settled(
    usage: object, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with ScriptedProvider([images(1, extra={"usage": usage})]) as provider:
        capture = captured(acme, sdk(provider.base_url))
    assert (capture.images, capture.actual_cost) == (1, None)


def test_a_book_without_token_rates_knows_no_actual_cost(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    book = PriceBook.load("fal-gpt-image-2")
    assert book.rates[-1].tokens == {}
    with ScriptedProvider([images(1, extra={"usage": USAGE})]) as provider:
        assert captured(acme, sdk(provider.base_url), book).actual_cost is None


def test_the_rates_of_another_book_are_not_the_quotes(book: PriceBook) -> None:
    quote = PriceBook.load("openai-gpt-image-2-published").quote(FIELDS)
    usage = {"input_tokens": 50, "output_tokens": 1756}
    assert actual_cost(usage, quote, book) is None
    assert actual_cost(usage, book.quote(FIELDS), book) == Decimal("0.05293")
