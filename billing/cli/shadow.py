"""`image-billing shadow`: what the calls of a dry run would have come to in a month."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Final

import click

from billing.cli import screen
from billing.cli.options import database_option, json_option
from billing.database.engines import database_url as given_or_default
from billing.database.engines import parsed_url
from billing.formats.grid import Grid, figures
from billing.ledger.spool.files import Spool
from billing.period import Month
from billing.shadow.files import lines_of
from billing.shadow.summary import DEFAULT_BY, DIMENSIONS, ShadowSummary, Sums, summed
from pricing.money import amount_text, format_amount

_HEADINGS: Final = ("calls", "images", "amount", "in doubt", "refused", "repeated", "")


@click.command(epilog="Example: image-billing shadow --month 2026-11 --by account,day")
@click.option("--month", metavar="YYYY-MM", required=True, help="A calendar month, in UTC.")
@click.option(
    "--by",
    metavar="DIMENSIONS",
    default=",".join(DEFAULT_BY),
    show_default=True,
    help=f"Separated by commas; of {', '.join(DIMENSIONS)}, tag:NAME.",
)
@click.option(
    "--spool",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    envvar="IMAGE_BILLING_SPOOL",
    show_envvar=True,
    help="Default: FILE.spool beside a SQLite file, and the state folder.",
)
@database_option
@json_option
def shadow(
    *, month: str, by: str, folder: Path | None, database_url: str | None, as_json: bool
) -> None:
    """Add up the calls of `bill(..., dry_run=True)`: what they would have cost.

    Calls that billing would have refused went out all the same: they are counted as refused, and
    nowhere else. The ledger is only named, to find the files of its spool; it is not opened.
    """
    period = Month.parse(month)
    spool = Spool.of(parsed_url(given_or_default(database_url)), folder)
    found = summed(lines_of(spool, period), [name.strip() for name in by.split(",") if name])
    if as_json:
        screen.print_json(_as_json(period, found))
    else:
        _show(period, found)


def _as_json(month: Month, found: ShadowSummary) -> dict[str, object]:
    return {
        "month": str(month),
        "rows": [
            {**dict(zip((*found.by, "currency"), key, strict=True)), **_sums(sums)}
            for key, sums in found.rows.items()
        ],
        "totals": [
            {"currency": currency, **_sums(sums)} for currency, sums in found.totals.items()
        ],
        "refusals": [
            {
                "code": code,
                "calls": refused.calls,
                "images": refused.images,
                "amounts": [
                    {"currency": currency, "amount": amount_text(amount)}
                    for currency, amount in refused.amounts.items()
                ],
            }
            for code, refused in found.refusals.items()
        ],
        "unweighed": found.unweighed,
        "unreadable": found.unreadable,
    }


def _sums(sums: Sums) -> dict[str, int | str]:
    values = {each.name: getattr(sums, each.name) for each in fields(sums)}
    return {
        name: amount_text(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _show(month: Month, found: ShadowSummary) -> None:
    click.echo(f"Shadow calls of {month} (UTC): not billed\n")
    click.echo(_grid(found).text() if found.rows else "No calls.")
    if found.refusals:
        click.echo("\nBilling would have refused:")
    for code, refused in found.refusals.items():
        worth = [format_amount(amount, currency) for currency, amount in refused.amounts.items()]
        images = screen.counted(refused.images, "image")
        said = f"; delivered {images}" + (f" of {', '.join(worth)}" if worth else "")
        click.echo(f"  {code}: {screen.counted(refused.calls, 'call')}{said}")
    if found.unweighed:
        calls = screen.counted(found.unweighed, "call")
        click.echo(f"note: the ledger did not say whether it allows {calls}", err=True)
    if found.unreadable:
        lines = screen.counted(found.unreadable, "line")
        click.echo(f"note: {lines} cannot be read, and are not counted", err=True)


def _grid(found: ShadowSummary) -> Grid:
    sums = (*found.rows.values(), *found.totals.values())
    amounts = figures(each.amount for each in sums)
    doubts = figures(each.in_doubt_amount for each in sums)
    total = ("total", *("" for _ in found.by))[: len(found.by)]
    keys = [*found.rows, *((*total, currency) for currency in found.totals)]
    lines = [
        (
            *key[:-1],
            str(each.calls),
            str(each.images),
            amount,
            doubt if each.in_doubt else "",
            str(each.refused or ""),
            str(each.repeated or ""),
            key[-1],
        )
        for key, each, amount, doubt in zip(keys, sums, amounts, doubts, strict=True)
    ]
    numeric = (*(False for _ in found.by), *(name != "" for name in _HEADINGS))
    rows, footing = tuple(lines[: len(found.rows)]), tuple(lines[len(found.rows) :])
    return Grid((*found.by, *_HEADINGS), numeric, rows, footing)
