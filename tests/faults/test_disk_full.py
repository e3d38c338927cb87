"""The disk is full: refused in our words, nothing lost, and work goes on when there is space again.

SQLite lies in a small file system of its own, or, where nothing may be mounted, under a limit on
the size of its files; PostgreSQL has a tablespace in such a file system.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from billing import Ledger, LedgerUnavailable, LedgerUnusable
from tests.faults.books import missing
from tests.faults.counts import RUNS, Counts
from tests.faults.script import Answer, ledger_of, run
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

#: What a full disk leaves free: some rounds fit, no script does.
LEFT_BYTES = 128 * 1024
ROUNDS = 400
_context = multiprocessing.get_context("forkserver")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 32 MiB; not where pytest closes its folders to the user of PostgreSQL."""
    place = Path(tempfile.mkdtemp(prefix="ib-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=777", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        place.rmdir()
        pytest.skip("a small file system cannot be mounted here: that takes root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


def _fill(disk: Path) -> Path:
    """Leave so much and no more."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - LEFT_BYTES, 4096))
    return ballast


def _fill_and_empty(ledger: Ledger, disk: Path, counts: Counts) -> None:
    """Turn by turn: write until the disk is full, look, make space, go on by the same keys."""
    for turn in range(2 * RUNS):
        name, told = f"run-{turn}", list[Answer]()
        ballast = _fill(disk)
        with pytest.raises((LedgerUnusable, LedgerUnavailable)):
            run(ledger, "plain", name, ROUNDS, told.append)
        assert told, "it was full before anything was written"
        counts.faults += 1
        ballast.unlink()
        _check(ledger, told, counts)
        again: list[Answer] = []
        run(ledger, "plain", name, len(told) // 8 + 2, again.append)
        assert [a.said for a in again[: len(told)]] == [a.said for a in told]
        assert not any(answer.repeated for answer in again[len(told) + 1 :])
        _check(ledger, again, counts)
        counts.runs += 1


def _check(ledger: Ledger, told: list[Answer], counts: Counts) -> None:
    lost = missing(ledger, told)
    counts.acknowledged += len(told)
    counts.lost += len(lost)
    assert lost == []
    found = ledger.verify()
    assert found.ok, found.problems


def test_sqlite_on_a_full_disk_refuses_and_goes_on_when_there_is_space(
    sqlite_url: str, small_disk: Path, counts: Counts
) -> None:
    moved = shutil.move(sqlite_url.removeprefix("sqlite:///"), small_disk / "ledger.db")
    counts.name("disk full", sqlite_url)
    with ledger_of(f"sqlite:///{moved}", "plain") as ledger:
        _fill_and_empty(ledger, small_disk, counts)


def test_postgresql_on_a_full_disk_refuses_and_goes_on_when_there_is_space(
    faults_server: Server, small_disk: Path, counts: Counts
) -> None:
    place = small_disk / "tables"
    place.mkdir()
    for folder in (*place.parents, place):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    if faults_server.user is not None:
        shutil.chown(place, faults_server.user)
    faults_server.new_ledger()
    faults_server.query(f"CREATE TABLESPACE small LOCATION '{place}'")
    database = faults_server.new_ledger(options="TABLESPACE small")
    counts.name("disk full", faults_server.url(database))
    try:
        with ledger_of(faults_server.url(database), "plain") as ledger:
            _fill_and_empty(ledger, small_disk, counts)
    finally:
        faults_server.query(f"DROP DATABASE {database} WITH (FORCE)")
        faults_server.query("DROP TABLESPACE small")


def test_sqlite_under_a_limit_on_file_sizes_refuses_and_goes_on_without_it(
    sqlite_url: str, counts: Counts
) -> None:
    counts.name("file size limit", sqlite_url)
    for turn in range(RUNS):
        hears, tells = _context.Pipe()
        process = _context.Process(target=_limited, args=(tells, sqlite_url, f"run-{turn}"))
        process.start()
        tells.close()
        with hears:
            problem, told = hears.recv()
            process.join()
        assert process.exitcode == 0
        process.close()
        assert problem == "LedgerUnusable"
        counts.runs += 1
        counts.faults += 1
        with ledger_of(sqlite_url, "plain") as ledger:
            _check(ledger, told, counts)


def _limited(tells: Connection, url: str, name: str) -> None:
    """In a process of its own: hit the limit, lift it, and go on over the same connection."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    told: list[Answer] = []
    problem = ""
    file = Path(url.removeprefix("sqlite:///"))
    with ledger_of(url, "plain") as ledger:
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + LEFT_BYTES, hard))
        try:
            run(ledger, "plain", name, ROUNDS, told.append)
        except (LedgerUnavailable, LedgerUnusable) as refused:
            problem = type(refused).__name__
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        again: list[Answer] = []
        run(ledger, "plain", name, len(told) // 8 + 1, again.append)
        assert [a.said for a in again[: len(told)]] == [a.said for a in told]
    tells.send((problem, again))
