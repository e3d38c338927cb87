"""The work list of a reconciliation as CSV: a row for each discrepancy, amounts exact."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TextIO

from billing.formats.reconciliation_columns import COLUMNS, work_items
from billing.formats.report_columns import Value
from billing.formats.report_csv import harmless
from billing.reconciliation import Reconciliation
from pricing.money import amount_text


def write_work_list(found: Reconciliation, target: TextIO) -> None:
    r"""A header and a line for each discrepancy, ended by \n; what it does not have is empty."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    for item in work_items(found):
        writer.writerow([_cell(column.of(item)) for column in COLUMNS])


def _cell(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return amount_text(value)
    return harmless(value) if isinstance(value, str) else value
