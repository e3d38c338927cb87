"""Forks a child for one mutant, waits for it within bounds, and says how it ended."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable
from typing import Literal

Outcome = Literal["killed", "survived", "timed out", "import it"]

#: Seconds of processor time, to which come four times what the tests take: a loaded machine must
#: not turn slow tests into killed mutants.
CPU_LEAST_S = 6
WALL_LIMIT_S = 300
MEMORY_LIMIT = 4 << 30

_SAYING: list[int] = []
_CODES: dict[int, Outcome] = {0: "survived", 1: "killed", 75: "import it"}


def outcome_of(run: Callable[[], bool | None], *, budget_s: float) -> tuple[Outcome, str]:
    """How a child ended that ran `run`, and the last words it had.

    `run` prints nothing, returns whether its tests passed, and None when it could not try.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _in_child(run, writing, CPU_LEAST_S + int(4 * budget_s))
    os.close(writing)
    said = ""
    status = _wait(pid, time.monotonic() + WALL_LIMIT_S)
    # Whatever it said is there by now; a grandchild that still lives must not be waited for.
    os.set_blocking(reading, False)
    with contextlib.suppress(BlockingIOError):
        said = os.read(reading, 4096).decode(errors="replace")
    os.close(reading)
    if status is None or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return "timed out", said
    return _CODES.get(os.waitstatus_to_exitcode(status), "killed"), said


def _in_child(run: Callable[[], bool | None], writing: int, cpu_s: int) -> None:
    code = 1
    try:
        os.setsid()
        _SAYING.append(writing)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        passed = run()
        code = 75 if passed is None else 0 if passed else 1
    finally:
        os._exit(code)


def say(text: str) -> None:
    """Last words of a child."""
    with contextlib.suppress(OSError):
        os.write(_SAYING[-1], text.encode()[:4000])


def _wait(pid: int, deadline: float) -> int | None:
    pause = 0.002
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(pause)
        pause = min(pause * 1.3, 0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None
