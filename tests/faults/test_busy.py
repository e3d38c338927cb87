"""The database is locked: by another writer for a while or for long, or at any one statement."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Self

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from billing import Ledger, LedgerUnavailable
from tests.faults.books import Books
from tests.faults.counts import RUNS, Counts, spread
from tests.faults.script import VARIANTS, Answer, Variant, balances, ledger_of, quote, run
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

#: Statements of a short run that find the database locked, out of all that a script has.
STEPS = 4


class _Busy:
    """Connections of sqlite3 that find the database locked at one statement, counted from 1."""

    def __init__(self, ledger: Ledger) -> None:
        self.statements = self.hits = 0
        self._number: int | None = None
        event.listen(ledger.engine, "do_connect", self._connect)
        ledger.engine.dispose()  # connections that were made without us

    def at(self, number: int | None) -> None:
        self.statements, self.hits, self._number = 0, 0, number

    def statement(self) -> None:
        self.statements += 1
        if self.statements == self._number:
            self.hits += 1
            problem = sqlite3.OperationalError("database is locked")
            problem.sqlite_errorname = "SQLITE_BUSY"
            raise problem

    def _connect(
        self,
        _dialect: Dialect,
        _entry: ConnectionPoolEntry,
        arguments: list[str],
        options: dict[str, object],
    ) -> sqlite3.Connection:
        made = partial(_Connection, self)
        return sqlite3.connect(*arguments, **options, factory=made)  # type: ignore[call-overload,no-any-return]  # SQLAlchemy's own arguments


class _Cursor(sqlite3.Cursor):
    busy: _Busy

    def execute(self, sql: str, values: Sequence[object] = ()) -> Self:  # type: ignore[override]  # no mapping
        if not sql.startswith("PRAGMA"):
            self.busy.statement()
        super().execute(sql, values)
        return self


class _Connection(sqlite3.Connection):
    def __init__(self, busy: _Busy, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]  # SQLAlchemy's own arguments
        self._busy = busy

    def cursor(self, _factory: object = None) -> _Cursor:  # type: ignore[override]  # one kind only
        made = super().cursor(_Cursor)
        made.busy = self._busy
        return made

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:  # type: ignore[override]  # positional only
        self._busy.statement()
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> sqlite3.Cursor:  # type: ignore[override]  # positional only
        self._busy.statement()
        return super().executemany(sql, rows)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_statement_that_finds_sqlite_locked_is_tried_again_as_a_whole(
    sqlite_url: str, variant: Variant, counts: Counts
) -> None:
    counts.name("busy at each statement", sqlite_url)
    books = Books(sqlite_url, variant, 2)
    with ledger_of(sqlite_url, variant) as ledger:
        busy = _Busy(ledger)
        busy.at(None)
        run(ledger, variant, "count", 2, lambda _answer: None)
        for number in spread(busy.statements, STEPS):
            name, told = f"run-{number}", list[Answer]()
            busy.at(number)
            run(ledger, variant, name, 2, told.append)
            counts.faults += busy.hits
            busy.at(None)
            books.check_unnoticed(name, told, counts)
    books.verify()


@contextmanager
def _lock(url: str, *, for_s: float | None = None) -> Iterator[None]:
    """Another writer inside its transaction: for so long, or for the length of the block."""
    path = url.removeprefix("sqlite:///").partition("?")[0]
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(for_s or 0, other.execute, ("COMMIT",))
        if for_s is not None:
            timer.start()
        yield
        if for_s is not None:
            timer.join()
        else:
            other.execute("COMMIT")


def test_a_lock_that_is_let_go_in_time_is_waited_for(sqlite_url: str) -> None:
    with ledger_of(sqlite_url, "plain") as ledger:
        run(ledger, "plain", "run", 1, lambda _answer: None)
        with _lock(sqlite_url, for_s=0.2):
            hold = ledger.hold("run-one", quote(1), key="waits")
        assert not hold.repeated
        assert ledger.verify().ok


def test_a_lock_that_lasts_is_told_and_nothing_is_written(sqlite_url: str) -> None:
    with ledger_of(f"{sqlite_url}?timeout=0.05", "plain") as ledger:
        run(ledger, "plain", "run", 1, lambda _answer: None)
        before = balances(ledger, "run")
        with _lock(sqlite_url):
            with pytest.raises(LedgerUnavailable, match="locked"):
                ledger.hold("run-one", quote(1), key="waits")
            (problem,) = ledger.hold_many(
                [{"account": "run-one", "quote": quote(1), "key": "waits too"}]
            )
            assert isinstance(problem, LedgerUnavailable)
            assert balances(ledger, "run") == before
        assert not ledger.hold("run-one", quote(1), key="waits").repeated
        assert ledger.verify().ok


def test_a_row_of_postgresql_that_stays_locked_is_told_and_nothing_is_written(
    faults_server: Server,
) -> None:
    database = faults_server.new_ledger()
    url = faults_server.url(database)
    faults_server.query(f"ALTER DATABASE {database} SET lock_timeout = '50ms'")
    other = create_engine(url, poolclass=NullPool)
    with ledger_of(url, "plain") as ledger:
        run(ledger, "plain", "run", 1, lambda _answer: None)
        before = balances(ledger, "run")
        with other.begin() as connection:
            connection.execute(text("SELECT 1 FROM balance FOR UPDATE"))
            with pytest.raises(LedgerUnavailable, match="lock timeout"):
                ledger.hold("run-one", quote(1), key="waits")
            assert balances(ledger, "run") == before
        assert not ledger.hold("run-one", quote(1), key="waits").repeated
        assert ledger.verify().ok


def test_a_real_serialization_failure_leaves_the_callers_transaction_to_be_repeated_by_key(
    faults_server: Server,
) -> None:
    url = faults_server.url(faults_server.new_ledger())
    with ledger_of(url, "plain") as ledger:
        run(ledger, "plain", "run", 1, lambda _answer: None)
        engine = ledger.engine.execution_options(isolation_level="SERIALIZABLE")
        with engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM balance"))  # its view of the books is taken
            ledger.hold("run-one", quote(1), key="first")
            with pytest.raises(LedgerUnavailable, match="serialize"):
                ledger.within(connection).hold("run-one", quote(1), key="second")
            connection.rollback()
        assert ledger.hold_by_key("run-one", "second") is None
        with engine.begin() as connection:
            hold = ledger.within(connection).hold("run-one", quote(1), key="second")
        assert not hold.repeated
        assert ledger.hold("run-one", quote(1), key="second").id == hold.id
        assert ledger.verify().ok
