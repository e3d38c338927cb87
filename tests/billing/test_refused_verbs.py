"""What no verb takes: refused by name, and the books stay as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing import (
    AccountCurrency,
    AccountNotFound,
    HoldNotFound,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
)
from pricing import PriceBook, PricingError, QuoteExpired
from tests.billing.buckets import HIGH, buckets, quote


@pytest.mark.parametrize("code", ["", " acme", "ac\nme", "a\x00b", "x" * 129])
def test_an_account_code_that_cannot_be_printed_is_refused(ledger: Ledger, code: str) -> None:
    with pytest.raises(InvalidEntry, match="code"):
        ledger.open_account(code, currency="USD")


def test_a_hold_beyond_the_floor_is_refused_and_says_what_would_help(
    ledger: Ledger, book: PriceBook
) -> None:
    ledger.open_account("small", currency="USD")
    ledger.top_up("small", "0.5", key="t")
    with pytest.raises(InsufficientFunds) as refused:
        ledger.hold("small", quote(book), key="job-1")
    assert refused.value.code == "insufficient_funds"
    assert "A top-up of 0.34288 USD would do" in str(refused.value)
    assert ledger.balance("small").version == 1


def test_an_account_in_another_currency_is_refused(ledger: Ledger, book: PriceBook) -> None:
    ledger.open_account("euro", currency="EUR", floor="-10")
    with pytest.raises(AccountCurrency, match="EUR"):
        ledger.hold("euro", quote(book), key="job-1")


def test_what_does_not_exist_is_named(acme: Ledger, book: PriceBook) -> None:
    with pytest.raises(AccountNotFound, match="image-billing account open nobody"):
        acme.hold("nobody", quote(book), key="k")
    for unknown in ("hold_" + "0" * 32, "hold_x", "", "💥"):
        with pytest.raises(HoldNotFound):
            acme.capture(unknown, images=1, key="k")


def test_an_account_that_is_not_there_is_opened_by_the_command_as_it_stands(ledger: Ledger) -> None:
    with pytest.raises(AccountNotFound, match=r"account open 'no such one'$"):
        ledger.top_up("no such one", "1", key="k")


def test_a_refused_hold_cannot_be_captured_out_of_another_holds_money(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    other_digit = "0" if hold.id[-9] != "0" else "1"
    never_written = hold.id[:-9] + other_digit + hold.id[-8:]
    with pytest.raises(HoldNotFound):
        acme.capture(never_written, images=4, key="k")
    assert buckets(acme) == ("99.15712", "0.84288", "0", "0")


@pytest.mark.parametrize("images", [0, -1, True, 2.0, "2"])
def test_a_capture_of_no_whole_number_of_images_is_refused(
    acme: Ledger, book: PriceBook, images: int
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    with pytest.raises(InvalidEntry, match="images"):
        acme.capture(hold.id, images=images, key="k")


@pytest.mark.parametrize(
    "amount", [0.1, "0", "-1", "1e3", "NaN", "0.0000000001", True, 10**10, 2 * 10**9]
)
def test_a_top_up_is_exact_and_above_zero(acme: Ledger, amount: str) -> None:
    with pytest.raises((InvalidEntry, PricingError)):
        acme.top_up("acme", amount, key="k")
    assert buckets(acme) == ("100", "0", "0", "0")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b"])
def test_a_key_is_one_to_255_characters(acme: Ledger, key: str) -> None:
    with pytest.raises(InvalidEntry, match="key"):
        acme.top_up("acme", "1", key=key)


def test_an_expired_quote_makes_no_hold(acme: Ledger, book: PriceBook) -> None:
    old = book.quote({**HIGH, "n": 1})
    later = Ledger(acme.engine, clock=lambda: datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(QuoteExpired):
        later.hold("acme", old, key="k")


def test_a_capture_happens_after_its_hold_and_not_in_the_future(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    for instant in (
        datetime.now(),  # noqa: DTZ005 - that it is naive is the point
        datetime.now(UTC) + timedelta(days=1),
        hold.occurred_at - timedelta(seconds=1),
    ):
        with pytest.raises(InvalidEntry, match="occurred_at"):
            acme.capture(hold.id, images=4, key="k", occurred_at=instant)
    capture = acme.capture(hold.id, images=4, key="k", occurred_at=hold.occurred_at)
    assert capture.occurred_at == hold.occurred_at


@pytest.mark.parametrize("words", ["\udcff", "nul\x00", None, " "])
def test_words_that_no_database_can_keep_are_refused(
    acme: Ledger, book: PriceBook, words: str
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    with pytest.raises(InvalidEntry, match="reason"):
        acme.void(hold.id, key="k", reason=words)


def test_an_account_code_that_no_account_can_have_is_not_found(ledger: Ledger) -> None:
    for code in ("\udcff", "a\x00", ""):
        with pytest.raises(AccountNotFound):
            ledger.balance(code)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("expires_in", 5), ("expires_in", "1h"), ("expires_in", timedelta.max)),
        *(("tags", ["team"]), ("tags", "team"), ("tags", {"team": 5}), ("tags", {5: "team"})),
        *(("on_deadline", "void"), ("on_deadline", None)),
    ],
)
def test_what_no_hold_can_be_asked_with_is_refused_by_name(
    acme: Ledger, book: PriceBook, name: str, given: object
) -> None:
    asked: dict[str, Any] = {"account": "acme", "quote": quote(book), "key": "job-1", name: given}
    with pytest.raises(InvalidEntry) as refused:
        acme.hold(**asked)
    (answer,) = acme.hold_many([asked])
    assert isinstance(answer, InvalidEntry)
    assert (refused.value.param, answer.param) == (name, name)
    assert buckets(acme) == ("100", "0", "0", "0")
