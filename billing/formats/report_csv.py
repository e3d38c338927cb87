"""The rows of the usage report as CSV: a header, dot decimals, no totals.

The last column says what a row is part of: the month's own usage, or that of a prior period.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TextIO

from billing.formats.report_columns import Value, columns
from billing.report import Report
from pricing.money import amount_text

#: A text that starts like this would be a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def report_csv(report: Report) -> str:
    r"""A line for each row, ended by \n; amounts exact, in plain digits, or empty if unknown."""
    buffer = io.StringIO()
    write_csv(report, buffer)
    return buffer.getvalue()


def write_csv(report: Report, target: TextIO) -> None:
    """The same into a text file, line by line: no memory holds the text of them all."""
    writer = csv.writer(target, lineterminator="\n")
    every = columns(report)
    writer.writerow([*(column.name for column in every), "part"])
    for row in report.rows:
        writer.writerow([*(_cell(column.of_row(row)) for column in every), "usage"])
    # What was late has no period before it to stand beside.
    own = [None if column.name.startswith("previous_") else column for column in every]
    for row in report.prior_period:
        cells = [_cell(None if column is None else column.of_row(row)) for column in own]
        writer.writerow([*cells, "prior_period"])


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula.

    >>> harmless("=SUM(A1:A9)"), harmless("acme")
    ("'=SUM(A1:A9)", 'acme')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return amount_text(value)
    return harmless(value) if isinstance(value, str) else value
