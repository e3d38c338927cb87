"""Threads in which the ledger's part of async calls runs, many calls' steps together where it can.

With a group writer verbs share transactions anyway: then steps of one kind wait in a lane, and who
comes first leads it: it runs what waits as one batch, and then what came meanwhile. Each call gets
its own answer, and only after the commit. What a batch does not answer is run by itself, as all is
without a group writer; so is what has waited too long for its lane.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from weakref import WeakSet

from billing.client.call.steps import LedgerStep

if TYPE_CHECKING:
    from billing.ledger import Ledger

T = TypeVar("T")

#: More verbs of one client than this wait for a thread.
THREADS_MAX: Final = 64
#: A ledger that keeps a lane for longer is locked or away: nobody is to wait for others then.
LANE_S: Final = 1.0


class _Waiting(NamedTuple):
    """A step, and who waits for its answer."""

    step: LedgerStep[object]
    context: Context
    ledger: Ledger
    answer: Future[object]


class LedgerThreads:
    """Those of one client and its copies."""

    def __init__(self) -> None:
        self._start_over()
        _ALL.add(self)

    def _start_over(self) -> None:
        """None of a parent's threads is in a forked child, and nobody leads a lane there."""
        self._pool = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="image-billing")
        self._lock = Lock()
        #: What waits, by lane; a lane is there while somebody leads it.
        self._lanes: dict[str, deque[_Waiting]] = {}

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have any work done by a thread."""
        answer: Future[T] = Future()
        self._start(partial(_answer, answer, partial(copy_context().run, work)))
        return answer

    def perform(self, step: LedgerStep[object], ledger: Ledger) -> Future[object]:
        """Have a step performed, with others of its kind if the ledger's writers are a group."""
        account = step.account_together
        if account is None or not ledger.is_grouped:
            return self.submit(lambda: step.run(ledger))
        # SQLite has one writer, so all accounts are in one lane; elsewhere none waits for another.
        lane = "" if ledger.engine.dialect.name == "sqlite" else account
        waiting = _Waiting(step, copy_context(), ledger, Future())
        with self._lock:
            leads = lane not in self._lanes
            self._lanes.setdefault(lane, deque()).append(waiting)
        if leads:
            self._start(partial(self._lead, lane))
        return waiting.answer

    def hurry(self, answer: Future[T]) -> None:
        """If a step still waits for its lane, have it and the others there run by themselves."""
        late: list[_Waiting] = []
        with self._lock:
            for queue in self._lanes.values():
                if any(waiting.answer is answer for waiting in queue):
                    late += queue
                    queue.clear()
        for waiting in late:
            self._start(partial(_perform_alone, waiting))

    def _start(self, work: Callable[[], None]) -> None:
        try:
            self._pool.submit(work)
        except RuntimeError:  # no thread is to be had, as when the interpreter ends
            work()

    def _lead(self, lane: str) -> None:
        while True:
            with self._lock:
                batch = self._lanes.pop(lane)
                if not batch:
                    return
                self._lanes[lane] = deque()
            by_kind: dict[type, list[_Waiting]] = {}
            for waiting in batch:
                by_kind.setdefault(type(waiting.step), []).append(waiting)
            for of_kind in by_kind.values():
                if len(of_kind) == 1:
                    _perform_alone(of_kind[0])
                else:
                    self._perform_together(of_kind)

    def _perform_together(self, batch: Sequence[_Waiting]) -> None:
        """Answer each; those that the batch does not answer go apart, none behind another."""
        for waiting, answer in zip(batch, _answers(batch), strict=True):
            if isinstance(answer, BaseException):
                waiting.answer.set_exception(answer)
            elif answer is not None:
                waiting.answer.set_result(answer)
            else:
                self._start(partial(_perform_alone, waiting))


#: Those of this process.
_ALL: Final[WeakSet[LedgerThreads]] = WeakSet()


def _after_fork() -> None:
    for threads in list(_ALL):
        threads._start_over()  # noqa: SLF001 - ours


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _answers(batch: Sequence[_Waiting]) -> Sequence[object]:
    """What a batch of one kind answers, for each; None for who has to go alone."""
    first = batch[0]
    together, steps = type(first.step).run_together, [waiting.step for waiting in batch]
    try:
        answers = first.context.run(together, steps, first.ledger)
    except Exception:  # noqa: BLE001 - whose fault it is shows one by one
        return [None] * len(batch)
    except BaseException as interrupt:  # noqa: BLE001 - it is raised where they are waited for
        return [interrupt] * len(batch)
    return answers if len(answers) == len(batch) else [None] * len(batch)


def _perform_alone(waiting: _Waiting) -> None:
    _answer(waiting.answer, partial(waiting.context.run, waiting.step.run, waiting.ledger))


def _answer(answer: Future[T], work: Callable[[], T]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
        answer.set_exception(error)
    else:
        answer.set_result(result)
