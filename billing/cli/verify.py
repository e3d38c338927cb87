"""`image-billing verify`: every invariant of the ledger against its rows; finds, never repairs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from billing.cli import exits, screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.ledger.proof.seal_files import read_seals
from billing.ledger.proof.verification import Progress, Verification


@click.command(epilog="Example: image-billing verify --seals seals-2026-11.jsonl")
@click.option(
    "--seals",
    "seals_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file of `seal --export`: the ledger must have what it names.",
)
@database_option
@json_option
@click.pass_context
def verify(
    ctx: click.Context, *, seals_file: Path | None, database_url: str | None, as_json: bool
) -> None:
    """Check every invariant of the ledger; exit 3 when one is broken.

    Every transfer is folded again, in order, and compared with the balances and the seals; a row
    that was changed, taken away or added is named. Nothing is repaired.
    """
    exported = read_seals(seals_file) if seals_file is not None else ()
    with open_ledger(database_url, replay=False) as ledger, _progress() as progress:
        found = ledger.verify(progress, exported=exported)
    if as_json:
        screen.print_json(_as_json(found))
    else:
        _show(found)
    if not found.ok:
        ctx.exit(exits.DISCREPANCIES)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on stderr while somebody is looking at it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("transfers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("transfers")
        yield lambda done, total: bar.update(task, completed=done, total=max(done, total))


def _as_json(found: Verification) -> dict[str, object]:
    return {
        "ok": found.ok,
        "checked": {
            "accounts": found.accounts,
            "transfers": found.transfers,
            "seals": found.seals,
            "sealed_transfers": found.sealed,
        },
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
    sealed = f"{found.sealed} of the transfers are sealed" if found.seals else "nothing is sealed"
    click.echo(sealed)
