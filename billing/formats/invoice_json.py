"""An invoice as the object that other programs read; money is text, times are UTC."""

from __future__ import annotations

import json

from billing.formats.report_json import period_object
from billing.report.invoice_model import CreditNote, Invoice, InvoiceLine
from pricing.money import amount_text


def invoice_object(invoice: Invoice) -> dict[str, object]:
    """The invoice with stable keys under `invoice`, ready for `json.dumps`."""
    return {
        "invoice": {
            "account": invoice.account,
            "period": period_object(invoice.period),
            "currency": invoice.currency,
            "lines": [_line(line) for line in invoice.lines],
            "rounding": f"{invoice.rounding:f}",
            "rounding_mode": invoice.mode,
            "exact": amount_text(invoice.exact),
            "net": f"{invoice.net:f}",
            "tax_rate": None if invoice.tax_rate is None else amount_text(invoice.tax_rate),
            "tax": f"{invoice.tax:f}",
            "total": f"{invoice.total:f}",
            "credit_notes": [_credit_note(note) for note in invoice.credit_notes],
        }
    }


def invoice_json(invoice: Invoice) -> str:
    """The object as text, with a line break at the end."""
    return json.dumps(invoice_object(invoice), indent=2) + "\n"


def _line(line: InvoiceLine) -> dict[str, object]:
    return {
        "description": line.description,
        "images": line.images,
        "unit_price": None if line.unit_price is None else amount_text(line.unit_price),
        "exact": amount_text(line.exact),
        "amount": f"{line.amount:f}",
    }


def _credit_note(note: CreditNote) -> dict[str, object]:
    return {
        "month": note.month,
        "exact": amount_text(note.exact),
        "amount": f"{note.amount:f}",
        "refunds": [
            {
                "id": each.id,
                "charge_id": each.charge_id,
                "description": each.description,
                "reason": each.reason,
                "amount": amount_text(each.amount),
            }
            for each in note.refunds
        ],
    }
