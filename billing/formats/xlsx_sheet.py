"""A sheet of a workbook that is written row by row: texts that stay texts, amounts twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from billing.errors import MissingExtra
from billing.formats.report_columns import Kind, Value
from billing.formats.report_csv import harmless
from pricing.money import amount_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

#: A sheet takes 1,048,576 rows; what is more goes on in the next.
ROWS_OF_SHEET: Final = 1_000_000
#: What Excel takes: characters in a cell.
_CELL_LENGTH: Final = 32_767
_WIDTH: Final = 14
#: Of the numbers that a printer knows papers by.
_A4: Final = 9
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1},
    "word": {"quote_prefix": True},
    "count": {"num_format": "#,##0"},
    "amount": {"num_format": "#,##0.00#######"},
    "exact": {"quote_prefix": True, "align": "right"},
    "part": {"num_format": "0.0%"},
}


class Book:
    """A workbook, with the formats of its cells by what stands in them."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.looks: dict[str, Format] = {
            name: workbook.add_format(look) for name, look in _LOOKS.items()
        }


@contextmanager
def open_book(target: IO[bytes], *, title: str, created: datetime) -> Iterator[Book]:
    """A workbook that is written to a binary file; the same contents give the same bytes.

    Raises:
        MissingExtra: xlsxwriter is not installed.
    """
    try:
        from xlsxwriter.workbook import Workbook
    except ModuleNotFoundError:
        raise MissingExtra("report", "An XLSX file") from None
    with Workbook(target, {"constant_memory": True}) as workbook:
        at = created.astimezone(UTC).replace(tzinfo=None)
        workbook.set_properties({"title": title, "created": at})
        yield Book(workbook)


class Sheet:
    """Rows from the top to the bottom; a row that is written cannot be gone back to.

    An amount takes two columns: the number, which is a binary float, and the exact text.
    """

    def __init__(self, book: Book, name: str, *, width: int = _WIDTH) -> None:
        self.sheet = book.workbook.add_worksheet(name)
        self.name, self.next_row = name, 0
        self._looks = book.looks
        self.sheet.set_column(0, 99, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.sheet.fit_to_pages(1, 0)  # as wide as the paper, as many pages as it takes
        self.sheet.set_footer("&L&A&R&P / &N")

    def repeat_head(self) -> None:
        """Print the first row on every page."""
        self.sheet.repeat_rows(0)

    def title(self, text: str) -> None:
        """A line in large letters."""
        self._text(self.next_row, 0, harmless(text), "title")
        self.next_row += 1

    def gap(self) -> None:
        """An empty row."""
        self.next_row += 1

    def head(self, columns: Iterable[tuple[str, Kind]]) -> None:
        """The headings; that of an amount stands over its number, and once more over its text."""
        names = [
            each
            for name, kind in columns
            for each in ((name, f"{name} (exact)") if kind == "amount" else (name,))
        ]
        for column, name in enumerate(names):
            self._text(self.next_row, column, harmless(name), "head")
        self.next_row += 1

    def row(self, cells: Sequence[tuple[Value, Kind]]) -> None:
        """One row of values, each as what it is; what is not known stays empty.

        A `label` is a word of our own, such as `+ ledger`: it stands as it is.
        """
        column = 0
        for value, kind in cells:
            if isinstance(value, str):
                text = value if kind == "label" else harmless(value)
                self._text(self.next_row, column, text, "word")
            elif value is not None:
                self.sheet.write_number(self.next_row, column, float(value), self._looks[kind])
            column += 1
            if kind == "amount":
                if isinstance(value, Decimal):
                    self._text(self.next_row, column, amount_text(value), "exact")
                column += 1
        self.next_row += 1

    def _text(self, row: int, column: int, text: str, look: str) -> None:
        # Never `write`: it takes "=1+1" for a formula and "https://..." for a link.
        if len(text) > _CELL_LENGTH:
            text = f"{text[: _CELL_LENGTH - 1]}…"
        self.sheet.write_string(row, column, text, self._looks[look])


def write_list(
    book: Book,
    name: str,
    head: Sequence[tuple[str, Kind]],
    rows: Iterable[Sequence[tuple[Value, Kind]]],
    *,
    at_most: int,
) -> Sheet:
    """Rows below a heading that stays in view; beyond `at_most` they go on in further sheets.

    Answers the last sheet.
    """
    rest = iter(rows)
    sheet, number = _listed(book, name, head), 1
    first = next(rest, None)
    while first is not None:
        sheet.row(first)
        for row in islice(rest, at_most - 1):
            sheet.row(row)
        if (first := next(rest, None)) is not None:
            number += 1
            sheet = _listed(book, f"{name} {number}", head)
    return sheet


def _listed(book: Book, name: str, head: Sequence[tuple[str, Kind]]) -> Sheet:
    sheet = Sheet(book, name)
    sheet.head(head)
    sheet.sheet.freeze_panes(1, 0)
    sheet.repeat_head()
    return sheet
