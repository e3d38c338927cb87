"""An invoice as CSV: a header, dot decimals, a row for each line, sum, credit note and refund.

The last column says what a row is: whoever adds the column up takes one kind of them.
"""

from __future__ import annotations

import csv
from itertools import chain
from typing import Final, TextIO

from billing.formats.invoice_rows import InvoiceRow, credit_rows, invoice_rows
from billing.formats.report_csv import harmless
from billing.report.invoice_model import Invoice
from pricing.money import amount_text

COLUMNS: Final = (
    *("account", "month", "state", "description", "images", "unit_price", "exact", "amount"),
    *("currency", "tax_rate", "credited_month", "id", "charge_id", "reason", "part"),
)


def write_invoice_csv(invoice: Invoice, target: TextIO) -> None:
    r"""Into a text file, line by line, ended by \n; the figures are the texts of the JSON."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    whose = (harmless(invoice.account), invoice.period.month, invoice.period.state)
    for row in chain(invoice_rows(invoice), credit_rows(invoice)):
        writer.writerow([*whose, *_cells(row, invoice.currency)])


def _cells(row: InvoiceRow, currency: str) -> list[str | int | None]:
    return [
        harmless(row.description),
        row.images,
        *(None if each is None else amount_text(each) for each in (row.unit_price, row.exact)),
        None if row.amount is None else f"{row.amount:f}",
        currency,
        None if row.tax_rate is None else amount_text(row.tax_rate),
        row.credited_month,
        row.id,
        row.charge_id,
        harmless(row.reason or ""),
        row.part,
    ]
