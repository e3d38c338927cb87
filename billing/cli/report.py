"""`image-billing report`: what a month came to, in the format that its reader needs."""

from __future__ import annotations

import sys
from typing import Final

import click
from click.core import ParameterSource

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.cli.report_files import put_binary, put_rows, put_text
from billing.cli.report_focus import focus_options, focus_terms, put_focus
from billing.cli.report_invoice import invoice_options, put_invoice
from billing.errors import InvalidEntry
from billing.formats import report_table, report_words
from billing.formats.focus_columns import FocusVersion
from billing.formats.report_csv import write_csv
from billing.formats.report_html import report_html
from billing.formats.report_json import write_json
from billing.formats.report_markdown import write_markdown
from billing.formats.report_xlsx import write_xlsx
from billing.formats.rich_grid import drawn
from billing.report import (
    DEFAULT_BY,
    DIMENSIONS,
    Report,
    Span,
    build_report,
    days_span,
    month_span,
)
from billing.report.minor_units import Rounding
from billing.report.series import build_page

#: Formats that are written line by line.
STREAMED: Final = {
    "table": report_table.write_text,
    "csv": write_csv,
    "json": write_json,
    "markdown": write_markdown,
}
#: Beyond so many rows a terminal gets plain lines: a drawn table would have to be there as a whole.
_DRAWN_MAX: Final = 5000
FORMATS: Final = (*STREAMED, "html", "xlsx", "focus")
#: What says nothing about an invoice or a file of charges, whose columns are given.
_OF_ROWS: Final = ("by", "compare", "first", "last", "time_zone")


@click.command(epilog="Example: image-billing report --month 2026-10 --by account,model,day")
@click.option("--month", metavar="YYYY-MM", help="A calendar month.")
@click.option("--from", "first", metavar="DAY", help="Instead of a month: the first day.")
@click.option("--to", "last", metavar="DAY", help="The last day, included.")
@click.option(
    "--time-zone",
    metavar="NAME",
    default="UTC",
    show_default=True,
    help="Whose days; the provider bills in UTC.",
)
@click.option("--compare", is_flag=True, help="Put the month before beside it.")
@click.option(
    "--by",
    metavar="DIMENSIONS",
    default=",".join(DEFAULT_BY),
    show_default=True,
    help=f"Separated by commas; of {', '.join(DIMENSIONS)}, tag:NAME.",
)
@click.option(
    "--where",
    metavar="DIMENSION=VALUE",
    multiple=True,
    help="Only this usage; the same dimension twice means either value.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: table.", default="table"
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file; default: stdout.")
@focus_options
@invoice_options
@database_option
@json_option
def report(
    *,
    month: str | None,
    first: str | None,
    last: str | None,
    time_zone: str,
    compare: bool,
    by: str,
    where: tuple[str, ...],
    form: str,
    output: str | None,
    focus_version: FocusVersion | None,
    provider: str,
    credit_price: tuple[str, str] | None,
    invoice: str | None,
    tax_rate: str | None,
    rounding: Rounding,
    database_url: str | None,
    as_json: bool,
) -> None:
    """What a month came to: calls, images and money, with what is still held or in doubt.

    The day of a call is that of its capture. Amounts are exact, never rounded but in an
    invoice; currencies are never added together.
    """
    form = "json" if as_json else "focus" if focus_version else form
    dimensions = [name.strip() for name in by.split(",") if name.strip()]
    chosen = _filters(where)
    if invoice is not None:
        month = _whole_month(month, "--invoice", alone=(*_OF_ROWS, "where"))
    elif form == "focus":
        month = _whole_month(month, "FOCUS", alone=_OF_ROWS)
    with open_ledger(database_url) as ledger:
        if invoice is not None:
            asked = (ledger, invoice, str(month), form)
            put_invoice(*asked, tax_rate=tax_rate, rounding=rounding, output=output)
            return
        if form == "focus":
            terms = focus_terms(str(month), focus_version, provider, credit_price)
            put_focus(ledger, terms, chosen, output)
            return
        span = _span(month, first, last, time_zone)
        if form in ("html", "xlsx"):
            page = build_page(ledger, span, by=dimensions, where=chosen, compare=compare)
            if form == "html":
                put_text(report_html(page), output)
            else:
                put_binary(lambda file: write_xlsx(page, file), output, what="XLSX")
            return
        built = build_report(ledger, span, by=dimensions, where=chosen, compare=compare)
    is_drawn = form == "table" and output is None and sys.stdout.isatty()
    if is_drawn and len(built.rows) <= _DRAWN_MAX:
        _draw(built)
    else:
        put_rows(lambda file: STREAMED[form](built, file), output)


def _whole_month(month: str | None, what: str, *, alone: tuple[str, ...]) -> str:
    """The month in UTC that an invoice or a FOCUS file is about; it goes without these options."""
    context = click.get_current_context()
    for parameter in context.command.params:
        given = context.get_parameter_source(str(parameter.name))
        if parameter.name in alone and given is not ParameterSource.DEFAULT:
            raise click.UsageError(
                f"{what} is of a whole month in UTC: leave {parameter.opts[0]} out."
            )
    if month is None:
        raise click.UsageError(f"{what} is of a month: give --month YYYY-MM.")
    return month


def _span(month: str | None, first: str | None, last: str | None, time_zone: str) -> Span:
    if month is not None and first is None and last is None:
        return month_span(month, time_zone)
    if month is None and first is not None:
        return days_span(first, last or first, time_zone)
    raise click.UsageError("Give --month YYYY-MM, or --from DAY and --to DAY.")


def _filters(given: tuple[str, ...]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise InvalidEntry("where", each, "write DIMENSION=VALUE, such as account=acme")
        chosen.setdefault(name.strip(), []).append(value)
    return chosen


def _draw(built: Report) -> None:
    screen.show(screen.text((report_words.heading(built), "bold")), "")
    if built.rows:
        screen.show(drawn(report_table.report_grid(built)))
    else:
        screen.show("No usage.")
    if built.budgets:
        screen.show("", drawn(report_table.budget_grid(built)))
    screen.show("", *(screen.text((line, "dim")) for line in report_words.notes(built)))
