"""Fixtures: a ledger in October 2026, whose clock a test moves, and the alerts it told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing import Alert, Ledger
from tests.billing.months import Calendar


@pytest.fixture
def clock() -> Calendar:
    """The clock of `books`."""
    return Calendar()


@pytest.fixture
def told() -> list[Alert]:
    """Every alert that the callback of `books` was called with."""
    return []


@pytest.fixture
def books(ledger_url: str, clock: Calendar, told: list[Alert]) -> Iterator[Ledger]:
    """An empty ledger in October 2026, on both engines."""
    with Ledger.open(ledger_url, clock=clock, on_alert=told.append) as opened:
        yield opened
