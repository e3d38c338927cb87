"""Money without a hold: charges, refunds, adjustments, and captures that came too late."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import (
    AccountCurrency,
    HoldEnded,
    HoldNotFound,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
    RefundTooLarge,
    TransferNotFound,
)
from pricing import PriceBook, Quote, QuoteExpired

TOMORROW = timedelta(days=1)


@pytest.fixture
def quote(book: PriceBook) -> Quote:
    return book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4})


def buckets(ledger: Ledger, account: str = "acme") -> tuple[str, ...]:
    now = ledger.balance(account)
    return tuple(f"{b:f}" for b in (now.available, now.held, now.in_doubt, now.posted))


def test_a_charge_pays_at_once_and_keeps_when_it_happened(acme: Ledger, book: PriceBook) -> None:
    then = datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    old = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2}, at=then)
    charge = acme.charge("acme", old, images=2, key="line-1", occurred_at=then, request_id="req_1")
    assert (charge.occurred_at, charge.request_id, charge.images) == (then, "req_1", 2)
    assert charge.recorded_at > then
    assert buckets(acme) == ("99.89464", "0", "0", "0.10536")
    again = acme.charge("acme", old, images=2, key="line-1", occurred_at=then)
    assert again.repeated
    assert again == charge


def test_a_charge_is_refused_like_a_hold(acme: Ledger, quote: Quote) -> None:
    acme.open_account("poor", currency="USD")
    with pytest.raises(InsufficientFunds):
        acme.charge("poor", quote, images=1, key="k")
    acme.open_account("euro", currency="EUR", floor="-9")
    with pytest.raises(AccountCurrency):
        acme.charge("euro", quote, images=1, key="k")
    with pytest.raises(InvalidEntry, match="images"):
        acme.charge("acme", quote, images=5, key="k")
    with pytest.raises(QuoteExpired):
        Ledger(acme.engine, clock=lambda: quote.expires_at).charge("acme", quote, images=1, key="k")


def test_refunds_of_a_transfer_never_exceed_it(acme: Ledger, quote: Quote) -> None:
    charge = acme.charge("acme", quote, images=4, key="line-1")
    acme.refund(charge.id, "0.8", key="r-1", reason="two were blank")
    with pytest.raises(RefundTooLarge, match=r"0\.04288 USD of it is not refunded"):
        acme.refund(charge.id, "0.05", key="r-2", reason="more")
    acme.refund(charge.id, "0.04288", key="r-3", reason="the rest")
    assert acme.refund(charge.id, "0.8", key="r-1", reason="two were blank").repeated
    assert buckets(acme) == ("100", "0", "0", "0")
    assert acme.verify().ok


def test_refunds_at_once_do_not_exceed_it_either(acme: Ledger, quote: Quote) -> None:
    charge = acme.charge("acme", quote, images=4, key="line-1")
    barrier = threading.Barrier(8)

    def refund(index: int) -> bool:
        barrier.wait()
        try:
            acme.refund(charge.id, "0.21072", key=f"r-{index}", reason="blank")
        except RefundTooLarge:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(8))) == 4
    assert buckets(acme) == ("100", "0", "0", "0")


def test_only_captures_and_charges_are_refunded(acme: Ledger, quote: Quote) -> None:
    hold = acme.hold("acme", quote, key="job")
    for other in (hold.id, "capture_" + "0" * 32, "nothing"):
        with pytest.raises((TransferNotFound, HoldNotFound), match="No "):
            acme.refund(other, "0.1", key="r", reason="no")
    capture = acme.capture(hold.id, images=4, key="c")
    acme.refund(capture.id, "0.1", key="r", reason="blank")
    with pytest.raises(InvalidEntry, match="reason"):
        acme.refund(capture.id, "0.1", key="r2", reason=" ")


def test_an_adjustment_needs_a_reason_and_an_actor_and_keeps_the_floor(acme: Ledger) -> None:
    given = acme.adjust("acme", "-30.5", key="a-1", reason="booked twice", actor="ana")
    assert (given.reason, given.actor, given.amount) == ("booked twice", "ana", Decimal("-30.5"))
    assert buckets(acme) == ("69.5", "0", "0", "0")
    with pytest.raises(InsufficientFunds):
        acme.adjust("acme", "-70", key="a-2", reason="too much", actor="ana")
    for reason, actor, amount in (("", "ana", "1"), ("why", " ", "1"), ("why", "ana", "0")):
        with pytest.raises(InvalidEntry):
            acme.adjust("acme", amount, key="a-3", reason=reason, actor=actor)
    assert acme.verify().ok


def test_a_capture_after_expiry_is_booked_and_flagged_even_below_the_floor(
    ledger: Ledger, quote: Quote
) -> None:
    ledger.open_account("tight", currency="USD")
    ledger.top_up("tight", quote.total, key="t")
    late = ledger.hold("tight", quote, key="job-1")
    ledger.expire(datetime.now(UTC) + TOMORROW)
    ledger.hold("tight", quote, key="job-2")
    capture = ledger.capture(late.id, images=3, key="c")
    assert (capture.is_late, capture.hold_id, capture.images) == (True, late.id, 3)
    assert buckets(ledger, "tight") == ("-0.63216", "0.84288", "0", "0.63216")
    assert ledger.capture(late.id, images=3, key="c").repeated
    with pytest.raises(HoldEnded):
        ledger.capture(late.id, images=3, key="again")
    assert ledger.hold_by_id(late.id).state == "captured"
    with pytest.raises(InsufficientFunds):
        ledger.hold("tight", quote, key="job-3")
    assert ledger.verify().ok


def test_a_voided_hold_is_not_captured_late(acme: Ledger, quote: Quote) -> None:
    hold = acme.hold("acme", quote, key="job")
    acme.void(hold.id, key="v", reason="refused")
    with pytest.raises(HoldEnded, match="void"):
        acme.capture(hold.id, images=1, key="c")
