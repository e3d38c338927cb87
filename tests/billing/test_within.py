"""Verbs within a caller's transaction: alerts after its commit, its failures in our words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from billing import Alert, Hold, InsufficientFunds, Ledger, LedgerUnavailable
from billing.database.engines import reading, writing
from pricing import PriceBook
from tests.billing.months import PRICE, limited, quoted


def crossing(books: Ledger, connection: Connection, book: PriceBook, key: str = "a") -> Hold:
    """A hold of two images, above the soft limit of one."""
    return books.within(connection).hold("acme", quoted(book, 2), key=key)


@pytest.fixture
def soft(books: Ledger) -> Ledger:
    """A ledger whose account `acme` has a soft limit of one image a month."""
    limited(books, 1, "soft")
    return books


def test_an_alert_is_told_after_the_callers_commit_and_not_before(
    soft: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    with soft.engine.connect() as connection:
        transaction = connection.begin()
        hold = crossing(soft, connection, book)
        assert told == []
        transaction.commit()
        assert [alert.transfer_id for alert in told] == [hold.id]
        # The connection goes on: what was told is told once.
        soft.within(connection).top_up("acme", "1", key="t2")
        connection.commit()
        crossing(soft, connection, book, "beyond it already")
        connection.commit()
    assert told == soft.alerts() == told[:1]


def test_a_callback_sees_what_it_is_told_of(ledger_url: str, book: PriceBook) -> None:
    seen: list[int] = []

    def look(alert: Alert) -> None:
        seen.append(books.balance(alert.account).version)
        books.top_up(alert.account, "1", key="from the callback")

    with Ledger.open(ledger_url, on_alert=look) as books:
        limited(books, 1, "soft")
        with writing(books.engine) as connection:
            books.within(connection).hold("acme", quoted(book, 2, at=None), key="a")
            assert seen == []
        assert seen == [2]
        assert books.balance("acme").version == 3


@pytest.mark.parametrize("how", ["rollback", "error", "close"])
def test_an_alert_of_what_was_rolled_back_is_never_told(
    soft: Ledger, book: PriceBook, told: list[Alert], how: str
) -> None:
    with soft.engine.connect() as connection:
        crossing(soft, connection, book)
        match how:
            case "rollback":
                connection.rollback()
            case "error":
                with pytest.raises(RuntimeError), connection.begin_nested():
                    raise RuntimeError
                connection.rollback()
    with soft.engine.connect() as connection:
        soft.within(connection).top_up("acme", "1", key="t2")
        connection.commit()
    assert told == soft.alerts() == []


def test_an_alert_of_a_savepoint_that_was_rolled_back_is_not_told_with_the_rest(
    soft: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    with writing(soft.engine) as connection:
        savepoint = connection.begin_nested()
        crossing(soft, connection, book, "given up")
        savepoint.rollback()
        kept = crossing(soft, connection, book, "kept")
    assert [alert.transfer_id for alert in told] == [kept.id]


def test_an_alert_within_a_session_is_told_after_its_commit(
    soft: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    with Session(soft.engine) as session:
        crossing(soft, session.connection(), book)
        session.execute(text("SELECT 1"))
        assert told == []
        session.commit()
        assert len(told) == 1


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_an_alert_of_a_transaction_that_fails_to_commit_is_not_told(
    soft: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    with soft.engine.connect() as connection:
        crossing(soft, connection, book)
        terminate(soft, connection)
        with pytest.raises(Exception, match=r"terminating|closed|lost"):
            connection.commit()
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1
    assert told == soft.alerts() == []


def terminate(books: Ledger, connection: Connection) -> None:
    """End the server's side of a connection."""
    pid = connection.scalar(text("SELECT pg_backend_pid()"))
    with writing(books.engine) as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


VERBS: dict[str, Callable[[Ledger, Connection, PriceBook], object]] = {
    "hold": lambda books, mine, book: books.within(mine).hold("acme", quoted(book), key="k"),
    "hold_many": lambda books, mine, book: raise_first(
        books.within(mine).hold_many(
            [{"account": "acme", "quote": quoted(book), "key": f"k-{i}"} for i in range(2)]
        )
    ),
    "void": lambda books, mine, _book: books.within(mine).void(
        books.holds()[0].hold.id, key="k", reason="not needed"
    ),
    "expire": lambda books, mine, _book: books.within(mine).expire(),
}


def raise_first(answers: Sequence[object]) -> None:
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_a_connection_that_dies_within_is_told_in_our_words_and_the_next_one_works(
    soft: Ledger, book: PriceBook, verb: str
) -> None:
    soft.hold("acme", quoted(book), key="there before")
    with soft.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        terminate(soft, connection)
        for _ in range(2):
            with pytest.raises(LedgerUnavailable, match="Try again"):
                VERBS[verb](soft, connection, book)
        connection.rollback()
        VERBS[verb](soft, connection, book)
        connection.commit()
    assert soft.verify().ok


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_statements_that_the_server_forgot_within_are_no_reason_to_give_up(
    soft: Ledger, book: PriceBook
) -> None:
    with soft.engine.connect() as connection:
        crossing(soft, connection, book)
        connection.execute(text("DEALLOCATE ALL"))
        with pytest.raises(LedgerUnavailable):
            crossing(soft, connection, book, "b")
        crossing(soft, connection, book, "b")
        connection.commit()
    assert soft.balance("acme").version == 3


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_file_that_is_locked_is_told_in_our_words_within_too(
    ledger_url: str, book: PriceBook
) -> None:
    with Ledger.open(f"{ledger_url}?timeout=0.05") as books:
        limited(books, 9)
        with reading(books.engine) as connection:
            # A reading transaction cannot become a writing one while another has written.
            connection.execute(text("SELECT * FROM balance")).all()
            books.top_up("acme", "1", key="meanwhile")
            with pytest.raises(LedgerUnavailable, match="locked"):
                books.within(connection).hold("acme", quoted(book, at=None), key="a")


@pytest.fixture
def grouped(ledger_url: str) -> Iterator[Ledger]:
    """A ledger whose verbs share transactions; on SQLite nobody waits for long."""
    waits = "?timeout=0.2" if ledger_url.startswith("sqlite") else ""
    with Ledger.open(f"{ledger_url}{waits}", group_writer=True) as opened:
        yield opened


def test_a_group_writer_waits_for_a_callers_transaction_and_goes_on_after_it(
    grouped: Ledger, book: PriceBook
) -> None:
    limited(grouped, 100)
    quote = quoted(book, at=None)
    inside, may_end = threading.Event(), threading.Event()
    answers: list[str] = []

    def own() -> None:
        with writing(grouped.engine) as connection:
            grouped.within(connection).hold("acme", quote, key="inside")
            inside.set()
            may_end.wait(20)
            grouped.within(connection).hold("acme", quote, key="inside too")

    def outside(number: int) -> None:
        answers.append(grouped.hold("acme", quote, key=f"outside-{number}").key)

    caller = threading.Thread(target=own)
    caller.start()
    assert inside.wait(20)
    others = [threading.Thread(target=outside, args=(number,)) for number in range(4)]
    for other in others:
        other.start()
    may_end.set()
    for thread in (caller, *others):
        thread.join(30)

    assert len(answers) == 4
    assert grouped.balance("acme").held == 6 * PRICE
    assert grouped.verify().ok


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_verb_of_its_own_beside_ones_open_transaction_is_told_that_the_file_is_locked(
    grouped: Ledger, book: PriceBook
) -> None:
    limited(grouped, 100)
    with writing(grouped.engine) as connection:
        grouped.within(connection).hold("acme", quoted(book, at=None), key="inside")
        with pytest.raises(LedgerUnavailable, match="locked"):
            grouped.hold("acme", quoted(book, at=None), key="outside")
    assert grouped.hold("acme", quoted(book, at=None), key="outside").version == 3
    assert grouped.verify().ok


def test_what_is_refused_within_leaves_the_callers_transaction_usable(
    books: Ledger, book: PriceBook
) -> None:
    books.open_account("poor", currency="USD")
    with writing(books.engine) as connection:
        verbs = books.within(connection)
        with pytest.raises(InsufficientFunds):
            verbs.hold("poor", quoted(book), key="a")
        verbs.top_up("poor", PRICE, key="t")
        verbs.hold("poor", quoted(book), key="a")
    assert books.balance("poor").held == PRICE
