"""Price books that load: what they write, what makes two equal, where they are found."""

from __future__ import annotations

import copy
import json
import pickle
import re
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import pricing
from pricing import BookError, BookNotFound, PriceBook
from pricing.book_file import book_schema

BOOK = PriceBook.load("openai-gpt-image-2")
SHELF = files("pricing").joinpath("books")
TEXT = SHELF.joinpath("openai-gpt-image-2.yaml").read_text(encoding="utf-8")

SMALL = """\
schema_version: 1
id: small
model: m
currency: USD
quality: {allowed: [low, high], default: low}
n: {min: 1, max: 4, default: 1}
sizes:
  512x512: 1K
  1024x1024: 1K
  2048x2048: 4K
rates:
  - effective_from: 2026-01-01
    basis: contract
    source: contract 17
    checked: 2026-01-01
    generations:
      1K: {low: "0.1", high: "0.2"}
      4K: {low: "0.3", high: "0.4"}
"""


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.text(max_size=3), st.integers(0, 3))
def test_a_damaged_book_loads_or_is_refused_and_never_crashes(
    place: int, inserted: str, cut: int
) -> None:
    try:
        book = PriceBook.loads(TEXT[:place] + inserted + TEXT[place + cut :])
    except BookError as error:
        assert error.problems  # noqa: PT017 - either outcome is lawful
    else:
        assert PriceBook.loads(book.dumps()) == book


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(BOOK.sizes)), st.sampled_from(BOOK.qualities))
def test_a_book_with_one_cell_removed_never_loads(size: str, quality: str) -> None:
    document = yaml.safe_load(BOOK.dumps())
    del document["rates"][0]["generations"][size][quality]

    with pytest.raises(BookError) as refused:
        PriceBook.loads(yaml.safe_dump(document))

    assert [problem.path for problem in refused.value.problems] == [
        f"rates[0].generations.{size}.{quality}"
    ]


def test_the_digest_ignores_comments_key_order_and_quoting() -> None:
    document = yaml.safe_load(SMALL)
    document["sizes"] = dict(reversed(document["sizes"].items()))
    shuffled = json.dumps(dict(reversed(document.items())), default=str)
    padded = "# a comment\n" + SMALL.replace('"0.1"', "'0.100'")

    assert PriceBook.loads(shuffled) == PriceBook.loads(SMALL) == PriceBook.loads(padded)
    assert PriceBook.loads(SMALL.replace('"0.1"', '"0.11"')) != PriceBook.loads(SMALL)


def test_the_digest_of_a_content_never_changes() -> None:
    # Quotes, holds and charges of earlier releases name books by it.
    digest = "50d25c32e13ea2a55c2a34ccdcc91723fa00949b925e816d9407cd105e72836a"

    assert PriceBook.loads(SMALL).digest == digest
    assert repr(PriceBook.loads(SMALL)) == f"<PriceBook small 2026-01-01 {digest[:12]}>"
    later = SMALL[SMALL.index("  - effective_from") :].replace("2026-01-01", "2026-02-01")
    assert repr(PriceBook.loads(SMALL + later)).startswith("<PriceBook small 2026-02-01 ")


def test_a_book_is_written_in_its_own_order_and_in_letters_that_people_read() -> None:
    text = PriceBook.loads(SMALL.replace("contract 17", "Verträge 17")).dumps()

    assert text.startswith("schema_version: 1\nid: small\nmodel: m\n")
    assert text.index("512x512") < text.index("1024x1024")
    assert "source: Verträge 17" in text


def test_the_bounds_of_a_book_are_prices_that_it_may_have() -> None:
    text = SMALL.replace("rates:", 'bounds: {min: "0.1", max: "0.4"}\nrates:')

    assert PriceBook.loads(text).bounds == (Decimal("0.1"), Decimal("0.4"))
    assert PriceBook.loads(SMALL).bounds == (None, None)
    one_price = re.sub(r'(low|high): "[^"]*"', r'\1: "0.5"', SMALL)
    PriceBook.loads(one_price.replace("rates:", 'bounds: {min: "0.5", max: "0.5"}\nrates:'))


def test_a_price_list_says_where_it_comes_from() -> None:
    (rates,) = BOOK.rates

    assert (rates.basis, rates.source) == ("derived", "https://community.openai.com/t/1382699")
    assert (str(rates.effective_from), str(rates.checked)) == ("2026-04-21", "2026-11-22")
    assert rates.endpoints == ("generations", "edits")
    assert TEXT.startswith("# yaml-language-server: $schema=../price-book.schema.json\n")


def test_a_book_is_loaded_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, encoding="utf-8")

    assert PriceBook.load(path) == PriceBook.load(str(path)) == PriceBook.loads(SMALL)


@pytest.mark.parametrize(
    "name", ["no-such-book", "no/such.yaml", "nul\x00", "../openai-gpt-image-2"]
)
def test_an_unknown_id_lists_the_bundled_ones(name: str) -> None:
    with pytest.raises(BookNotFound, match="openai-gpt-image-2") as refused:
        PriceBook.load(name)

    assert refused.value.code == "book_not_found"


def test_a_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="directory") as refused:
        PriceBook.load(tmp_path)

    assert [problem.line for problem in refused.value.problems] == [1]


def test_a_book_survives_copy_and_pickle() -> None:
    assert pickle.loads(pickle.dumps(BOOK)) == BOOK == copy.deepcopy(BOOK)


def test_a_book_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        BOOK.sizes["1x1"] = "1K"  # type: ignore[index]  # the point of the test
    with pytest.raises(AttributeError):
        BOOK.rates[0].basis = "published"  # type: ignore[misc]  # the same


def test_the_shipped_schema_is_that_of_the_models() -> None:
    shipped = files("pricing").joinpath("price-book.schema.json").read_text(encoding="utf-8")

    assert shipped == book_schema()


def test_the_public_names_are_sorted_and_there() -> None:
    assert pricing.__all__ == sorted(pricing.__all__)
    assert all(hasattr(pricing, name) for name in pricing.__all__)
