from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest

from billing import (
    AccountCurrency,
    AccountExists,
    AccountNotFound,
    Balance,
    Evidence,
    HoldEnded,
    HoldNotFound,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
)
from pricing import PriceBook, PricingError, Quote, QuoteExpired

HIGH = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}


def quote(book: PriceBook, n: int = 4) -> Quote:
    return book.quote({**HIGH, "n": n})


def buckets(ledger: Ledger, account: str = "acme") -> tuple[str, ...]:
    now = ledger.balance(account)
    return tuple(f"{b:f}" for b in (now.available, now.held, now.in_doubt, now.posted))


def test_a_new_account_is_empty_and_prepaid(ledger: Ledger) -> None:
    ledger.open_account("acme", currency="USD")
    zero = Decimal(0)
    now = ledger.balance("acme")
    assert now == Balance(
        account="acme",
        currency="USD",
        available=zero,
        held=zero,
        in_doubt=zero,
        posted=zero,
        floor=zero,
        version=0,
        month=now.month,
        month_spent=zero,
    )
    assert now.month == f"{datetime.now(UTC):%Y-%m}"


def test_opening_an_account_again_answers_with_the_first_unless_the_terms_differ(
    ledger: Ledger,
) -> None:
    first = ledger.open_account("acme", currency="USD", floor="-5")
    assert ledger.open_account("acme", currency="USD", floor="-5") == first
    with pytest.raises(AccountExists, match="currency USD, not EUR"):
        ledger.open_account("acme", currency="EUR", floor="-5")


@pytest.mark.parametrize("code", ["", " acme", "ac\nme", "a\x00b", "x" * 129])
def test_an_account_code_that_cannot_be_printed_is_refused(ledger: Ledger, code: str) -> None:
    with pytest.raises(InvalidEntry, match="code"):
        ledger.open_account(code, currency="USD")


def test_a_hold_moves_the_quoted_total_from_available_to_held(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    assert (hold.amount, hold.n, hold.tier) == (Decimal("0.84288"), 4, "1K")
    assert hold.book == quote(book).book
    assert buckets(acme) == ("99.15712", "0.84288", "0", "0")


def test_a_capture_of_three_of_four_pays_three_and_releases_one(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    capture = acme.capture(hold.id, images=3, key="job-1/capture")
    assert (capture.amount, capture.released) == (Decimal("0.63216"), Decimal("0.21072"))
    assert buckets(acme) == ("99.36784", "0", "0", "0.63216")


def test_capture_above_n_is_recorded_as_n_and_flagged(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book, 2), key="job-1")
    capture = acme.capture(hold.id, images=5, key="job-1/capture")
    assert (capture.images, capture.over_delivered) == (2, 3)
    assert capture.amount == hold.amount


def test_a_void_releases_everything(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    acme.void(hold.id, key="job-1/void", reason="refused by the provider")
    assert buckets(acme) == ("100", "0", "0", "0")


def test_money_in_doubt_is_in_its_own_bucket_until_somebody_decides(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    acme.doubt(hold.id, key="job-1/doubt", reason="cut after sending")
    assert buckets(acme) == ("99.15712", "0", "0.84288", "0")
    acme.capture(hold.id, images=4, key="job-1/capture", reason="on the statement", actor="ana")
    assert buckets(acme) == ("99.15712", "0", "0", "0.84288")


def test_a_hold_ends_once(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    acme.capture(hold.id, images=4, key="a")
    with pytest.raises(HoldEnded, match="ended by a capture"):
        acme.capture(hold.id, images=4, key="b")
    with pytest.raises(HoldEnded, match="ended by a capture"):
        acme.void(hold.id, key="c", reason="no")
    with pytest.raises(HoldEnded, match="ended by a capture"):
        acme.doubt(hold.id, key="d", reason="no")
    assert buckets(acme) == ("99.15712", "0", "0", "0.84288")


def test_a_second_doubt_is_refused_and_not_called_an_end(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    acme.doubt(hold.id, key="a", reason="cut after sending")
    with pytest.raises(HoldEnded, match=r"it is in doubt already\. Capture or void it\.$"):
        acme.doubt(hold.id, key="b", reason="cut after sending")


def test_an_account_that_is_not_there_is_opened_by_the_command_as_it_stands(ledger: Ledger) -> None:
    with pytest.raises(AccountNotFound, match=r"account open 'no such one'$"):
        ledger.top_up("no such one", "1", key="k")


def test_the_same_key_and_request_answer_with_the_first_row(acme: Ledger, book: PriceBook) -> None:
    first = acme.hold("acme", quote(book), key="job-1")
    again = acme.hold("acme", quote(book), key="job-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert again == first
    capture = acme.capture(first.id, images=3, key="k")
    assert acme.capture(first.id, images=3, key="k") == capture
    assert acme.top_up("acme", "100", key="first-top-up").repeated
    assert buckets(acme) == ("99.36784", "0", "0", "0.63216")


def test_a_repeated_key_answers_even_when_the_money_is_gone(
    ledger: Ledger, book: PriceBook
) -> None:
    ledger.open_account("small", currency="USD")
    ledger.top_up("small", quote(book).total, key="t")
    first = ledger.hold("small", quote(book), key="job-1")
    assert ledger.hold("small", quote(book), key="job-1").id == first.id


def test_the_same_key_with_another_request_is_a_conflict(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book), key="job-1")
    with pytest.raises(IdempotencyConflict, match="job-1"):
        acme.hold("acme", quote(book, 3), key="job-1")
    acme.capture(hold.id, images=3, key="k")
    with pytest.raises(IdempotencyConflict):
        acme.capture(hold.id, images=2, key="k")
    with pytest.raises(IdempotencyConflict):
        acme.top_up("acme", "1", key="k")


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


def test_a_credit_account_may_go_down_to_its_floor_and_no_further(
    ledger: Ledger, book: PriceBook
) -> None:
    ledger.open_account("credit", currency="USD", floor="-0.84288")
    ledger.hold("credit", quote(book), key="job-1")
    assert ledger.balance("credit").available == Decimal("-0.84288")
    with pytest.raises(InsufficientFunds):
        ledger.hold("credit", quote(book, 1), key="job-2")


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


def test_a_repeated_key_answers_though_its_quote_has_expired(acme: Ledger, book: PriceBook) -> None:
    old = quote(book)
    first = acme.hold("acme", old, key="job-1")
    later = Ledger(acme.engine, clock=lambda: old.expires_at)
    assert later.hold("acme", old, key="job-1") == first


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


def test_evidence_that_comes_after_the_hold_moved_on_is_kept(acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quote(book), key="job-1", on_deadline="doubt")
    acme.expire(hold.expires_at)
    facts = Evidence(request_id="req_9", http_status=500)
    acme.add_evidence(hold.id, facts)
    assert acme.hold_by_id(hold.id).evidence == (facts,)
    assert buckets(acme) == ("99.15712", "0", "0.84288", "0")


def test_a_deadline_releases_a_reservation_and_puts_a_sent_call_in_doubt(
    acme: Ledger, book: PriceBook
) -> None:
    acme.hold("acme", quote(book, 1), key="plain")
    sent = acme.hold("acme", quote(book, 2), key="sent", on_deadline="doubt")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert acme.expire(tomorrow) == 2
    assert acme.expire(tomorrow) == 0
    assert buckets(acme) == ("99.57856", "0", "0.42144", "0")
    assert [(v.hold.id, v.state) for v in acme.holds()] == [(sent.id, "in_doubt")]


def test_a_sent_hold_past_its_deadline_shows_as_in_doubt_before_any_sweep(
    acme: Ledger, book: PriceBook
) -> None:
    hold = acme.hold("acme", quote(book), key="sent", on_deadline="doubt")
    later = Ledger(acme.engine, clock=lambda: hold.expires_at)
    assert [view.state for view in acme.holds()] == ["open"]
    assert [view.state for view in later.holds(state="in_doubt")] == ["in_doubt"]


def test_verbs_join_the_callers_transaction(acme: Ledger, book: PriceBook) -> None:
    with acme.engine.connect() as connection:
        hold = acme.within(connection).hold("acme", quote(book), key="job-1")
        connection.rollback()
    with pytest.raises(HoldNotFound):
        acme.capture(hold.id, images=1, key="k")
    with acme.engine.begin() as connection:
        verbs = acme.within(connection)
        hold = verbs.hold("acme", quote(book), key="job-1")
        assert verbs.hold("acme", quote(book), key="job-1").repeated
        with pytest.raises(IdempotencyConflict):
            verbs.hold("acme", quote(book, 1), key="job-1")
        verbs.capture(hold.id, images=4, key="k")
    assert buckets(acme) == ("99.15712", "0", "0", "0.84288")


def test_a_rate_rolled_back_with_the_callers_transaction_is_written_again(
    acme: Ledger, book: PriceBook
) -> None:
    with acme.engine.connect() as connection:
        acme.within(connection).hold("acme", quote(book), key="job-1")
        connection.rollback()
    acme.hold("acme", quote(book), key="job-1")
    assert acme.verify().ok


def test_no_decimal_context_can_change_a_figure(acme: Ledger, book: PriceBook) -> None:
    with localcontext() as context:
        context.prec = 3
        hold = acme.hold("acme", quote(book), key="job-1")
        acme.capture(hold.id, images=3, key="k")
        assert buckets(acme) == ("99.36784", "0", "0", "0.63216")
        acme.open_account("small", currency="USD")
        acme.top_up("small", "0.5", key="t")
        with pytest.raises(InsufficientFunds, match=r"A top-up of 0\.34288 USD"):
            acme.hold("small", quote(book), key="job-2")


def test_a_hold_by_key_shows_what_became_of_it(acme: Ledger, book: PriceBook) -> None:
    assert acme.hold_by_key("acme", "job-1") is None
    hold = acme.hold("acme", quote(book), key="job-1", tags={"team": "ads"})
    assert hold.tags == {"team": "ads"}
    facts = Evidence(request_id="req_1", http_status=200, delivered=4, usage={"output": 7})
    acme.capture(hold.id, images=4, key="k", evidence=facts)
    view = acme.hold_by_key("acme", "job-1")
    assert view is not None
    assert (view.hold, view.state, view.evidence) == (hold, "captured", (facts,))
    assert view.ending is not None
    assert view.ending.request_id == "req_1"
    assert acme.hold_by_id(hold.id) == view
