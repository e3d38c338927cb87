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
from billing.formats import report_table
from billing.formats.report_csv import report_csv
from billing.formats.report_json import report_json
from billing.formats.rich_grid import drawn
from billing.report import DEFAULT_BY, Report, build_report
from billing.usage import DIMENSIONS

FORMATS: Final = {"table": report_table.report_text, "csv": report_csv, "json": report_json}


@click.command(epilog="Example: image-billing report --month 2026-10 --by account,model,day")
@click.option("--month", metavar="YYYY-MM", required=True, help="In UTC.")
@click.option(
    "--by",
    metavar="DIMENSIONS",
    default=",".join(DEFAULT_BY),
    show_default=True,
    help=f"Separated by commas; of {', '.join(DIMENSIONS)}.",
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
    month: str,
    by: str,
    where: tuple[str, ...],
    form: str,
    output: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """What a month came to: calls, images and money, with what is still held or in doubt.

    The month of a call is that of its capture, in UTC. Amounts are exact, never rounded; currencies
    are never added together.
    """
    dimensions = [name.strip() for name in by.split(",") if name.strip()]
    with open_ledger(database_url) as ledger:
        built = build_report(ledger, month, by=dimensions, where=_filters(where))
    form = "json" if as_json else form
    if output is not None:
        Path(output).write_text(FORMATS[form](built), encoding="utf-8", newline="")
        screen.note(f"{output}: {len(built.rows)} rows")
    elif form == "table" and sys.stdout.isatty():
        _draw(built)
    else:
        click.echo(FORMATS[form](built), nl=False)


def _filters(given: tuple[str, ...]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise InvalidEntry("where", each, "write DIMENSION=VALUE, such as account=acme")
        chosen.setdefault(name.strip(), []).append(value)
    return chosen


def _draw(built: Report) -> None:
    screen.show(screen.text((report_table.heading(built), "bold")), "")
    if built.rows:
        screen.show(drawn(report_table.report_grid(built)))
    else:
        screen.show("No usage.")
    screen.show("", *(screen.text((line, "dim")) for line in report_table.footing(built)))
