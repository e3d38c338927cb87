"""Opening the ledger's database: engines, their settings, and what their errors mean to a caller.

SQLite runs in WAL with synchronous=FULL; a writing transaction takes the write lock at its start
(BEGIN IMMEDIATE), so nothing it has read can change under it. PostgreSQL runs at READ COMMITTED.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from billing.database.errors import NO_RIGHT, RightMissing, first_line, state_of
from billing.errors import InvalidEntry, LedgerUnavailable, LedgerUnusable, MissingExtra

DATABASE_URL_VARIABLE: Final = "IMAGE_BILLING_DATABASE_URL"
DEFAULT_DATABASE_URL: Final = "sqlite:///image-billing.db"

_BUSY_TIMEOUT_S: Final = 15
#: PostgreSQL: connection, roll-back, resources, object in use, operator intervention.
PASSING_STATES: Final = frozenset({"08", "40", "53", "55", "57"})
_NEVER_PASSING: Final = ("does not exist", "authentication failed", "no pg_hba.conf entry")
_READ_ONLY: Final = "image_billing_read_only"
_ALLOWED: Final = "give sqlite:///FILE or postgresql://HOST/NAME"
#: No other driver: one for encrypted files, say, would be passed over in silence.
_SQLITE: Final = ("sqlite", "sqlite+pysqlite")
_POSTGRESQL: Final = ("postgresql", "postgres")
_DRIVER: Final = "postgresql+psycopg"
#: What can hold no password: no colon, or an address or a number behind each.
_HOST: Final = re.compile(r"[^:]*$|[^:/]*:\d*(/[^:]*)?$|\[[\da-fA-F:.]*\]?(:\d*)?(/[^:]*)?$")


def database_url(given: str | None = None) -> str:
    """The database to use: what was given, else the environment's setting, else a local file."""
    return given or os.environ.get(DATABASE_URL_VARIABLE) or DEFAULT_DATABASE_URL


def open_engine(url: str) -> Engine:
    """An engine for a `sqlite:///FILE` or `postgresql://...` URL, set up for the ledger.

    SQLite waits 15 seconds for another writer; `?timeout=SECONDS` in the URL changes that.

    Raises:
        InvalidEntry: the URL is not one, or names another kind of database.
        MissingExtra: PostgreSQL is asked for and psycopg is not installed.
    """
    parsed = parsed_url(url)
    opened = _open_sqlite if parsed.get_backend_name() == "sqlite" else _open_postgresql
    try:
        return opened(parsed)
    except (ArgumentError, ValueError):  # such as sqlite://FILE, or a time-out that is no number
        raise InvalidEntry("database-url", shown_url(parsed), _ALLOWED) from None


def parsed_url(url: str) -> URL:
    """The parts of a database URL; nothing is opened.

    Raises:
        InvalidEntry: it is not one, or names another kind of database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidEntry("database-url", _shown_text(url), f"it is no URL: {_ALLOWED}") from None
    if parsed.drivername not in _SQLITE and parsed.get_backend_name() not in _POSTGRESQL:
        allowed = f"SQLite and PostgreSQL are supported: {_ALLOWED}"
        raise InvalidEntry("database-url", shown_url(parsed), allowed)
    if any("\0" in (part or "") for part in (parsed.database, parsed.host, parsed.username)):
        raise InvalidEntry("database-url", shown_url(parsed), f"it has a NUL: {_ALLOWED}")
    return parsed


def shown_url(url: URL) -> str:
    """The URL as it is typed and may be printed: no password, wherever it stands; no driver."""
    hidden = dict.fromkeys(url.query.keys() & {"password", "sslpassword"}, "***")
    typed = url.set(drivername="postgresql") if url.drivername == _DRIVER else url
    place, mark, options = typed.update_query_dict(hidden).render_as_string().partition("?")
    return place + mark + options.replace("%2F", "/")


def _shown_text(text: str) -> str:
    """What is no URL, without whatever in it may be a password."""
    before, slashes, rest = text.rpartition("://")
    rest = re.sub(r"(?is)(pass\w*|pwd)(\s*=).*", r"\1\2***", rest)
    if "@" in rest:
        rest = f"***@{rest.rpartition('@')[2]}"
    elif not _HOST.match(rest):  # `name:password`, its host forgotten
        rest = f"{rest.partition(':')[0]}:***"
    return f"{before}{slashes}{rest}"


def place_of(url: URL) -> str:
    """The database in a message: the file, or the URL of a server without its password."""
    return shown_url(url) if url.get_backend_name() != "sqlite" else url.database or "in memory"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One durable transaction: committed at the end of the block, rolled back on any error."""
    with translated(engine), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view that never blocks a writer; nothing written here is kept."""
    options: dict[str, object] = {_READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        # READ COMMITTED would show every statement another state of the books.
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(engine), engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def translated(engine: Engine | None = None) -> Iterator[None]:
    """What the driver says, in our words; what a constraint refuses passes as it is."""
    try:
        yield
    except IntegrityError:
        raise  # a constraint decided
    except PoolExhausted as error:
        raise LedgerUnavailable("no connection of the pool became free") from error
    except DBAPIError as error:
        detail = first_line(error.orig)
        place = "" if engine is None else place_of(engine.url)
        if state_of(error.orig) == NO_RIGHT:
            role = None if engine is None else engine.url.username
            raise RightMissing(detail, role=role, place=place) from error
        is_wrong = isinstance(error, ProgrammingError)
        if is_wrong and error.statement is not None:
            raise  # our own mistake; without a statement it is an option of the URL
        passes = not is_wrong and may_pass(error.orig)
        raise unavailable(detail, passes=passes, place=place) from error


def unavailable(
    detail: str, *, passes: bool, place: str = ""
) -> LedgerUnavailable | LedgerUnusable:
    """The error of a database that does not do its work, by whether trying again can help."""
    return (LedgerUnavailable if passes else LedgerUnusable)(detail, place=place)


def may_pass(error: BaseException | None) -> bool:
    """Locked or away: trying again can help, as it cannot for a file that is no database."""
    sqlite_name: str | None = getattr(error, "sqlite_errorname", None)
    if sqlite_name is not None:
        return sqlite_name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:  # it was not even connected; only the words tell why
        return not any(words in str(error) for words in _NEVER_PASSING)
    return state[:2] in PASSING_STATES


def _open_sqlite(url: URL) -> Engine:
    waits = {} if "timeout" in url.query else {"timeout": _BUSY_TIMEOUT_S}
    engine = create_engine(url, connect_args=waits)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late (at the first write): ours is in `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        # Random keys touch many pages: with the default of 1000 they are copied back too often.
        "wal_autocheckpoint = 4000",
        "foreign_keys = ON",
        # Without it INSERT OR REPLACE deletes a guarded row and fires no DELETE trigger.
        "recursive_triggers = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url.set(drivername=_DRIVER),
            isolation_level="READ COMMITTED",
            # A connection that the server closed is noticed before a reading is sent on it.
            pool_pre_ping=True,
            # When psycopg prepares by itself, its roll-back forgets our statements with its own.
            connect_args={"prepare_threshold": None},
        )
    except ModuleNotFoundError:
        raise MissingExtra("postgres", "PostgreSQL") from None
