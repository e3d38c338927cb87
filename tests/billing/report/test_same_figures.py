"""One month, every format: each is read back by other code, and all say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from billing import Ledger
from billing.cli import main

Run = Callable[..., Result]
#: By account and currency: images and the exact amount.
Sums = dict[tuple[str, str], tuple[int, Decimal]]


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def run(full_month: Ledger) -> Run:
    def report(*options: str) -> Result:
        url = str(full_month.engine.url)
        command = ["report", "--month", "2025-03", *options, "--database-url", url]
        return CliRunner().invoke(main, command)

    return report


@pytest.fixture
def expected(run: Run) -> Sums:
    rows: list[dict[str, Any]] = json.loads(run("--by", "account", "--json").stdout)["rows"]
    assert len(rows) == 5
    return {
        (row["account"], row["currency"]): (row["images"], Decimal(row["amount"])) for row in rows
    }


def plain(account: str) -> str:
    return account.removeprefix("'")


def test_csv_says_the_same(run: Run, expected: Sums) -> None:
    rows = csv.DictReader(io.StringIO(run("--by", "account", "--format", "csv").stdout))
    assert {
        (plain(row["account"]), row["currency"]): (int(row["images"]), Decimal(row["amount"]))
        for row in rows
    } == expected


def of_cells(cells: list[str], header: list[str]) -> tuple[tuple[str, str], tuple[int, Decimal]]:
    images, amount = (cells[header.index(name)].replace(",", "") for name in ("images", "amount"))
    return (cells[0], cells[-1]), (int(images), Decimal(amount))


def test_the_table_says_the_same(run: Run, expected: Sums) -> None:
    lines = run("--by", "account").stdout.splitlines()
    header = [*lines[2].split(), "currency"]
    rows = [line.replace(" %", "%").split() for line in lines[4:9]]
    assert dict(of_cells(row, header) for row in rows) == expected


def test_markdown_says_the_same(run: Run, expected: Sums) -> None:
    text = run("--by", "account", "--format", "markdown").stdout
    table = [re.split(r" (?<!\\)\| ", line[2:-2]) for line in text.splitlines() if line[:1] == "|"]
    header, rule, rows = table[0], table[1], table[2:7]
    assert rule == ["---", *["---:"] * (len(header) - 2), "---"]
    cells = [[re.sub(r"\\(.)", r"\1", cell) for cell in row] for row in rows]
    assert dict(of_cells(row, header) for row in cells) == expected
    assert all(cell.startswith("**") for cell in table[-1] if cell.strip())


def test_xlsx_says_the_same(run: Run, expected: Sums, tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    assert run("--by", "account", "--format", "xlsx", "-o", str(target)).exit_code == 0
    piped = run("--by", "account", "--format", "xlsx").stdout_bytes
    sheets = [openpyxl.load_workbook(each)["Lines"] for each in (target, io.BytesIO(piped))]
    for sheet in sheets:
        header, *rows = sheet.iter_rows(values_only=True)
        found = [dict(zip(header, row, strict=True)) for row in takewhile(any, rows)]
        assert {
            (plain(str(row["account"])), row["currency"]): (
                row["images"],
                Decimal(str(row["amount (exact)"])),
            )
            for row in found
        } == expected


def test_focus_says_the_same(run: Run, expected: Sums, tmp_path: Path) -> None:
    target = tmp_path / "focus.csv"
    assert run("--focus", "1.2", "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == run("--format", "focus").stdout
    found: Sums = {}
    for row in csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))):
        if row["ChargeCategory"] == "Adjustment":
            continue
        key = (plain(row["SubAccountId"] or row["BillingAccountId"]), row["BillingCurrency"])
        images, amount = found.get(key, (0, Decimal(0)))
        more = int(Decimal(row["ConsumedQuantity"] or 0))
        found[key] = (images + more, amount + Decimal(row["BilledCost"]))
    assert found == expected


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--format", "focus", "--by", "size"], 2, "leave --by out"),
        (["--focus", "1.2", "--compare"], 2, "leave --compare out"),
        (["--focus", "1.2", "--time-zone", "Asia/Kolkata"], 2, "leave --time-zone out"),
        (["--focus", "2.0"], 2, "1.3"),
        (["--focus", "1.2", "--credit-price", "0", "USD"], 2, "above zero"),
        (["--focus", "1.2", "--credit-price", "much", "USD"], 2, "much"),
        (["--focus", "1.2", "--where", "account=nobody"], 1, "nobody"),
    ],
)
def test_what_no_focus_file_can_be_is_refused(
    options: list[str], code: int, said: str, run: Run
) -> None:
    done = run(*options)
    assert done.exit_code == code
    assert said in done.stderr


def test_a_file_that_cannot_be_finished_stays_as_it_was(
    run: Run, full_month: Ledger, tmp_path: Path
) -> None:
    target = tmp_path / "focus.csv"
    command = ("--month", "2025-04", "--format", "focus", "-o", str(target))
    assert run(*command).exit_code == 0
    before = target.read_bytes()
    full_month.open_account("coins", currency="CREDIT")
    full_month.adjust("coins", "1", key="gift", reason="goodwill", actor="ana")

    done = run(*command)

    assert done.exit_code == 2
    assert "what one CREDIT was sold for" in done.stderr
    assert target.read_bytes() == before
    assert [each.name for each in tmp_path.glob("*focus*")] == ["focus.csv"]
    assert run(*command, "--credit-price", "0.01", "USD").exit_code == 0
    assert len(target.read_bytes()) > len(before)
