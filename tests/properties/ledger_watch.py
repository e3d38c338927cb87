"""A look at a ledger's database past the ledger: what is stored, and whether anything was written.

The second one is exact and costs one short statement, where reading every table costs more the
longer a walk is. SQLite counts the transactions that others have committed (`PRAGMA data_version`);
PostgreSQL numbers every transaction that writes and says what became of each. When none was
committed in between, every byte is what it was: even a row that was written and taken away again,
which no comparison of two dumps would show.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from typing import Any

import psycopg
from sqlalchemy import make_url

#: Of an account: available, held, in doubt, posted, floor, version, closed through, month, spent.
#: Of a member: held, in doubt, posted, month, spent.
Stored = dict[str, tuple[int, ...]]

_BALANCES = (
    "SELECT a.code, b.available, b.held, b.in_doubt, b.posted, b.floor, b.version, "
    "b.closed_through, b.month, b.month_spent FROM balance b JOIN account a ON a.id = b.account_id"
)
_ALLOWANCES = (
    "SELECT a.code, l.held, l.in_doubt, l.posted, l.month, l.month_spent "
    "FROM allowance l JOIN account a ON a.id = l.member_id"
)
_NEXT_XID = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_NOT_ABORTED = (
    "SELECT count(*) FROM generate_series(%s::bigint, %s::bigint) AS xid "
    "WHERE pg_xact_status(xid::text::xid8) <> 'aborted'"
)


class Watch(ABC):
    """A connection of its own beside a ledger's."""

    @abstractmethod
    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a query answers."""

    @abstractmethod
    def mark(self) -> int:
        """Where the database stands, for `committed_since`."""

    @abstractmethod
    def committed_since(self, mark: int) -> bool:
        """Whether any transaction that wrote something was committed."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back."""

    def stored(self) -> Stored:
        """Every balance and every allowance, by code."""
        return {
            code: tuple(rest) for of in (_BALANCES, _ALLOWANCES) for code, *rest in self.rows(of)
        }


def watch(url: str) -> Watch:
    """A watch over the database of a ledger."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database is not None
        return _Sqlite(parsed.database)
    return _Postgresql(parsed.set(drivername="postgresql").render_as_string(hide_password=False))


class _Sqlite(Watch):
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()

    def mark(self) -> int:
        (found,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(found)

    def committed_since(self, mark: int) -> bool:
        return self.mark() != mark

    def close(self) -> None:
        self._connection.close()


class _Postgresql(Watch):
    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()

    def mark(self) -> int:
        ((found,),) = self.rows(_NEXT_XID)
        return int(found)

    def committed_since(self, mark: int) -> bool:
        now = self.mark()
        if now == mark:
            return False
        found = self._connection.execute(_NOT_ABORTED, (mark, now - 1)).fetchone()
        return found is not None and found[0] > 0

    def close(self) -> None:
        self._connection.close()
