"""An invoice for people: lines, rounding, tax, total and credit notes; as text or Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from billing.formats.grid import Grid, figures
from billing.formats.markdown import bullets, escaped, markdown_table
from billing.formats.visible import visible
from billing.report.invoice_model import CreditNote, Invoice
from pricing.money import amount_text

_NOT_BEGUN = "a draft, the month has not begun"
_STATES = {
    "provisional": "a draft, the month is not over",
    "open": "the month is over and not closed",
    "closed": "the month is closed",
}


def invoice_text(invoice: Invoice) -> str:
    """The whole invoice as plain text, with a line break at the end."""
    parts = [heading(invoice), "", invoice_grid(invoice).text(), "", *notes(invoice)]
    for note in invoice.credit_notes:
        parts += ["", credit_heading(note, invoice), "", credit_grid(note).text()]
    return "\n".join(parts) + "\n"


def invoice_markdown(invoice: Invoice) -> str:
    """The same as Markdown."""
    parts = [f"# {escaped(heading(invoice))}", markdown_table(invoice_grid(invoice))]
    parts += [bullets(list(notes(invoice)))]
    for note in invoice.credit_notes:
        parts += [f"## {escaped(credit_heading(note, invoice))}", markdown_table(credit_grid(note))]
    return "\n\n".join(parts) + "\n"


def heading(invoice: Invoice) -> str:
    """For whom, for when, and how final it is."""
    period = invoice.period
    state = _STATES[period.state] if period.has_begun else _NOT_BEGUN
    return f"Invoice of {visible(invoice.account)} for {period.month} (UTC): {state}"


def invoice_grid(invoice: Invoice) -> Grid:
    """The lines; below them what they come to."""
    prices = figures(line.unit_price for line in invoice.lines if line.unit_price is not None)
    aligned = iter(prices)
    rows = tuple(
        (
            line.description,
            f"{line.images:,}" if line.images else "",
            "" if line.unit_price is None else next(aligned),
            f"{line.amount:,f}",
            invoice.currency,
        )
        for line in invoice.lines
    )
    sums = [("rounding", invoice.rounding), ("net", invoice.net)]
    if invoice.tax_rate is not None:
        sums += [(f"tax {amount_text(invoice.tax_rate * 100)} %", invoice.tax)]
    sums += [("total", invoice.total)]
    footing = tuple((name, "", "", f"{amount:,f}", invoice.currency) for name, amount in sums)
    header = ("description", "images", "each", "amount", "")
    return Grid(header, (False, True, True, True, False), rows, footing)


def notes(invoice: Invoice) -> Iterator[str]:
    """Whether there is anything, how it was rounded, and what it does not contain."""
    if not invoice.lines:
        yield "No usage."
    yield (
        f"Each line is rounded once ({invoice.mode}); exact sum: "
        f"{amount_text(invoice.exact)} {invoice.currency}."
    )
    if invoice.tax_rate is None:
        yield "No tax rate was given."


def credit_heading(note: CreditNote, invoice: Invoice) -> str:
    """What is given back, and of which invoice."""
    return (
        f"Credit note to the invoice of {visible(invoice.account)} for {note.month}: "
        f"{note.amount:,f} {invoice.currency}, before tax, not in the total"
    )


def credit_grid(note: CreditNote) -> Grid:
    """Every refund of the note, exact."""
    amounts: list[Decimal] = [each.amount for each in note.refunds]
    rows = tuple(
        (each.charge_id, each.description, each.reason or "", amount)
        for each, amount in zip(note.refunds, figures(amounts), strict=True)
    )
    return Grid(("of", "description", "reason", "amount"), (False, False, False, True), rows)
