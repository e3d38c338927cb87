"""An invoice as a workbook: its lines and sums, and its credit notes; amounts also as exact text.

The same invoice gives the same bytes.
"""

from __future__ import annotations

from typing import IO, Final

from billing.formats.invoice_rows import InvoiceRow, credit_rows, invoice_rows
from billing.formats.invoice_text import heading, notes
from billing.formats.report_columns import Kind, Value
from billing.formats.xlsx_sheet import ROWS_OF_SHEET, Book, Sheet, open_book, write_list
from billing.report.invoice_model import Invoice

_WIDTH: Final = 18
_DESCRIPTION_WIDTH: Final = 52
_AMOUNTS: Final[tuple[tuple[str, Kind], ...]] = (("unrounded", "amount"), ("amount", "amount"))
_LINES: Final[tuple[tuple[str, Kind], ...]] = (
    *(("description", "word"), ("images", "count"), ("unit price", "amount")),
    *(*_AMOUNTS, ("currency", "word")),
)
_CREDITED: Final[tuple[tuple[str, Kind], ...]] = (
    *((name, "word") for name in ("description", "month", "id", "charge id", "reason")),
    *(*_AMOUNTS, ("currency", "word")),
)


def write_invoice_xlsx(
    invoice: Invoice, target: IO[bytes], *, rows_of_sheet: int = ROWS_OF_SHEET
) -> None:
    """Write the workbook to a binary file; refunds beyond `rows_of_sheet` go on in further sheets.

    Raises:
        MissingExtra: xlsxwriter is not installed.
    """
    # A month's own time, not that of the writing: the invoice of a closed month stays what it was.
    with open_book(target, title=heading(invoice), created=invoice.period.end) as book:
        _write_lines(Sheet(book, "Invoice", width=_WIDTH), invoice)
        if invoice.credit_notes:
            _write_credit_notes(book, invoice, at_most=rows_of_sheet)


def _write_lines(sheet: Sheet, invoice: Invoice) -> None:
    sheet.sheet.set_column(0, 0, _DESCRIPTION_WIDTH)
    sheet.title(heading(invoice))
    sheet.gap()
    sheet.head(_LINES)
    for row in invoice_rows(invoice):
        if row.part == "tax" and row.tax_rate is None:
            continue
        sheet.row(
            [
                (row.description, "word"),
                (row.images, "count"),
                (row.unit_price, "amount"),
                (row.exact, "amount"),
                (row.amount, "amount"),
                (invoice.currency, "word"),
            ]
        )
    sheet.gap()
    for note in notes(invoice):
        sheet.row([(note, "word")])
    if invoice.credit_notes:
        sheet.row([("Credit notes, before tax and not in the total, have a sheet.", "word")])


def _write_credit_notes(book: Book, invoice: Invoice, *, at_most: int) -> None:
    rows = (_credited(row, invoice.currency) for row in credit_rows(invoice))
    write_list(book, "Credit notes", _CREDITED, rows, at_most=at_most)


def _credited(row: InvoiceRow, currency: str) -> list[tuple[Value, Kind]]:
    return [
        (row.description, "word"),
        (row.credited_month, "word"),
        (row.id, "word"),
        (row.charge_id, "word"),
        (row.reason, "word"),
        (row.exact, "amount"),
        (row.amount, "amount"),
        (currency, "word"),
    ]
