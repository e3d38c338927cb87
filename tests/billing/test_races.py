"""Many at once: exactly as many holds as there is money, exactly one ending a hold."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import pytest
from sqlalchemy import text

from billing import Evidence, HoldEnded, Ledger, RefundTooLarge, Transfer
from billing.database.engines import reading
from billing.ledger.transfers import Deadline
from billing.ledger.verbs import BatchError
from pricing import PriceBook
from tests.billing.months import PRICE, quoted
from tests.billing.racing import PURSES, at_once, attempt

Row = TypeVar("Row", bound=Transfer)
SEEN = Evidence(request_id="req_1", http_status=200, delivered=1)


@pytest.fixture(params=[False, True], ids=["alone", "grouped"])
def group_writer(request: pytest.FixtureRequest) -> bool:
    """Whether verbs of many threads share transactions."""
    return bool(request.param)


@pytest.fixture
def racer(ledger_url: str, group_writer: bool) -> Iterator[Ledger]:
    """An empty ledger, on both engines, with and without a group writer."""
    with Ledger.open(ledger_url, group_writer=group_writer) as opened:
        yield opened


@pytest.mark.parametrize("purse", list(PURSES))
def test_fifty_threads_on_money_for_ten_images_get_exactly_ten(
    racer: Ledger, book: PriceBook, purse: str
) -> None:
    asked = PURSES[purse]
    asked.open(racer)
    spenders = itertools.cycle(asked.spenders)
    names = [next(spenders) for _ in range(50)]
    outcomes = at_once(50, lambda index: attempt(racer, names[index], book, f"job-{index}"))
    asked.check(racer, outcomes)


@pytest.mark.parametrize("spender", ["acme", "web"])
def test_one_of_twenty_captures_and_voids_of_a_hold_wins(
    racer: Ledger, book: PriceBook, spender: str
) -> None:
    racer.open_account("acme", currency="USD", floor="-1")
    racer.open_account("web", currency="USD", parent="acme")
    hold = racer.hold(spender, quoted(book, 4, at=None), key="job")
    ends: list[Callable[[int], object]] = [
        lambda index: racer.capture(hold.id, images=index % 4 + 1, key=f"c-{index}"),
        lambda index: racer.void(hold.id, key=f"v-{index}", reason="no"),
        lambda index: racer.capture_many(
            [{"hold_id": hold.id, "images": 1, "key": f"m-{index}", "evidence": SEEN}]
        )[0],
        lambda index: racer.doubt(hold.id, key=f"d-{index}", reason="unknown"),
    ]

    def end(index: int) -> str:
        try:
            answer = ends[index % 4](index)
        except HoldEnded as late:
            answer = late
        if isinstance(answer, HoldEnded):
            return "late"
        assert isinstance(answer, Transfer)
        return "doubted" if answer.kind == "doubt" else "ended"

    outcomes = Counter(at_once(20, end))
    assert outcomes["ended"] == 1
    assert outcomes["doubted"] <= 1
    assert outcomes.total() == 20
    now = racer.balance("acme")
    assert (now.held, now.in_doubt) == (Decimal(0), Decimal(0))
    assert now.version == 2 + outcomes["doubted"]
    assert racer.verify().ok


def test_twenty_refunds_at_once_give_back_what_was_paid_and_no_more(
    racer: Ledger, book: PriceBook
) -> None:
    racer.open_account("acme", currency="USD", floor="-1")
    charge = racer.charge("acme", quoted(book, 8, at=None), images=8, key="line-1")

    def refund(index: int) -> bool:
        try:
            racer.refund(charge.id, PRICE, key=f"r-{index}", reason="blank")
        except RefundTooLarge:
            return False
        return True

    assert sum(at_once(20, refund)) == 8
    assert racer.balance("acme").posted == 0
    assert racer.verify().ok


def test_batches_over_the_same_accounts_in_opposite_orders_do_not_wait_for_each_other(
    ledger_url: str, book: PriceBook
) -> None:
    accounts, sizes = ("one", "two", "three", "web"), ("1024x1024", "1536x864", "2048x2048")
    with Ledger.open(ledger_url) as books:
        for code in accounts:
            parent = "one" if code == "web" else None
            books.open_account(code, currency="USD", floor=0 if parent else -9, parent=parent)
    cells = [(code, size) for size in sizes for code in accounts]

    def worker(number: int) -> None:
        # A ledger each: none of them knows which rates are in the database already.
        with Ledger.open(ledger_url) as books:
            for turn in range(2):
                quotes = {s: book.quote({"model": "gpt-image-2", "size": s}) for s in sizes}
                items = [
                    {
                        "account": code,
                        "quote": quotes[size],
                        "key": f"{number}-{turn}-{code}-{size}",
                    }
                    for code, size in (cells if number % 2 else cells[::-1])
                ]
                holds = books.hold_many(items)
                ends = [{"hold_id": h.id, "images": 1, "key": f"{h.key}/end"} for h in made(holds)]
                made(books.capture_many(ends if number % 2 else ends[::-1]))

    at_once(8, worker)
    with Ledger.open(ledger_url) as books:
        assert books.verify().problems == ()
        quotes = [book.quote({"model": "gpt-image-2", "size": size}).total for size in sizes]
        paid = [books.balance(code).posted for code in ("two", "three", "web")]
        assert paid == [16 * sum(quotes)] * 3
        assert books.balance("one").posted == 32 * sum(quotes)
        assert deadlocks(books) == 0


def made(answers: Sequence[Row | BatchError]) -> list[Row]:
    """The rows of a batch in which nothing was refused."""
    rows = [answer for answer in answers if isinstance(answer, Transfer)]
    assert len(rows) == len(answers), answers
    return rows


def deadlocks(books: Ledger) -> int:
    """How many PostgreSQL had to break up; SQLite has one writer."""
    if books.engine.dialect.name == "sqlite":
        return 0
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with reading(books.engine) as connection:
        return int(connection.execute(text(counted)).scalar_one())


@pytest.mark.parametrize("on_deadline", ["expire", "doubt"])
def test_the_clock_neither_doubts_twice_nor_releases_what_is_in_doubt(
    acme: Ledger, book: PriceBook, on_deadline: Deadline
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 4})
    acme.hold("acme", quote, key="other", on_deadline="doubt", expires_in=timedelta(days=9))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for turn in range(12):
        hold = acme.hold("acme", quote, key=f"job-{turn}", on_deadline=on_deadline)

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
