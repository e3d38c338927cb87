"""A process that makes billed calls is killed with -9: nothing is paid twice, nothing is lost."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, create_engine, event, text

from billing import Ledger
from billing.testing import Action, Exchange, ScriptedProvider, error, images
from tests.faults.caller import Moment, Told, caller, calls, die_at_start
from tests.faults.counts import RUNS, SEED, Counts
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

FUNDS = Decimal(10_000)
#: Kills at random moments, of each engine, in a short run.
KILLS = 4
#: Keys that a caller goes through before anybody lets it finish.
KEYS = 400
#: A kill falls this long after a receipt, at most: about two more calls.
SPREAD_S = 0.15


class End(NamedTuple):
    """What is found after a kill, and after the key was used once more."""

    state: str | None
    posts: int
    repeated: str
    posts_in_all: int


NOTHING = End(None, 0, "captured", 1)
UNSENT = End("open", 0, "open", 0)
OPEN = End("open", 1, "open", 1)
PAID = End("captured", 1, "captured", 1)

_WRITE, _SPOOL = ("_write_alone", "billing/ledger/ledger.py"), "billing/ledger/spool/files.py"
MOMENTS = {
    "before the hold": (Moment("call", "hold", "billing/ledger/verbs.py"), NOTHING),
    "before the commit of the hold": (Moment("call", *_WRITE), NOTHING),
    "after the hold": (Moment("return", *_WRITE), UNSENT),
    "after the answer": (Moment("call", "settle", "billing/client/call/settling.py"), OPEN),
    "before the commit of the settlement": (Moment("call", *_WRITE, 2), OPEN),
    "after the commit of the settlement": (Moment("return", *_WRITE, 2), PAID),
}
#: While the database is away; the first fsync is that of the new folder's parent.
SPOOLING = {
    "before the spool is opened": (Moment("call", "keep", _SPOOL), OPEN),
    "before the line is written": (Moment("c_call", "write", _SPOOL), OPEN),
    "before the line is synced": (Moment("c_call", "fsync", _SPOOL, 2), PAID),
    "after the line is synced": (Moment("c_return", "fsync", _SPOOL, 2), PAID),
}

REPLAYING = {
    "before the first line is booked": Moment("call", "book", "billing/ledger/settlements.py"),
    "before a commit": Moment("call", *_WRITE, 2),
    "after a commit": Moment("return", *_WRITE, 2),
    "before the file is done": Moment("call", "set_done", _SPOOL),
    "before the folders are synced": Moment("c_call", "fsync", _SPOOL, 2),
}
LENGTH = "content-length"


@pytest.fixture
def funded_url(faulty_url: str) -> str:
    """The URL of a ledger with an account that has plenty."""
    with Ledger.open(faulty_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", FUNDS, key="funds")
    return faulty_url


def prompts(provider: ScriptedProvider) -> Counter[str]:
    """How often each key was sent; the prompt is the key. A kill may cut a request short."""
    whole = (each for each in provider.requests if len(each.body) == int(each.headers[LENGTH]))
    bodies = [request.json() for request in whole]
    return Counter(str(body["prompt"]) for body in bodies if isinstance(body, dict))


def books_hold(ledger: Ledger) -> None:
    """All money is somewhere, and every invariant holds."""
    found = ledger.verify()
    assert found.ok, found.problems
    balance = ledger.balance("acme")
    assert balance.available + balance.held + balance.in_doubt + balance.posted == FUNDS
    left = ledger.holds()
    assert sum(view.hold.amount for view in left) == balance.held + balance.in_doubt


def check(url: str, provider: ScriptedProvider, end: End, counts: Counts) -> None:
    """Start again, look, use the key once more, let the deadline pass, and look again."""
    counts.runs += 1
    with Ledger.open(url) as ledger:
        books_hold(ledger)
        view = ledger.hold_by_key("acme", "job")
        assert (view and view.state, provider.posts) == (end.state, end.posts)
        assert len(ledger.holds()) == (end.state == "open")
        again: list[Told] = []
        calls(ledger, provider.base_url, ["job"], again.append)
        assert [told.state for told in again] == [end.repeated]
        assert provider.posts == end.posts_in_all
        if view is not None and view.state == "open":
            assert ledger.expire(view.hold.expires_at) == 1
            assert ledger.balance("acme").in_doubt == view.hold.amount
        books_hold(ledger)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_call_killed_at_a_step_is_paid_once_or_in_doubt(
    funded_url: str, moment: str, counts: Counts
) -> None:
    counts.name("caller killed at a step", funded_url)
    where, end = MOMENTS[moment]
    with ScriptedProvider(itertools.repeat(images(4))) as provider:
        with caller(funded_url, provider.base_url, ["job"], dies_at=where) as child:
            child.go()
            child.hear()
            assert not child.told, "it did not die"
        counts.faults += 1
        check(funded_url, provider, end, counts)


def test_a_call_killed_while_the_provider_works_stays_in_doubt(
    funded_url: str, counts: Counts
) -> None:
    counts.name("caller killed at a step", funded_url)
    pids: list[int] = []

    def kill(_exchange: Exchange) -> None:
        os.kill(pids[0], signal.SIGKILL)

    actions = itertools.chain([Action("kill", kill)], itertools.repeat(images(4)))
    with ScriptedProvider(actions) as provider:
        with caller(funded_url, provider.base_url, ["job"]) as child:
            pids.append(child.pid)
            child.go()
            child.hear()
            assert not child.told, "it did not die"
        counts.faults += 1
        check(funded_url, provider, OPEN, counts)


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


def test_callers_killed_at_random_moments_pay_each_key_once(
    funded_url: str, counts: Counts
) -> None:
    counts.name("caller killed at a random moment", funded_url)
    chance = random.Random(f"{funded_url[:6]}{SEED}")
    actions = itertools.cycle([images(4), images(2), error(500), images(4)])
    with ScriptedProvider(actions) as provider:
        told: list[Told] = []
        for turn in range(KILLS * RUNS):
            keys = [f"{turn}/{number}" for number in range(KEYS)]
            with caller(funded_url, provider.base_url, keys) as child:
                child.go()
                child.hear(until=chance.randint(1, 4))
                time.sleep(chance.random() * SPREAD_S)
                child.kill()
                child.hear()
                told += child.told
                counts.faults += not child.is_done
            counts.runs += 1
        _check_all(funded_url, provider, told, counts)


def _check_all(url: str, provider: ScriptedProvider, told: list[Told], counts: Counts) -> None:
    with Ledger.open(url) as ledger:
        books_hold(ledger)
        states = {each.key: ledger.hold_by_id(each.hold_id).state for each in told}
        lost = [each for each in told if states[each.key] != each.state]
        counts.acknowledged += len(told)
        counts.lost += len(lost)
        assert lost == []
        sent = prompts(provider)
        again: list[Told] = []
        calls(ledger, provider.base_url, sorted(sent), again.append)
        assert prompts(provider) == sent
        assert set(sent.values()) == {1}
        captured = [view for view in again if view.state == "captured"]
        assert {each.key for each in told if each.state == "captured"} <= {
            each.key for each in captured
        }
        books_hold(ledger)


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
