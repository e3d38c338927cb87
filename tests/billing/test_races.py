"""Many at once: exactly as many holds as there is money, exactly one ending a hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import HoldEnded, InsufficientFunds, Ledger
from billing.ledger.transfers import Deadline
from pricing import PriceBook


def at_once(workers: int, work: Callable[[int], str]) -> list[str]:
    barrier = threading.Barrier(workers)

    def one(index: int) -> str:
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


def test_twenty_threads_on_money_for_ten_images_admit_exactly_ten(
    ledger: Ledger, book: PriceBook
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    ledger.open_account("ten", currency="USD")
    ledger.top_up("ten", quote.total * 10, key="t")

    def hold(index: int) -> str:
        try:
            ledger.hold("ten", quote, key=f"job-{index}")
        except InsufficientFunds:
            return "refused"
        return "held"

    outcomes = at_once(20, hold)
    assert sorted(outcomes) == ["held"] * 10 + ["refused"] * 10
    assert ledger.balance("ten").available == Decimal(0)
    assert ledger.verify().ok


def test_one_of_many_captures_voids_and_doubts_of_a_hold_wins(
    acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 4})
    hold = acme.hold("acme", quote, key="job")

    def end(index: int) -> str:
        try:
            if index % 3 == 0:
                acme.capture(hold.id, images=index % 4 + 1, key=f"c-{index}")
            elif index % 3 == 1:
                acme.void(hold.id, key=f"v-{index}", reason="no")
            else:
                acme.doubt(hold.id, key=f"d-{index}", reason="unknown")
                return "doubted"
        except HoldEnded:
            return "late"
        return "ended"

    outcomes = at_once(18, end)
    assert outcomes.count("ended") == 1
    assert outcomes.count("doubted") <= 1
    now = acme.balance("acme")
    assert (now.held, now.in_doubt) == (Decimal(0), Decimal(0))
    assert acme.verify().ok


@pytest.mark.parametrize("on_deadline", ["expire", "doubt"])
def test_the_clock_neither_doubts_twice_nor_releases_what_is_in_doubt(
    acme: Ledger, book: PriceBook, on_deadline: Deadline
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 4})
    acme.hold("acme", quote, key="other", on_deadline="doubt", expires_in=timedelta(days=9))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for attempt in range(12):
        hold = acme.hold("acme", quote, key=f"job-{attempt}", on_deadline=on_deadline)

        def one(index: int, hold_id: str = hold.id) -> str:
            time.sleep(index % 4 * 0.001)
            if index % 2:
                acme.expire(tomorrow)
                return "swept"
            try:
                acme.doubt(hold_id, key=f"{hold_id}/{index}", reason="unknown")
            except HoldEnded:
                return "late"
            return "doubted"

        outcomes = at_once(4, one)
        view = acme.hold_by_id(hold.id)
        if "doubted" in outcomes:
            assert view.state == "in_doubt"
            acme.capture(hold.id, images=4, key=f"{hold.id}/capture")
    assert acme.balance("acme").held == quote.total
    assert acme.verify().ok


def test_verify_sees_one_state_of_the_books_while_others_write(
    acme: Ledger, book: PriceBook
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1536x864", "quality": "low"})
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            hold = acme.hold("acme", quote, key=f"job-{number}")
            acme.capture(hold.id, images=1, key=f"job-{number}/capture")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        problems = [acme.verify().problems for _ in range(10)]
    finally:
        done.set()
        writer.join()
    assert problems == [()] * 10


def test_one_key_used_by_many_at_once_makes_one_row(acme: Ledger, book: PriceBook) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    ids = at_once(12, lambda _index: acme.hold("acme", quote, key="same").id)
    assert len(set(ids)) == 1
    assert acme.balance("acme").held == quote.total


def test_one_account_opened_by_many_at_once_is_one_account(ledger: Ledger) -> None:
    opened = at_once(8, lambda _index: str(ledger.open_account("new", currency="USD").opened_at))
    assert len(set(opened)) == 1
    assert [account.code for account in ledger.list_accounts()] == ["new"]
