"""An invoice as rows, once for every format of a table: lines, what they come to, credit notes.

`amount` is what can be paid, rounded once; `exact` is what the ledger has. The amounts of `line`,
`rounding` and `tax` make that of `total`. Credit notes are above zero and count in no total.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from billing.report.invoice_model import Invoice
from pricing.money import amount_text

#: What a row is: a refund of a credit note stands below its note, which is their sum.
Part = Literal["line", "rounding", "net", "tax", "total", "credit_note", "credited_refund"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """One row; what its part does not have is None."""

    part: Part
    description: str
    images: int | None = None
    unit_price: Decimal | None = None
    exact: Decimal | None = None
    amount: Decimal | None = None
    tax_rate: Decimal | None = None
    #: Of a credit note: the month whose invoice it refers to.
    credited_month: str | None = None
    id: str | None = None
    charge_id: str | None = None
    reason: str | None = None


def invoice_rows(invoice: Invoice) -> Iterator[InvoiceRow]:
    """The lines, then `rounding`, `net`, `tax` and `total`, each once, whatever they are.

    Without a rate the tax is 0, as in the JSON; who writes for people leaves it out.
    """
    for line in invoice.lines:
        yield InvoiceRow(
            part="line",
            description=line.description,
            images=line.images,
            unit_price=line.unit_price,
            exact=line.exact,
            amount=line.amount,
        )
    yield InvoiceRow(part="rounding", description="rounding", amount=invoice.rounding)
    yield InvoiceRow(part="net", description="net", exact=invoice.exact, amount=invoice.net)
    rate = invoice.tax_rate
    tax = "tax" if rate is None else f"tax {amount_text(rate * 100)} %"
    yield InvoiceRow(part="tax", description=tax, amount=invoice.tax, tax_rate=rate)
    yield InvoiceRow(part="total", description="total", amount=invoice.total)


def credit_rows(invoice: Invoice) -> Iterator[InvoiceRow]:
    """Each credit note, and below it its refunds, which were not rounded."""
    for note in invoice.credit_notes:
        yield InvoiceRow(
            part="credit_note",
            description=f"Credit note for {note.month}",
            exact=note.exact,
            amount=note.amount,
            credited_month=note.month,
        )
        for each in note.refunds:
            yield InvoiceRow(
                part="credited_refund",
                description=each.description,
                exact=each.amount,
                credited_month=note.month,
                id=each.id,
                charge_id=each.charge_id,
                reason=each.reason,
            )
