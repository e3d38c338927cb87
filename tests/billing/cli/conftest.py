"""Fixtures: the command line in this process, and as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing.cli import main

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]

_PROGRAM = "from billing.cli import main; main(prog_name='image-billing')"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own, and no setting from outside."""
    for name in ("IMAGE_BILLING_DATABASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    """The command line in this process; an unexpected error fails the test."""

    def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), env=env, catch_exceptions=False)

    return invoke


@pytest.fixture
def spawn() -> Spawn:
    """The command line as a process: what a shell sees."""

    def invoke(
        *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", _PROGRAM, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **(env or {})},
            check=False,
        )

    return invoke
