"""`image-billing verify`: every invariant of the ledger against its rows; finds, never repairs."""

from __future__ import annotations

import sys

import click

from billing.cli import exits, screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.ledger.verification import Verification


@click.command(epilog="Example: image-billing verify --json")
@database_option
@json_option
@click.pass_context
def verify(ctx: click.Context, *, database_url: str | None, as_json: bool) -> None:
    """Check every invariant of the ledger; exit 3 when one is broken.

    Every transfer is folded again, in order, and compared with the balances. Nothing is repaired.
    """
    with open_ledger(database_url) as ledger:
        found = ledger.verify(_progress if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    if as_json:
        screen.print_json(_as_json(found))
    else:
        _show(found)
    if not found.ok:
        ctx.exit(exits.DISCREPANCIES)


def _progress(transfers: int) -> None:
    click.echo(f"\r{transfers} transfers checked", nl=False, err=True)


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "ok": found.ok,
        "checked": {"accounts": found.accounts, "transfers": found.transfers},
        "problems": [
            {"account": each.account, "kind": each.kind, "detail": each.detail}
            for each in found.problems
        ],
    }


def _show(found: Verification) -> None:
    if found.problems:
        table = screen.table(("account", "left"), ("kind", "left"), ("problem", "left"))
        table.columns[-1].no_wrap = False
        for each in found.problems:
            table.add_row(each.account, screen.text((each.kind, "red")), each.detail)
        screen.show(table)
    checked = f"{screen.counted(found.accounts, 'account')}, "
    checked += f"{screen.counted(found.transfers, 'transfer')} checked"
    result = screen.counted(len(found.problems), "problem")
    click.echo(f"{checked}: {'all invariants hold' if found.ok else result}")
