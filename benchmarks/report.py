"""The month's report from the roll-up against polars over the charges, and what keeping it costs.

    pip install -r benchmarks/requirements.txt
    python benchmarks/report.py [--rows 1000000 --rows 10000000] [--rounds 3] [--dir DIR]

Makes a month of charges, writes them to Parquet for polars and their sums into a ledger's roll-up.
Both then answer the same report (account, model, size, quality), each in a process of its own, in
turns; their figures must be the same to the nano-unit. Then captures with and without the roll-up,
in turns on the same ledger. Trust the ratios. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from benchmarks.figures import tell
from benchmarks.ledger_books import HOT, Books, Rig, key
from billing import Ledger
from billing.ledger.orders import Order
from billing.ledger.rollup import parts

AGAINST_POLARS: Final = 0.3
MIB: Final = 80.0
GROWTH: Final = 1.5
#: A quarter of the throughput is a third more time.
UPKEEP: Final = 1 / 0.75
_TURNS: Final = 7
_SINGLES: Final = 100
_BATCHES: Final = 4
_SIZE: Final = 100


def worker(what: str, rows: int, folder: Path) -> dict[str, Any]:
    """What `report_month` says of one piece of work, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.report_month", what, str(rows), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def reports(sizes: list[int], rounds: int, folder: Path) -> bool:
    """The report at each size by both; True when a goal is missed."""
    warm: dict[int, float] = {}
    missed = False
    for rows in sizes:
        lines = worker("generate", rows, folder)["lines"]
        runs: dict[str, list[dict[str, Any]]] = {"rollup": [], "polars": []}
        for _ in range(rounds):
            for what, found in runs.items():
                found.append(worker(what, rows, folder))
        assert runs["rollup"][0]["totals"] == runs["polars"][0]["totals"]
        ours, theirs = (median([run["warm"] for run in found]) for found in runs.values())
        mib, mib_theirs = (max(run["mib"] for run in found) for found in runs.values())
        warm[rows] = ours
        claim = f"month report over {rows:,} charges, from a roll-up of {lines:,} lines"
        print(f"{claim}: {ours:.2f} s, {mib:.0f} MiB; polars {theirs:.2f} s, {mib_theirs:.0f} MiB")
        is_largest = rows == max(sizes)
        goals = (AGAINST_POLARS, MIB) if is_largest else (None, None)
        missed |= tell(claim, against="polars, Parquet", ratio=ours / theirs, at_most=goals[0])
        missed |= tell(f"{claim}: peak memory", against="1 MiB", ratio=mib, at_most=goals[1])
    small, large = min(sizes), max(sizes)
    if small < large:
        missed |= tell(
            f"month report over {large:,} charges",
            against=f"over {small:,}",
            ratio=warm[large] / warm[small],
            at_most=GROWTH,
        )
    return missed


def upkeep(folder: Path) -> bool:
    """Captures with the roll-up over captures without it; True when a goal is missed."""
    missed = False
    with Rig(folder, None) as rig:
        for engine in ("sqlite", "pg"):
            with rig.database(engine, "upkeep") as url, Ledger.open(url) as ledger:
                books = Books(ledger, (HOT,))
                for name, turn in (("captures, one by one", singles), ("capture_many", batches)):
                    ratio = kept_over_not(turn, books)
                    claim = f"{engine}: {name}, with the roll-up"
                    print(f"{claim}: {ratio:.2f} x the time without")
                    missed |= tell(claim, against="without it", ratio=ratio, at_most=UPKEEP)
    return missed


def kept_over_not(turn: Callable[[Books, Random], float], books: Books) -> float:
    """The median time of turns with the roll-up over that of turns without, one after the other."""
    chance = Random(1)
    turn(books, chance)
    kept = parts.is_rolled
    seconds: dict[bool, list[float]] = {True: [], False: []}
    try:
        for is_kept in (True, False) * _TURNS:
            vars(parts)["is_rolled"] = kept if is_kept else _is_never
            seconds[is_kept].append(turn(books, chance))
    finally:
        vars(parts)["is_rolled"] = kept
    return median(seconds[True]) / median(seconds[False])


def _is_never(_order: Order) -> bool:
    return False


def singles(books: Books, chance: Random) -> float:
    """Seconds of captures that are committed one by one."""
    quotes = chance.choices(books.quotes, k=_SINGLES)
    holds = [books.ledger.hold(HOT, quote, key=key(chance)) for quote in quotes]
    start = time.perf_counter()
    for hold in holds:
        books.ledger.capture(hold.id, images=1, key=key(chance))
    return time.perf_counter() - start


def batches(books: Books, chance: Random) -> float:
    """Seconds of captures a hundred at a time."""
    asked = []
    for _ in range(_BATCHES):
        quotes = chance.choices(books.quotes, k=_SIZE)
        items = [{"account": HOT, "quote": quote, "key": key(chance)} for quote in quotes]
        held = [hold for hold in books.ledger.hold_many(items) if not isinstance(hold, Exception)]
        asked.append([{"hold_id": h.id, "images": 1, "key": key(chance)} for h in held])
    start = time.perf_counter()
    for captures in asked:
        books.ledger.capture_many(captures)
    return time.perf_counter() - start


def main() -> int:
    """All of it; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, action="append", help="charges; may be given twice")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dir", type=Path, help="where the files go; default: a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="report-bench-", dir=options.dir) as name:
        missed = upkeep(Path(name))
        missed |= reports(options.rows or [1_000_000, 10_000_000], options.rounds, Path(name))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
