"""A running sandbox with a statement, and the official SDK pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from billing.sandbox import Sandbox
from pricing import PriceBook


@pytest.fixture(scope="session")
def book() -> PriceBook:
    return PriceBook.load("openai-gpt-image-2")


@pytest.fixture
def sandbox(tmp_path: Path, book: PriceBook) -> Iterator[Sandbox]:
    with Sandbox(book=book, statement=tmp_path / "statement.csv") as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[OpenAI]:
    with OpenAI(base_url=sandbox.base_url, api_key="sk-test", max_retries=0) as official:
        yield official
