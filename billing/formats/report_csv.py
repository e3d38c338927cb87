"""The rows of the usage report as CSV: a header, dot decimals, no totals."""

from __future__ import annotations

import csv
import io

from billing.report import Report
from pricing.money import amount_text

#: A text that starts like this would be a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def report_csv(report: Report) -> str:
    r"""A line for each row, ended by \n; amounts exact, in plain digits."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*report.by, "calls", "images", "amount", *_currency_column(report)])
    for row in report.rows:
        keys = [harmless(value) for value in row.keys.values()]
        currency = [row.currency] if _currency_column(report) else []
        writer.writerow([*keys, row.calls, row.images, amount_text(row.amount), *currency])
    return buffer.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula.

    >>> harmless("=SUM(A1:A9)"), harmless("acme")
    ("'=SUM(A1:A9)", 'acme')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _currency_column(report: Report) -> list[str]:
    # Grouped by currency, the column is there already.
    return [] if "currency" in report.by else ["currency"]
