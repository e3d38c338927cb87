"""Fixtures: ledgers in October 2026, whose clock a test moves; one with an account per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing import Alert, Ledger
from tests.billing.months import Calendar


@pytest.fixture
def clock() -> Calendar:
    """The clock of `books` and of `timed`."""
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


@pytest.fixture
def timed(ledger_url: str, clock: Calendar) -> Iterator[Ledger]:
    """The same with an account that got 100 USD and may owe 5."""
    with Ledger.open(ledger_url, clock=clock) as ledger:
        ledger.open_account("acme", currency="USD", floor="-5")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


@pytest.fixture
def opened(sqlite_url: str, request: pytest.FixtureRequest) -> Iterator[tuple[Ledger, str]]:
    """A ledger with an account named for the test, with 100 USD."""
    code = str(request.node.name)
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account(code, currency="USD")
        ledger.top_up(code, "100", key="first-top-up")
        yield ledger, code
