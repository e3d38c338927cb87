"""What the fault tests share: a server to be killed, counts that are kept, the table at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.counts import Counts, keep, table
from tests.faults.server import Server


@pytest.fixture(scope="session")
def faults_server() -> Iterator[Server]:
    """A PostgreSQL of this run's own, with fsync on."""
    yield from _running()


@pytest.fixture(scope="module")
def mortal_server() -> Iterator[Server]:
    """One to be stopped and killed: with few databases, as each makes its way back longer."""
    yield from _running()


def _running() -> Iterator[Server]:
    server = Server()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def faulty_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty ledger; on PostgreSQL by TCP, on the server with fsync on."""
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_url")
        assert isinstance(url, str)
        return url
    server = request.getfixturevalue("faults_server")
    assert isinstance(server, Server)
    return server.url(server.new_ledger())


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """The counts of a test; what it reached is reported, whether it passes or not."""
    counted = Counts()
    yield counted
    request.node.user_properties.append(("faults", counted.as_row()))
    keep(counted.as_row())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the faults of the run: what was done, how often, and what was lost."""
    rows = [
        row
        for report in terminalreporter.getreports("")  # the phases that are not the test itself
        for name, row in getattr(report, "user_properties", ())
        if name == "faults" and report.when == "teardown"
    ]
    if rows:
        terminalreporter.section("faults")
        for line in table(rows):
            terminalreporter.write_line(line)
