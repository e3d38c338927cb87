"""The official SDK as a user makes it, with its retries on: the wrapper has to switch them off."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from openai import OpenAI

from billing import Ledger
from tests.billing.client.calling import Desk


@pytest.fixture
def sdk() -> Iterator[Callable[[str], OpenAI]]:
    """Makes an SDK client for a base URL, with a short timeout; closes them all afterwards."""
    with ExitStack() as stack:
        yield lambda base_url: stack.enter_context(
            OpenAI(base_url=base_url, api_key="sk-secret", timeout=0.4)
        )


@pytest.fixture(scope="session")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Calls of every kind on one SQLite ledger, which all tests share."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("desk") / "ledger.db")
    with Ledger.open(f"sqlite:///{file}") as ledger, closing(Desk(ledger)) as opened:
        yield opened


@pytest.fixture
def postgres_desk(postgres_url: str) -> Iterator[Desk]:
    """The same on a PostgreSQL ledger of this test's own."""
    with Ledger.open(postgres_url) as ledger, closing(Desk(ledger)) as opened:
        yield opened
