"""The ledger is away, or the process is killed as well: what was spooled is booked once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event, text

from billing import Ledger
from billing.testing import Action, Exchange, ScriptedProvider, images
from tests.faults.after_a_kill import FUNDS, OPEN, PAID, WRITE, check
from tests.faults.caller import Moment, Told, caller, calls, die_at_start
from tests.faults.counts import RUNS, Counts
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

_SPOOL = "billing/ledger/spool/files.py"
#: While the database is away; the first fsync is that of the new folder's parent.
SPOOLING = {
    "before the spool is opened": (Moment("call", "keep", _SPOOL), OPEN),
    "before the line is written": (Moment("c_call", "write", _SPOOL), OPEN),
    "before the line is synced": (Moment("c_call", "fsync", _SPOOL, 2), PAID),
    "after the line is synced": (Moment("c_return", "fsync", _SPOOL, 2), PAID),
}
REPLAYING = {
    "before the first line is booked": Moment("call", "book", "billing/ledger/settlements.py"),
    "before a commit": Moment("call", *WRITE, 2),
    "after a commit": Moment("return", *WRITE, 2),
    "before the file is done": Moment("call", "set_done", _SPOOL),
    "before the folders are synced": Moment("c_call", "fsync", _SPOOL, 2),
}


class Locked:
    """A funded SQLite file that is locked before a call gets its answer, until `unlock`."""

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = f"{url}?timeout=0"
        self.answer = Action("locked, then images 4", self._play)
        self._connection = connection

    def _play(self, exchange: Exchange) -> None:
        self._connection.execute(text("SELECT 1"))  # which begins, and locks
        images(4).play(exchange)

    def unlock(self) -> None:
        self._connection.rollback()


@pytest.fixture
def locked(sqlite_url: str) -> Iterator[Locked]:
    """A ledger whose file is locked between hold and capture."""
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", FUNDS, key="funds")
    # One thread locks, another unlocks.
    engine = create_engine(sqlite_url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda raw, _entry: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        yield Locked(sqlite_url, connection)
    engine.dispose()


@pytest.mark.parametrize("moment", SPOOLING)
def test_a_call_killed_while_it_spools_is_paid_once_or_in_doubt(
    locked: Locked, moment: str, counts: Counts
) -> None:
    counts.name("caller killed while it spools", locked.url)
    where, end = SPOOLING[moment]
    with ScriptedProvider([locked.answer, images(4)]) as provider:
        with caller(locked.url, provider.base_url, ["job"], dies_at=where) as child:
            child.go()
            child.hear()
            assert not child.told, "it did not die"
        counts.faults += 1
        locked.unlock()
        check(locked.url, provider, end, counts)


@pytest.mark.parametrize("moment", REPLAYING)
def test_a_start_killed_while_it_replays_is_gone_on_with_by_the_next(
    locked: Locked, moment: str, counts: Counts
) -> None:
    counts.name("start killed while it replays", locked.url)
    keys, told = ["job", "job-2", "job-3"], list[Told]()

    def hear(one: Told) -> None:
        told.append(one)
        locked.unlock()

    with ScriptedProvider(itertools.repeat(locked.answer)) as provider:
        with Ledger.open(locked.url) as ledger:
            calls(ledger, provider.base_url, keys, hear)
        assert [each.is_spooled for each in told] == [True] * 3
        assert die_at_start(locked.url, REPLAYING[moment])
        counts.faults += 1
        check(locked.url, provider, PAID._replace(posts=3, posts_in_all=3), counts)
        with Ledger.open(locked.url) as ledger:
            states = [ledger.hold_by_id(each.hold_id) for each in told]
            assert [view.state for view in states] == ["captured"] * 3
            assert [len(view.evidence) for view in states] == [1] * 3


def test_an_answer_that_postgresql_could_not_take_is_captured_once_when_it_is_back(
    mortal_server: Server, counts: Counts
) -> None:
    url = mortal_server.url(mortal_server.new_ledger())
    counts.name("server away between hold and capture", url)

    def play(exchange: Exchange) -> None:
        mortal_server.stop()
        images(3).play(exchange)

    with Ledger.open(url) as ledger, ScriptedProvider([Action("stop", play)]) as provider:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", FUNDS, key="funds")
        told: list[Told] = []
        try:
            calls(ledger, provider.base_url, ["job"], told.append)
        finally:
            mortal_server.start()
        counts.faults += 1
        assert [(each.state, each.is_spooled) for each in told] == [("open", True)]
        check(url, provider, PAID, counts)
        (view,) = [ledger.hold_by_id(each.hold_id) for each in told]
        assert ledger.balance("acme").posted == view.hold.unit_price * 3
        assert ledger.replay().lines == ()


def test_an_answer_that_a_locked_file_could_not_take_is_captured_once_when_it_is_free(
    locked: Locked, counts: Counts
) -> None:
    counts.name("file locked between hold and capture", locked.url)
    told: list[Told] = []
    with ScriptedProvider([locked.answer]) as provider:
        with Ledger.open(locked.url) as ledger:
            calls(ledger, provider.base_url, ["job"], told.append)
        counts.faults += 1
        assert [(each.state, each.is_spooled) for each in told] == [("open", True)]
        locked.unlock()
        check(locked.url, provider, PAID, counts)
