"""Ledgers for the benchmark, through the public API alone: fresh ones, turns of work, their check.

Every run of a case has a ledger of its own, copied from a template with funded accounts, and its
books are checked afterwards: what the callers were told is what the accounts have posted.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Self, TypeVar

from sqlalchemy import text

from benchmarks.ledger_limits import (
    ACCOUNTS,
    PostgresLimit,
    Server,
    SqliteLimit,
    Turn,
    postgres_server,
    timed,
)
from billing import Ledger, Transfer
from billing.database import schema
from billing.database.engines import open_engine
from pricing import PriceBook, Quote
from pricing.money import to_nanos

HOT = "hot"
#: What one call of a batch verb carries.
BATCH = 100
#: Of each account; a thousand times this still fits into SQLite's sum.
FUNDS = "5000000"

_MANY = tuple(f"account-{number}" for number in range(1, ACCOUNTS + 1))
_TOTALS = "SELECT sum(posted), sum(available + held + in_doubt + posted) FROM balance"
Row = TypeVar("Row", bound=Transfer)

_BOOK = PriceBook.load("openai-gpt-image-2")


def fresh_quotes() -> list[Quote]:
    """A quote of every cell of the book, one image each."""
    return [
        _BOOK.quote({"model": _BOOK.model, "size": size, "quality": quality})
        for size in _BOOK.sizes
        for quality in _BOOK.qualities
    ]


def key(chance: Random) -> str:
    """A random key, as the wrapper makes them: it lands anywhere in the index."""
    return f"call_{chance.getrandbits(128):032x}"


@dataclass(slots=True)
class Books:
    """One ledger under load, and what its callers were told."""

    ledger: Ledger
    accounts: tuple[str, ...]
    quotes: list[Quote] = field(default_factory=fresh_quotes)
    #: Amounts of the captures and charges that were answered; appending is thread-safe.
    posted: list[Decimal] = field(default_factory=list)

    def run(self, turn: Turn, clients: int, seconds: float) -> float:
        """Pairs (or charges, or holds) per second."""
        self.quotes = fresh_quotes()
        return timed(turn, clients, seconds)

    def pair(self, chance: Random) -> int:
        """A hold and its capture, two durable commits."""
        quote = chance.choice(self.quotes)
        hold = self.ledger.hold(chance.choice(self.accounts), quote, key=key(chance))
        capture = self.ledger.capture(hold.id, images=1, key=key(chance))
        self.posted.append(capture.amount)
        return 1

    def charge(self, chance: Random) -> int:
        """One charge without a hold."""
        quote = chance.choice(self.quotes)
        account = chance.choice(self.accounts)
        self.posted.append(self.ledger.charge(account, quote, images=1, key=key(chance)).amount)
        return 1

    def hold(self, chance: Random) -> int:
        """A hold that stays open."""
        quote = chance.choice(self.quotes)
        self.ledger.hold(chance.choice(self.accounts), quote, key=key(chance))
        return 1

    def pairs_in_bulk(self, chance: Random, size: int = BATCH) -> int:
        """One hold_many and one capture_many."""
        held = _rows(
            self.ledger.hold_many(
                [
                    {"account": account, "quote": quote, "key": key(chance)}
                    for account, quote in self._drawn(chance, size)
                ]
            )
        )
        captured = _rows(
            self.ledger.capture_many(
                [{"hold_id": row.id, "images": 1, "key": key(chance)} for row in held]
            )
        )
        self.posted.append(sum((row.amount for row in captured), Decimal()))
        return len(captured)

    def charges_in_bulk(self, chance: Random) -> int:
        """One charge_many."""
        items = [
            {"account": account, "quote": quote, "images": 1, "key": key(chance)}
            for account, quote in self._drawn(chance, BATCH)
        ]
        charged = _rows(self.ledger.charge_many(items))
        self.posted.append(sum((row.amount for row in charged), Decimal()))
        return len(charged)

    def check(self, *, verify: bool) -> None:
        """What was answered is what the accounts have posted; `verify` folds every row again."""
        with self.ledger.engine.connect() as connection:
            posted, everything = map(int, connection.execute(text(_TOTALS)).one())
        assert posted == to_nanos(sum(self.posted, Decimal()))
        assert everything == to_nanos(Decimal(FUNDS)) * len(self.accounts)
        if verify:
            found = self.ledger.verify()
            assert found.ok, found.problems[:5]

    def _drawn(self, chance: Random, size: int) -> list[tuple[str, Quote]]:
        return list(
            zip(
                chance.choices(self.accounts, k=size),
                chance.choices(self.quotes, k=size),
                strict=True,
            )
        )


class Rig:
    """The databases of one benchmark, each made when it is first asked for."""

    def __init__(self, folder: Path, postgres_url: str | None) -> None:
        self.folder = folder
        self.is_last_round = False
        self._postgres_url = postgres_url
        self._serial = itertools.count(1)
        self._templates: dict[tuple[str, tuple[str, ...]], str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    @cached_property
    def server(self) -> Server:
        """PostgreSQL."""
        return self._stack.enter_context(postgres_server(self.folder, self._postgres_url))

    @cached_property
    def postgres_limit(self) -> PostgresLimit:
        """The bare tables on PostgreSQL."""
        self._stack.callback(self.server.drop, PostgresLimit.DATABASE)
        return PostgresLimit(self.server)

    @cached_property
    def sqlite_limit(self) -> SqliteLimit:
        """The bare tables in a SQLite file."""
        limit = SqliteLimit(self.folder / "limit.db")
        self._stack.callback(limit.close)
        return limit

    def check_limits(self) -> None:
        """The books of the limits that ran."""
        for name in ("postgres_limit", "sqlite_limit"):
            if name in self.__dict__:
                getattr(self, name).check()

    @contextmanager
    def books(
        self, engine: str, *, hot: bool = False, group_writer: bool = False
    ) -> Iterator[Books]:
        """A fresh ledger with a thousand funded accounts, or one hot one; checked at the end."""
        accounts = (HOT,) if hot else _MANY
        with self.database(engine, f"bench_{next(self._serial)}", accounts) as url:
            ledger = Ledger.open(url, group_writer=group_writer)
            books = Books(ledger, accounts)
            try:
                yield books
                books.check(verify=self.is_last_round)
            finally:
                ledger.close()

    @contextmanager
    def database(self, engine: str, name: str, accounts: tuple[str, ...] = (HOT,)) -> Iterator[str]:
        """The URL of a fresh ledger with these accounts; it is removed at the end."""
        template = self._templates.get((engine, accounts)) or self._template(engine, accounts)
        if engine == "sqlite":
            path = Path(shutil.copy(self.folder / template, self.folder / f"{name}.db"))
            yield f"sqlite:///{path}"
            for file in self.folder.glob(f"{name}.db*"):
                file.unlink()
            return
        yield self.server.create(name, template)
        self.server.drop(name)

    def _template(self, engine: str, accounts: tuple[str, ...]) -> str:
        name = f"bench_template_{len(accounts)}"
        if engine == "sqlite":
            _fund(f"sqlite:///{self.folder / name}", accounts)
        else:
            url = self.server.create(name)
            self._stack.callback(self.server.drop, name)
            database = open_engine(url)
            schema.upgrade(database)
            database.dispose()
            _fund(url, accounts)
        self._templates[engine, accounts] = name
        return name


def _fund(url: str, accounts: tuple[str, ...]) -> None:
    """Prepaid accounts; the hot one has a hard monthly limit as well."""
    with Ledger.open(url) as ledger:
        for account in accounts:
            limit = FUNDS if account == HOT else None
            ledger.open_account(account, currency=_BOOK.currency, monthly_limit=limit)
        with ledger.engine.begin() as connection:
            verbs = ledger.within(connection)
            for account in accounts:
                verbs.top_up(account, FUNDS, key="funds")


def _rows(answers: Sequence[Row | Exception]) -> list[Row]:
    rows = []
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
        rows.append(answer)
    return rows
