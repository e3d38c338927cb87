"""`image-billing report`: what a month came to, as a table, CSV or JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.errors import InvalidEntry
from billing.formats import report_table, report_words
from billing.formats.report_csv import report_csv
from billing.formats.report_json import report_json
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

FORMATS: Final = {"table": report_table.report_text, "csv": report_csv, "json": report_json}


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
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: table.", default="table"
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file; default: stdout.")
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
    database_url: str | None,
    as_json: bool,
) -> None:
    """What a month came to: calls, images and money, with what is still held or in doubt.

    The day of a call is that of its capture. Amounts are exact, never rounded; currencies
    are never added together.
    """
    dimensions = [name.strip() for name in by.split(",") if name.strip()]
    with open_ledger(database_url) as ledger:
        span = _span(month, first, last, time_zone)
        built = build_report(ledger, span, by=dimensions, where=_filters(where), compare=compare)
    form = "json" if as_json else form
    if output is not None:
        Path(output).write_text(FORMATS[form](built), encoding="utf-8", newline="")
        screen.note(f"{output}: {len(built.rows)} rows")
    elif form == "table" and sys.stdout.isatty():
        _draw(built)
    else:
        click.echo(FORMATS[form](built), nl=False)


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
