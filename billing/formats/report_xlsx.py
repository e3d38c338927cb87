"""The usage report as a workbook: Summary, Lines, Days with a chart; written row by row.

A workbook keeps numbers as binary floats, so every amount also stands beside its number as exact
text. The same report gives the same bytes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Final

from billing.formats import report_words
from billing.formats.report_columns import Kind, Value, columns, total_name
from billing.formats.xlsx_sheet import ROWS_OF_SHEET, Book, Sheet, open_book, write_list
from billing.report import Figures, Report, UsageRow
from billing.report.figures import total, totals
from billing.report.series import ReportPage

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_NOTE_WIDTH: Final = 18
_DAY_FIGURES: Final[tuple[tuple[str, Kind], ...]] = (
    ("calls", "count"),
    ("images", "count"),
    ("amount", "amount"),
)
#: Columns that the figures of one currency take: the amount has two.
_DAY_COLUMNS: Final = len(_DAY_FIGURES) + 1


def write_xlsx(page: ReportPage, target: IO[bytes], *, rows_of_sheet: int = ROWS_OF_SHEET) -> None:
    """Write the workbook to a binary file; lines beyond `rows_of_sheet` go on in further sheets.

    Raises:
        MissingExtra: xlsxwriter is not installed.
    """
    report = page.report
    with open_book(target, title=report_words.heading(report), created=report.made_at) as book:
        _write_summary(Sheet(book, "Summary", width=_NOTE_WIDTH), report)
        _write_rows(book, "Lines", report, at_most=rows_of_sheet)
        if late := report.prior_period:
            prior = replace(report, rows=late, totals=totals(late), previous=None)
            _write_rows(book, "Prior period", prior, at_most=rows_of_sheet)
        _write_days(book, page)


def _write_summary(sheet: Sheet, report: Report) -> None:
    sheet.title(report_words.heading(report))
    sheet.gap()
    figures = [column for column in columns(report) if column.name not in report.by]
    sheet.head([("totals", "word"), *((column.heading, column.kind) for column in figures)])
    for each in report.totals:
        cells = [(column.of_total(each), column.kind) for column in figures]
        sheet.row([(each.currency, "word"), *cells])
    sheet.gap()
    if beside := _beside(report):
        head: list[tuple[str, Kind]] = [("beside the totals", "word"), ("amount", "amount")]
        sheet.head([*head, ("", "word"), ("", "word")])
        for what, amount, currency, detail in beside:
            sheet.row([(what, "word"), (amount, "amount"), (currency, "word"), (detail, "word")])
        sheet.gap()
    for note in report_words.notes(report):
        sheet.row([(note, "word")])


def _beside(report: Report) -> list[tuple[str, Value, str, str]]:
    held = [
        (what, each.amount, each.currency, report_words.counted(each.holds, "hold"))
        for what, sums in (("held", report.held), ("in doubt", report.in_doubt))
        for each in sums
    ]
    adjusted = [
        (
            "adjusted",
            each.amount,
            each.currency,
            report_words.counted(each.adjustments, "adjustment"),
        )
        for each in report.adjustments
    ]
    heading_for = [("forecast", e.amount, e.currency, e.basis) for e in report.forecast]
    budgets = [
        (f"budget {name} of {each.account}", amount, each.currency, each.kind)
        for each in report.budgets
        for name, amount in (("spent", each.spent), ("limit", each.limit))
    ]
    corrected = [
        (
            "cost corrected",
            each.amount,
            each.currency,
            report_words.counted(each.corrections, "correction"),
        )
        for each in report.cost_corrections
    ]
    return [*held, *adjusted, *corrected, *heading_for, *budgets]


def _write_rows(book: Book, name: str, report: Report, *, at_most: int) -> None:
    """The rows of a report; below an empty row, which ends a table that is sorted, the totals."""
    every = columns(report)
    head = [(column.heading, column.kind) for column in every]
    rows = ([(column.of_row(row), column.kind) for column in every] for row in report.rows)
    sheet = write_list(book, name, head, rows, at_most=at_most)
    if report.rows and report.by:
        sheet.gap()
        for each in report.totals:
            _name, *cells = [(column.of_total(each), column.kind) for column in every]
            sheet.row([(total_name(each, report), "word"), *cells])


def _write_days(book: Book, page: ReportPage) -> None:
    """A row for every day of the span, with or without usage, and a chart for each currency."""
    sheet = Sheet(book, "Days")
    currencies = [each.currency for each in page.report.totals]
    by_day: dict[tuple[str, str], list[UsageRow]] = {}
    for row in page.days:
        by_day.setdefault((row.keys["day"], row.currency), []).append(row)
    names = [(f"{n} {currency}", kind) for currency in currencies for n, kind in _DAY_FIGURES]
    sheet.head([("day", "word"), *names])
    sheet.sheet.freeze_panes(1, 1)
    sheet.repeat_head()
    period = page.report.period
    for number in range((period.last_day - period.first_day).days + 1):
        day = (period.first_day + timedelta(days=number)).isoformat()
        cells: list[tuple[Value, Kind]] = [(day, "word")]
        for currency in currencies:
            sums: Figures = total(currency, by_day.get((day, currency), ()))
            cells += [(getattr(sums, name), kind) for name, kind in _DAY_FIGURES]
        sheet.row(cells)
    for number, currency in enumerate(currencies):
        _draw_days(book.workbook, sheet, currency, number, after=1 + _DAY_COLUMNS * len(currencies))


def _draw_days(workbook: Workbook, sheet: Sheet, currency: str, number: int, *, after: int) -> None:
    amount_column = number * _DAY_COLUMNS + len(_DAY_FIGURES)
    last = sheet.next_row - 1
    chart = workbook.add_chart({"type": "column"})
    assert chart is not None, "a column chart is one that xlsxwriter knows"
    chart.add_series(
        {
            "name": f"amount {currency}",
            "categories": [sheet.name, 1, 0, last, 0],
            "values": [sheet.name, 1, amount_column, last, amount_column],
        }
    )
    chart.set_title({"name": f"{currency} a day"})
    chart.set_legend({"none": True})
    chart.set_size({"width": 900, "height": 320})
    sheet.sheet.insert_chart(1 + number * 17, after + 1, chart)
