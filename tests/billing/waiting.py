"""Waiting until the orders of other threads stand behind the one that a group writer writes."""

from __future__ import annotations

import time

from billing import Ledger


def wait_for(books: Ledger, orders: int) -> None:
    """Return when so many orders wait for the one that is being written."""
    assert books._group is not None
    deadline = time.monotonic() + 30
    while sum(map(len, list(books._group._waiting.values()))) < orders:
        assert time.monotonic() < deadline
        time.sleep(0.005)
