"""`image-billing report --invoice`, from the command line to the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing import Ledger
from billing.cli import main
from tests.billing.report.test_invoice import TEXT


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    """One engine: what an invoice reads is tested on both, without the command."""
    return sqlite_url


def run(ledger: Ledger, *options: str) -> tuple[int, str, str]:
    url = str(ledger.engine.url)
    command = ["report", "--month", "2025-03", *options, "--database-url", url]
    done = CliRunner().invoke(main, command)
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_an_invoice_in_its_formats(full_month: Ledger, tmp_path: Path) -> None:
    invoice = ("--invoice", "acme", "--tax-rate", "19%")
    assert run(full_month, *invoice)[1].startswith(TEXT)
    code, printed, _ = run(full_month, *invoice, "--json")
    assert (code, json.loads(printed)["invoice"]["total"]) == (0, "0.67")
    target = tmp_path / "invoice.md"
    assert run(full_month, *invoice, "--format", "markdown", "-o", str(target))[:2] == (0, "")
    assert "**0.67**" in target.read_text()
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--tax-rate", "19"], 2, "tax_rate: '19' is not allowed"),
        (["--tax-rate", "a lot"], 2, "write 0.19 or 19%"),
        (["--format", "xlsx"], 2, "--invoice comes as table, json, markdown"),
        (["--time-zone", "Europe/Berlin"], 2, "leave --time-zone out"),
        (["--by", "size"], 2, "leave --by out"),
        (["--where", "size=1024x1024"], 2, "leave --where out"),
        (["--rounding", "down"], 2, "half-even"),
    ],
)
def test_what_an_invoice_cannot_be_is_refused(
    options: list[str], code: int, said: str, full_month: Ledger
) -> None:
    found, _, refusal = run(full_month, "--invoice", "acme", *options)
    assert found == code
    assert said in refusal
