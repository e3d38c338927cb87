"""The FinOps Foundation's own validator accepts our files, where it is installed."""

from __future__ import annotations

import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Ledger
from billing.formats.focus_rows import FocusTerms
from billing.period import Month
from pricing.money import Money
from tests.billing.report.focus_files import focus_text

VARIABLE = "FOCUS_VALIDATOR_PYTHON"
INSTALL = (
    "python3.12 -m venv focus && focus/bin/pip install focus-validator==2.2.1 'pyarrow<23' "
    f"&& export {VARIABLE}=$PWD/focus/bin/python"
)
CRITERIA = (
    *("PUBLIC_PRICE_LIST_SUPPORTED", "UNIT_PRICING_SUPPORTED", "NEGOTIATED_PRICING_SUPPORTED"),
    *("USAGE_MEASUREMENT_SUPPORTED", "SUB_ACCOUNT_SUPPORTED", "ACCOUNT_NAMING_SUPPORTED"),
    *("TAGGING_SUPPORTED", "MULTIPLE_PRICING_CATEGORIES_SUPPORTED"),
    *("MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED", "MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED"),
)
#: "Must be null" and "must not be null": two branches of one rule, of which one always fails.
EITHER = re.compile(r"InvoiceId-C-00[45]-C")

pytestmark = [
    pytest.mark.skipif(VARIABLE not in os.environ, reason=f"no validator; install: {INSTALL}"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    return sqlite_url


def failures(file: Path) -> tuple[int, list[str]]:
    """How many rules were looked at, and the lines about those that failed."""
    python = os.environ[VARIABLE]
    # It reads a table relative to where it is started, and leaves a log there.
    where = "import focus_validator, os; print(os.path.dirname(focus_validator.__path__[0]))"
    folder = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    command = Path(python).with_name("focus-validator")
    options = ["--validate-version", "1.2", "--block-download"]
    done = subprocess.run(
        [command, "--data-file", file, *options, "--applicability-criteria", ",".join(CRITERIA)],
        capture_output=True,
        text=True,
        cwd=folder.stdout.strip(),
        check=False,  # its exit status says nothing
    )
    total = re.search(r"^Total: (\d+) ", done.stdout, re.MULTILINE)
    assert total is not None, done.stdout + done.stderr
    marked = [line for line in done.stdout.splitlines() if line.startswith("\N{CROSS MARK}")]
    return int(total[1]), [line for line in marked if not EITHER.search(line)]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_month_of_everything_passes(version: str, full_month: Ledger, tmp_path: Path) -> None:
    terms = FocusTerms(month=Month(2025, 3), version=version)  # type: ignore[arg-type]  # text
    file = tmp_path / "focus.csv"
    file.write_text(focus_text(full_month, terms), encoding="utf-8", newline="")
    assert failures(file) == (578, [])


def test_a_month_without_members_or_refunds_passes(full_month: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "focus.csv"
    file.write_text(focus_text(full_month, account="beta"), encoding="utf-8", newline="")
    assert failures(file) == (578, [])


def test_a_month_of_credits_passes(coins: Ledger, tmp_path: Path) -> None:
    price = Money(Decimal("0.01"), "USD")
    file = tmp_path / "focus.csv"
    terms = FocusTerms(month=Month(2025, 3), credit_price=price)
    file.write_text(focus_text(coins, terms), encoding="utf-8", newline="")
    assert failures(file) == (578, [])


def test_a_broken_file_does_not_pass(full_month: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "focus.csv"
    broken = focus_text(full_month).replace(",USD,USD,", ",usd,usd,")
    file.write_text(broken, encoding="utf-8", newline="")
    assert failures(file)[1] != []
