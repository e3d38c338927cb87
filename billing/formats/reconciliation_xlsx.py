"""A reconciliation as a workbook: Summary, Work list, Posted; amounts also as exact text."""

from __future__ import annotations

from itertools import islice
from typing import IO, Final

from billing.errors import MissingExtra
from billing.formats import reconciliation_words as words
from billing.formats.reconciliation_columns import COLUMNS, work_items
from billing.formats.report_columns import Kind
from billing.formats.xlsx_sheet import Book, Sheet
from billing.reconciliation import Reconciliation

#: A sheet takes 1,048,576 rows; what is more goes on in the next.
ROWS_OF_SHEET: Final = 1_000_000
_WIDTH: Final = 20
_POSTED: Final[tuple[tuple[str, Kind], ...]] = (
    *((name, "word") for name in ("class_name", "kind", "reason", "transfer_id", "account")),
    *((name, "word") for name in ("hold_id", "request_id")),
    ("line", "count"),
    ("amount", "amount"),
    ("cost", "amount"),
)


def write_xlsx(
    found: Reconciliation, target: IO[bytes], *, rows_of_sheet: int = ROWS_OF_SHEET
) -> None:
    """Write the workbook to a binary file; rows beyond `rows_of_sheet` go on in further sheets.

    Raises:
        MissingExtra: xlsxwriter is not installed.
    """
    try:
        from xlsxwriter.workbook import Workbook
    except ModuleNotFoundError:
        raise MissingExtra("report", "An XLSX file") from None
    with Workbook(target, {"constant_memory": True}) as workbook:
        title = words.heading(found).replace("\n", ", ")
        # The same discrepancies give the same bytes: a month's own time, not that of the writing.
        made = {"title": title, "created": found.month.end.replace(tzinfo=None)}
        workbook.set_properties(made)
        book = Book(workbook)
        _write_summary(Sheet(book, "Summary", width=_WIDTH), found, title)
        _write_items(book, found, at_most=rows_of_sheet)
        _write_posted(Sheet(book, "Posted", width=_WIDTH), found)


def _write_summary(sheet: Sheet, found: Reconciliation, title: str) -> None:
    sheet.title(title)
    sheet.gap()
    sheet.head(
        [
            *(("class", "word"), (words.COUNTED, "count")),
            *(("ledger", "amount"), ("statement", "amount")),
        ]
    )
    for row in found.summary:
        sheet.row(
            [
                (row.class_name, "word"),
                (row.lines, "count"),
                (row.ledger_amount, "amount"),
                (row.statement_amount, "amount"),
            ]
        )
    sheet.gap()
    sheet.head([("proof", "word"), ("amount", "amount"), ("currency", "word")])
    unexplained = None if found.unexplained.is_nan() else found.unexplained
    for name, amount in (*words.proof_parts(found), ("unexplained", unexplained)):
        sheet.row([(name, "label"), (amount, "amount"), (found.currency, "word")])
    sheet.gap()
    signed_off = words.signed_off(found)
    for note in (
        words.proof_line(found),
        *words.warnings(found),
        *words.settings(found),
        signed_off,
    ):
        if note is not None:
            sheet.row([(note, "word")])


def _write_items(book: Book, found: Reconciliation, *, at_most: int) -> None:
    rest, number = work_items(found), 1
    while (items := list(islice(rest, at_most))) or number == 1:
        sheet = Sheet(book, "Work list" if number == 1 else f"Work list {number}", width=_WIDTH)
        sheet.head([(column.heading, column.kind) for column in COLUMNS])
        sheet.sheet.freeze_panes(1, 0)
        for item in items:
            sheet.row([(column.of(item), column.kind) for column in COLUMNS])
        number += 1


def _write_posted(sheet: Sheet, found: Reconciliation) -> None:
    sheet.head([(name.replace("_", " "), kind) for name, kind in _POSTED])
    for each in found.posted:
        sheet.row([(getattr(each, name), kind) for name, kind in _POSTED])
