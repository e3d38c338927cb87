"""`image-billing report --invoice`, from the command line to the file."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing import Ledger
from billing.cli import main
from billing.formats.invoice_html import invoice_html
from billing.formats.invoice_text import credit_grid, invoice_grid
from billing.report.invoice import build_invoice
from tests.billing.report.html_tree import parsed, table_of
from tests.billing.report.printed_invoice import TEXT


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


def test_the_page_of_an_invoice_has_the_figures_of_its_text(full_month: Ledger) -> None:
    invoice = build_invoice(full_month, "acme", "2025-03", tax_rate=Decimal("0.19"))
    code, printed, _ = run(full_month, "--invoice", "acme", "--tax-rate", "19%", "--format", "html")

    assert (code, printed) == (0, invoice_html(invoice))
    tree = parsed(printed)
    found, grid = table_of(tree, "lines-table"), invoice_grid(invoice)
    assert [tuple(row) for row in found["body"]] == [
        tuple(cell or "–" if at == 0 else cell for at, cell in enumerate(row)) for row in grid.rows
    ]
    assert [tuple(row) for row in found["foot"]] == list(grid.footing)
    assert f"{invoice.total:,f} {invoice.currency}" in printed
    (note,) = invoice.credit_notes
    given_back = table_of(tree, "credit-0-table")["body"]
    assert [row[-1] for row in given_back] == [row[-1] for row in credit_grid(note).rows]
    assert "http" not in printed.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--tax-rate", "19"], 2, "tax_rate: '19' is not allowed; write 0.19 or 19%"),
        (["--tax-rate", "190%"], 2, "tax_rate: '190%' is not allowed; write 0.19 or 19%"),
        (["--tax-rate", "a lot"], 2, "tax_rate: 'a lot' is not allowed; write 0.19 or 19%"),
        (["--format", "focus"], 2, "--invoice comes as table, json, markdown, html, csv, xlsx"),
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
