"""Where a walk takes place: fresh ledgers on both engines, and empty ones to replay a log into."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.properties.ledger_books import Books, Clock


@dataclass(frozen=True)
class Site:
    """Ledgers that walk in step, and where to find an empty one to replay a log into."""

    books: Sequence[Books]
    empty_url: Callable[[Books], str]


OpenSite = Callable[[Clock], AbstractContextManager[Site]]


class Sites:
    """A SQLite file and a PostgreSQL database for each walk."""

    def __init__(self, sqlite_template: Path, folder: Path, postgres_template: str) -> None:
        self._sqlite_template = sqlite_template
        self._folder = folder
        self._postgres_template = postgres_template
        self._serial = itertools.count()
        self._server = create_engine(
            postgres_template.format(database="postgres"), isolation_level="AUTOCOMMIT"
        )
        # Its transactions would be taken for those of a refused call.
        self._administer("ALTER SYSTEM SET autovacuum = off")
        self._administer("SELECT pg_reload_conf()")

    def close(self) -> None:
        self._administer("ALTER SYSTEM RESET autovacuum")
        self._administer("SELECT pg_reload_conf()")
        self._server.dispose()

    def opener(self, *, group_writer: bool) -> OpenSite:
        """What opens the ledgers of one walk, and throws them away."""

        @contextmanager
        def opened(clock: Clock) -> Iterator[Site]:
            with ExitStack() as stack:
                books = []
                for url in (self._sqlite_url(), stack.enter_context(self._postgres_url())):
                    books.append(Books(url, clock, group_writer=group_writer))
                    stack.callback(books[-1].close)

                def empty_url(of: Books) -> str:
                    crosses = of.is_sqlite and next(self._serial) % 4 == 0
                    url = self._postgres_url()
                    return stack.enter_context(url) if crosses else self._sqlite_url()

                yield Site(books, empty_url)

        return opened

    def _sqlite_url(self) -> str:
        path = self._folder / f"{next(self._serial)}.db"
        return f"sqlite:///{shutil.copy(self._sqlite_template, path)}"

    @contextmanager
    def _postgres_url(self) -> Iterator[str]:
        name = f"walk_{next(self._serial)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE ledger_template STRATEGY file_copy")
        yield self._postgres_template.format(database=name)
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))
