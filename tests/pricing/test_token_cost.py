"""What the tokens of an answer cost by the rates in force, and by how much a quote missed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

import pytest

from pricing import InvalidValue, NoPriceInForce, PriceBook

BOOK = PriceBook.load("openai-gpt-image-2")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def usage(text: int = 0, image: int = 0, out: int = 0, **details: object) -> dict[str, object]:
    split = {"text_tokens": text, "image_tokens": image, **details}
    return {
        "input_tokens": text + image,
        "input_tokens_details": split,
        "output_tokens": out,
        "total_tokens": text + image + out,
    }


def test_the_tokens_of_an_image_cost_what_its_cell_says_and_the_prompt_comes_on_top() -> None:
    quote = BOOK.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}, at=NOON)

    cost = BOOK.token_cost(usage(text=50, out=7024), at=NOON)

    assert cost.amount == Decimal("0.21097")
    assert cost.beyond(quote) == Decimal("0.00025")
    assert dict(cost.tokens) == {"text_in": 50, "image_out": 7024}
    assert cost.currency == "USD"


def test_cached_tokens_are_part_of_the_input_and_have_their_own_rate() -> None:
    cached = {"cached_tokens": 600, "cached_tokens_details": {"text_tokens": 100}}
    cached["cached_tokens_details"] = {"text_tokens": 100, "image_tokens": 500}

    cost = BOOK.token_cost(usage(text=400, image=1000, out=1756, **cached), at=NOON)

    # 300 x 5 + 100 x 1.25 + 500 x 8 + 500 x 2 + 1756 x 30, per million
    assert cost.amount == Decimal("0.059305")


def test_cached_tokens_of_one_kind_need_no_split() -> None:
    cost = BOOK.token_cost(usage(text=400, out=0, cached_tokens=100), at=NOON)

    assert dict(cost.tokens) == {"text_in": 300, "text_cached_in": 100}


def test_without_details_the_input_is_a_prompt_and_the_output_is_images() -> None:
    cost = BOOK.token_cost({"input_tokens": 10, "output_tokens": 20}, at=NOON)

    assert dict(cost.tokens) == {"text_in": 10, "image_out": 20}


def test_text_that_the_model_writes_is_priced_where_there_is_a_rate() -> None:
    answer = usage(text=1, out=30) | {
        "output_tokens_details": {"image_tokens": 20, "text_tokens": 10}
    }

    cost = PriceBook.load("openai-gpt-image-1.5").token_cost(answer, at=NOON)

    assert cost.amount == Decimal("0.000745")
    with pytest.raises(InvalidValue, match="No rate for text_out"):
        BOOK.token_cost(answer, at=NOON)


@pytest.mark.parametrize(
    ("rate", "tokens", "amount"),
    [
        ("0.0005", 1, "0"),
        ("0.0015", 1, "0.000000002"),
        ("0.0025", 1, "0.000000002"),
        ("0.002500001", 1, "0.000000003"),
        ("0.0005", 3, "0.000000002"),
    ],
)
def test_the_sum_is_rounded_once_half_to_even_to_the_nano_unit(
    rate: str, tokens: int, amount: str
) -> None:
    text = BOOK.dumps().replace("image_out: '30'", f"image_out: '{rate}'")
    book = PriceBook.loads(text)

    with localcontext() as context:
        context.prec = 3
        cost = book.token_cost(usage(out=tokens), at=NOON)

    assert cost.amount == Decimal(amount)


BAD = [
    ({}, "usage.input_tokens"),
    ({"input_tokens": 1}, "usage.output_tokens"),
    (usage(out=-1), "usage.output_tokens"),
    (usage(out=True), "usage.output_tokens"),
    (usage(text=1) | {"input_tokens": 2}, "usage.input_tokens"),
    (usage() | {"input_tokens_details": 7}, "usage.input_tokens_details"),
    (usage(text=1, image=1, cached_tokens=1), "usage.input_tokens_details"),
    (usage(text=1, cached_tokens=2), "usage.input_tokens_details"),
    (usage(out=1) | {"output_tokens_details": {"image_tokens": 2}}, "usage.output_tokens"),
    (usage(text=2.0), "usage.input_tokens"),  # type: ignore[arg-type]  # the point
]


@pytest.mark.parametrize(("answer", "param"), BAD)
def test_a_usage_that_cannot_be_read_is_refused_and_never_free(
    answer: dict[str, object], param: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        BOOK.token_cost(answer, at=NOON)

    assert refused.value.param == param


def test_a_list_without_token_rates_prices_no_tokens() -> None:
    with pytest.raises(InvalidValue, match="book fal-gpt-image-2"):
        PriceBook.load("fal-gpt-image-2").token_cost(usage(out=1), at=NOON)
    with pytest.raises(NoPriceInForce):
        BOOK.token_cost(usage(out=1), at=datetime(2020, 1, 1, tzinfo=UTC))


def test_the_difference_to_a_quote_in_another_currency_is_unknown() -> None:
    quote = PriceBook.load("pixapi-gpt-image-2").quote(
        {"model": "gpt-image-2", "size": "1024x1024"}
    )

    assert BOOK.token_cost(usage(out=1)).beyond(quote) is None


def test_tokens_without_an_instant_are_priced_by_the_list_of_now() -> None:
    today = datetime.now(UTC).date()
    lists = (
        (today - timedelta(days=9), 1),
        (today - timedelta(days=1), 2),
        (today + timedelta(days=1), 3),
    )
    text = f"""
{{schema_version: 1, id: b, model: m, currency: USD, quality: {{allowed: [q], default: q}},
 n: {{min: 1, max: 1, default: 1}}, sizes: {{8x8: t}}, rates: [{
        ",".join(
            f"{{effective_from: {day}, basis: contract, source: s, checked: {day},"
            f" generations: {{t: {{q: '1'}}}}, tokens: {{image_out: '{price}'}}}}"
            for day, price in lists
        )
    }]}}
"""

    assert PriceBook.loads(text).token_cost(usage(out=1_000_000)).amount == 2
