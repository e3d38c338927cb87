"""The story of a statement, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from billing import Ledger
from pricing import PriceBook
from tests.billing.reconcile.statement_story import BOOK, Story


@pytest.fixture
def story(ledger_url: str, tmp_path: Path) -> Iterator[Story]:
    hands = [datetime(2025, 3, 10, 12, tzinfo=UTC)]
    with Ledger.open(ledger_url, clock=lambda: hands[0]) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="top-up")
        yield Story(ledger, PriceBook.loads(BOOK), hands, tmp_path / "statement.csv")
