from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from billing import Ledger

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_the_demo_comes_out_right_and_keeps_its_ledger(run: Run) -> None:
    result = run("demo")

    lines = result.stdout.splitlines()
    (file,) = (Path(line[11:]) for line in lines if line.startswith("ledger     /"))
    assert result.exit_code == 0, result.output
    assert "5 requests sent, 1.21122 USD paid, 0 unexplained." in lines
    with Ledger.open(f"sqlite:///{file}") as ledger:
        balance = ledger.balance("acme")
        assert (balance.posted, balance.available) == (Decimal("1.21122"), Decimal("23.78878"))
        assert not balance.held + balance.in_doubt
        assert ledger.verify().ok
    with file.with_name("statement.csv").open(newline="") as statement:
        billed = sum(Decimal(line["amount"]) for line in csv.DictReader(statement))
    assert billed == balance.posted


def test_the_demo_shows_the_doubt_before_it_is_resolved(run: Run) -> None:
    shown = run("demo").stdout

    assert shown.index("in doubt: 0.21408 USD") < shown.index("unexplained 0.21408 USD")
    assert shown.index("unexplained 0.21408 USD") < shown.index("--accept-fingerprints --post")
    assert shown.rindex("unexplained 0.00 USD") < shown.index("all invariants hold")
    told = [line for line in shown.splitlines() if line.startswith("    ")]
    assert max(len(line) for line in told if "image-billing-demo-" not in line) <= 80


def test_the_demo_as_json_is_one_object(spawn: Spawn) -> None:
    ended = spawn("demo", "--json")

    told = json.loads(ended.stdout)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (told["ok"], told["posts"], told["billed"]) == (True, 5, 4)
    assert (told["unexplained"], told["balance"]["in_doubt"]) == ("0", "0")


def test_the_demo_runs_on_postgresql(run: Run, postgres_url: str) -> None:
    result = run("demo", "--database-url", postgres_url, "--json")

    assert result.exit_code == 0, result.stderr
    with Ledger.open(postgres_url) as ledger:
        assert ledger.balance("acme").posted == Decimal("1.21122")


def test_the_demo_keeps_out_of_a_ledger_that_is_in_use(run: Run, acme: Ledger) -> None:
    url = acme.engine.url.render_as_string(hide_password=False)

    result = run("demo", "--database-url", url, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == "ledger_not_empty"


def test_the_demo_ignores_the_ledger_of_the_environment(run: Run, acme: Ledger) -> None:
    url = acme.engine.url.render_as_string(hide_password=False)

    result = run("demo", "--json", env={"IMAGE_BILLING_DATABASE_URL": url})

    assert result.exit_code == 0, result.stderr
    assert acme.balance("acme").posted == 0
