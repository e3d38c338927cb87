"""A writing process is killed with -9: what it was told stands, and its keys finish the rest."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial

import pytest

from tests.faults.books import Books
from tests.faults.counts import RUNS, SEED, Counts, spread
from tests.faults.proxy import Call, Moment, at, proxied
from tests.faults.script import VARIANTS, Variant
from tests.faults.server import Server
from tests.faults.writer import writer

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

#: Rounds of a script that is killed while it is under way.
ROUNDS = 5
#: A kill at an instant falls this long after an answer, at most: about one more verb.
_SPREAD_S = 0.004
#: Steps of a short run, out of all that a script has.
STEPS = 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_client_killed_at_any_instant_loses_nothing(
    faulty_url: str, variant: Variant, counts: Counts
) -> None:
    counts.name("client killed at a random instant", faulty_url)
    books = Books(faulty_url, variant, ROUNDS)
    chance = random.Random(f"{variant}{faulty_url[:6]}{SEED}")
    for turn in range(RUNS):
        name = f"run-{turn}"
        with writer(faulty_url, variant, name, ROUNDS) as child:
            child.go()
            child.hear(until=chance.randint(1, len(books.answers) - 5))
            time.sleep(chance.random() * _SPREAD_S)
            child.kill()
            child.hear()
            counts.faults += not child.is_done
        books.check(name, child.answers, counts)
    books.verify()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_client_killed_in_any_step_loses_nothing_on_sqlite(
    sqlite_url: str, variant: Variant, counts: Counts
) -> None:
    counts.name("client killed in each step", sqlite_url)
    books = Books(sqlite_url, variant, 2)
    with writer(sqlite_url, variant, "count", 2) as child:
        child.go()
        child.hear()
        assert child.is_done
    for step in spread(child.steps, STEPS):
        name = f"run-{step}"
        with writer(sqlite_url, variant, name, 2, dies_at=step) as child:
            child.go()
            child.hear()
            counts.faults += not child.is_done
        books.check(name, child.answers, counts)
    books.verify()


@pytest.mark.parametrize("moment", ["asked", "answered"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_client_killed_in_any_step_loses_nothing_on_postgresql(
    faults_server: Server, variant: Variant, moment: Moment, counts: Counts
) -> None:
    database = faults_server.new_ledger()
    url = faults_server.url(database)
    counts.name("client killed in each step", url)
    books = Books(url, variant, 2)
    with proxied(faults_server.port) as proxy:
        through = faults_server.url(database, port=proxy.port)
        with writer(through, variant, "count", 2) as child:
            proxy.follow(lambda _request: None)
            child.go()
            child.hear()
            steps = proxy.requests
        for step in spread(steps, STEPS):
            name = f"run-{step}"
            proxy.follow(None)
            with writer(through, variant, name, 2) as child:
                pid = child.process.pid
                assert pid is not None
                proxy.follow(at(step, Call(moment, partial(os.kill, pid, signal.SIGKILL))))
                child.go()
                child.hear()
                counts.faults += proxy.hits
            books.check(name, child.answers, counts)
    books.verify()
