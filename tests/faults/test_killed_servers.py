"""Under load, kill -9 of a backend or of the whole server: what was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest

from billing import Ledger, LedgerUnavailable
from tests.faults.books import Books
from tests.faults.counts import RUNS, SEED, Counts
from tests.faults.script import VARIANTS, Answer, Variant, ledger_of, run
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

ROUNDS = 4
KILLS = 2
#: A server that replays its log refuses everybody for a moment; the caller asks again.
_AGAIN_S = 0.05


class _Load:
    """A thread that goes through scripts, each again by the same keys until it is through."""

    def __init__(self, url: str, variant: Variant) -> None:
        self.variant = variant
        self.books = Books(url, variant, ROUNDS)
        self.done: dict[str, list[Answer]] = {}
        self.answers = 0
        self.problem: BaseException | None = None
        self._url = url
        self._is_given_up = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def begin(self) -> None:
        self._thread.start()

    def end(self, *, is_given_up: bool) -> None:
        """Let it finish its script, or give it up."""
        self._is_given_up = is_given_up
        self._stop.set()
        self._thread.join()
        if self.problem is not None:
            raise self.problem

    def _work(self) -> None:
        try:
            with ledger_of(self._url, self.variant) as ledger:
                while not self._stop.is_set():
                    name = f"{self.variant}-{len(self.done)}"
                    self.done[name] = []
                    while not self._is_through(ledger, name) and not self._is_given_up:
                        time.sleep(_AGAIN_S)
        except BaseException as problem:  # noqa: BLE001 - raised again by `end`
            self.problem = problem

    def _is_through(self, ledger: Ledger, name: str) -> bool:
        try:
            run(ledger, self.variant, name, ROUNDS, self._tell)
        except LedgerUnavailable:
            return False
        return True

    def _tell(self, answer: Answer) -> None:
        name = answer.account.rpartition("-")[0]
        self.done[name].append(answer)
        self.answers += 1


@pytest.mark.parametrize("victim", ["a backend", "the whole server"])
def test_what_a_killed_server_has_acknowledged_is_there_when_it_is_back(
    mortal_server: Server, victim: str, counts: Counts
) -> None:
    database = mortal_server.new_ledger()
    url = mortal_server.url(database)
    counts.name(f"kill -9 of {victim} under load", url)
    loads = [_Load(url, variant) for variant in VARIANTS]
    for load in loads:
        load.begin()
    is_over = False
    try:
        chance = random.Random(f"{victim}{SEED}")
        for _kill in range(KILLS * RUNS):
            _wait_for(loads, chance.randint(20, 120))
            counts.faults += _kill_one(mortal_server, database, victim, chance)
        is_over = True
    finally:
        for load in loads:
            load.end(is_given_up=not is_over)
    for load in loads:
        load.books.check_through(load.done, counts)
    loads[0].books.verify()  # of all: nothing in the books mends itself


def _wait_for(loads: list[_Load], answers: int) -> None:
    wanted = sum(load.answers for load in loads) + answers
    while sum(load.answers for load in loads) < wanted:
        assert all(load.problem is None for load in loads)
        time.sleep(0.001)


def _kill_one(server: Server, database: str, victim: str, chance: random.Random) -> int:
    if victim == "a backend":
        backends = server.backends(database)
        assert backends
        os.kill(chance.choice(backends), signal.SIGKILL)
        server.wait_for_restart()
    else:
        server.kill()
        server.start()
    return 1
