"""A month of calls reconciled with its statement, beside the plain script for the same files.

    python benchmarks/reconcile.py [--rows 1000000] [--rounds 3] [--folder DIR]

The plain script reads the statement with `csv`, the ledger's ids and amounts from a bare table with
`sqlite3`, and compares them in a dict: what the answer costs without classes, proof and ledger.
Ours reads the ledger itself, holds and captures, and finds what was planted of every class; once
without extras, once with the extra `fast`. That one is held against a full outer join by DuckDB,
which answers counts and no classes: of the bare table, and of the ledger's own. datacompy is
measured too where it is installed (benchmarks/requirements.txt). Each runs in a process of its own,
in turn, best of the rounds.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.figures import tell
from benchmarks.reconcile_month import MONTH, NOW, Month

RATIO_MAX = 1.3
#: MB, by how many rows at most.
MEMORY_MAX = {1_000_000: 350.0, 10_000_000: 1_000.0}


def ours(folder: Path) -> dict[str, int]:
    """What `reconcile` finds without extras, class by class."""
    from billing.reconciliation.lines import columnar

    columnar.SIZES = range(0)
    return fast(folder)


def fast(folder: Path) -> dict[str, int]:
    """The same with the extra `fast`, which it takes by itself from some megabytes on."""
    from billing import Ledger
    from billing.reconciliation import reconcile

    with Ledger.open(f"sqlite:///{folder / 'ledger.db'}") as ledger:
        found = reconcile(ledger, folder / "statement.csv", MONTH, now=NOW)
    assert found.proof.ties
    return {row.class_name: row.lines for row in found.summary if row.lines}


def plain(folder: Path) -> dict[str, int]:
    """Ids and amounts in a dict; matched ones are taken out."""
    connection = sqlite3.connect(folder / "plain.db")
    ledger = dict(connection.execute("SELECT request_id, amount FROM captures"))
    seen: set[str] = set()
    extra: list[str] = []
    twice: list[str] = []
    other: list[tuple[str, int, int]] = []
    total = -sum(ledger.values())
    with (folder / "statement.csv").open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            request_id, amount = row[0], int(row[8].replace(".", ""))
            total += amount
            known = ledger.pop(request_id, None)
            if known is None:
                (twice if request_id in seen else extra).append(request_id)
            else:
                seen.add(request_id)
                if known != amount:
                    other.append((request_id, known, amount))
    return {"missing": len(ledger), "extra": len(extra), "twice": len(twice), "other": len(other)}


def datacompy(folder: Path) -> dict[str, int]:
    """datacompy's comparison of two pandas frames, by request id."""
    # Not installed with the project: requirements.txt beside this file names them.
    peer, pandas = import_module("datacompy"), import_module("pandas")

    theirs = pandas.read_csv(folder / "statement.csv", usecols=["request_id", "amount"])
    theirs["amount"] = (theirs.amount * 1e6).round().astype("int64")
    connection = sqlite3.connect(folder / "plain.db")
    mine = pandas.read_sql_query("SELECT request_id, amount FROM captures", connection)
    compare = getattr(peer, "PandasCompare", None) or peer.Compare
    found = compare(mine, theirs, join_columns="request_id")
    return {"missing": len(found.df1_unq_rows), "extra": len(found.df2_unq_rows)}


_JOIN = """
WITH billed AS (
    SELECT request_id, count(*) AS lines, sum(amount) AS total, min(amount) AS amount
    FROM (SELECT request_id, CAST(amount * 1000000 AS BIGINT) AS amount
        FROM read_csv($path, types = {'amount': 'DECIMAL(18,6)'}))
    GROUP BY request_id
)
SELECT count(*) FILTER (billed.request_id IS NULL), count(*) FILTER (charge.request_id IS NULL),
    count(*) FILTER (billed.amount <> charge.amount), sum(billed.lines - 1),
    sum(billed.total) - sum(charge.amount)
FROM billed FULL JOIN charge ON billed.request_id = charge.request_id
"""
_OF_THE_LEDGER = """
SELECT request_id, coalesce(cost, amount) / 1000 AS amount FROM transfer
WHERE kind IN ('capture', 'charge') AND occurred_at >= '2026-10-01' AND occurred_at < '2026-11-01'
"""


def duckdb_bare(folder: Path) -> dict[str, int]:
    """DuckDB's full outer join by request id; the bare table read over ADBC."""
    return _joined(folder, "plain.db", "SELECT request_id, amount FROM captures")


def duckdb_ledger(folder: Path) -> dict[str, int]:
    """The same with the ledger's own rows."""
    return _joined(folder, "ledger.db", _OF_THE_LEDGER)


def _joined(folder: Path, name: str, query: str) -> dict[str, int]:
    import adbc_driver_sqlite.dbapi
    import duckdb

    with (
        adbc_driver_sqlite.dbapi.connect(f"file:{folder / name}?mode=ro") as database,
        database.cursor() as cursor,
        duckdb.connect() as connection,
    ):
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": "65536"})
        cursor.execute(query)
        connection.register("charge", cursor.fetch_arrow())
        found = connection.execute(_JOIN, {"path": str(folder / "statement.csv")}).fetchall()
    names = "missing", "extra", "other", "twice", "difference"
    return dict(zip(names, map(int, found[0]), strict=True))


WAYS = {
    "plain": plain,
    "ours": ours,
    "datacompy": datacompy,
    "fast": fast,
    "duckdb_bare": duckdb_bare,
    "duckdb_ledger": duckdb_ledger,
}
#: What runs on all processors is held against its peers by the clock.
BY_CLOCK = {"duckdb_bare": 1.5, "duckdb_ledger": 1.5}


def measured(way: str, folder: Path) -> dict[str, Any] | None:
    """Seconds, MB and answer of one way in a process of its own; None when it cannot run."""
    command = [sys.executable, "-m", "benchmarks.reconcile", "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1], file=sys.stderr)
        return None
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _run(way: str, folder: Path) -> None:
    if way in ("ours", "fast"):
        import billing.reconciliation.reconcile  # noqa: F401  # not what is measured
    # The processor's time: others share the machine, and neither way waits for anything.
    wall, start = time.perf_counter(), time.process_time()
    found = WAYS[way](folder)
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(
        json.dumps(
            {"seconds": seconds, "wall": wall, "mb": int(peak.split()[1]) / 1024, "found": found}
        )
    )


def main() -> int:
    """Make the month, measure each way in turn, and say how they compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--way", choices=WAYS)
    asked = parser.parse_args()
    if asked.way:
        _run(asked.way, asked.folder)
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(exist_ok=True)
        planted_in = folder / "planted.json"
        if not planted_in.exists():
            planted_in.write_text(json.dumps(Month(folder, asked.rows).make()))
        planted = json.loads(planted_in.read_text())
        return _compared(folder, planted, asked.rows, asked.rounds)


def _compared(folder: Path, planted: dict[str, int], rows: int, rounds: int) -> int:
    best: dict[str, dict[str, Any]] = {}
    ways = list(WAYS)
    for _round in range(rounds):
        for way in list(ways):
            found = measured(way, folder)
            if found is None:
                ways.remove(way)
                continue
            told = f"{found['seconds']:7.2f} s ({found['wall']:.2f} by the clock)"
            print(f"{way:10} {told} {found['mb']:7.0f} MB", flush=True)
            if way not in best or found[_measure(way)] < best[way][_measure(way)]:
                best[way] = found
    mine, base = best["ours"], best["plain"]
    print(f"planted {planted}\nfound   {mine['found']}")
    is_exact = all(best[way]["found"] == planted for way in ("ours", "fast") if way in best)
    print("exact" if is_exact else "NOT what was planted")
    note = f"{rows:,} rows, {mine['seconds']:.1f} s and {mine['mb']:.0f} MB; "
    note += f"{base['seconds']:.1f} s and {base['mb']:.0f} MB"
    ratio = mine["seconds"] / base["seconds"]
    failed = tell(
        "a statement reconciled with the ledger",
        against="csv, a dict and sqlite3",
        ratio=ratio,
        at_most=RATIO_MAX,
        note=note,
    )
    most = next((mb for limit, mb in MEMORY_MAX.items() if rows <= limit), None)
    if most is not None:
        failed |= tell(
            "its memory",
            against=f"{most:.0f} MB",
            ratio=mine["mb"] / most,
            at_most=1.0,
            note=f"{rows:,} rows",
        )
    if "datacompy" in best:
        peer = best["datacompy"]
        failed |= tell(
            "a statement reconciled with the ledger",
            against="datacompy with pandas",
            ratio=mine["seconds"] / peer["seconds"],
            at_most=1.0,
            note=f"{peer['seconds']:.1f} s and {peer['mb']:.0f} MB",
        )
    for peer_name, limit in BY_CLOCK.items():
        if peer_name in best and "fast" in best:
            peer, quick = best[peer_name], best["fast"]
            failed |= tell(
                "a statement reconciled with the ledger, extra fast",
                against=f"DuckDB's full outer join, {peer_name.partition('_')[2]} table",
                ratio=quick["wall"] / peer["wall"],
                at_most=limit,
                note=f"{quick['wall']:.1f} s and {quick['mb']:.0f} MB; {peer['wall']:.1f} s and "
                f"{peer['mb']:.0f} MB, by the clock",
            )
    return int(failed or not is_exact)


def _measure(way: str) -> str:
    return "wall" if way == "fast" or way in BY_CLOCK else "seconds"


if __name__ == "__main__":
    sys.exit(main())
