"""`image-billing report --format html`, from the ledger to the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing import Capture, Ledger
from billing.cli import main
from tests.billing.report.html_tree import cards_of, number, parsed, table_of

Run = Callable[..., Result]


@pytest.fixture
def run(ledger: Ledger, capture: Callable[..., Capture]) -> Run:
    """Run `report` over three calls in March 2025, one in another currency."""
    capture("a", n=4, images=3)
    capture("b", account="beta", size="2048x2048", quality="low")
    capture("c", account="gamma")

    def report(*options: str) -> Result:
        url = ledger.engine.url.render_as_string(hide_password=False)
        return CliRunner().invoke(
            main, ["report", "--month", "2025-03", *options, "--database-url", url]
        )

    return report


def test_the_page_has_the_figures_of_the_json(run: Run) -> None:
    done = run("--format", "html")
    assert (done.exit_code, done.stderr) == (0, "")
    page, found = parsed(done.stdout), json.loads(run("--json").stdout)
    amounts = [number(line[7]) for line in table_of(page, "rows-table")["body"]]
    assert amounts == [Decimal(row["amount"]) for row in found["rows"]]
    for at, total in enumerate(found["totals"]):
        amount = cards_of(page, f"currency-{at}")["Amount"]
        assert number(amount) == Decimal(total["amount"])
        assert amount.endswith(total["currency"])


def test_days_are_a_grouping_like_any_other(run: Run) -> None:
    page = parsed(run("--format", "html", "--by", "day", "--where", "account=acme").stdout)
    (line,) = table_of(page, "rows-table")["body"]
    assert line[0] == "2025-03-10"
    assert "account acme" in page.with_class("banner")[0].text()


def test_a_page_goes_to_a_file_byte_for_byte(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "march.html"
    done = run("--format", "html", "-o", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    written, shown = (
        text.partition("As of ")  # the clock goes on
        for text in (target.read_bytes().decode(), run("--format", "html").stdout)
    )
    assert written[:2] == shown[:2]
