"""Statements sent straight through the driver: prepared once a connection, one round trip each.

The verbs of the ledger run here; everything else goes through SQLAlchemy. A statement outside
`begin` and `commit` is a transaction of its own, so a hold on PostgreSQL is one message and one
answer. On SQLite there is no round trip to save, and `begin` takes the write lock at once.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from billing.database.engines import may_pass, unavailable
from billing.database.statements import Statement
from billing.errors import LedgerUnavailable, LedgerUnusable

#: A row of an answer: whole numbers, unless the statement says otherwise.
Row = tuple[Any, ...]

#: SQLite: a unique key is taken; the trigger against INSERT OR REPLACE sees it first.
_TAKEN: Final = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
_TAKEN_WORDS: Final = "replace refused"
#: PostgreSQL says the same by its SQLSTATE.
UNIQUE_VIOLATION: Final = "23505"


class Clash(Exception):
    """A constraint refused: `is_taken` when another row stands where this one would go."""

    def __init__(self, detail: str, *, is_taken: bool) -> None:
        super().__init__(detail)
        self.is_taken = is_taken


def is_taken(error: Exception) -> bool:
    """Whether a driver's error says that another row stands where this one would go."""
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorname in _TAKEN or _TAKEN_WORDS in str(error)
    return getattr(error, "sqlstate", None) == UNIQUE_VIOLATION


class Wire(ABC):
    """One connection to the database, of its own or inside a transaction of SQLAlchemy's."""

    dialect: str

    @abstractmethod
    def run(self, statement: Statement, values: Mapping[str, object]) -> list[Row]:
        """Send one statement and answer its rows.

        Raises:
            Clash: a constraint refused it.
            LedgerUnavailable: locked or away; what became of a commit may be unknown.
            LedgerUnusable: no good, and waiting would not help.
        """

    def send(self, statement: Statement, values: Mapping[str, object]) -> Callable[[], list[Row]]:
        """Send one statement; what is answered waits for its rows, and raises as `run` does.

        Nothing else may be sent meanwhile. SQLite has done the work when this returns.
        """
        rows = self.run(statement, values)
        return lambda: rows

    @abstractmethod
    def run_each(self, statement: Statement, rows: Sequence[Mapping[str, object]]) -> None:
        """Send one statement for each of many rows; SQLite only."""

    @abstractmethod
    def command(self, words: str) -> None:
        """BEGIN, COMMIT or ROLLBACK."""

    def ensure_begun(self) -> None:  # noqa: B027 - most drivers begin when they are told to
        """Open the transaction that a driver puts off until its first statement."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """The connection is good, and in no transaction."""

    @property
    def is_lost(self) -> bool:
        """The connection is no good any more."""
        return False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block, or nothing of it."""
        self.command("BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN")
        try:
            yield
            self.command("COMMIT")
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Roll back what can be; a connection that is lost has rolled back by itself."""
        try:
            self.command("ROLLBACK")
        except (LedgerUnavailable, LedgerUnusable):
            return


class SqliteWire(Wire):
    """A connection of sqlite3, in autocommit as `engines` sets it up."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @property
    def is_idle(self) -> bool:
        """See `Wire.is_idle`."""
        return not self._connection.in_transaction

    def run(self, statement: Statement, values: Mapping[str, object]) -> list[Row]:
        """See `Wire.run`."""
        try:
            rows = self._connection.execute(statement.sql, statement.encode(values)).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error
        return [statement.decode(row) for row in rows] if statement.decoders else rows

    def run_each(self, statement: Statement, rows: Sequence[Mapping[str, object]]) -> None:
        """See `Wire.run_each`."""
        try:
            self._connection.executemany(statement.sql, map(statement.encode, rows))
        except sqlite3.Error as error:
            raise self._told(error) from error

    def command(self, words: str) -> None:
        """See `Wire.command`."""
        if words == "ROLLBACK" and not self._connection.in_transaction:
            return  # SQLite has rolled back by itself, e.g. on a full disk
        try:
            self._connection.execute(words)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _told(self, error: sqlite3.Error) -> Exception:
        if isinstance(error, sqlite3.IntegrityError):
            return Clash(str(error), is_taken=is_taken(error))
        return unavailable(str(error), passes=may_pass(error), place=self._file())

    def _file(self) -> str:
        """Asked only for a message: the file of this connection, or "" where that is unknown."""
        try:
            found = self._connection.execute("PRAGMA database_list").fetchone()
        except sqlite3.Error:
            return ""
        return str(found[2])
