"""An invoice as one page to send or print: the figures of the text, in the style of the report."""

from __future__ import annotations

from collections.abc import Iterator

from billing.formats.invoice_text import (
    credit_grid,
    credit_heading,
    heading,
    invoice_grid,
    notes,
)
from billing.formats.report_html.dates import title
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_html.page import html_page, section
from billing.formats.report_html.tables import table
from billing.report.invoice_model import Invoice


def invoice_html(invoice: Invoice) -> str:
    """The whole file; the same invoice gives the same bytes."""
    return html_page(
        f"Invoice of {invoice.account} for {title(invoice.period)}",
        skip_to=("lines", "the lines"),
        header=_header(invoice),
        main=_parts(invoice),
    )


def _header(invoice: Invoice) -> Markup:
    state = invoice.period.state
    return element(
        "header",
        element("p", "Invoice", class_="eyebrow"),
        element("h1", element("bdi", invoice.account), f", {title(invoice.period)}"),
        element(
            "p",
            element("strong", state, class_=f"state {state}"),
            element("bdi", heading(invoice)),
            class_="banner",
        ),
    )


def _parts(invoice: Invoice) -> Iterator[Markup]:
    total = element(
        "div",
        element("dt", "Total"),
        element("dd", element("span", f"{invoice.total:,f} {invoice.currency}", class_="money")),
        class_="main",
    )
    grid = invoice_grid(invoice)
    said = "Each line is rounded once"
    lines = table(grid, said, name="lines-table", stacks=True, whole=True)
    yield section("lines", "Lines", element("dl", total, class_="cards"), lines)
    for at, note in enumerate(invoice.credit_notes):
        name = f"credit-{at}"
        said = credit_heading(note, invoice)
        refunds = table(credit_grid(note), said, name=f"{name}-table", stacks=True, whole=True)
        yield section(name, f"Credit note for {note.month}", refunds)
    items = (element("li", element("bdi", note)) for note in notes(invoice))
    yield section("notes", "Notes", element("ul", *items))
