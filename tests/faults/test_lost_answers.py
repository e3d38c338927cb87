"""The connection is cut between the commit and its answer, or the server fails a statement.

The verb tries again by itself, as a whole and by key: its caller notices nothing, not even that its
row was there already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from billing import Alert, Hold, Ledger, LedgerUnavailable
from tests.faults.books import Books
from tests.faults.counts import RUNS, Counts, spread
from tests.faults.proxy import Cut, Error, Fault, Forget, Moment, Plan, Proxy, at, proxied
from tests.faults.script import VARIANTS, Answer, Variant, balances, ledger_of, quote, run
from tests.faults.server import Server

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)

#: Requests of a short run at which the fault happens, out of all that a script has.
STEPS = 2
#: Serialization failure, deadlock, lock not available: each says "try again".
PASSING = ("40001", "40P01", "55P03")


@pytest.fixture
def proxy(faults_server: Server) -> Iterator[Proxy]:
    """In front of the server."""
    with proxied(faults_server.port) as opened:
        yield opened


class _Ran(NamedTuple):
    told: list[Answer]
    requests: int
    hits: int


class _Sweep:
    """One script again and again, each time with the fault at another of its requests."""

    def __init__(self, server: Server, proxy: Proxy, variant: Variant) -> None:
        database = server.new_ledger()
        self.url = server.url(database)
        self._proxy, self._variant = proxy, variant
        self._through = server.url(database, port=proxy.port)
        self._books = Books(self.url, variant, 2)

    def go(self, fault: Fault, counts: Counts) -> None:
        """Nobody may notice any of them."""
        requests = self._run("count", lambda _request: None).requests
        for number in spread(requests, STEPS):
            name = f"run-{number}"
            ran = self._run(name, at(number, fault))
            counts.faults += ran.hits
            self._books.check_unnoticed(name, ran.told, counts)
        self._books.verify()

    def _run(self, name: str, plan: Plan) -> _Ran:
        told: list[Answer] = []
        with ledger_of(self._through, self._variant) as ledger:
            self._proxy.follow(plan)
            run(ledger, self._variant, name, 2, told.append)
            ran = _Ran(told, self._proxy.requests, self._proxy.hits)
            self._proxy.follow(None)
        return ran


@pytest.mark.parametrize("moment", ["asked", "executed", "answered"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_an_answer_that_is_lost_on_its_way_is_found_by_the_verb_itself(
    faults_server: Server, proxy: Proxy, variant: Variant, moment: Moment, counts: Counts
) -> None:
    sweep = _Sweep(faults_server, proxy, variant)
    where = {
        "asked": "before the server saw it",
        "executed": "between rows and commit",
        "answered": "between commit and answer",
    }
    counts.name(f"connection cut {where[moment]}", sweep.url)
    sweep.go(Cut(moment), counts)


@pytest.mark.parametrize("sqlstate", PASSING)
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_statement_that_fails_for_now_is_tried_again_as_a_whole(
    faults_server: Server, proxy: Proxy, variant: Variant, sqlstate: str, counts: Counts
) -> None:
    sweep = _Sweep(faults_server, proxy, variant)
    counts.name(f"error {sqlstate} at each statement", sweep.url)
    sweep.go(Error(sqlstate), counts)


@pytest.mark.parametrize("variant", VARIANTS)
def test_statements_that_the_server_has_forgotten_are_prepared_again(
    faults_server: Server, proxy: Proxy, variant: Variant, counts: Counts
) -> None:
    sweep = _Sweep(faults_server, proxy, variant)
    counts.name("prepared statements forgotten", sweep.url)
    sweep.go(Forget(), counts)


def test_an_alert_is_told_once_though_the_answer_was_lost(
    faults_server: Server, proxy: Proxy
) -> None:
    told: list[Alert] = []
    url = faults_server.url(faults_server.new_ledger(), port=proxy.port)
    with Ledger.open(url, on_alert=told.append) as ledger:
        ledger.open_account(
            "acme", currency="USD", floor="-9", monthly_limit="0.3", limit_kind="soft"
        )
        ledger.hold("acme", quote(1), key="below")
        proxy.follow(at(1, Cut("answered")))
        crossing = ledger.hold("acme", quote(1), key="across")
        assert proxy.hits == 1
        proxy.follow(None)

        assert not crossing.repeated
        assert [alert.transfer_id for alert in told] == [crossing.id]
        assert told == ledger.alerts()


@pytest.mark.parametrize("fault", [Cut("asked"), Cut("answered"), Error("40001")])
def test_a_fault_that_stays_is_told_in_our_words_and_the_key_works_once_it_is_gone(
    faults_server: Server, proxy: Proxy, fault: Cut | Error
) -> None:
    database = faults_server.new_ledger()
    with ledger_of(faults_server.url(database, port=proxy.port), "plain") as ledger:
        run(ledger, "plain", "run", 1, lambda _answer: None)
        before = balances(ledger, "run")
        proxy.follow(lambda _request: fault)
        with pytest.raises(LedgerUnavailable, match="Try again"):
            ledger.hold("run-one", quote(1), key="late")
        proxy.follow(None)

        hold = ledger.hold("run-one", quote(1), key="late")
        assert ledger.verify().ok
        after = balances(ledger, "run")
        # The server may have committed, or not: either way there is one row, and this is it.
        assert after[0][-1] == before[0][-1] + 1  # type: ignore[operator]  # versions
        assert ledger.hold("run-one", quote(1), key="late").id == hold.id


def test_rows_that_came_before_a_commit_that_never_was_are_told_by_nobody(
    faults_server: Server, proxy: Proxy, counts: Counts
) -> None:
    url = faults_server.url(faults_server.new_ledger(), port=proxy.port)
    counts.name("connection cut between rows and commit", url)
    with Ledger.open(url) as ledger:
        ledger.open_account("acme", currency="USD", floor="-900")
        for number in range(3):  # the first prepares the statement, which the others then send
            asked = [{"account": "acme", "quote": quote(1), "key": f"{number}/{n}"} for n in "abc"]
            proxy.follow(at(1, Cut("executed")) if number else None)
            told = ledger.hold_many(asked)
            counts.faults += proxy.hits
            proxy.follow(None)

            again = ledger.hold_many(asked)
            assert [each.repeated for each in told if isinstance(each, Hold)] == [False] * 3
            assert [each.repeated for each in again if isinstance(each, Hold)] == [True] * 3
            assert [_id(each) for each in told] == [_id(each) for each in again]
        assert ledger.verify().ok
    assert counts.faults == 2


def _id(told: object) -> str:
    assert isinstance(told, Hold)
    return told.id
