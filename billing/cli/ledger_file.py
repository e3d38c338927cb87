"""Opening the ledger for a command, and saying so when that made a new, empty one."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import make_url

from billing.database.engines import database_url
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
    if not url.startswith("sqlite:"):
        return None
    name = make_url(url).database
    if not name or name == ":memory:" or Path(name).exists():
        return None
    return Path(name).absolute()
