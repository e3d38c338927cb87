"""Trouble in the group writer: bad arguments, an interrupt, a fork; nobody else suffers."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType

import pytest
from sqlalchemy import select

from billing import BillingError, BudgetExceeded, InsufficientFunds, InvalidEntry, Ledger
from billing.database.engines import writing
from billing.database.tables import balance
from pricing import PriceBook
from tests.billing.months import PRICE, limited, quoted, spent
from tests.billing.racing import at_once
from tests.billing.waiting import wait_for


@pytest.fixture
def grouped(ledger_url: str) -> Iterator[Ledger]:
    """A ledger whose verbs share transactions, on both engines."""
    with Ledger.open(ledger_url, group_writer=True) as opened:
        yield opened


@contextmanager
def locked(books: Ledger) -> Iterator[None]:
    """Somebody else holds the lock of every balance; who writes waits for it."""
    is_locked, may_end = threading.Event(), threading.Event()

    def hold_on() -> None:
        with writing(books.engine) as connection:
            connection.execute(select(balance).with_for_update())
            is_locked.set()
            may_end.wait(30)

    other = threading.Thread(target=hold_on)
    other.start()
    assert is_locked.wait(30)
    try:
        yield
    finally:
        may_end.set()
        other.join(30)


@pytest.mark.parametrize("guard", ["floor", "limit"])
def test_money_put_in_and_holds_in_one_group_pass_neither_floor_nor_limit(
    grouped: Ledger, book: PriceBook, guard: str
) -> None:
    images = 100 if guard == "limit" else 4
    grouped.open_account(
        "acme", currency="USD", monthly_limit=None if guard == "floor" else 6 * PRICE
    )
    grouped.open_account("web", currency="USD", parent="acme")
    grouped.top_up("acme", images * PRICE, key="t")
    quote = quoted(book, at=None)

    def work(index: int) -> str:
        account = ("acme", "web")[index % 2]
        try:
            match index % 4:
                case 0:
                    grouped.top_up(account, PRICE, key=f"t-{index}")
                case 1:
                    grouped.adjust(account, -PRICE, key=f"a-{index}", reason="fix", actor="ana")
                    return "taken"
                case _:
                    grouped.hold(account, quote, key=f"h-{index}")
                    return "held"
        except (BudgetExceeded, InsufficientFunds) as refused:
            return refused.code
        return "put in"

    with ThreadPoolExecutor(32) as pool:
        with locked(grouped):
            first = pool.submit(grouped.top_up, "acme", PRICE, key="first")
            rest = [pool.submit(work, index) for index in range(32)]
            wait_for(grouped, 31)
        first.result()
        outcomes = Counter(future.result() for future in rest)

    now = grouped.balance("acme")
    put_in = images + 1 + outcomes["put in"] - outcomes["taken"]
    assert now.available == (put_in - outcomes["held"]) * PRICE >= 0
    assert now.held == outcomes["held"] * PRICE
    if guard == "limit":
        assert outcomes == {"put in": 8, "taken": 8, "held": 6, "budget_exceeded": 10}
    else:
        assert now.available == 0
        assert outcomes["insufficient_funds"] > 0
    assert grouped.verify().problems == ()


def test_a_bad_argument_is_told_to_the_thread_that_gave_it(
    grouped: Ledger, book: PriceBook
) -> None:
    limited(grouped, 100)
    quote = quoted(book, 2, at=None)
    holds = [grouped.hold("acme", quote, key=f"h-{index}").id for index in range(16)]

    def work(index: int) -> str:
        try:
            if index % 4 == 0:
                return grouped.capture(holds[index], images=10**20, key=f"c-{index}").kind
            if index % 4 == 1:
                answer = grouped.charge(
                    "acme",
                    quote,
                    images=1,
                    key=f"x-{index}",
                    request_id=123,  # type: ignore[arg-type]  # wrong on purpose
                )
                return answer.kind
            return grouped.capture(holds[index], images=1, key=f"c-{index}").kind
        except InvalidEntry as refused:
            return f"refused {refused.param}"

    assert Counter(at_once(16, work)) == {
        "capture": 8,
        "refused over_delivered": 4,
        "refused request_id": 4,
    }
    assert len(grouped.holds()) == 8
    assert grouped.verify().problems == ()


def test_an_interrupt_of_one_who_waits_leaves_the_others_answered_and_the_books_exact(
    grouped: Ledger, book: PriceBook
) -> None:
    assert threading.current_thread() is threading.main_thread(), "only it gets signals"
    limited(grouped, 100)
    quote = quoted(book, at=None)
    main = threading.get_ident()

    def interrupt() -> None:
        wait_for(grouped, 4)  # three of the pool behind the one who writes, and the main thread
        signal.pthread_kill(main, signal.SIGUSR1)

    with ThreadPoolExecutor(8) as pool, interrupts_on(signal.SIGUSR1):
        with locked(grouped):
            others = [
                pool.submit(grouped.hold, "acme", quote, key=f"other-{index}") for index in range(4)
            ]
            wait_for(grouped, 3)
            interrupted = pool.submit(interrupt)
            with pytest.raises(KeyboardInterrupt):
                grouped.hold("acme", quote, key="mine")
            interrupted.result()
        assert [other.result().key for other in others] == [f"other-{i}" for i in range(4)]

    assert grouped.hold_by_key("acme", "mine") is None
    assert not grouped.hold("acme", quote, key="mine").repeated
    assert spent(grouped)[1] == 5
    assert grouped.verify().problems == ()


@contextmanager
def interrupts_on(number: signal.Signals) -> Iterator[None]:
    """That signal does what Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("group_writer", [False, True])
def test_a_forked_child_has_connections_of_its_own(
    ledger_url: str, book: PriceBook, *, group_writer: bool
) -> None:
    with Ledger.open(ledger_url, group_writer=group_writer) as books:
        limited(books, 100)
        books.hold("acme", quoted(book, at=None), key="before")
        books.balance("acme")

        told = in_child(lambda: books.hold("acme", quoted(book, at=None), key="child").key)

        assert told == "child"
        assert books.hold("acme", quoted(book, at=None), key="child").repeated
        books.hold("acme", quoted(book, at=None), key="after")
        assert books.balance("acme").held == 3 * PRICE
        assert books.verify().problems == ()


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_fork_while_another_thread_writes_leaves_the_child_nothing_to_wait_for(
    grouped: Ledger, book: PriceBook
) -> None:
    limited(grouped, 100)
    quote = quoted(book, at=None)
    with ThreadPoolExecutor(2) as pool:
        with locked(grouped):
            grouped.open_account("globex", currency="USD", floor=-PRICE)
            waiting = [pool.submit(grouped.hold, "acme", quote, key=f"k-{i}") for i in range(2)]
            wait_for(grouped, 1)
            assert in_child(lambda: grouped.hold("globex", quote, key="child").key) == "child"
        assert {future.result().key for future in waiting} == {"k-0", "k-1"}
    assert grouped.verify().problems == ()


def in_child(work: object) -> str:
    """What a forked child answers."""
    assert callable(work)
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        # Later Pythons warn of threads; a child that only does this may well be forked.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            answer = str(work())
        except BillingError as error:
            answer = f"{error.code}: {error}"
        finally:
            os.write(writes, answer.encode())
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as told:
        answer = told.read()
    os.waitpid(child, 0)
    return answer
