"""The cases of `ledger.py`: what each runs, and which limit it is held against.

A case and its limits are opened together, so that they can be measured side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Self

from benchmarks.ledger_books import HOT, Books, Rig, fresh_quotes
from benchmarks.ledger_limits import Measure
from benchmarks.ledger_processes import pairs_in_processes
from billing import Ledger

#: Transfers in the ledger that longer histories are compared with.
SHORT_HISTORY = 10_000
#: A hold over a long history may cost a fifth more than over a short one.
FLAT = 1 / 1.2

_FILL = 500

Opened = Callable[[], AbstractContextManager[Measure]]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a case is divided by, and the ratio that it must reach."""

    name: str
    open: Opened
    goal: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Work on a ledger."""

    name: str
    open: Opened
    limits: tuple[Limit, ...]


def cases(rig: Rig, histories: Histories) -> list[Case]:
    """Every case, in the order of the table."""
    found = [*_postgres(rig), *_sqlite(rig)]
    for engine in ("pg", "sqlite"):
        found += histories.cases(engine)
    return found


def _postgres(rig: Rig) -> Iterator[Case]:
    def limit(clients: int, accounts: int, goal: float | None = None) -> Limit:
        def measure(seconds: float) -> float:
            return rig.postgres_limit.pairs_per_second(clients, accounts, seconds)

        of = f"{clients} client{'s' * (clients > 1)}, {accounts:,} account{'s' * (accounts > 1)}"
        return Limit(f"pgbench, {of}", lambda: nullcontext(measure), goal)

    def pairs(clients: int, *, hot: bool, group_writer: bool = False) -> Opened:
        return _on(rig, "pg", Books.pair, clients, hot=hot, group_writer=group_writer)

    yield Case("pg: 1 client, 1 account", pairs(1, hot=True), (limit(1, 1, 0.6),))
    yield Case("pg: 1 client, 1,000 accounts", pairs(1, hot=False), (limit(1, 1000, 0.6),))
    yield Case("pg: 8 clients, 1,000 accounts", pairs(8, hot=False), (limit(8, 1000, 0.4),))
    apart: Opened = partial(pairs_in_processes, rig, 8)
    yield Case("pg: 8 clients in 8 processes, 1,000 accounts", apart, (limit(8, 1000, 0.4),))
    for clients, goal in ((32, 4.0), (128, 6.0)):
        opened = pairs(clients, hot=True, group_writer=True)
        name = f"pg: hot account, {clients} threads, group writer"
        yield Case(name, opened, (limit(32, 1, goal),))
    halves: Opened = partial(pairs_in_processes, rig, 2, threads=64, hot=True, group_writer=True)
    name = "pg: hot account, 2 x 64 threads, group writers"
    yield Case(name, halves, (limit(32, 1),))
    opened = pairs(8, hot=False, group_writer=True)
    name = "pg: 8 clients, 1,000 accounts, group writer"
    yield Case(name, opened, (limit(8, 1000),))
    for hot, name in ((True, "hot account"), (False, "1,000 accounts")):
        opened = _on(rig, "pg", Books.pairs_in_bulk, 1, hot=hot)
        limits = (limit(32, 1, 12.0), limit(1, 1 if hot else 1000))
        yield Case(f"pg: {name}, batches of 100", opened, limits)


def _sqlite(rig: Rig) -> Iterator[Case]:
    def raw(goal: float | None = None) -> Limit:
        def measure(seconds: float) -> float:
            return rig.sqlite_limit.pairs_per_second(seconds)

        return Limit("raw sqlite3, FULL", lambda: nullcontext(measure), goal)

    on = partial(_on, rig, "sqlite")
    yield Case("sqlite: single hold and capture", on(Books.pair, 1), (raw(0.5),))
    singles = Limit("sqlite: single charges", on(Books.charge, 1), 20.0)
    bulk = on(Books.charges_in_bulk, 1)
    yield Case("sqlite: charge_many of 100", bulk, (singles,))
    bulk = on(Books.pairs_in_bulk, 1)
    yield Case("sqlite: batches of 100", bulk, (raw(),))
    grouped = on(Books.pair, 32, group_writer=True)
    yield Case("sqlite: 32 threads, group writer", grouped, (raw(),))


def _on(
    rig: Rig,
    engine: str,
    turn: Callable[[Books, Random], int],
    clients: int,
    *,
    hot: bool = False,
    group_writer: bool = False,
) -> Opened:
    """Opens a fresh ledger on which `clients` threads take turns."""

    @contextmanager
    def opened() -> Iterator[Measure]:
        with rig.books(engine, hot=hot, group_writer=group_writer) as books:
            yield lambda seconds: books.run(partial(turn, books), clients, seconds)

    return opened


class Histories:
    """Ledgers with a long past, filled once and measured in every round; one account has it all."""

    def __init__(self, rig: Rig, longest: int, say: Callable[[str], None]) -> None:
        self._rig = rig
        self._lengths = sorted({max(longest // 10, SHORT_HISTORY), longest} - {SHORT_HISTORY})
        self._say = say
        self._filled: dict[tuple[str, int], Books] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def cases(self, engine: str) -> Iterator[Case]:
        """Cost of a hold after so many transfers, against a short history on the same engine."""
        short = Limit(f"after {SHORT_HISTORY:,}", self._after(engine, SHORT_HISTORY), FLAT)
        for length in self._lengths:
            name = f"{engine}: a hold after {length:,} transfers"
            yield Case(name, self._after(engine, length), (short,))

    def check(self) -> None:
        """Verify every one of them, row by row."""
        for (engine, length), books in self._filled.items():
            self._say(f"verifying {engine} with {length:,} transfers")
            books.check(verify=True)

    def _after(self, engine: str, length: int) -> Opened:
        def opened() -> AbstractContextManager[Measure]:
            books = self._filled.get((engine, length)) or self._fill(engine, length)
            return nullcontext(lambda seconds: books.run(books.hold, 1, seconds))

        return opened

    def _fill(self, engine: str, length: int) -> Books:
        start, chance = time.perf_counter(), Random(length)
        database = f"bench_history_{length}"
        url = self._stack.enter_context(self._rig.database(engine, database))
        books = Books(self._stack.enter_context(Ledger.open(url)), (HOT,))
        for done in range(0, length, 2 * _FILL):
            if done % 20_000 == 0:
                self._say(f"{engine}: filling a ledger, {done:,} of {length:,} transfers")
                books.quotes = fresh_quotes()
            books.pairs_in_bulk(chance, _FILL)
        if engine == "pg":
            self._rig.server.execute(database, "VACUUM ANALYZE", "CHECKPOINT")
        self._say(f"{engine}: {length:,} transfers in {time.perf_counter() - start:.0f} s")
        self._filled[engine, length] = books
        return books
