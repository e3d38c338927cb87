"""The report as a workbook, read back by other code: the figures of the JSON, and no formulas."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any

import openpyxl
import pytest

from billing import Ledger
from billing.formats.report_csv import harmless
from billing.formats.report_json import report_object
from billing.formats.report_xlsx import write_xlsx
from billing.report.series import ReportPage, build_page

NOW = datetime(2025, 4, 2, tzinfo=UTC)


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    """One engine: a workbook is made of a report, whose sums are tested on both."""
    return sqlite_url


@pytest.fixture
def page(full_month: Ledger) -> ReportPage:
    return build_page(
        full_month, "2025-03", by=["account", "size", "tag:team"], compare=True, now=NOW
    )


def workbook_of(page: ReportPage) -> bytes:
    target = io.BytesIO()
    write_xlsx(page, target)
    return target.getvalue()


def records(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows below the heading, by column; what is empty is None."""
    rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    header = [str(name) for name in next(rows)]
    found = takewhile(any, rows)  # the totals lie below an empty row
    return [dict(zip(header, row, strict=True)) for row in found]


def test_lines_have_the_figures_of_the_json_as_numbers_and_exactly(page: ReportPage) -> None:
    expected: Any = report_object(page.report)["rows"]
    found = records(workbook_of(page), "Lines")
    assert len(found) == len(expected) >= 5
    for cells, row in zip(found, expected, strict=True):
        for name in page.report.by:
            assert (cells[name.replace("_", " ")] or "") == harmless(row[name])
        for name in ("calls", "asked", "images"):
            assert cells[name] == row[name]
        for name in ("amount", "refunded", "cost", "margin"):
            assert cells[f"{name} (exact)"] == row[name]
            assert cells[name] is None if row[name] is None else cells[name] == float(row[name])
        before = row["previous"]
        assert cells["previous amount (exact)"] == (before["amount"] if before else "0")


def test_the_summary_has_the_totals_and_what_stands_beside_them(page: ReportPage) -> None:
    content = workbook_of(page)
    rows = openpyxl.load_workbook(io.BytesIO(content))["Summary"].iter_rows(values_only=True)
    lines = [[cell for cell in row if cell is not None] for row in rows]
    assert lines[0] == ["Usage of 2025-03 (UTC): the month is over and not closed"]
    for total in page.report.totals:
        (line,) = [each for each in lines if each[:2] == [total.currency, total.calls]]
        assert f"{total.amount:f}" in line
    assert ["adjusted", -1.5, "-1.5", "USD", "1 adjustment"] in lines
    assert ["Compared with 2025-02."] in lines


def test_a_block_without_anything_in_it_is_left_out(page: ReportPage) -> None:
    bare = replace(page.report, held=(), in_doubt=(), adjustments=(), forecast=(), budgets=())
    for report, said in ((page.report, True), (bare, False)):
        content = workbook_of(replace(page, report=replace(report, cost_corrections=())))
        cells = openpyxl.load_workbook(io.BytesIO(content))["Summary"].iter_rows(values_only=True)
        assert any("beside the totals" in row for row in cells) is said


def test_the_totals_stand_below_the_lines(page: ReportPage) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(page)))["Lines"]
    header, *rows = sheet.iter_rows(values_only=True)
    summed = [dict(zip(header, row, strict=True)) for row in rows[-len(page.report.totals) :]]
    for cells, total in zip(summed, page.report.totals, strict=True):
        assert (cells["account"], cells["currency"]) == (
            f"total {total.currency}",
            total.currency,
        )
        assert (cells["calls"], cells["images"]) == (total.calls, total.images)
        assert cells["amount (exact)"] == f"{total.amount:f}"
    assert not any(rows[-len(summed) - 1])


def test_every_sheet_is_printed_across_a_page_with_its_head(page: ReportPage) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(workbook_of(page))):
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None
        assert fitting.fitToPage
        assert sheet.print_title_rows == (None if sheet.title == "Summary" else "$1:$1")


def test_every_day_of_the_month_is_there_and_the_days_make_the_totals(page: ReportPage) -> None:
    days = records(workbook_of(page), "Days")
    assert [row["day"] for row in days] == [f"2025-03-{day:02}" for day in range(1, 32)]
    for total in page.report.totals:
        exact = sum(Decimal(row[f"amount {total.currency} (exact)"]) for row in days)
        assert exact == total.amount
        assert sum(row[f"images {total.currency}"] for row in days) == total.images


def test_lines_that_no_sheet_could_hold_go_on_in_the_next(page: ReportPage) -> None:
    target = io.BytesIO()
    write_xlsx(page, target, rows_of_sheet=4)
    content = target.getvalue()
    whole = records(workbook_of(page), "Lines")
    assert records(content, "Lines") + records(content, "Lines 2") == whole
    assert len(records(content, "Lines")) == 4


def test_there_is_a_native_chart_for_each_currency(page: ReportPage) -> None:
    names = zipfile.ZipFile(io.BytesIO(workbook_of(page))).namelist()
    assert [name for name in names if name.startswith("xl/charts/chart")] == [
        "xl/charts/chart1.xml",
        "xl/charts/chart2.xml",
    ]


def test_no_cell_is_a_formula_or_reads_like_one(page: ReportPage) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(page)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert "'=evil|" in texts
    assert "'=1+1" in texts
    for text in texts:
        # An exact amount below zero is a text that a spreadsheet is told to leave alone.
        assert not text.startswith(("=", "+", "@"))
        assert not text.startswith("-") or Decimal(text) < 0


def test_the_same_report_gives_the_same_bytes(page: ReportPage) -> None:
    assert workbook_of(page) == workbook_of(page)
    created = openpyxl.load_workbook(io.BytesIO(workbook_of(page))).properties.created
    assert created == page.report.made_at.replace(tzinfo=None)


def test_an_empty_month_is_a_workbook_too(ledger: Ledger) -> None:
    content = workbook_of(build_page(ledger, "2024-02", now=NOW))
    assert records(content, "Lines") == []
    assert len(records(content, "Days")) == 29


def test_the_workbook_holds_what_the_json_calls_a_number_beyond_floats(page: ReportPage) -> None:
    (row,) = [each for each in records(workbook_of(page), "Lines") if each["account"] == "acme-web"]
    assert row["amount (exact)"] == "0.028140007"
    assert json.dumps(row["amount"]) == "0.028140007"
