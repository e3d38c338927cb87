"""The official SDK as a user makes it, with its retries on: the wrapper has to switch them off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from openai import OpenAI


@pytest.fixture
def sdk() -> Iterator[Callable[[str], OpenAI]]:
    """Makes an SDK client for a base URL, with a short timeout; closes them all afterwards."""
    with ExitStack() as stack:
        yield lambda base_url: stack.enter_context(
            OpenAI(base_url=base_url, api_key="sk-secret", timeout=0.4)
        )
