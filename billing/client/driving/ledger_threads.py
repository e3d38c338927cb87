"""Threads in which the ledger's part of async calls runs, many calls' steps together where it can.

With a group writer verbs share transactions anyway: then no thread waits for another one's commit.
The first that comes leads; it runs what waits for its account as one batch, and then what came
meanwhile. Each call gets its own answer, and only after the commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context, copy_context
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from billing.client.call.steps import LedgerStep

if TYPE_CHECKING:
    from billing.ledger import Ledger

T = TypeVar("T")

#: More verbs of one client than this wait for a thread.
THREADS_MAX: Final = 64


class _Waiting(NamedTuple):
    """A step, and who waits for its answer."""

    step: LedgerStep[object]
    context: Context
    answer: Future[object]


class LedgerThreads:
    """Those of one client and its copies."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="image-billing")
        self._lock = Lock()
        #: What waits, by lane; a lane is there while somebody leads it.
        self._lanes: dict[str, deque[_Waiting]] = {}

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have any work done by a thread."""
        return self._pool.submit(copy_context().run, work)

    def perform(self, step: LedgerStep[object], ledger: Ledger) -> Future[object]:
        """Have a step performed, with others of its kind if the ledger's writers are a group."""
        account = step.account_together
        if account is None or not ledger.is_grouped:
            return self.submit(lambda: step.run(ledger))
        # SQLite has one writer, so all accounts are in one lane; elsewhere none waits for another.
        lane = "" if ledger.engine.dialect.name == "sqlite" else account
        waiting = _Waiting(step, copy_context(), Future())
        with self._lock:
            leads = lane not in self._lanes
            self._lanes.setdefault(lane, deque()).append(waiting)
        if leads:
            try:
                self._pool.submit(self._lead, lane, ledger)
            except RuntimeError:  # no thread is to be had, as when the interpreter ends
                self._lead(lane, ledger)
        return waiting.answer

    def _lead(self, lane: str, ledger: Ledger) -> None:
        while True:
            with self._lock:
                batch = self._lanes.pop(lane, None)
                if not batch:
                    return
                self._lanes[lane] = deque()
            by_kind: dict[type, list[_Waiting]] = {}
            for waiting in batch:
                by_kind.setdefault(type(waiting.step), []).append(waiting)
            for kind, of_kind in by_kind.items():
                _perform_together(kind, of_kind, ledger)


def _perform_together(
    kind: type[LedgerStep[object]], batch: Sequence[_Waiting], ledger: Ledger
) -> None:
    """Answer each; what the batch does not answer is run by itself."""
    answers: Sequence[object] = [None] * len(batch)
    if len(batch) > 1:
        with suppress(Exception):  # whose fault it is shows one by one
            answers = batch[0].context.run(kind.run_together, [each.step for each in batch], ledger)
    for waiting, answer in zip(batch, answers, strict=True):
        if isinstance(answer, BaseException):
            waiting.answer.set_exception(answer)
        elif answer is not None:
            waiting.answer.set_result(answer)
        else:
            _perform_alone(waiting, ledger)


def _perform_alone(waiting: _Waiting, ledger: Ledger) -> None:
    try:
        answer = waiting.context.run(waiting.step.run, ledger)
    except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
        waiting.answer.set_exception(error)
    else:
        waiting.answer.set_result(answer)
