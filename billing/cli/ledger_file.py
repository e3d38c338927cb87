"""Opening the ledger for a command: a question makes none, and who makes one says so."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import click

from billing.cli.exits import CommandFailed
from billing.database.engines import database_url, open_engine, parsed_url
from billing.ledger import Ledger


def open_ledger(given: str | None, *, replay: bool = True, may_make: bool = False) -> Ledger:
    """The ledger of `--database-url`, else of the environment, else of this folder.

    A check of the books that runs in the wrong folder must not look like books in order.

    Args:
        given: the database URL, if one was given.
        replay: book what its spool has kept first; not for the command that tells of it.
        may_make: make a SQLite file that is not there, and name it on stderr: only for a command
            that writes the first thing into a ledger.

    Raises:
        CommandFailed: the file is not there; none is left behind.
    """
    url = database_url(given)
    missing = _missing_file(url)
    if missing is not None and not may_make:
        open_engine(url).dispose()  # a URL that is wrong says so itself
        raise _no_ledger(missing)
    ledger = Ledger.open(url, replay=replay)
    if missing is not None:
        click.echo(f"note: there was no ledger; made a new, empty one: {missing}", err=True)
    return ledger


def _missing_file(url: str) -> Path | None:
    parsed = parsed_url(url)
    name = parsed.database or ":memory:"
    if "uri" in parsed.query:
        name = unquote(name.removeprefix("file:"))
    in_memory = name == ":memory:" or parsed.query.get("mode") == "memory"
    if parsed.get_backend_name() != "sqlite" or in_memory or Path(name).exists():
        return None
    return Path(name).absolute()


def _no_ledger(file: Path) -> CommandFailed:
    message = (
        f"There is no ledger at {file}. Is it another folder, or another --database-url? "
        "A new one is made by: image-billing account open NAME"
    )
    return CommandFailed(message, code="ledger_not_found", param="database-url")
