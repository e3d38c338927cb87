"""A process of its own that writes, tells what was acknowledged, and can be killed anywhere.

It is forked from a server that has imported everything once: a kill costs milliseconds, so there
can be many of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from billing.database import schema
from tests.faults.script import Answer, Variant, ledger_of, run

#: SQLite counts a step at each statement, and at this many instructions of its machine within one.
_INSTRUCTIONS: Final = 150
_JOIN_S: Final = 60

# In the server that all writers are forked from: none of them has to look for itself.
schema.head_revision()

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class Writer:
    """The parent's end: what was acknowledged so far, and the means to kill."""

    def __init__(self, process: BaseProcess, told: Connection) -> None:
        self.process = process
        self.answers: list[Answer] = []
        #: It went through its whole script, in so many steps of SQLite's.
        self.is_done = False
        self.steps = 0
        self._told = told

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()

    def hear(self, *, until: int | None = None) -> None:
        """Listen until it has so many answers; without a number until it has ended."""
        with suppress(EOFError):
            while until is None or len(self.answers) < until:
                told = self._told.recv()
                if isinstance(told, Answer):
                    self.answers.append(told)
                else:
                    self.is_done, self.steps = True, told

    def go(self) -> None:
        """Let it begin."""
        self._told.send("go")


@contextmanager
def writer(
    url: str, variant: Variant, name: str, rounds: int, *, dies_at: int | None = None
) -> Iterator[Writer]:
    """A writer of one script: its ledger is open, and it waits for `go`; ended with the block.

    Args:
        url: of the ledger.
        variant: which verbs.
        name: what its accounts begin with.
        rounds: how much of it.
        dies_at: SQLite: it kills itself at this step, counted from 1 once its ledger is open.
    """
    hears, tells = _context.Pipe()
    process = _context.Process(target=_write, args=(tells, url, variant, name, rounds, dies_at))
    process.start()
    tells.close()
    try:
        assert hears.recv() == "ready"
        yield Writer(process, hears)
    finally:
        process.kill()
        process.join(_JOIN_S)
        process.close()
        hears.close()


def _write(
    tells: Connection, url: str, variant: Variant, name: str, rounds: int, dies_at: int | None
) -> None:
    lock = threading.Lock()

    def tell(answer: Answer) -> None:
        with lock:
            tells.send(answer)

    with ledger_of(url, variant) as ledger:
        steps = _Steps(dies_at)
        event.listen(ledger.engine, "connect", steps.listen)
        ledger.engine.dispose()  # connections that were made before anybody counted
        tells.send("ready")
        assert tells.recv() == "go"
        run(ledger, variant, name, rounds, tell)
        tells.send(steps.taken)


class _Steps:
    """Counts the steps of SQLite, and dies at one of them."""

    def __init__(self, dies_at: int | None) -> None:
        self.taken = 0
        self._dies_at = dies_at

    def listen(self, connection: object, _entry: ConnectionPoolEntry) -> None:
        """Count on a connection that was just made."""
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self._step)
            connection.set_progress_handler(self._step, _INSTRUCTIONS)

    def _step(self, *_statement: str) -> int:
        self.taken += 1
        if self.taken == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0
