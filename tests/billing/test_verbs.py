"""The verbs of a ledger: what each does to the four buckets of an account, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

import pytest

from billing import (
    AccountExists,
    Balance,
    Evidence,
    HoldEnded,
    HoldNotFound,
    IdempotencyConflict,
    InsufficientFunds,
    Ledger,
)
from pricing import PriceBook
from tests.billing.buckets import buckets, quote


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


@pytest.mark.parametrize(
    ("asked", "helps"),
    [
        ({"floor": "-9"}, "image-billing account floor 'acme ltd' AMOUNT --reason WHY --actor WHO"),
        ({"monthly_limit": "9"}, "image-billing account limit 'acme ltd' --monthly-limit AMOUNT"),
        ({"plan": "partner"}, "The plan of an account is kept for ever: change in the catalog"),
        ({"plan": "partner", "floor": "-9"}, "account floor"),
        ({"currency": "EUR"}, "open another account"),
        ({"parent": "studio"}, "open another account"),
    ],
)
def test_an_account_with_other_terms_says_which_can_change_and_how(
    ledger: Ledger, asked: dict[str, str], helps: str
) -> None:
    ledger.open_account("studio", currency="USD")
    ledger.open_account("acme ltd", currency="USD", plan="basic")
    terms = {"currency": "USD", "plan": "basic", **asked}

    with pytest.raises(AccountExists) as refused:
        ledger.open_account("acme ltd", **terms)  # type: ignore[arg-type]  # all are texts

    assert helps in refused.value.message
    changed = {"floor", "monthly_limit"} & asked.keys()
    assert refused.value.message.count("To change a ") == len(changed)


def test_an_account_without_a_plan_gets_one_in_the_catalog(ledger: Ledger) -> None:
    ledger.open_account("acme", currency="USD")

    with pytest.raises(AccountExists, match="plan none, not partner") as refused:
        ledger.open_account("acme", currency="USD", plan="partner")

    assert "the catalog says which it has" in refused.value.message


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


def test_a_credit_account_may_go_down_to_its_floor_and_no_further(
    ledger: Ledger, book: PriceBook
) -> None:
    ledger.open_account("credit", currency="USD", floor="-0.84288")
    ledger.hold("credit", quote(book), key="job-1")
    assert ledger.balance("credit").available == Decimal("-0.84288")
    with pytest.raises(InsufficientFunds):
        ledger.hold("credit", quote(book, 1), key="job-2")


def test_a_repeated_key_answers_though_its_quote_has_expired(acme: Ledger, book: PriceBook) -> None:
    old = quote(book)
    first = acme.hold("acme", old, key="job-1")
    later = Ledger(acme.engine, clock=lambda: old.expires_at)
    assert later.hold("acme", old, key="job-1") == first


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
