"""`image-billing rollup`: the sums that reports are read from, and putting a day of them right."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.errors import InvalidEntry
from billing.ledger.rollup.days import Difference, rebuild
from pricing.money import amount_text, from_nanos


@click.group(epilog="Example: image-billing rollup rebuild --day 2026-10-05")
def rollup() -> None:
    """The sums of each day that reports are read from: rebuild."""


@rollup.command("rebuild", epilog="Example: image-billing rollup rebuild --day 2026-10-05 --json")
@click.option("--day", required=True, metavar="YYYY-MM-DD", help="A day in UTC.")
@database_option
@json_option
def rebuild_day(*, day: str, database_url: str | None, as_json: bool) -> None:
    """Make the sums of one day what its transfers give, and say what was not.

    For a day that verify names. No transfer and no balance is touched, and others may go on posting
    meanwhile. Run it twice, and the second time there is nothing to put right.
    """
    chosen = _as_day(day)
    with open_ledger(database_url, replay=False) as ledger:
        found = rebuild(ledger.engine, chosen)
    if as_json:
        screen.print_json({"day": str(chosen), "changed": [_as_json(*each) for each in found]})
        return
    for code, each in found:
        screen.say(f"{code}: {each.detail}: put right")
    result = screen.counted(len(found), "sum")
    click.echo(f"{chosen}: {result} put right" if found else f"{chosen}: nothing to put right")


def _as_day(text: str) -> date:
    with suppress(ValueError):
        return date.fromisoformat(text)
    raise InvalidEntry("day", text, "write YYYY-MM-DD, such as 2026-10-05")


def _as_json(code: str, found: Difference) -> dict[str, object]:
    """A row of the roll-up, with what it had too much of (below zero: too little)."""
    sums = {
        name: amount_text(from_nanos(off)) if name in ("amount", "cost") else off
        for name, off in found.sums.items()
    }
    return {"account": code, "day": found.day, "kind": found.keys["kind"], "off_by": sums}
