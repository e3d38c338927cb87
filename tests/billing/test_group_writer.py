"""The group writer: many threads share a transaction, and each still gets its own answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import select

from billing import (
    AccountNotFound,
    Alert,
    BudgetExceeded,
    Evidence,
    HoldEnded,
    InsufficientFunds,
    Ledger,
    Transfer,
)
from billing.database.engines import reading, writing
from billing.database.tables import balance, transfer
from pricing import PriceBook
from tests.billing.months import PRICE, Calendar, limited, quoted, spent
from tests.billing.racing import at_once
from tests.billing.waiting import wait_for


@pytest.fixture
def grouped(ledger_url: str, told: list[Alert]) -> Iterator[Ledger]:
    """A ledger in October 2026 whose verbs share transactions, on both engines."""
    clock = Calendar()
    with Ledger.open(ledger_url, clock=clock, group_writer=True, on_alert=told.append) as opened:
        yield opened


def test_verbs_that_wait_for_one_another_are_written_in_one_transaction(
    ledger_url: str, book: PriceBook
) -> None:
    with Ledger.open(ledger_url, group_writer=True) as books, ThreadPoolExecutor(20) as pool:
        books.open_account("acme", currency="USD", floor="-9")
        quote = quoted(book, at=None)
        books.hold("acme", quote, key="first")
        with writing(books.engine) as connection:
            # Whoever comes first waits for this lock, and all others for it.
            connection.execute(select(balance).with_for_update())
            holds = [pool.submit(books.hold, "acme", quote, key=f"job-{i}") for i in range(20)]
            wait_for(books, 19)
        assert len({future.result().id for future in holds}) == 20
        with reading(books.engine) as connection:
            instants = set(connection.execute(select(transfer.c.recorded_at)).scalars())
        # The first hold, the one that was stopped, and the nineteen behind it.
        assert len(instants) == 3
        assert books.verify().ok


def test_a_refused_order_takes_no_other_of_its_group_with_it(
    grouped: Ledger, book: PriceBook
) -> None:
    limited(grouped, 9)
    grouped.open_account("web", currency="USD", parent="acme", monthly_limit=2 * PRICE)
    grouped.open_account("poor", currency="USD", floor=-PRICE)
    plan = ["acme", "web", "poor", "nobody"] * 5

    def hold(index: int) -> str:
        try:
            grouped.hold(plan[index], quoted(book), key=f"job-{index}")
        except (AccountNotFound, BudgetExceeded, InsufficientFunds) as refused:
            return f"{plan[index]} {refused.code}"
        return f"{plan[index]} held"

    assert Counter(at_once(20, hold)) == {
        "acme held": 5,
        "web held": 2,
        "web budget_exceeded": 3,
        "poor held": 1,
        "poor insufficient_funds": 4,
        "nobody account_not_found": 5,
    }
    assert (spent(grouped, "web"), spent(grouped)) == (("2026-10", 2), ("2026-10", 7))
    assert grouped.verify().problems == ()


def test_one_key_of_many_threads_makes_one_row(grouped: Ledger, book: PriceBook) -> None:
    limited(grouped, 1)
    rows = at_once(20, lambda _index: grouped.hold("acme", quoted(book), key="same"))
    assert len({row.id for row in rows}) == 1
    assert [row.repeated for row in rows].count(False) == 1
    assert spent(grouped) == ("2026-10", 1)


def test_verbs_of_all_kinds_share_a_group(grouped: Ledger, book: PriceBook) -> None:
    limited(grouped, 200)
    grouped.open_account("web", currency="USD", parent="acme")
    late = grouped.hold("web", quoted(book, 2), key="late")
    grouped.expire(late.expires_at)
    holds = [
        grouped.hold(code, quoted(book, 4), key=f"a-{number}")
        for number in range(8)
        for code in ("acme", "web")
    ]
    paid = grouped.charge("web", quoted(book, 8), images=8, key="paid")
    seen = Evidence(request_id="req_1", http_status=200, delivered=3)

    def work(index: int) -> str:
        hold = holds[index // 2]
        match index % 8:
            case 0 | 1:
                row: Transfer = grouped.capture(hold.id, images=3, key=f"c-{index}", evidence=seen)
            case 2:
                row = grouped.void(hold.id, key=f"v-{index}", reason="refused")
            case 3:
                row = grouped.top_up("web", "1", key=f"t-{index}")
            case 4:
                row = grouped.doubt(hold.id, key=f"d-{index}", reason="cut")
            case 5:
                row = grouped.refund(paid.id, PRICE, key=f"r-{index}", reason="blank")
            case 6:
                row = grouped.charge("web", quoted(book), images=1, key=f"x-{index}")
            case _:
                row = grouped.capture(late.id, images=2, key=f"late-{index}")
        return row.kind

    def end(index: int) -> str:
        try:
            return work(index)
        except HoldEnded:
            return "ended"

    assert Counter(at_once(32, end)) == {
        "capture": 4,
        "void": 4,
        "top-up": 4,
        "doubt": 4,
        "refund": 4,
        "charge": 5,
        "ended": 7,
    }
    assert len([each for hold in holds for each in grouped.hold_by_id(hold.id).evidence]) == 4
    # 4 captures of 3, 8 charged less 4 given back, 4 charges of 1, 2 that came late.
    assert grouped.balance("acme").posted == (12 + 4 + 4 + 2) * PRICE
    assert grouped.verify().problems == ()


def test_a_soft_limit_that_many_cross_together_is_told_once(
    grouped: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(grouped, 10, "soft")
    grouped.open_account(
        "web", currency="USD", parent="acme", monthly_limit=5 * PRICE, limit_kind="soft"
    )
    names = ("acme", "web")
    at_once(30, lambda index: grouped.hold(names[index % 2], quoted(book), key=f"job-{index}"))
    assert sorted((alert.account, alert.over) for alert in told) == [
        ("acme", PRICE),
        ("web", PRICE),
    ]
    assert {alert.transfer_id for alert in grouped.alerts()} == {each.transfer_id for each in told}
    assert grouped.verify().problems == ()


def test_an_answer_is_in_the_database_before_it_is_given(
    grouped: Ledger, ledger_url: str, book: PriceBook
) -> None:
    limited(grouped, 200)
    with Ledger.open(ledger_url) as other:

        def hold(index: int) -> str:
            made = grouped.hold("acme", quoted(book), key=f"job-{index}")
            return other.hold_by_id(made.id).hold.key

        assert at_once(12, hold) == [f"job-{index}" for index in range(12)]


def test_members_give_back_and_take_in_one_group(grouped: Ledger, book: PriceBook) -> None:
    grouped.open_account("acme", currency="USD", monthly_limit=10 * PRICE, floor=-10 * PRICE)
    for code in ("app", "web"):
        grouped.open_account(code, currency="USD", parent="acme", monthly_limit=5 * PRICE)
    old = [grouped.hold("app", quoted(book), key=f"old-{number}") for number in range(5)]
    done = threading.Event()

    def turn(index: int) -> int:
        """Void and hold again, over and over: the month never has more than its limit."""
        hold = old[index]
        for number in range(4):
            grouped.void(hold.id, key=f"{hold.id}/void", reason="again")
            hold = grouped.hold("app", quoted(book), key=f"{index}-{number}")
        return 4

    def watch() -> int:
        most = 0
        while not done.is_set():
            now = grouped.balance("app").month_spent
            assert now is not None
            most = max(most, int(now / PRICE))
        return most

    with ThreadPoolExecutor(1) as pool:
        watched: Future[int] = pool.submit(watch)
        try:
            assert sum(at_once(5, turn)) == 20
        finally:
            done.set()
        assert watched.result() <= 5
    assert spent(grouped, "app") == spent(grouped) == ("2026-10", 5)
    assert grouped.verify().problems == ()
