from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result
from sqlalchemy import text

from billing import Ledger

Run = Callable[..., Result]


def test_a_sound_ledger_verifies_with_exit_0(run: Run, acme: Ledger, ledger_url: str) -> None:
    shown = run("verify", "--database-url", ledger_url)
    as_json = run("verify", "--database-url", ledger_url, "--json")

    assert shown.stdout == "1 account, 1 transfer checked: all invariants hold\n"
    assert shown.stderr == ""
    assert json.loads(as_json.stdout) == {
        "ok": True,
        "checked": {"accounts": 1, "transfers": 1},
        "problems": [],
    }


def test_a_broken_balance_is_reported_with_exit_3(run: Run, acme: Ledger, ledger_url: str) -> None:
    with acme.engine.begin() as connection:
        connection.execute(text("UPDATE balance SET available = available + 1"))

    shown = run("verify", "--database-url", ledger_url)
    as_json = run("verify", "--database-url", ledger_url, "--json")

    found = json.loads(as_json.stdout)
    assert shown.exit_code == as_json.exit_code == 3
    assert "available is stored as" in shown.stdout
    assert found["ok"] is False
    assert {"account", "kind", "detail"} == set(found["problems"][0])
    assert found["problems"][0]["account"] == "acme"
    assert as_json.stderr == ""
