"""What a query answers as a stream of Arrow batches, read over ADBC beside a connection.

Only to be quick: no row becomes an object of Python. Needs the extra `fast`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Select, func, select, text

from billing.database.tables import balance

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

#: Rows of SQLite to a batch; it guesses the types by the first one.
_ROWS: Final = 16_384
#: Every row of an account is a new version of its balance: equal sums, the same rows.
_state: Final = select(func.count(), func.coalesce(func.sum(balance.c.version), 0)).select_from(
    balance
)
#: A standby exports none.
_snapshot: Final = text("SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_export_snapshot() END")


@contextmanager
def arrow_stream(connection: Connection, query: Select[Any]) -> Iterator[object | None]:
    """The rows of a query as an object with `__arrow_c_stream__`, as this connection sees them.

    Args:
        connection: with the view of `engines.reading`.
        query: columns that are never NULL in SQLite's first rows and of another type later.

    Yields:
        The stream; None where ADBC is not installed, cannot connect, or sees another state.
    """
    opened = _opened(connection)
    if opened is None:
        yield None
        return
    with opened, opened.cursor() as cursor:
        yield _answer(connection, cursor, query)


def _answer(connection: Connection, cursor: dbapi.Cursor, query: Select[Any]) -> object | None:
    import adbc_driver_manager

    if connection.dialect.name == "sqlite":
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_ROWS)})
    try:
        cursor.execute(_literal(connection, query))
        return cursor.fetch_arrow()
    except adbc_driver_manager.Error:
        return None  # whoever asks reads it the usual way, and is told what is wrong


def _opened(connection: Connection) -> dbapi.Connection | None:
    """A connection in a transaction that sees what this one sees."""
    try:
        import adbc_driver_manager
    except ImportError:
        return None
    opened = None
    try:
        opened = _connected(connection)
        if opened is not None and _shares_view(connection, opened):
            return opened
    except (ImportError, adbc_driver_manager.Error):
        pass
    if opened is not None:
        opened.close()
    return None


def _connected(connection: Connection) -> dbapi.Connection | None:
    url = connection.engine.url
    if connection.dialect.name == "sqlite":
        import adbc_driver_sqlite.dbapi

        if not url.database or url.database.startswith((":", "file:")):
            return None
        return adbc_driver_sqlite.dbapi.connect(f"file:{quote(url.database)}?mode=ro")
    import adbc_driver_postgresql.dbapi

    opened: dbapi.Connection = adbc_driver_postgresql.dbapi.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    return opened


def _shares_view(connection: Connection, opened: dbapi.Connection) -> bool:
    """Take over the snapshot; on SQLite, which has none to take over, see that it is the same."""
    with opened.cursor() as cursor:
        if connection.dialect.name == "sqlite":
            import duckdb

            cursor.execute(_literal(connection, _state))
            (seen,) = duckdb.from_arrow(cursor.fetch_arrow()).fetchall()
            return bool(seen == tuple(connection.execute(_state).one()))
        snapshot = connection.execute(_snapshot).scalar_one()
        if snapshot is not None:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        return snapshot is not None


def _literal(connection: Connection, query: Select[Any]) -> str:
    return str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
