"""`image-billing report --invoice`: what one account owes for a month."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, get_args

import click

from billing.cli.options import Decorated
from billing.cli.report_files import put_binary, put_rows, put_text
from billing.errors import InvalidEntry
from billing.formats import invoice_text
from billing.formats.invoice_csv import write_invoice_csv
from billing.formats.invoice_html import invoice_html
from billing.formats.invoice_json import invoice_json
from billing.formats.invoice_xlsx import write_invoice_xlsx
from billing.ledger import Ledger
from billing.report.invoice import build_invoice
from billing.report.minor_units import Rounding
from pricing import MoneyError
from pricing.money import EXACT, parse_amount

#: Formats that are one text; a CSV is written line by line, a workbook is no text.
_TEXTS: Final = {
    "table": invoice_text.invoice_text,
    "json": invoice_json,
    "markdown": invoice_text.invoice_markdown,
    "html": invoice_html,
}
FORMATS: Final = (*_TEXTS, "csv", "xlsx")


def invoice_options(command: Decorated) -> Decorated:
    """`--invoice` and what it needs to know."""
    options = (
        click.option("--invoice", metavar="CODE", help="The invoice of an account instead."),
        click.option("--tax-rate", metavar="RATE", help="Of an invoice: 0.19, or 19%."),
        click.option(
            "--rounding",
            type=click.Choice(get_args(Rounding)),
            default="half-even",
            show_default=True,
            help="Of half a minor unit in a line of an invoice.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def put_invoice(
    ledger: Ledger,
    account: str,
    month: str,
    form: str,
    *,
    tax_rate: str | None,
    rounding: Rounding,
    output: str | None,
) -> None:
    """The invoice in one of `FORMATS`, to stdout or into a file."""
    if form not in FORMATS:
        raise click.UsageError(f"--invoice comes as {', '.join(FORMATS)}.")
    rate = None if tax_rate is None else _part(tax_rate)
    invoice = build_invoice(ledger, account, month, tax_rate=rate, rounding=rounding)
    if form == "csv":
        put_rows(lambda file: write_invoice_csv(invoice, file), output)
    elif form == "xlsx":
        put_binary(lambda file: write_invoice_xlsx(invoice, file), output, what="XLSX")
    else:
        put_text(_TEXTS[form](invoice), output)


def _part(text: str) -> Decimal:
    allowed = "write 0.19 or 19%, and no more than 1 or 100%"
    try:
        rate = parse_amount(text.removesuffix("%").strip())
    except MoneyError:
        raise InvalidEntry("tax_rate", text, allowed) from None
    part = EXACT.scaleb(rate, -2) if text.endswith("%") else rate
    if not 0 <= part <= 1:
        raise InvalidEntry("tax_rate", text, allowed)
    return part
