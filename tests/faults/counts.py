"""How often a fault was made and what it did: the rows of the table in docs/reliability.md.

    python -m tests.faults.counts FILE...

adds up what long runs have kept, a line for each test (`FAULTS_COUNTS` names the file).
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: How many times the short set is done; `make faults` sets it.
RUNS: Final = int(os.environ.get("FAULTS_RUNS", "1"))
#: Other moments than those of every run.
SEED: Final = int(os.environ.get("FAULTS_SEED", "0"))
KEPT: Final = os.environ.get("FAULTS_COUNTS") or None
COLUMNS: Final = ("fault", "engine", "runs", "faults", "acknowledged rows", "lost rows")
Row = list[str | int]


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

    def as_row(self) -> Row:
        """By `COLUMNS`."""
        return [self.fault, self.engine, self.runs, self.faults, self.acknowledged, self.lost]


def spread(steps: int, short: int) -> list[int]:
    """Steps (from 1) spread evenly, `short` of them in a short run; all when it is long enough."""
    wanted = min(steps, short * RUNS)
    return [1 + (place * steps // wanted + SEED) % steps for place in range(wanted)]


def keep(row: Row) -> None:
    """Add the row of a test to the file that a long run named."""
    if KEPT is not None:
        with Path(KEPT).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Rows of the same fault and engine added up, as lines of a table."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * (len(COLUMNS) - 2))
    for fault, engine, *numbers in rows:
        totals = sums[str(fault), str(engine)]
        totals[:] = [total + int(number) for total, number in zip(totals, numbers, strict=True)]
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + " --- |" * 2 + " ---: |" * (len(COLUMNS) - 2)
    for (fault, engine), totals in sorted(sums.items()):
        yield f"| {fault} | {engine} | " + " | ".join(f"{total:,}" for total in totals) + " |"


if __name__ == "__main__":
    kept = (line for path in sys.argv[1:] for line in Path(path).read_text().splitlines())
    sys.stdout.writelines(f"{line}\n" for line in table(json.loads(line) for line in kept))
