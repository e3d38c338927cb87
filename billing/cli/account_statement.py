"""`image-billing account statement`: a month of one account, line by line."""

from __future__ import annotations

import shutil
import sys
from typing import Final, get_args

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, instant, json_option
from billing.cli.report_files import put_text
from billing.formats import account_statement_table
from billing.formats.account_statement import statement_csv, statement_json
from billing.formats.rich_grid import drawn
from billing.ledger.account_statement import AccountStatement, By

FORMATS: Final = {
    "table": account_statement_table.statement_text,
    "csv": statement_csv,
    "json": statement_json,
}

#: Beyond these, drawing takes longer than anybody reads.
_DRAWN_ROWS: Final = 2000


@click.command(epilog="Example: image-billing account statement acme --month 2026-10")
@click.argument("code")
@click.option("--month", metavar="YYYY-MM", required=True, help="In UTC.")
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="occurred",
    show_default=True,
    help="Which instant puts a transfer into the month.",
)
@click.option("--as-of", metavar="TIME", help="As we knew it then: what was recorded up to it.")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Default: table.", default="table"
)
@click.option(
    "--internal",
    is_flag=True,
    help="With corrections of cost and their reasons: not for customers.",
)
@database_option
@json_option
def statement(
    *,
    code: str,
    month: str,
    by: By,
    as_of: str | None,
    form: str,
    internal: bool,
    database_url: str | None,
    as_json: bool,
) -> None:
    """A month of one account: opening balances, every transfer, closing balances.

    Opening and lines add up to closing in every bucket. Between the balances the columns hold
    changes; `balance` is what was available after the transfer. What the provider charges us is
    left out: rows that move no money of the account, and reasons that quote its statement.
    """
    known = instant(as_of, "as-of")
    with open_ledger(database_url) as ledger:
        built = ledger.statement(code, month, by=by, as_of_recorded=known)
    built = built if internal else built.for_customer()
    form = "json" if as_json else form
    if form == "table" and sys.stdout.isatty():
        _draw(built)
    else:
        put_text(FORMATS[form](built), None)


def _draw(built: AccountStatement) -> None:
    width = shutil.get_terminal_size().columns
    grid = account_statement_table.statement_grid(built, width=width)
    plain = grid.text()
    screen.show(screen.text((account_statement_table.heading(built), "bold")), "")
    # Figures too long for the terminal are wrapped by it, never cut.
    fits = max(map(len, plain.splitlines())) <= width
    screen.show(drawn(grid) if fits and len(grid.rows) <= _DRAWN_ROWS else plain)
