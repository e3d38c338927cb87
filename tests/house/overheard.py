"""What reached a database while a ledger worked on it, values filled in, whichever way it was sent.

SQLite tells a trace callback on each connection; PostgreSQL writes it into its own log, so that a
statement sent past SQLAlchemy is heard as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from billing import Ledger
from billing.database.engines import open_engine

#: Answers with what was heard since it was last asked.
Drain = Callable[[], list[str]]

_ASKED: Final = re.compile(r"LOG:  (?:execute [^:]*|statement): (.*)", re.DOTALL)
_GIVEN: Final = re.compile(r"DETAIL:  [Pp]arameters: (.*)", re.DOTALL)
_WORK: Final = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b", re.IGNORECASE)
#: The log shows every value as text; its shape says its type.
_SHAPES: Final = {
    "uuid": r"'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'",
    "bigint": r"'-?\d+'",
    "timestamptz": r"'\d{4}-\d\d-\d\d .*[+-]\d\d'",
    "bytea": r"'\\x[0-9a-f]*'",
}


@contextmanager
def overheard(url: str) -> Iterator[tuple[Ledger, Drain]]:
    """An open ledger, and what it sends: no BEGIN, COMMIT or SET, only work."""
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    drain = None if is_sqlite else _log_of_postgresql(url)
    with Ledger.open(url) as ledger:
        yield ledger, drain or _trace_of_sqlite(ledger)


def _trace_of_sqlite(ledger: Ledger) -> Drain:
    spoken: list[str] = []

    def listen(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.set_trace_callback(spoken.append)

    def drain() -> list[str]:
        heard = [sql for sql in spoken if _WORK.match(sql)]
        spoken.clear()
        return heard

    event.listen(ledger.engine, "connect", listen)
    ledger.engine.dispose()  # connections that were made before anybody listened
    return drain


def _log_of_postgresql(url: str) -> Drain:
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        database = make_url(url).database
        for setting in ("log_statement = 'all'", "lc_messages = 'C'"):
            connection.execute(text(f"ALTER DATABASE {database} SET {setting}"))
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    engine.dispose()
    log = Path(folder) / "log"
    read_to = log.stat().st_size

    def drain() -> list[str]:
        nonlocal read_to
        with log.open("rb") as file:
            file.seek(read_to)
            fresh = file.read()
        read_to += len(fresh)
        return [sql for sql in _statements_of(fresh.decode()) if _WORK.match(sql)]

    return drain


def _statements_of(log: str) -> Iterator[str]:
    """Each statement is an entry of the log, and its parameters the entry after it."""
    waiting: str | None = None
    for entry in re.split(r"\n(?!\t)", log):  # a line that goes on starts with a tab
        asked, given = _ASKED.search(entry), _GIVEN.search(entry)
        if given and waiting is not None:
            yield _filled_in(waiting, given[1])
            waiting = None
        elif asked:
            if waiting is not None:
                yield waiting
            waiting = asked[1]
    if waiting is not None:
        yield waiting


def _filled_in(sql: str, given: str) -> str:
    values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", given))
    return re.sub(r"\$(\d+)", lambda match: _typed(values[match[1]]), sql)


def _typed(value: str) -> str:
    kinds = [kind for kind, shape in _SHAPES.items() if re.fullmatch(shape, value)]
    return f"{value}::{kinds[0]}" if kinds else value
