from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from billing.database import schema

Run = Callable[..., Result]


def test_upgrade_says_from_which_revision_to_which(run: Run) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")

    head = schema.head_revision()
    assert first.stdout == f"sqlite:///image-billing.db: from nothing to {head}\n"
    assert second.stdout == f"sqlite:///image-billing.db: at {head} already\n"


def test_upgrade_as_json_has_from_and_to(run: Run, ledger_url: str) -> None:
    run("db", "upgrade", "--database-url", ledger_url)

    again = json.loads(run("db", "upgrade", "--database-url", ledger_url, "--json").stdout)

    assert again["from"] == again["to"] == schema.head_revision()
    assert set(again) == {"database", "from", "to"}


def test_current_and_check_make_no_file_of_a_missing_one(run: Run, empty_folder: Path) -> None:
    current, check = run("db", "current", "--json"), run("db", "check")

    found = json.loads(current.stdout)
    assert (found["revision"], found["up_to_date"]) == (None, False)
    assert check.exit_code == 1
    assert "image-billing db upgrade" in check.stderr
    assert list(empty_folder.iterdir()) == []


def test_current_and_check_leave_an_empty_file_alone(run: Run, empty_folder: Path) -> None:
    file = empty_folder / "notes.txt"
    file.touch()

    run("db", "current", "--database-url", "sqlite:///notes.txt")
    check = run("db", "check", "--database-url", "sqlite:///notes.txt")

    assert check.exit_code == 1
    assert file.read_bytes() == b""


def test_check_passes_on_an_upgraded_database(run: Run, ledger_url: str) -> None:
    run("db", "upgrade", "--database-url", ledger_url)

    check = run("db", "check", "--database-url", ledger_url)
    current = run("db", "current", "--database-url", ledger_url)

    assert (check.exit_code, check.stderr) == (0, "")
    assert f"at {schema.head_revision()}" in current.stdout
    assert json.loads(run("db", "check", "--database-url", ledger_url, "--json").stdout)["revision"]


def test_a_password_is_never_printed(run: Run) -> None:
    url = "postgresql://user:hunter2@127.0.0.1:1/none"

    result = run("db", "current", "--database-url", url)

    assert result.exit_code == 75
    assert "hunter2" not in result.output


def test_another_kind_of_database_is_refused_by_name(run: Run) -> None:
    result = run("db", "upgrade", "--database-url", "mysql://localhost/x", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["param"] == "database-url"
