"""Clients of a ledger in processes of their own: no two of them share an interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from random import SystemRandom
from typing import Final

from benchmarks.ledger_books import Books, Rig
from benchmarks.ledger_limits import Measure
from billing import Ledger

_CHANCE: Final = SystemRandom()


class _Client:
    """What a process has; it is made once and takes turns in every run."""

    books: Books
    everybody: Barrier


def _begin(url: str, accounts: tuple[str, ...], everybody: Barrier, *, group_writer: bool) -> None:
    _Client.books = Books(Ledger.open(url, group_writer=group_writer), accounts)
    _Client.everybody = everybody


def _turns(threads: int, seconds: float) -> tuple[float, Decimal]:
    """Pairs a second of this process, begun once everybody is there, and what was posted."""
    books = _Client.books
    books.posted.clear()
    _Client.everybody.wait(60)
    # Not the chance that a thread is given: threads of two processes are given the same.
    rate = books.run(lambda _chance: books.pair(_CHANCE), threads, seconds)
    return rate, sum(books.posted, Decimal())


@contextmanager
def pairs_in_processes(
    rig: Rig, processes: int, *, threads: int = 1, hot: bool = False, group_writer: bool = False
) -> Iterator[Measure]:
    """A fresh ledger on PostgreSQL, for so many processes with so many threads each."""
    spawning = get_context("spawn")
    with rig.books("pg", hot=hot) as books:
        url = books.ledger.engine.url.render_as_string(hide_password=False)
        begin = partial(_begin, group_writer=group_writer)
        given = url, books.accounts, spawning.Barrier(processes)
        with ProcessPoolExecutor(processes, spawning, begin, given) as pool:

            def measure(seconds: float) -> float:
                ran = list(pool.map(_turns, [threads] * processes, [seconds] * processes))
                books.posted += [posted for _, posted in ran]
                return sum(rate for rate, _ in ran)

            measure(0.2)  # the processes start, and connect
            yield measure
