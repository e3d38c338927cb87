"""A month is closed while others post into it: each row is in the digest, or in a later month."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from billing import BillingError, Ledger
from billing.database.engines import reading
from pricing import PriceBook
from tests.billing import racing
from tests.billing.closed_month import CLOSING
from tests.billing.months import OCTOBER, PRICE, Calendar, quoted
from tests.billing.racing import at_once

#: One of them closes the month.
WORKERS, PROCESSES = 6, 3
ACCOUNTS = ("acme", "globex")

_ROWS = text(
    "SELECT CASE WHEN booked_in IS NULL THEN 'in time' ELSE 'late' END, count(*) FROM transfer "
    "WHERE kind = 'charge' GROUP BY 1"
)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that start from nothing, as those of a deployment do."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(
        PROCESSES, mp_context=context, initializer=racing.enter, initargs=(barrier,)
    ) as opened:
        yield opened


def open_accounts(books: Ledger) -> None:
    for account in ACCOUNTS:
        books.open_account(account, currency="USD")
        books.top_up(account, "100", key="t")


def compete(number: int, books: Ledger, book: PriceBook, *, times: int) -> str:
    """Close October, or charge what happened in it, again and again; the others do the other."""
    if number == 0:
        (closed,) = books.close_period("2026-10", actor="ana")
        return str(closed.digest)
    for turn in range(times):
        account = ACCOUNTS[(number + turn) % 2]
        key = f"{number}/{turn}"
        if turn % 3 == 0:
            books.open_account(f"new {key}", currency="USD", floor="-1")
            account = f"new {key}"
        item = {"account": account, "quote": quoted(book), "images": 1, "occurred_at": OCTOBER}
        if turn % 2:
            answers = books.charge_many([{**item, "key": f"{key}/{i}"} for i in range(2)])
            assert not [each for each in answers if isinstance(each, BillingError)]
        else:
            books.charge(account, quoted(book), images=1, key=key, occurred_at=OCTOBER)
    return ""


def check(books: Ledger, digest: str) -> Counter[str]:
    """Every row is counted once, and the digest is that of the rows that came in time."""
    assert books.verify().problems == ()
    (change,) = books.period_changes()
    assert change.digest == digest
    with reading(books.engine) as connection:
        return Counter({where: int(count) for where, count in connection.execute(_ROWS)})


@pytest.mark.parametrize("group_writer", [False, True], ids=["alone", "grouped"])
def test_threads_that_post_into_a_month_while_it_is_closed(
    ledger_url: str, book: PriceBook, *, group_writer: bool
) -> None:
    with Ledger.open(ledger_url, clock=Calendar(CLOSING), group_writer=group_writer) as books:
        open_accounts(books)
        work = partial(compete, books=books, book=book, times=6)

        digest, *_nothing = at_once(WORKERS, work)

        assert check(books, digest).total() == (WORKERS - 1) * 9


def in_a_process(number: int, url: str) -> str:
    book = PriceBook.load("openai-gpt-image-2")
    with Ledger.open(url, clock=Calendar(CLOSING)) as books:
        racing.Lane.barrier.wait()
        return compete(number, books, book, times=6)


def test_processes_that_post_into_a_month_while_it_is_closed(
    pool: ProcessPoolExecutor, ledger_url: str
) -> None:
    with Ledger.open(ledger_url, clock=Calendar(CLOSING)) as books:
        open_accounts(books)

        digest, *_nothing = pool.map(partial(in_a_process, url=ledger_url), range(PROCESSES))

        assert check(books, digest).total() == (PROCESSES - 1) * 9


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_posting_that_is_not_committed_is_waited_for_and_is_in_the_digest(
    ledger_url: str, book: PriceBook
) -> None:
    with Ledger.open(ledger_url, clock=Calendar(CLOSING)) as books:
        open_accounts(books)
        with books.engine.connect() as connection, connection.begin() as transaction:
            verbs = books.within(connection)
            verbs.charge("acme", quoted(book), images=1, key="first", occurred_at=OCTOBER)

            def second(number: int) -> str:
                if number == 0:
                    return str(books.close_period("2026-10", actor="ana")[0].digest)
                if number == 1:
                    time.sleep(0.3)
                    transaction.commit()
                return ""

            digest, _nothing = at_once(2, second)

        assert check(books, digest) == {"in time": 1}
        assert books.balance("acme").posted == PRICE
