"""`image-billing report --format focus`: the charges of a month for a FinOps tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from typing import get_args

import click

from billing.cli.options import Decorated, amount
from billing.cli.report_files import put_rows
from billing.database.engines import reading
from billing.errors import InvalidEntry
from billing.formats.focus import FOCUS_KINDS, write_focus
from billing.formats.focus_columns import FocusVersion
from billing.formats.focus_rows import FocusTerms
from billing.ledger import Ledger
from billing.period import Month
from billing.report import month_span
from billing.report.charge_lines import charge_lines
from pricing.money import Money


def focus_options(command: Decorated) -> Decorated:
    """What a FOCUS file says of every row."""
    options = (
        click.option(
            "--focus",
            "focus_version",
            type=click.Choice(get_args(FocusVersion)),
            help="FOCUS of this version; --format focus is 1.2.",
        ),
        click.option(
            "--provider",
            metavar="NAME",
            default="OpenAI",
            show_default=True,
            help="Who provides and invoices, in a FOCUS file.",
        ),
        click.option(
            "--credit-price",
            nargs=2,
            metavar="AMOUNT CURRENCY",
            help="What one unit of accounts in no currency was sold for, in a FOCUS file.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def focus_terms(
    month: str, version: FocusVersion | None, provider: str, price: tuple[str, str] | None
) -> FocusTerms:
    """The terms that the options state."""
    credit_price = None
    if price is not None:
        each = amount(price[0], "credit_price")
        if each <= Decimal(0):
            raise InvalidEntry("credit_price", price[0], "give an amount above zero")
        credit_price = Money(each, price[1])
    return FocusTerms(
        month=Month.parse(month),
        version=version or "1.2",
        provider=provider,
        credit_price=credit_price,
    )


def put_focus(
    ledger: Ledger, terms: FocusTerms, where: Mapping[str, Sequence[str]], output: str | None
) -> None:
    """Write the file while the charges are read, in one consistent view."""
    span = month_span(terms.month)
    with (
        reading(ledger.engine) as connection,
        closing(charge_lines(connection, span, where=where, kinds=FOCUS_KINDS)) as lines,
    ):
        put_rows(lambda file: write_focus(lines, file, terms=terms), output)
