"""The seals of a ledger as rows, and as a file that was exported."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import seal
from billing.ledger.proof.seal_files import write_seals
from billing.ledger.proof.seals import SealRow


def seals(ledger: Ledger) -> list[SealRow]:
    """Every seal, account by account, oldest first."""
    statement = select(seal).order_by(seal.c.account_id, seal.c.from_version)
    with reading(ledger.engine) as connection:
        return [SealRow(*found) for found in connection.execute(statement)]


def exported(ledger: Ledger, file: Path) -> Path:
    """The file, with the newest seal of every account in it."""
    with reading(ledger.engine) as connection:
        write_seals(file, connection, now=ledger.now())
    return file
