"""Waiting for what must have happened first, and not for a clock that a busy machine outruns."""

from __future__ import annotations

import threading
import time

from billing import Ledger
from billing.testing import Action, Exchange


def wait_for(books: Ledger, orders: int) -> None:
    """Return when so many orders wait for the one that is being written."""
    assert books._group is not None
    deadline = time.monotonic() + 30
    while sum(map(len, list(books._group._waiting.values()))) < orders:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def once(gate: threading.Event, then: Action) -> Action:
    """An answer that is given when the gate is opened."""

    def play(exchange: Exchange) -> None:
        assert gate.wait(30)
        then.play(exchange)

    return Action(f"once it may, {then.name}", play)
