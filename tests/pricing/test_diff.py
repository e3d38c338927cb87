"""What changes between two books, and what a month of usage costs under both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pricing import (
    CurrencyMismatch,
    InvalidValue,
    NoPriceInForce,
    PriceBook,
    diff_books,
    usage_effect,
)

OLD = PriceBook.loads("""
schema_version: 1
id: mine
model: m
currency: USD
quality: {allowed: [low, high], default: low}
n: {min: 1, max: 4, default: 1}
sizes: {8x8: small, 16x16: small, 32x32: big}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: s, checked: 2026-01-01,
     generations: {small: {low: "0.1", high: "0.3"}, big: {low: "0", high: "0.4"}}}
""")
NEW_TEXT = """
schema_version: 1
id: mine
model: m
currency: USD
quality: {allowed: [low, high], default: low}
n: {min: 1, max: 4, default: 1}
sizes: {8x8: small, 32x32: big, 64x64: big}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: s, checked: 2026-01-01,
     generations: {small: {low: "0.1", high: "0.3"}, big: {low: "0", high: "0.4"}}}
  - {effective_from: 2027-01-01, basis: contract, source: s, checked: 2026-01-01,
     generations: {small: {low: "0.1", high: "0.4"}, big: {low: "0.2", high: "0.3"}}}
"""
NEW = PriceBook.loads(NEW_TEXT)
HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status\n"


def line(size: str, quality: str, n: object, *, model: str = "m", status: str = "") -> str:
    when = "2026-11-01T00:00:00+00:00"
    return f"r,{when},acme,{model},generations,{size},{quality},{n},0.1,USD,{status}\n"


def test_a_cell_at_another_price_has_the_change_and_the_per_cent() -> None:
    diff = diff_books(OLD, NEW)

    assert [(c.size, c.quality, c.old, c.new, c.change, c.percent) for c in diff.changed] == [
        ("8x8", "high", Decimal("0.3"), Decimal("0.4"), Decimal("0.1"), Decimal("33.33")),
        ("32x32", "low", 0, Decimal("0.2"), Decimal("0.2"), None),
        ("32x32", "high", Decimal("0.4"), Decimal("0.3"), Decimal("-0.1"), Decimal("-25.00")),
    ]


def test_books_differ_by_a_single_cell_of_any_kind_or_by_an_edited_list() -> None:
    whole = diff_books(OLD, NEW)
    same = diff_books(NEW, NEW)
    assert not same
    assert replace(same, changed=whole.changed[:1])
    assert replace(same, added=whole.added[:1])
    assert replace(same, withdrawn=whole.withdrawn[:1])
    assert replace(same, edited=(date(2026, 1, 1),))


def test_added_and_withdrawn_cells_are_told_apart() -> None:
    diff = diff_books(OLD, NEW)

    assert [(c.size, c.quality, c.new) for c in diff.added] == [
        ("64x64", "low", Decimal("0.2")),
        ("64x64", "high", Decimal("0.3")),
    ]
    assert [(c.size, c.quality, c.old, c.percent) for c in diff.withdrawn] == [
        ("16x16", "low", Decimal("0.1"), None),
        ("16x16", "high", Decimal("0.3"), None),
    ]


def test_the_latest_lists_are_compared_unless_an_instant_is_given() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert diff_books(OLD, NEW).changed
    assert not diff_books(OLD, NEW, at=now).changed
    with pytest.raises(NoPriceInForce):
        diff_books(OLD, NEW, at=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_book_does_not_differ_from_itself() -> None:
    assert not diff_books(NEW, NEW)


def test_two_currencies_have_no_difference() -> None:
    with pytest.raises(CurrencyMismatch, match="USD with CREDIT"):
        diff_books(PriceBook.load("openai-gpt-image-2"), PriceBook.load("pixapi-gpt-image-2"))


def test_usage_is_repriced_under_both_lists() -> None:
    lines = [HEADER, line("8x8", "high", 2), line("8x8", "high", 3), line("32x32", "", 4)]

    effect = usage_effect(lines, diff_books(OLD, NEW), old=OLD, new=NEW)

    assert (effect.old, effect.new, effect.change) == (
        Decimal("1.5"),
        Decimal("2.8"),
        Decimal("1.3"),
    )
    assert (effect.calls, effect.images, effect.currency) == (3, 9, "USD")
    assert effect.percent == Decimal("86.67")
    assert (effect.skipped, effect.unpriced) == (0, 0)


def test_only_charges_of_the_model_are_repriced_and_what_has_no_price_is_listed() -> None:
    lines = [
        HEADER,
        line("8x8", "high", 1, status="charged"),
        line("8x8", "high", 1, status="refunded"),
        line("8x8", "high", 1, model="other"),
        line("16x16", "high", 1),
        line("8x8", "high", "two"),
        line("8x8", "high", 0),
        "too,short\n",
        "\n",
        line("", "high", 1),
    ]

    effect = usage_effect(lines, diff_books(OLD, NEW), old=OLD, new=NEW)

    assert (effect.old, effect.new, effect.calls, effect.skipped) == (
        Decimal("0.3"),
        Decimal("0.4"),
        1,
        2,
    )
    assert [(each.line, each.param) for each in effect.errors] == [
        (5, "size"),
        (6, "n"),
        (7, "n"),
        (8, "file"),
        (10, "size"),
    ]
    assert "the new list" in effect.errors[0].message


@pytest.mark.parametrize("text", ["", "request_id,amount\n", "model,size\n", "model,size,n,n\n"])
def test_a_file_that_is_no_usage_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="first line"):
        usage_effect(iter([text]), diff_books(OLD, NEW), old=OLD, new=NEW)


def test_columns_may_be_missing_and_may_be_more() -> None:
    lines = ["\ufeffn,size,model,note\n", "2,8x8,m,hello\n"]

    effect = usage_effect(lines, diff_books(OLD, NEW), old=OLD, new=NEW)

    assert (effect.images, effect.old) == (2, Decimal("0.2"))
