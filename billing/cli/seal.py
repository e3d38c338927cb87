"""`image-billing seal`: hash what is new in every account, and export the heads of the chains."""

from __future__ import annotations

from pathlib import Path

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.database.engines import reading
from billing.ledger.proof.seal_files import write_seals


@click.command(epilog="Example: image-billing seal --export seals-2026-11.jsonl")
@click.option(
    "--export",
    "export_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the newest seal of every account to FILE, to keep elsewhere.",
)
@database_option
@json_option
def seal(*, export_file: Path | None, database_url: str | None, as_json: bool) -> None:
    """Seal every account up to its newest transfer; nothing new, nothing written.

    A seal is a hash over a range of transfers and the seal before it: `verify` then finds any row
    that is changed, taken away or added, and names it. An exported file, kept where the ledger's
    owner cannot change it, also shows a ledger that was cut short or rewritten: see docs/proof.md.
    """
    with open_ledger(database_url) as ledger:
        made = ledger.seal()
        exported = None
        if export_file is not None:
            with reading(ledger.engine) as connection:
                exported = write_seals(export_file, connection, now=ledger.now())
    if as_json:
        counts = {"accounts": made.accounts, "seals": made.seals, "transfers": made.transfers}
        file = None if export_file is None else str(export_file)
        screen.print_json({**counts, "exported_accounts": exported, "file": file})
        return
    if made.seals:
        where = screen.counted(made.accounts, "account")
        click.echo(f"{screen.counted(made.transfers, 'transfer')} of {where} sealed")
    else:
        click.echo("nothing new to seal")
    if exported is not None:
        click.echo(f"{screen.counted(exported, 'account')} exported to {export_file}")
