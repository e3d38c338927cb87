"""A process that makes billed calls is killed with -9: nothing is paid twice, nothing is lost."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter

import pytest

from billing import Ledger
from billing.testing import Action, Exchange, ScriptedProvider, error, images
from tests.faults.after_a_kill import FUNDS, OPEN, PAID, WRITE, End, books_hold, check
from tests.faults.caller import Moment, Told, caller, calls
from tests.faults.counts import RUNS, SEED, Counts

pytestmark = pytest.mark.timeout(120 + 60 * RUNS)
#: Kills at random moments, of each engine, in a short run.
KILLS = 4
#: Keys that a caller goes through before anybody lets it finish.
KEYS = 400
#: A kill falls this long after a receipt, at most: about two more calls.
SPREAD_S = 0.15
LENGTH = "content-length"

NOTHING = End(None, 0, "captured", 1)
UNSENT = End("open", 0, "open", 0)

MOMENTS = {
    "before the hold": (Moment("call", "hold", "billing/ledger/verbs.py"), NOTHING),
    "before the commit of the hold": (Moment("call", *WRITE), NOTHING),
    "after the hold": (Moment("return", *WRITE), UNSENT),
    "after the answer": (Moment("call", "settle", "billing/client/call/settling.py"), OPEN),
    "before the commit of the settlement": (Moment("call", *WRITE, 2), OPEN),
    "after the commit of the settlement": (Moment("return", *WRITE, 2), PAID),
}


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
