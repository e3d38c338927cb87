"""The quick way: tests are collected once, and each mutant gets a fork that swaps functions.

What a mutant changes at import is not seen here, nor what was worked out before the fork: whatever
survives is tried again the slow way, `fresh`.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from coverage import Coverage

from tests.mutation.children import outcome_of, say
from tests.mutation.covering import Covering, digest_of
from tests.mutation.mutants import Mutant, Place, mutant_at, name_of
from tests.mutation.record import Record
from tests.mutation.swapping import Loaded, NotSwappable

OPTIONS = (
    *("-p", "no:randomly", "-p", "no:cacheprovider", "--timeout=0", "--hypothesis-seed=0"),
    *("-o", "tmp_path_retention_policy=failed", "-q"),
    # Hypothesis is loaded before the forks: its own plugin is not rewritten, and need not be.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mutants are to be tried, and how long each."""

    places: Sequence[Place]
    #: So many of them at most.
    count: int | None
    #: Processor seconds of tests, at most: the cheapest are taken.
    budget_s: float

    def mutants(self) -> Iterator[Mutant]:
        """Made one by one: that takes as long as trying them."""
        made = (mutant for place in self.places if (mutant := mutant_at(place)))
        return islice(made, self.count)


class Trials:
    """A pytest plugin that runs every test once and then the mutants, each in a fork."""

    def __init__(self, modules: Iterable[str], wanted: Wanted, record: Record) -> None:
        self.modules, self.wanted, self.record = tuple(modules), wanted, record
        self.kills: Counter[str] = Counter()
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """One engine is enough: what is mutated is Python, not SQL."""
        items[:] = [item for item in items if "postgres" not in item.nodeid]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the test that failed."""
        if report.failed:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The tests once, without a mutant, then every mutant."""
        items = {item.nodeid: item for item in session.items}
        covering = self._observe(session.items)
        for module in self.modules:  # some are imported by the first who needs them
            import_module(name_of(module))
        loaded = Loaded()
        # A child that collects garbage would touch, and so copy, all that it shares with us.
        gc.disable()
        gc.freeze()
        for mutant in self.wanted.mutants():
            names = covering.tests_of(mutant, self.kills, budget_s=self.wanted.budget_s)
            chosen = [items[name] for name in names]
            begun = time.monotonic()
            outcome, killer = outcome_of(
                partial(self._try, loaded, mutant, [*chosen, session.items[0]]),
                budget_s=sum(map(covering.costs.__getitem__, names)),
            )
            self.kills[killer] += outcome == "killed"
            seconds = time.monotonic() - begun
            self.record.add(mutant, outcome, killer, tests=len(chosen), seconds=seconds)
        return True

    def _observe(self, items: list[pytest.Item]) -> Covering:
        """Run the tests that no earlier run has seen: their lines and their processor time."""
        covering = self.record.read_covering()
        if covering.stale(self.modules):
            covering = Covering({each: digest_of(each) for each in self.modules}, {}, {})
        unseen = [each for each in items if each.nodeid not in covering.costs]
        # One that has a ledger makes the template of its file, which the forks share.
        unseen = unseen or [each for each in items if "sqlite" in each.nodeid][:1]
        paths = {str(Path(each).resolve()): each for each in self.modules}
        for item, following in zip(unseen, [*unseen[1:], items[0]], strict=False):
            coverage = Coverage(data_file=None, include=list(paths), config_file=False)
            coverage.set_option("run:disable_warnings", ["no-data-collected"])
            begun = time.process_time()
            with coverage.collect():
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            covering.costs[item.nodeid] = time.process_time() - begun
            ran = coverage.get_data()
            covering.lines[item.nodeid] = {
                paths[path]: sorted(ran.lines(path) or ()) for path in ran.measured_files()
            }
            if len(covering.costs) % 50 == 0:
                self.record.write_covering(covering)
            if self.failed:
                message = f"{self.failed} fails without any mutant"
                raise pytest.UsageError(message)
        _tear_down(items[0].session)
        here = {item.nodeid for item in items}
        kept = {name: cost for name, cost in covering.costs.items() if name in here}
        lines = {name: covering.lines[name] for name in kept}
        covering = Covering(covering.digests, lines, kept)
        self.record.write_covering(covering)
        return covering

    def _try(self, loaded: Loaded, mutant: Mutant, items: list[pytest.Item]) -> bool | None:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            loaded.swap(mutant.module, mutant.source)
        except NotSwappable:
            return None
        for item, following in pairwise(items):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                say(self.failed)
                return False
        return True


def _tear_down(session: pytest.Session) -> None:
    """Leave nothing set up but what the session has: the next test is of another file."""
    only_session = SimpleNamespace(listchain=lambda: [session])
    session._setupstate.teardown_exact(cast("pytest.Item", only_session))


def run_loaded(
    modules: Iterable[str], wanted: Wanted, tests: Iterable[str], record: Record
) -> None:
    """Collect the tests and try the mutants; in a child, so that nothing of ours is loaded here."""
    pid = os.fork()
    if pid == 0:
        plugin = Trials(modules, wanted, record)
        os._exit(int(pytest.main([*OPTIONS, *tests], plugins=[plugin])))
    _, status = os.waitpid(pid, 0)
    if status:
        message = "the tests do not run as they are"
        raise SystemExit(message)
