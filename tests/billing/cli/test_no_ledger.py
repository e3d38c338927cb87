"""A ledger that is not there: who asks of it is refused and leaves no file; who begins makes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    "line",
    [
        "account adjust acme 1 --key a --reason r --actor ana",
        "account alerts",
        "account floor acme 0 --reason r --actor ana",
        "account limit acme",
        "account list",
        "account show acme",
        "account statement acme --month 2026-10",
        "account top-up acme 1 --key a",
        "holds capture hold_1 --images 1 --reason r --actor ana",
        "holds expire",
        "holds list",
        "holds void hold_1 --reason r --actor ana",
        "period close 2026-10 --actor ana",
        "period list",
        "period reopen 2026-10 --actor ana --reason r",
        "reconcile here.csv --month 2026-10",
        "reconciled",
        "refund capture_1 1 --key a --reason r",
        "replay",
        "report --month 2026-10",
        "rollup rebuild --day 2026-10-01",
        "seal",
        "verify",
    ],
)
def test_a_ledger_that_is_not_there_is_refused_and_not_made(
    run: Run, empty_folder: Path, line: str
) -> None:
    (empty_folder / "here.csv").write_text("request_id,created_at,model,size,quality,n,amount\n")

    ended = run(*line.split(), "--database-url", "sqlite:///nothere.db")

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"There is no ledger at {empty_folder / 'nothere.db'}." in ended.stderr
    assert "image-billing account open NAME" in ended.stderr
    assert [each.name for each in empty_folder.iterdir()] == ["here.csv"]


def test_a_program_is_told_by_a_code(run: Run) -> None:
    error = json.loads(run("verify", "--json").stderr)["error"]

    assert (error["code"], error["param"]) == ("ledger_not_found", "database-url")


@pytest.mark.parametrize("line", ["account open acme", "import here.csv --account acme"])
def test_what_begins_a_ledger_makes_it_and_says_so(run: Run, empty_folder: Path, line: str) -> None:
    (empty_folder / "here.csv").write_text("request_id,created_at,model,size,quality,n,amount\n")

    ended = run(*line.split())

    assert f"made a new, empty one: {empty_folder / 'image-billing.db'}" in ended.stderr
    assert run("verify").exit_code == 0


def test_a_ledger_that_is_there_or_in_memory_is_never_called_missing(
    run: Run, empty_folder: Path
) -> None:
    assert run("account", "open", "acme", "--database-url", "sqlite:///a b.db").exit_code == 0

    for there in ("a b.db", f"file:{empty_folder}/a%20b.db?uri=true", ":memory:"):
        ended = run("verify", "--database-url", f"sqlite:///{there}")
        assert (ended.exit_code, ended.stderr) == (0, ""), there
