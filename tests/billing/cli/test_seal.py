from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from click.testing import Result
from sqlalchemy import text

from billing import Ledger
from tests.billing.tampering import as_owner

Run = Callable[..., Result]


def test_sealing_says_what_was_new_and_then_that_nothing_is(
    run: Run, acme: Ledger, ledger_url: str
) -> None:
    first = run("seal", "--database-url", ledger_url)
    second = run("seal", "--database-url", ledger_url)

    assert first.stdout == "1 transfer of 1 account sealed\n"
    assert second.stdout == "nothing new to seal\n"
    assert first.stderr == second.stderr == ""


def test_sealing_as_json_has_counts_and_the_file(
    run: Run, acme: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "seals.jsonl"

    result = run("seal", "--database-url", ledger_url, "--export", str(file), "--json")

    assert json.loads(result.stdout) == {
        "accounts": 1,
        "seals": 2,
        "transfers": 1,
        "exported_accounts": 1,
        "file": str(file),
    }
    first, account, last = (json.loads(line) for line in file.read_text().splitlines())
    assert (first["format"], first["version"]) == ("image-billing seals", 1)
    assert set(account) == {"account", "account_id", "to_version", "hash", "sealed_at"}
    assert (account["account"], account["to_version"], last["accounts"]) == ("acme", 1, 1)


def test_an_exported_file_finds_a_ledger_whose_seals_were_made_anew(
    run: Run, acme: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "seals.jsonl")
    run("seal", "--database-url", ledger_url, "--export", file)
    with as_owner(acme) as connection:
        connection.execute(text("UPDATE transfer SET reason = 'forged'"))
        connection.execute(text("DELETE FROM seal"))
    acme.seal()

    alone = run("verify", "--database-url", ledger_url)
    against_file = run("verify", "--database-url", ledger_url, "--seals", file)

    assert (alone.exit_code, against_file.exit_code) == (0, 3)
    assert "exported head at version 1" in against_file.stdout


def test_an_exported_file_that_cannot_be_written_is_named_and_nothing_is_left(
    run: Run, acme: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "absent" / "seals.jsonl"

    result = run("seal", "--database-url", ledger_url, "--export", str(file))

    assert result.exit_code == 1
    assert result.stderr == f"error: {file}: No such file or directory\n"


def test_a_pipe_is_written_to_and_not_replaced(
    run: Run, acme: Ledger, ledger_url: str, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text)
        result = run("seal", "--database-url", ledger_url, "--export", str(pipe))

    assert result.exit_code == 0
    assert pipe.is_fifo()
    assert len(read.result(timeout=10).splitlines()) == 3


def test_missing_rows_are_not_sealed_over(run: Run, acme: Ledger, ledger_url: str) -> None:
    acme.top_up("acme", "1", key="second")
    with as_owner(acme) as connection:
        connection.execute(text("DELETE FROM transfer WHERE version = 1"))

    result = run("seal", "--database-url", ledger_url, "--json")

    error = json.loads(result.stderr)["error"]
    assert (result.exit_code, error["code"]) == (1, "seal_refused")
    assert "account acme: version 1 is missing" in error["message"]
