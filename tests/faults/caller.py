"""A process of its own that makes billed calls, tells each receipt, and can be killed anywhere."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Final, NamedTuple

from openai import APIError, OpenAI

from billing import Ledger, Receipt, bill

_JOIN_S: Final = 60
#: How long a call waits for its answer; a test that stops the answer stops the caller too.
_TIMEOUT_S: Final = 30
FIELDS: Final[dict[str, Any]] = {"model": "gpt-image-2", "size": "1024x1024", "n": 4}

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.writer", __name__])


class Moment(NamedTuple):
    """A point in the code where the process kills itself: at the nth such event."""

    #: As `sys.setprofile` calls them: call, return, c_call, c_return.
    event: str
    function: str
    #: How the file ends in which that happens.
    file: str
    nth: int = 1


class Told(NamedTuple):
    """What a caller got for a key."""

    key: str
    state: str
    hold_id: str
    is_spooled: bool


def calls(ledger: Ledger, base_url: str, keys: Sequence[str], tell: Callable[[Told], None]) -> None:
    """Make a billed call for each key; the prompt is the key, so that the wire shows it."""
    with OpenAI(base_url=base_url, api_key="sk-test", timeout=_TIMEOUT_S) as sdk:
        client = bill(sdk, ledger, account="acme")
        for key in keys:
            try:
                receipt = client.images.generate(prompt=key, **FIELDS, billing={"key": key}).billing
            except APIError as error:
                receipt = error.billing  # type: ignore[attr-defined]
            assert isinstance(receipt, Receipt)
            tell(Told(key, receipt.state, receipt.hold.id, receipt.spooled))


class Caller:
    """The parent's end: what was told so far, and the means to kill."""

    def __init__(self, process: BaseProcess, told: Connection) -> None:
        self.process = process
        self.told: list[Told] = []
        self.is_done = False
        self._told = told

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def go(self) -> None:
        """Let it begin."""
        self._told.send("go")

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()

    def hear(self, *, until: int | None = None) -> None:
        """Listen until it told so much; without a number until it has ended."""
        with suppress(EOFError, ConnectionResetError):
            while until is None or len(self.told) < until:
                told = self._told.recv()
                if told == "done":
                    self.is_done = True
                else:
                    self.told.append(told)


@contextmanager
def caller(
    url: str, base_url: str, keys: Sequence[str], *, dies_at: Moment | None = None
) -> Iterator[Caller]:
    """A caller whose ledger is open and that waits for `go`; ended with the block."""
    hears, tells = _context.Pipe()
    process = _context.Process(target=_call, args=(tells, url, base_url, keys, dies_at))
    process.start()
    tells.close()
    try:
        assert hears.recv() == "ready"
        yield Caller(process, hears)
    finally:
        process.kill()
        process.join(_JOIN_S)
        process.close()
        hears.close()


def die_at_start(url: str, dies_at: Moment) -> bool:
    """Open a ledger, and with it replay its spool, in a process that dies; whether it did."""
    process = _context.Process(target=_start, args=(url, dies_at))
    process.start()
    process.join(_JOIN_S)
    died = process.exitcode == -signal.SIGKILL
    process.kill()
    process.close()
    return died


def _start(url: str, dies_at: Moment) -> None:
    sys.setprofile(_death_at(dies_at))
    Ledger.open(url).close()


def _call(
    tells: Connection, url: str, base_url: str, keys: Sequence[str], dies_at: Moment | None
) -> None:
    with Ledger.open(url) as ledger:
        tells.send("ready")
        assert tells.recv() == "go"
        if dies_at is not None:
            watch = _death_at(dies_at)
            threading.setprofile(watch)
            sys.setprofile(watch)
        calls(ledger, base_url, keys, tells.send)
        tells.send("done")


def _death_at(moment: Moment) -> Callable[[FrameType, str, Any], None]:
    seen = 0

    def look(frame: FrameType, event: str, what: Any) -> None:  # noqa: ANN401 - as the interpreter has it
        nonlocal seen
        if event != moment.event or not frame.f_code.co_filename.endswith(moment.file):
            return
        name = what.__name__ if event.startswith("c_") else frame.f_code.co_name
        if name == moment.function:
            seen += 1
            if seen == moment.nth:
                os.kill(os.getpid(), signal.SIGKILL)

    return look
