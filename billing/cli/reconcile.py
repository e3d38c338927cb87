"""`image-billing reconcile`: the ledger against a provider's statement, and what follows."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Final

import click

from billing.cli import screen
from billing.cli.exits import DISCREPANCIES, DONE
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.errors import InvalidEntry
from billing.formats import reconciliation_text as told
from billing.formats.reconciliation_json import reconciliation_object
from billing.formats.rich_grid import drawn
from billing.reconciliation import Reconciliation
from billing.reconciliation import reconcile as compare

_LAG: Final = re.compile(r"([0-9]{1,6})([dhms])")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@click.command(epilog="Example: image-billing reconcile statement.csv --month 2026-10")
@click.argument("statement", type=click.Path())
@click.option("--month", metavar="YYYY-MM", required=True, help="Of the ledger, in UTC.")
@click.option("--post", is_flag=True, help="Book what the statement decides; needs --actor.")
@click.option("--actor", metavar="WHO", help="Who decides; kept in the ledger.")
@click.option(
    "--accept-fingerprints",
    is_flag=True,
    help="Book lines that were matched without a request id as well.",
)
@click.option(
    "--settling-lag",
    metavar="TIME",
    default="72h",
    show_default=True,
    help="How long the provider may take to bill a call: 3d, 72h, 90m.",
)
@database_option
@json_option
def reconcile(
    *,
    statement: str,
    month: str,
    post: bool,
    actor: str | None,
    accept_fingerprints: bool,
    settling_lag: str,
    database_url: str | None,
    as_json: bool,
) -> int:
    """Compare a month of the ledger with a STATEMENT in the canonical CSV, line by line.

    Every difference gets a class and a proposal; both sides are proved to tie. Exits with 3 while
    anything is left to decide. With --post, holds that the statement bills are captured and holds
    that it does not bill are voided; doing it twice books nothing twice. Other proposals are listed
    only.

    A line that cannot be read is unexplained by its amount; when that cannot be read either, what
    is unexplained is unknown (in JSON: null). Nothing is voided while there is such a line, while
    the statement ends before the call, or while a line without a call is near it.
    """
    if post and not (actor or "").strip():
        message = "--post needs --actor WHO"
        raise click.UsageError(message)
    with open_ledger(database_url) as ledger:
        found = compare(
            ledger,
            statement,
            month,
            settling_lag=_lag(settling_lag),
            accept_fingerprints=accept_fingerprints,
            post=post,
            actor=actor,
        )
    if as_json:
        screen.print_json(reconciliation_object(found))
    elif sys.stdout.isatty():
        _draw(found)
    else:
        click.echo(told.reconciliation_text(found), nl=False)
    return DONE if found.is_clean else DISCREPANCIES


def _lag(text: str) -> timedelta:
    found = _LAG.fullmatch(text)
    if found is None and text != "0":
        raise InvalidEntry("settling-lag", text, "write a number and d, h, m or s, such as 72h")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]] if found else 0)


def _draw(found: Reconciliation) -> None:
    screen.show(screen.text((told.heading(found), "bold")), "")
    screen.show(drawn(told.summary_grid(found)), "")
    for title, lines in told.sections(found):
        screen.show(screen.text((title, "bold")), *lines, "")
    style = "bold green" if found.is_clean else "bold red"
    screen.show(
        *(screen.text((line, "dim")) for line in told.proof_lines(found)),
        screen.text((told.unexplained_line(found), style)),
    )
