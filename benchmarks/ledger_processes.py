"""Clients of a ledger in processes of their own: no two of them share an interpreter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from random import SystemRandom

from benchmarks.ledger_books import Books, Rig, fresh_quotes
from benchmarks.ledger_limits import Measure
from billing import Ledger


class _Client:
    """What a process has; it is made once and takes turns in every run."""

    books: Books
    everybody: Barrier


def _begin(url: str, accounts: tuple[str, ...], everybody: Barrier) -> None:
    _Client.books = Books(Ledger.open(url), accounts)
    _Client.everybody = everybody


def _turns(seconds: float) -> tuple[int, float, Decimal]:
    """Pairs, the seconds that they took, and what was posted, once everybody is there."""
    books, chance, pairs = _Client.books, SystemRandom(), 0
    books.posted.clear()
    books.quotes = fresh_quotes()
    _Client.everybody.wait(60)
    begun = time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds:
        pairs += books.pair(chance)
    return pairs, took, sum(books.posted, Decimal())


@contextmanager
def pairs_in_processes(rig: Rig, clients: int) -> Iterator[Measure]:
    """A fresh ledger with a thousand accounts on PostgreSQL, for so many processes."""
    spawning = get_context("spawn")
    with rig.books("pg") as books:
        url = books.ledger.engine.url.render_as_string(hide_password=False)
        given = url, books.accounts, spawning.Barrier(clients)
        with ProcessPoolExecutor(clients, spawning, _begin, given) as pool:

            def measure(seconds: float) -> float:
                ran = list(pool.map(_turns, [seconds] * clients))
                books.posted += [posted for _, _, posted in ran]
                return sum(pairs / took for pairs, took, _ in ran)

            measure(0.2)  # the processes start, and connect
            yield measure
