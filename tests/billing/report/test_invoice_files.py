"""An invoice as CSV and as a workbook, read back: the figures of its JSON, to the last digit."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from billing import Ledger
from billing.cli import main
from billing.formats.invoice_csv import write_invoice_csv
from billing.formats.invoice_json import invoice_object
from billing.formats.invoice_xlsx import write_invoice_xlsx
from billing.report.invoice import build_invoice
from billing.report.invoice_model import Invoice
from billing.report.minor_units import ROUNDINGS

PAYERS = ("acme", "acme-web", "beta", "gamma", "=evil|")


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    """One engine: what an invoice reads is tested on both, without its formats."""
    return sqlite_url


@pytest.fixture
def invoices(full_month: Ledger) -> list[Invoice]:
    """With and without a tax, with lines that rounding moves, with credit notes."""
    return [
        build_invoice(full_month, account, "2025-03", tax_rate=rate, rounding=mode)
        for account in PAYERS
        for rate in (None, Decimal("0.19"))
        for mode in ROUNDINGS
    ]


def csv_rows(invoice: Invoice) -> list[dict[str, str]]:
    target = io.StringIO(newline="")
    write_invoice_csv(invoice, target)
    return list(csv.DictReader(io.StringIO(target.getvalue(), newline="")))


def book_of(invoice: Invoice, **limits: int) -> openpyxl.Workbook:
    target = io.BytesIO()
    write_invoice_xlsx(invoice, target, **limits)
    return openpyxl.load_workbook(io.BytesIO(target.getvalue()))


def sheet_rows(book: openpyxl.Workbook, name: str, *, head: int) -> list[dict[str, Any]]:
    """The rows of a sheet from below its heading to the first empty one."""
    rows = list(book[name].iter_rows(min_row=head, values_only=True))
    names, found = [str(each) for each in rows[0]], []
    for row in rows[1:]:
        if not any(row):
            break
        found.append(dict(zip(names, row, strict=True)))
    return found


def added(amounts: Iterable[str]) -> Decimal:
    return sum(map(Decimal, amounts), Decimal(0))


def told(invoice: Invoice) -> dict[str, Any]:
    found = invoice_object(invoice)["invoice"]
    assert isinstance(found, dict)
    return found


def test_the_csv_adds_up_to_the_total_of_the_json(invoices: list[Invoice]) -> None:
    assert any(len(each.lines) > 2 and each.credit_notes and each.tax for each in invoices)
    for invoice in invoices:
        expected, rows = told(invoice), csv_rows(invoice)
        amounts: dict[str, list[str]] = {}
        for row in rows:
            amounts.setdefault(row["part"], []).append(row["amount"])
        for name in ("rounding", "net", "tax", "total"):
            assert amounts[name] == [expected[name]]
        paid = [*amounts.get("line", ()), *amounts["rounding"], *amounts["tax"]]
        assert added(paid) == Decimal(expected["total"])
        assert {row["month"] for row in rows} == {"2025-03"}
        assert {row["state"] for row in rows} == {"open"}
        assert {row["currency"] for row in rows} == {expected["currency"]}


def test_a_row_of_the_csv_has_the_texts_of_the_json(invoices: list[Invoice]) -> None:
    for invoice in invoices:
        expected, rows = told(invoice), csv_rows(invoice)
        lines = [row for row in rows if row["part"] == "line"]
        assert [{name: row[name] for name in expected["lines"][0]} for row in lines] == [
            {name: "" if value is None else str(value) for name, value in line.items()}
            for line in expected["lines"]
        ]
        (net,) = [row for row in rows if row["part"] == "net"]
        (tax,) = [row for row in rows if row["part"] == "tax"]
        assert (net["exact"], tax["tax_rate"]) == (expected["exact"], expected["tax_rate"] or "")


def test_credit_notes_stand_below_the_total_with_their_refunds(invoices: list[Invoice]) -> None:
    invoice = invoices[0]
    rows, (note,) = csv_rows(invoice), told(invoice)["credit_notes"]
    (refund,) = note["refunds"]
    head, below = rows[-2:]
    assert rows[-3]["part"] == "total"
    assert (head["part"], head["amount"], head["exact"]) == (
        *("credit_note", note["amount"], note["exact"]),
    )
    assert below["part"] == "credited_refund"
    assert (below["exact"], below["amount"]) == (refund["amount"], "")
    for name in ("id", "charge_id", "description", "reason"):
        assert below[name] == refund[name]
    assert head["credited_month"] == below["credited_month"] == note["month"]


def test_the_workbook_has_the_figures_of_the_json_as_numbers_and_exactly(
    invoices: list[Invoice],
) -> None:
    for invoice in invoices:
        expected, rows = told(invoice), sheet_rows(book_of(invoice), "Invoice", head=3)
        count = len(expected["lines"])
        for row, line in zip(rows[:count], expected["lines"], strict=True):
            assert (row["description"], row["images"]) == (line["description"], line["images"])
            assert row["unit price (exact)"] == line["unit_price"]
            assert row["unrounded (exact)"] == line["exact"]
        sums = {row["description"].split()[0]: row["amount (exact)"] for row in rows[count:]}
        # People read no tax where nobody gave a rate; in the CSV and the JSON it is 0.
        has_rate = invoice.tax_rate is not None
        assert ("tax" in sums) == has_rate
        assert has_rate or expected["tax"] == "0.00"
        assert list(sums) == [name for name in ("rounding", "net", "tax", "total") if name in sums]
        for name, text in sums.items():
            assert Decimal(text) == Decimal(expected[name])
        lines = added(row["amount (exact)"] for row in rows[:count])
        assert lines + added((sums["rounding"], sums.get("tax", "0"))) == Decimal(expected["total"])
        for row in rows:
            assert row["amount"] == float(row["amount (exact)"])
            assert row["currency"] == expected["currency"]


def test_the_workbook_has_its_credit_notes_on_a_sheet_of_their_own(
    invoices: list[Invoice],
) -> None:
    invoice = invoices[0]
    (note,) = told(invoice)["credit_notes"]
    (refund,) = note["refunds"]
    head, below = sheet_rows(book_of(invoice), "Credit notes", head=1)
    assert (head["amount (exact)"], head["unrounded (exact)"]) == (note["amount"], note["exact"])
    assert (below["unrounded (exact)"], below["amount"]) == (refund["amount"], None)
    assert (below["charge id"], below["reason"]) == (refund["charge_id"], refund["reason"])

    split = book_of(invoice, rows_of_sheet=1)

    assert split.sheetnames == ["Invoice", "Credit notes", "Credit notes 2"]
    assert sheet_rows(split, "Credit notes 2", head=1) == [below]


def test_no_text_of_an_invoice_is_a_formula(full_month: Ledger) -> None:
    invoice = build_invoice(full_month, "=evil|", "2025-03")
    assert {row["account"] for row in csv_rows(invoice)} == {"'=evil|"}
    cells = [cell for sheet in book_of(invoice) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell.value for cell in cells if cell.hyperlink] == []


def test_the_same_invoice_gives_the_same_bytes(invoices: list[Invoice]) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for target in (first, second):
        write_invoice_xlsx(invoices[0], target)
    assert first.getvalue() == second.getvalue()


def test_the_command_writes_both(full_month: Ledger, tmp_path: Path) -> None:
    invoice = build_invoice(full_month, "acme", "2025-03", tax_rate=Decimal("0.19"))
    asked = ["report", "--month", "2025-03", "--invoice", "acme", "--tax-rate", "19%"]
    ledger = ["--database-url", str(full_month.engine.url)]

    printed = CliRunner().invoke(main, [*asked, *ledger, "--format", "csv"])
    file = tmp_path / "invoice.xlsx"
    written = CliRunner().invoke(main, [*asked, *ledger, "--format", "xlsx", "-o", str(file)])

    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    assert list(csv.DictReader(io.StringIO(printed.stdout, newline=""))) == csv_rows(invoice)
    expected = sheet_rows(book_of(invoice), "Invoice", head=3)
    assert sheet_rows(openpyxl.load_workbook(file), "Invoice", head=3) == expected
