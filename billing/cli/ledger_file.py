"""Opening the ledger for a command, and saying so when that made a new, empty one."""

from __future__ import annotations

from pathlib import Path

import click

from billing.database.engines import database_url, parsed_url
from billing.ledger import Ledger


def open_ledger(given: str | None, *, replay: bool = True) -> Ledger:
    """The ledger of `--database-url`, else of the environment, else of this folder.

    What its spool has kept is booked first, unless the command is the one that tells of it.

    A new file is named on stderr: a check of the books that runs in the wrong folder must not look
    like books in order.
    """
    url = database_url(given)
    missing = _missing_file(url)
    ledger = Ledger.open(url, replay=replay)
    if missing is not None:
        click.echo(f"note: there was no ledger; made a new, empty one: {missing}", err=True)
    return ledger


def _missing_file(url: str) -> Path | None:
    parsed = parsed_url(url)
    name = parsed.database
    if parsed.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return None
    if Path(name).exists():
        return None
    return Path(name).absolute()
