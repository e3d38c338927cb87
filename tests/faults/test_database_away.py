"""The server is stopped, or has closed idle connections: a clear error, or none at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from billing import Ledger, LedgerUnavailable
from tests.faults.counts import RUNS, Counts
from tests.faults.script import quote
from tests.faults.server import Server

Verb = Callable[[Ledger, str, str], object]

#: One of each kind; given are a key and a hold that nobody has touched.
WRITES: dict[str, Verb] = {
    "top_up": lambda ledger, key, _hold: ledger.top_up("acme", "1", key=key),
    "hold": lambda ledger, key, _hold: ledger.hold("acme", quote(1), key=key),
    "a member's hold": lambda ledger, key, _hold: ledger.hold("member", quote(1), key=key),
    "capture": lambda ledger, key, hold: ledger.capture(hold, images=1, key=key),
    "void": lambda ledger, key, hold: ledger.void(hold, key=key, reason="unsent"),
    "charge": lambda ledger, key, _hold: ledger.charge("acme", quote(1), images=1, key=key),
    "expire": lambda ledger, _key, _hold: ledger.expire(),
    "open_account": lambda ledger, key, _hold: ledger.open_account(key, currency="USD"),
}
READS: dict[str, Verb] = {
    "balance": lambda ledger, _key, _hold: ledger.balance("acme"),
    "holds": lambda ledger, _key, _hold: ledger.holds(),
    "hold_by_id": lambda ledger, _key, hold: ledger.hold_by_id(hold),
    "list_accounts": lambda ledger, _key, _hold: ledger.list_accounts(),
    "verify": lambda ledger, _key, _hold: ledger.verify(),
}
MANY: dict[str, Verb] = {
    "hold_many": lambda ledger, key, _hold: ledger.hold_many(
        [{"account": "acme", "quote": quote(1), "key": key}]
    ),
    "capture_many": lambda ledger, key, hold: ledger.capture_many(
        [{"hold_id": hold, "images": 1, "key": key}]
    ),
}
EVERY = {**WRITES, **READS, **MANY}


@pytest.fixture(scope="module")
def database(mortal_server: Server) -> str:
    """A ledger with an account and a member, for this module."""
    name = mortal_server.new_ledger()
    with Ledger.open(mortal_server.url(name)) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.open_account("member", currency="USD", parent="acme")
        ledger.top_up("acme", "1000", key="funds")
    return name


@pytest.fixture
def ledger(mortal_server: Server, database: str) -> Iterator[Ledger]:
    """Its ledger, open while the server comes and goes."""
    with Ledger.open(mortal_server.url(database)) as opened:
        yield opened


@pytest.mark.parametrize("verb", EVERY)
def test_connections_that_the_server_closed_meanwhile_are_noticed_by_nobody(
    mortal_server: Server, database: str, ledger: Ledger, verb: str, counts: Counts
) -> None:
    counts.name("idle connections closed by the server", mortal_server.url(database))
    for turn in range(RUNS):
        hold = ledger.hold("acme", quote(1), key=f"closed/{verb}/{turn}/hold")
        ledger.balance("acme")
        counts.faults += mortal_server.terminate_backends(database)
        answer = EVERY[verb](ledger, f"closed/{verb}/{turn}", hold.id)
        assert not getattr(answer, "repeated", False)
        if isinstance(answer, list):
            assert not any(isinstance(row, Exception) for row in answer)
        counts.runs += 1


@pytest.mark.timeout(300)
def test_while_the_server_is_away_every_verb_says_so_and_afterwards_works_by_the_same_key(
    mortal_server: Server, database: str, ledger: Ledger, counts: Counts
) -> None:
    counts.name("server stopped and started", mortal_server.url(database))
    for turn in range(RUNS):
        holds = {
            verb: ledger.hold("acme", quote(1), key=f"away/{verb}/{turn}/hold").id for verb in EVERY
        }
        before = ledger.balance("acme")
        mortal_server.stop()
        try:
            for verb in (*WRITES, *READS):
                with pytest.raises(LedgerUnavailable, match="Try again"):
                    EVERY[verb](ledger, f"away/{verb}/{turn}", holds[verb])
            for verb in MANY:
                answers = MANY[verb](ledger, f"away/{verb}/{turn}", holds[verb])
                assert isinstance(answers, list)
                assert [type(answer) for answer in answers] == [LedgerUnavailable]
            with pytest.raises(LedgerUnavailable):
                Ledger.open(mortal_server.url(database))
        finally:
            mortal_server.start()
        assert ledger.balance("acme") == before
        for verb in EVERY:
            answer = EVERY[verb](ledger, f"away/{verb}/{turn}", holds[verb])
            assert not getattr(answer, "repeated", False)
        assert ledger.verify().ok
        counts.runs += len(EVERY)
        counts.faults += 1
