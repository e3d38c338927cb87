from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text

from billing import Ledger

Run = Callable[..., Result]


def test_a_sound_ledger_verifies_with_exit_0(run: Run, acme: Ledger, ledger_url: str) -> None:
    shown = run("verify", "--database-url", ledger_url)
    as_json = run("verify", "--database-url", ledger_url, "--json")

    assert shown.stdout == (
        "1 account, 1 transfer checked: all invariants hold\nnothing is sealed\n"
    )
    assert shown.stderr == ""
    assert json.loads(as_json.stdout) == {
        "ok": True,
        "checked": {"accounts": 1, "transfers": 1, "seals": 0, "sealed_transfers": 0},
        "problems": [],
    }


def test_a_broken_balance_is_reported_with_exit_3(run: Run, acme: Ledger, ledger_url: str) -> None:
    with acme.engine.begin() as connection:
        connection.execute(text("UPDATE balance SET available = available + 1"))

    shown = run("verify", "--database-url", ledger_url)
    as_json = run("verify", "--database-url", ledger_url, "--json")

    found = json.loads(as_json.stdout)
    assert shown.exit_code == as_json.exit_code == 3
    said = "available is stored as 100.000000001 USD, the transfers give 100.00 USD"
    assert said in shown.stdout
    assert found["ok"] is False
    assert set(found["problems"][0]) == {"account", "kind", "detail"}
    assert found["problems"][0]["account"] == "acme"
    assert as_json.stderr == ""


def test_what_is_sealed_is_counted(run: Run, acme: Ledger, ledger_url: str) -> None:
    acme.seal()
    acme.top_up("acme", "1", key="not sealed yet")

    shown = run("verify", "--database-url", ledger_url)
    as_json = json.loads(run("verify", "--database-url", ledger_url, "--json").stdout)

    assert shown.stdout == (
        "1 account, 2 transfers checked: all invariants hold\n1 of the transfers are sealed\n"
    )
    assert as_json["checked"] == {
        "accounts": 1,
        "transfers": 2,
        "seals": 2,
        "sealed_transfers": 1,
    }


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_file_that_is_no_file_of_seals_is_refused(
    run: Run, acme: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing of the kind\n")

    wrong = run("verify", "--database-url", ledger_url, "--seals", str(file), "--json")
    absent = run("verify", "--database-url", ledger_url, "--seals", "absent.jsonl")

    assert (wrong.exit_code, absent.exit_code) == (1, 2)
    assert json.loads(wrong.stderr)["error"]["code"] == "seals_unreadable"
    assert "absent.jsonl" in absent.stderr


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_bar_is_drawn_for_a_person_and_not_for_a_pipe(acme: Ledger, ledger_url: str) -> None:
    program = "from billing.cli import main; main(prog_name='image-billing')"
    command = [sys.executable, "-c", program, "verify", "--database-url", ledger_url]
    person, terminal = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}

    watched = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, check=True, timeout=60, env=env
    )
    os.close(terminal)
    drawn = os.read(person, 65536).decode()
    os.close(person)
    piped = subprocess.run(command, capture_output=True, check=True, timeout=60, env=env)

    assert "transfers" in drawn
    assert watched.stdout == piped.stdout
    assert piped.stderr == b""
