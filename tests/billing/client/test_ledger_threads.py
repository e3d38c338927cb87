"""The threads that run the ledger's part of async calls: an answer for each, whatever happens."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from threading import Event
from types import SimpleNamespace
from typing import Any, Self

import pytest

from billing.client.call.steps import LedgerStep
from billing.client.driving.ledger_threads import LedgerThreads

LEDGER: Any = SimpleNamespace(
    is_grouped=True, engine=SimpleNamespace(dialect=SimpleNamespace(name="postgresql"))
)


class Told(LedgerStep[str]):
    """A step that answers with its name, or raises what its name says."""

    def __init__(
        self, name: str, account: str | None = "acme", waits_for: Event | None = None
    ) -> None:
        self.name, self.account, self.waits_for = name, account, waits_for

    @property
    def account_together(self) -> str | None:
        return self.account

    def run(self, ledger: object) -> str:
        if self.waits_for is not None:
            assert self.waits_for.wait(5)
        if self.name == "bad":
            raise KeyError(self.name)
        return f"{self.name} alone"

    @classmethod
    def run_together(cls, steps: Sequence[Self], ledger: object) -> list[object]:
        assert ledger is LEDGER
        if any(step.name == "broken" for step in steps):
            raise OSError("the batch as a whole")
        if any(step.name == "exit" for step in steps):
            raise SystemExit("an alert ends the program")
        if any(step.name == "short" for step in steps):
            return []
        return [None if step.name == "odd" else f"{step.name} with others" for step in steps]


@pytest.fixture
def threads() -> Iterator[LedgerThreads]:
    made = LedgerThreads()
    yield made
    made._pool.shutdown()


def test_a_step_by_itself_is_run_by_itself(threads: LedgerThreads) -> None:
    assert threads.perform(Told("one"), LEDGER).result(5) == "one alone"
    assert threads.perform(Told("one", account=None), LEDGER).result(5) == "one alone"
    with pytest.raises(KeyError):
        threads.perform(Told("bad"), LEDGER).result(5)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("a", "b"), {"a with others", "b with others"}),
        (("a", "odd"), {"a with others", "odd alone"}),
        (("a", "broken"), {"a alone", "broken alone"}),
        (("a", "short"), {"a alone", "short alone"}),
    ],
)
def test_what_a_batch_does_not_answer_is_run_by_itself(
    threads: LedgerThreads, names: tuple[str, ...], expected: set[str]
) -> None:
    gate = Event()
    first = threads.perform(Told("first", waits_for=gate), LEDGER)
    queued = [threads.perform(Told(name), LEDGER) for name in names]
    gate.set()
    assert first.result(5) == "first alone"
    assert {answer.result(5) for answer in queued} == expected


def test_without_a_thread_to_be_had_the_caller_does_it(threads: LedgerThreads) -> None:
    threads._pool.shutdown()
    assert threads.perform(Told("last"), LEDGER).result(0) == "last alone"
    assert threads.perform(Told("again"), LEDGER).result(0) == "again alone"


def test_an_interrupt_of_a_batch_is_for_all_in_it_and_ends_no_lane(threads: LedgerThreads) -> None:
    gate = Event()
    first = threads.perform(Told("first", waits_for=gate), LEDGER)
    queued = [threads.perform(Told(name), LEDGER) for name in ("exit", "b")]
    gate.set()
    assert first.result(5) == "first alone"
    for answer in queued:
        with pytest.raises(SystemExit):
            answer.result(5)
    assert threads.perform(Told("later"), LEDGER).result(5) == "later alone"


def test_who_waits_too_long_for_its_lane_goes_alone(threads: LedgerThreads) -> None:
    gate = Event()
    first = threads.perform(Told("first", waits_for=gate), LEDGER)
    queued = [threads.perform(Told(name), LEDGER) for name in "ab"]
    threads.hurry(queued[0])
    assert [answer.result(5) for answer in queued] == ["a alone", "b alone"]
    assert not first.done()
    gate.set()
    assert first.result(5) == "first alone"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_child_has_threads_of_its_own(threads: LedgerThreads) -> None:
    gate = Event()
    first = threads.perform(Told("first", waits_for=gate), LEDGER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there are threads: that is the test
        child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(threads.perform(Told("c"), LEDGER).result(5) != "c alone")
        finally:
            os._exit(code)
    gate.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert first.result(5) == "first alone"
