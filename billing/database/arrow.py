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
        if connection.dialect.name == "sqlite":
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_ROWS)})
        cursor.execute(_literal(connection, query))
        yield cursor.fetch_arrow()


def _opened(connection: Connection) -> dbapi.Connection | None:
    try:
        import adbc_driver_manager
    except ImportError:
        return None
    is_sqlite = connection.dialect.name == "sqlite"
    try:
        return _sqlite(connection) if is_sqlite else _postgresql(connection)
    except (ImportError, adbc_driver_manager.Error):
        return None


def _sqlite(connection: Connection) -> dbapi.Connection | None:
    import adbc_driver_sqlite.dbapi
    import duckdb

    path = connection.engine.url.database
    if not path or path.startswith((":", "file:")):
        return None
    opened = adbc_driver_sqlite.dbapi.connect(f"file:{quote(path)}?mode=ro")
    with opened.cursor() as cursor:
        cursor.execute(_literal(connection, _state))
        (seen,) = duckdb.from_arrow(cursor.fetch_arrow()).fetchall()
    if seen == tuple(connection.execute(_state).one()):
        return opened
    opened.close()  # somebody wrote between the two
    return None


def _postgresql(connection: Connection) -> dbapi.Connection:
    import adbc_driver_postgresql.dbapi

    snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    url = connection.engine.url.set(drivername="postgresql")
    opened: dbapi.Connection = adbc_driver_postgresql.dbapi.connect(
        url.render_as_string(hide_password=False)
    )
    with opened.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return opened


def _literal(connection: Connection, query: Select[Any]) -> str:
    return str(query.compile(connection.engine, compile_kwargs={"literal_binds": True}))
