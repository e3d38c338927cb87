"""How often a fault was made and what it did: the rows of the table in docs/reliability.md."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

#: How many times the short set is done; `make faults` sets it.
RUNS: Final = int(os.environ.get("FAULTS_RUNS", "1"))
COLUMNS: Final = ("fault", "engine", "runs", "faults", "acknowledged rows", "lost rows")


@dataclass
class Counts:
    """Filled in by a test as it goes."""

    fault: str = ""
    engine: str = ""
    #: Scripts, or turns of a test, that were gone through.
    runs: int = 0
    #: Faults that really happened: processes that died, answers that were cut, errors.
    faults: int = 0
    #: Rows that a caller was told of before the books were checked.
    acknowledged: int = 0
    lost: int = 0

    def name(self, fault: str, url: str) -> None:
        """Say what is counted, and on which engine."""
        self.fault, self.engine = fault, "SQLite" if url.startswith("sqlite") else "PostgreSQL"

    def as_row(self) -> list[str | int]:
        """By `COLUMNS`."""
        return [self.fault, self.engine, self.runs, self.faults, self.acknowledged, self.lost]


def spread(steps: int, short: int) -> list[int]:
    """Steps (from 1) spread evenly, `short` of them in a short run; all when it is long enough."""
    wanted = min(steps, short * RUNS)
    return [1 + place * steps // wanted for place in range(wanted)]
