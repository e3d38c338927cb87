"""The bundled books are true: every figure against the seller's table, written out here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from math import ceil, floor

import pytest

from pricing import PriceBook

CHECKED = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHELF = files("pricing").joinpath("books")
SIZES = [
    *("1024x768", "768x1024", "1024x1024", "1536x864", "864x1536"),
    *("1920x1080", "1080x1920", "1536x1536", "2048x2048", "3840x2160", "2160x3840"),
]

#: book, endpoint -> rows as the seller prints them: sizes, then low / medium / high.
PUBLISHED = {
    ("openai-gpt-image-2-published", "generations"): {
        "1024x1024": ".006 .053 .211",
        "1024x1536 1536x1024": ".005 .041 .165",
    },
    ("openai-gpt-image-1", "generations"): {
        "1024x1024": ".011 .042 .167",
        "1024x1536 1536x1024": ".016 .063 .25",
    },
    ("openai-gpt-image-1-mini", "generations"): {
        "1024x1024": ".005 .011 .036",
        "1024x1536 1536x1024": ".006 .015 .052",
    },
    ("openai-gpt-image-1.5", "generations"): {
        "1024x1024": ".009 .034 .133",
        "1024x1536 1536x1024": ".013 .05 .2",
    },
    ("fal-gpt-image-2", "generations"): {
        "1024x768": ".005 .037 .145",
        "1024x1024": ".006 .053 .211",
        "1024x1536": ".005 .042 .165",
        "1920x1080": ".005 .040 .158",
        "2560x1440": ".007 .056 .222",
        "3840x2160": ".012 .101 .401",
    },
    ("fal-gpt-image-2", "edits"): {
        "1024x768": ".011 .043 .151",
        "1024x1024": ".015 .061 .219",
        "1024x1536": ".018 .054 .178",
        "1920x1080": ".017 .053 .158",
        "2560x1440": ".019 .068 .234",
        "3840x2160": ".024 .113 .413",
    },
    ("venice-gpt-image-2", "generations"): {
        "1024x768 768x1024 1024x1024 1536x864 864x1536": ".02 .07 .26",
        "1920x1080 1080x1920 1536x1536": ".03 .13 .50",
        "2048x2048 3840x2160 2160x3840": ".05 .21 .83",
    },
}
PUBLISHED["pixapi-gpt-image-2", "generations"] = PUBLISHED["pixapi-gpt-image-2", "edits"] = {
    "1024x768 768x1024 1024x1024 1536x864 864x1536 1024x1536 1536x1024 1536x1536": "1 4 14",
    "1920x1080 1080x1920 2048x2048": "2 17 67",
    "3840x2160 2160x3840": "4 34 133",
}


def derived(size: str, quality: str) -> Decimal:
    """Output tokens by the unofficial formula, at OpenAI's published $30 per million."""
    width, height = map(int, size.split("x"))
    factor = {"low": 16, "medium": 48, "high": 96}[quality]
    short = floor(Decimal(factor * min(width, height)) / max(width, height) + Decimal("0.5"))
    return ceil(Decimal(factor * short * (2_000_000 + width * height)) / 4_000_000) * Decimal(
        "0.00003"
    )


@pytest.mark.parametrize(("book_id", "endpoint"), PUBLISHED)
def test_a_book_has_exactly_the_cells_that_its_source_lists(book_id: str, endpoint: str) -> None:
    book = PriceBook.load(book_id)
    table = {
        (size, quality): Decimal(price)
        for sizes, prices in PUBLISHED[book_id, endpoint].items()
        for size in sizes.split()
        for quality, price in zip(("low", "medium", "high"), prices.split(), strict=True)
    }

    cells = {(c.size, c.quality): c.unit_price for c in book.cells(endpoint, at=CHECKED)}

    assert cells == table


def test_every_bundled_book_is_in_these_tests_and_called_as_its_file() -> None:
    tested = {book_id for book_id, _ in PUBLISHED} | {"openai-gpt-image-2"}

    assert set(PriceBook.bundled()) == tested
    assert {PriceBook.load(book_id).id for book_id in tested} == tested


def test_a_book_sells_no_endpoint_that_its_source_has_no_price_for() -> None:
    sold = {book_id: PriceBook.load(book_id).rates[-1].endpoints for book_id, _ in PUBLISHED}

    assert {book_id for book_id, endpoints in sold.items() if "edits" in endpoints} == {
        "fal-gpt-image-2",
        "pixapi-gpt-image-2",
    }


@pytest.mark.parametrize("book_id", PriceBook.bundled())
def test_every_price_list_says_where_it_was_read_and_when(book_id: str) -> None:
    book = PriceBook.load(book_id)
    text = SHELF.joinpath(f"{book_id}.yaml").read_text(encoding="utf-8")

    assert text.startswith("# yaml-language-server: $schema=../price-book.schema.json\n")
    for rates in book.rates:
        assert rates.source.startswith("https://")
        assert rates.checked == date(2026, 11, 22)
        assert rates.basis == ("derived" if book_id == "openai-gpt-image-2" else "published")
        assert rates.effective_from <= rates.checked


def test_derived_and_published_prices_of_openai_agree_to_a_tenth_of_a_cent() -> None:
    book, published = (
        PriceBook.load("openai-gpt-image-2"),
        PriceBook.load("openai-gpt-image-2-published"),
    )
    prices = {(c.size, c.quality): c.unit_price for c in book.cells(at=CHECKED)}

    for cell in published.cells(at=CHECKED):
        formula = derived(cell.size, cell.quality)
        assert abs(cell.unit_price - formula) < Decimal("0.001")
        assert prices.get((cell.size, cell.quality), formula) == formula
    assert set(book.sizes) & set(published.sizes) == {"1024x1024"}


def test_the_derived_book_has_the_eleven_sizes_of_the_model() -> None:
    assert list(PriceBook.load("openai-gpt-image-2").sizes) == SIZES


def test_a_tier_is_data_of_the_seller_and_two_sellers_disagree() -> None:
    pixapi, openai = PriceBook.load("pixapi-gpt-image-2"), PriceBook.load("openai-gpt-image-2")

    assert (pixapi.sizes["1536x1536"], openai.sizes["1536x1536"]) == ("1K", "2K")
    assert (pixapi.sizes["2048x2048"], openai.sizes["2048x2048"]) == ("2K", "4K")
    assert pixapi.currency == "CREDIT"


def test_an_omitted_quality_means_what_it_means_at_the_seller() -> None:
    defaults = {book_id: PriceBook.load(book_id).default_quality for book_id, _ in PUBLISHED}

    assert defaults["fal-gpt-image-2"] == "high"
    assert defaults["pixapi-gpt-image-2"] == "high"
    assert defaults["venice-gpt-image-2"] == "high"
    assert PriceBook.load("openai-gpt-image-2").default_quality == "medium"
    assert PriceBook.load("fal-gpt-image-2").n.max == 4


@pytest.mark.parametrize(
    ("book_id", "rates"),
    [
        ("openai-gpt-image-2", "5 1.25 8 2 30"),
        ("openai-gpt-image-2-published", "5 1.25 8 2 30"),
        ("openai-gpt-image-1", "5 1.25 10 2.5 40"),
        ("openai-gpt-image-1-mini", "2 0.2 2.5 0.25 8"),
        ("openai-gpt-image-1.5", "5 1.25 8 2 32 10"),
    ],
)
def test_the_token_rates_are_those_of_openai(book_id: str, rates: str) -> None:
    kinds = ["text_in", "text_cached_in", "image_in", "image_cached_in", "image_out", "text_out"]
    expected = dict(zip(kinds, map(Decimal, rates.split()), strict=False))

    assert dict(PriceBook.load(book_id).rates[-1].tokens) == expected
