"""The rows of a CSV file, each with the number of the line on which it begins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from billing.statement.source import Source

if TYPE_CHECKING:
    from billing.statement.mapping import Format

COLUMNS_MAX: Final = 2000


@dataclass(slots=True)
class CsvRows:
    """An open file, its header read; `number` is that of the last line that was read."""

    source: Source
    delimiter: str
    header: list[str]
    #: As it was written; a quote in it says that all of the file may be quoted.
    header_line: str
    lines: Iterator[str]
    number: int

    def row(self, line: str) -> list[str]:
        """The row that begins with a line; further lines are read while a quote is open."""
        rows = csv.reader(chain([line], self.lines), delimiter=self.delimiter, strict=True)
        try:
            row = next(rows)
        except csv.Error as error:
            raise self.source.error(f"line {self.number} or after: {error}") from None
        self.number += rows.line_num - 1
        return row

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """All rows that are not blank."""
        before = self.number
        rows = csv.reader(self.lines, delimiter=self.delimiter, strict=True)
        try:
            for row in rows:
                # A quoted field may hold line breaks: the line is where the record starts.
                if row:
                    yield self.number + 1, row
                self.number = before + rows.line_num
        except csv.Error as error:
            raise self.source.error(f"line {self.number + 1} or after: {error}") from None


@contextmanager
def open_csv(source: Source, form: Format) -> Iterator[CsvRows]:
    """The rows below the header.

    Raises:
        StatementError: the file is no CSV in this encoding, or a line or field is out of bounds.
    """
    with source.text(form.encoding) as text:
        lines = iter(text)
        skipped = sum(1 for _line in islice(lines, form.skip_lines))
        found = CsvRows(source, form.delimiter, [], next(lines, ""), lines, skipped + 1)
        found.header = found.row(found.header_line) if found.header_line else []
        if len(found.header) > COLUMNS_MAX:
            columns = f"{len(found.header):,} columns; at most {COLUMNS_MAX:,} are read"
            raise source.error(f"line {found.number}: {columns}")
        yield found
