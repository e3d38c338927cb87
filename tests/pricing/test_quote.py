"""What a request costs: every cell of the bundled book, and the laws of a quote."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from math import ceil, floor
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import (
    EndpointNotSold,
    ImageRequest,
    InvalidValue,
    NoPriceInForce,
    PriceBook,
    Quote,
    QuoteAltered,
    QuoteExpired,
)

BOOK = PriceBook.load("openai-gpt-image-2")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CELLS = [(size, quality) for size in BOOK.sizes for quality in BOOK.qualities]

DATED = """
schema_version: 1
id: dated
model: m
currency: CREDIT
quality: {allowed: [fast, slow], default: slow}
n: {min: 1, max: 4, default: 2}
sizes: {640x480: small, 800x600: small}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {small: {fast: "1", slow: "2"}}}
  - {effective_from: 2026-02-01, basis: contract, source: b, checked: 2026-02-01,
     generations: {small: {fast: "3", slow: "4"}, 800x600: {slow: "0"}},
     edits: {small: {fast: "5", slow: "6"}}}
"""


def asked(**fields: object) -> dict[str, object]:
    return {"model": "gpt-image-2", "size": "1024x1024"} | fields


def formula(size: str, quality: str) -> Decimal:
    """The price by the formula in the head of the book, in integers but for the last step."""
    width, height = map(int, size.split("x"))
    factor = {"low": 16, "medium": 48, "high": 96}[quality]
    short = floor(Decimal(factor * min(width, height)) / max(width, height) + Decimal("0.5"))
    tokens = ceil(Decimal(factor * short * (2_000_000 + width * height)) / 4_000_000)
    return tokens * Decimal(30) / 1_000_000


@pytest.mark.parametrize("endpoint", ["generations", "edits"])
@pytest.mark.parametrize("n", [1, 4, 8])
@pytest.mark.parametrize(("size", "quality"), CELLS)
def test_every_cell_follows_the_published_formula(
    size: str, quality: str, n: int, endpoint: str
) -> None:
    quote = BOOK.quote(asked(size=size, quality=quality, n=n), endpoint=endpoint)

    assert quote.unit_price == formula(size, quality)
    assert quote.total == n * formula(size, quality)
    assert quote.tier == BOOK.sizes[size]


def test_the_published_examples_agree_after_rounding() -> None:
    prices = [BOOK.quote(asked(quality=quality)).unit_price for quality in BOOK.qualities]

    assert [round(price, 3) for price in prices] == [Decimal(p) for p in (".006", ".053", ".211")]


def test_defaults_are_resolved_and_what_was_asked_is_kept() -> None:
    quote = BOOK.quote(asked(output_format="webp"))

    assert (quote.quality, quote.n) == ("medium", 1)
    assert quote.asked == {"model": "gpt-image-2", "size": "1024x1024"}
    assert BOOK.quote(asked(n=1, quality="medium")).asked == asked(n=1, quality="medium")


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("response_format", ["url", "b64_json"])
def test_formats_never_change_a_price(output_format: str, response_format: str) -> None:
    plain = BOOK.quote(asked(quality="high"))

    quote = BOOK.quote(
        asked(quality="high", output_format=output_format, response_format=response_format)
    )

    assert quote.total == plain.total


def test_a_ready_request_and_its_mapping_have_the_same_price() -> None:
    request = ImageRequest(model="gpt-image-2", size="2048x2048", n=3, prompt="a fox")

    assert BOOK.quote(request).total == BOOK.quote(request.as_dict()).total == Decimal("0.32112")


def test_the_list_in_force_is_the_latest_that_has_begun() -> None:
    book = PriceBook.loads(DATED)
    request = {"model": "m", "size": "640x480", "quality": "fast"}
    change = datetime(2026, 2, 1, tzinfo=UTC)

    before = book.quote(request, at=change - timedelta(microseconds=1))
    after = book.quote(request, at=change)

    assert (before.total, before.book.version) == (Decimal(2), "2026-01-01")
    assert (after.total, after.book.version) == (Decimal(6), "2026-02-01")
    assert before.currency == "CREDIT"


def test_midnight_is_that_of_utc_whatever_the_offset_of_the_instant() -> None:
    book = PriceBook.loads(DATED)
    tokyo = timezone(timedelta(hours=9))
    request = {"model": "m", "size": "640x480", "n": 1}

    assert book.quote(request, at=datetime(2026, 2, 1, 8, 59, tzinfo=tokyo)).total == 2
    assert book.quote(request, at=datetime(2026, 2, 1, 9, 0, tzinfo=tokyo)).total == 4


def test_an_exact_size_beats_its_tier_cell_by_cell_and_zero_is_a_price() -> None:
    book = PriceBook.loads(DATED)
    prices = {(cell.size, cell.quality): cell.unit_price for cell in book.cells(at=NOON)}

    assert prices == {
        ("640x480", "fast"): 3,
        ("640x480", "slow"): 4,
        ("800x600", "fast"): 3,
        ("800x600", "slow"): 0,
    }


def test_before_the_first_list_there_is_no_price() -> None:
    early = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)

    with pytest.raises(NoPriceInForce, match="2026-01-01") as refused:
        PriceBook.loads(DATED).quote({"model": "m", "size": "640x480"}, at=early)

    assert (refused.value.code, refused.value.param) == ("no_price_in_force", "at")


def test_an_endpoint_without_rates_is_not_sold() -> None:
    book = PriceBook.loads(DATED)
    request = {"model": "m", "size": "640x480"}

    with pytest.raises(EndpointNotSold, match="Sold: generations"):
        book.quote(request, endpoint="edits", at=datetime(2026, 1, 15, tzinfo=UTC))
    with pytest.raises(InvalidValue, match="generations, edits"):
        book.quote(request, endpoint="variations")
    assert book.quote(request, endpoint="edits", at=NOON).total == 12


def test_a_naive_instant_is_refused() -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001 - the point of the test

    with pytest.raises(InvalidValue, match="naive"):
        BOOK.quote(asked(), at=naive)
    with pytest.raises(InvalidValue, match="naive"):
        BOOK.quote(asked()).check(naive)
    with pytest.raises(InvalidValue, match="UTC offset"):
        BOOK.quote(asked(), at=date(2026, 11, 22))  # type: ignore[arg-type]  # the point


def test_no_answer_depends_on_what_was_quoted_before() -> None:
    change = datetime(2026, 2, 1, tzinfo=UTC)
    cases: list[tuple[dict[str, object], datetime, str]] = [
        ({}, change - timedelta(microseconds=1), "2"),
        ({}, change, "4"),
        ({"quality": "fast"}, change, "3"),
        ({"quality": "slow"}, change, "4"),
        ({"n": 1}, change, "4"),
    ]
    for order in (cases, cases[::-1]):
        book = PriceBook.loads(DATED)
        for fields, at, price in order * 2:
            quote = book.quote({"model": "m", "size": "640x480", **fields}, at=at)
            assert (str(quote.unit_price), quote.n) == (price, fields.get("n", 2))
            assert quote.asked == {"model": "m", "size": "640x480", **fields}


def test_the_id_of_a_quote_has_the_millisecond_of_its_time() -> None:
    quote = BOOK.quote(asked(), at=NOON + timedelta(microseconds=1999))
    found = UUID(quote.id.removeprefix("quote_"))
    assert (found.version, found.int >> 80) == (7, int(NOON.timestamp()) * 1000 + 1)
    many = [UUID(BOOK.quote(asked(), at=NOON).id.removeprefix("quote_")) for _ in range(64)]
    assert {each.variant for each in many} == {RFC_4122}
    assert len(set(many)) == 64


def test_a_quote_lasts_fifteen_minutes() -> None:
    quote = BOOK.quote(asked(), at=NOON)

    quote.check(NOON)
    quote.check(NOON + timedelta(minutes=15, microseconds=-1))
    with pytest.raises(QuoteExpired) as refused:
        quote.check(NOON + timedelta(minutes=15))
    assert refused.value.code == "quote_expired"
    assert quote.expires_at == NOON + timedelta(minutes=15)


def test_a_quote_for_a_later_price_list_is_not_a_price_of_today() -> None:
    quote = BOOK.quote(asked(), at=NOON + timedelta(days=30))

    with pytest.raises(QuoteExpired):
        quote.check(NOON)


def test_the_json_of_a_quote_has_the_documented_keys() -> None:
    quote = BOOK.quote(asked(quality="high", n=4), at=NOON)

    shown = quote.as_dict()

    assert " ".join(shown) == (
        "id model endpoint size tier quality n currency unit_price total book quoted_at expires_at"
    )
    assert shown["book"] == {
        "id": "openai-gpt-image-2",
        "version": "2026-04-21",
        "digest": BOOK.digest,
    }
    assert (shown["unit_price"], shown["total"]) == ("0.21072", "0.84288")
    assert shown["quoted_at"] == "2026-11-22T12:00:00+00:00"


@settings(max_examples=50, deadline=None)
@given(cell=st.sampled_from(CELLS), n=st.none() | st.integers(1, 8))
def test_a_quote_survives_json_pickle_and_copy(cell: tuple[str, str], n: int | None) -> None:
    size, quality = cell
    quote = BOOK.quote(asked(size=size, quality=quality) | ({"n": n} if n else {}))

    assert Quote.from_json(quote.to_json()) == quote
    assert pickle.loads(pickle.dumps(quote)) == quote
    assert copy.copy(quote) == quote
    assert hash(copy.deepcopy(quote)) == hash(quote)


def test_a_quote_altered_by_one_digit_is_refused() -> None:
    text = BOOK.quote(asked(quality="high", n=4)).to_json()
    digits = [place for place, character in enumerate(text) if character.isdigit()]

    for place in digits:
        other = str((int(text[place]) + 1) % 10)
        with pytest.raises(QuoteAltered):
            Quote.from_json(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"check": 1}', "[" * 9000, b"\xff"])
def test_what_is_not_a_quote_is_refused_as_altered(text: str | bytes) -> None:
    with pytest.raises(QuoteAltered):
        Quote.from_json(text)


def test_a_quote_cannot_be_changed() -> None:
    quote = BOOK.quote(asked())

    with pytest.raises(AttributeError):
        quote.total = Decimal(0)  # type: ignore[misc]  # the point of the test
    with pytest.raises(AttributeError):
        quote.note = "cheap"  # type: ignore[attr-defined]  # the point of the test


def test_ids_are_version_7_uuids_in_order_of_time_and_never_repeat() -> None:
    ids = [BOOK.quote(asked()).id for _ in range(1000)]
    early, late = (BOOK.quote(asked(), at=NOON + timedelta(days=d)).id for d in (0, 1))

    assert len(set(ids)) == 1000
    assert early < late
    assert all(i.startswith("quote_") and len(i) == 38 for i in ids)
    assert all(i[18] == "7" and i[22] in "89ab" for i in ids)


@settings(max_examples=50, deadline=None)
@given(cell=st.sampled_from(CELLS), n=st.integers(1, 8))
def test_the_total_is_n_times_the_unit_price_under_any_decimal_context(
    cell: tuple[str, str], n: int
) -> None:
    size, quality = cell
    exact = BOOK.quote(asked(size=size, quality=quality, n=n))

    with localcontext() as context:
        context.prec = 3
        book = PriceBook.loads(BOOK.dumps()) if cell == CELLS[0] else BOOK
        rough = book.quote(asked(size=size, quality=quality, n=n))
        written = json.loads(rough.to_json())

    assert rough.total == exact.total == n * exact.unit_price
    assert written["total"] == exact.as_dict()["total"]
