"""Laws of the ledger: long random walks beside a model, step by step the same on both engines.

The invariants, and where each is asserted (`model`: tests/properties/ledger_model.py, `walk`:
ledger_walk.py, `books`: ledger_books.py, `audit`: ledger_audit.py, all after every walk or step):

1.  available + held + in doubt + posted = what was put in: `model.check`, `books.check`
2.  the stored projection is the fold of the log: `audit.projection_is_the_fold`, and the
    roll-up; by other code too: `audit.replay_gives_the_same`
3.  all legs of a currency sum to zero: `audit.legs_sum_to_zero`
4.  available >= floor after every step, late charges aside: `model.check`
5.  held = the sum of open holds: `model.check`, `audit.held_is_the_sum_of_open_holds`
6.  a hold is resolved at most once, captured + released = held: `audit.holds_end_once_and_whole`
7.  same key and request: the same row, no change; another request: a conflict: `walk.call`
8.  versions are dense from 1: `audit.versions_are_dense_and_time_runs_forwards`
9.  a refused call leaves every table byte-equal: `books.unchanged`
10. refunds <= captured: `audit.refunds_stay_within_what_was_paid`
11. as of now is the balance, as of then is monotone: `audit.the_past_is_what_it_was`
12. a month's statement, and usage, is the balance's change: `audit.months_tie`,
    `audit.usage_is_what_was_posted`
13. the log replayed into an empty database gives equal state and seals:
    `audit.replay_gives_the_same`
14. expire and capture, in any order, leave one winner: `audit.holds_end_once_and_whole`, and
    test_ledger_order.py
15. permuting the operations of independent accounts gives the same books: test_ledger_order.py
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.ledger_counts import MANY, VERBS, accepted, keep
from tests.properties.ledger_site import OpenSite, Sites
from tests.properties.ledger_walk import LedgerWalk

#: Walks of an item, and steps of a walk; `make laws` asks for more of them. The first walk rests.
WALKS = int(os.environ.get("LAWS_WALKS", "5"))
#: Other walks than those of every run.
SEED = int(os.environ.get("LAWS_SEED", "0"))
#: A long walk finds what a short one cannot; hypothesis has room for about a thousand steps.
STEPS = int(os.environ.get("LAWS_STEPS", "300"))
#: A file to which every walk that kept all laws adds a line; `ledger_counts` adds them up.
COUNTS = os.environ.get("LAWS_COUNTS")
#: Shrinking a failed walk takes minutes: ask for it when there is one to understand.
SHRINKS = bool(os.environ.get("LAWS_SHRINK"))
#: Four items of every run make 3,000 accepted steps on each engine. Other walks take 150 to 200.
ACCEPTED_AT_LEAST = 750 if (WALKS, SEED) == (5, 0) else 150 * (WALKS - 1)
REFUSED = (
    *("repeated", "IdempotencyConflict", "InsufficientFunds", "BudgetExceeded", "HoldEnded"),
    *("RefundTooLarge", "InvalidEntry"),
)
TIME = ("month", "set back", "limit", "close")


@pytest.fixture
def sites(sqlite_template: Path, tmp_path: Path, postgres_template: str) -> Iterator[Sites]:
    found = Sites(sqlite_template, tmp_path, postgres_template)
    yield found
    found.close()


def walk(open_site_of_walk: OpenSite, seed_of_run: int, *, group_writer: bool) -> Counter[str]:
    """Run the walks and answer what was accepted and refused, by kind."""
    outcomes: Counter[str] = Counter()

    def walked_by(counted: Counter[str]) -> None:
        outcomes.update(counted)
        if COUNTS:
            facts = {"seed": seed_of_run, "group_writer": group_writer}
            keep(Path(COUNTS), {**facts, "accepted": accepted(counted), "counted": counted})

    class Walk(LedgerWalk):
        open_site = staticmethod(open_site_of_walk)
        walked = staticmethod(walked_by)

    run = settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if SHRINKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(seed_of_run)(Walk), settings=run)
    return outcomes


@pytest.mark.timeout(0 if COUNTS else 7200)
@pytest.mark.parametrize(
    ("seed_of_run", "group_writer"), [(1, False), (2, False), (3, True), (4, True)]
)
def test_both_engines_agree_with_the_model_step_by_step(
    sites: Sites, seed_of_run: int, *, group_writer: bool
) -> None:
    opener = sites.opener(group_writer=group_writer)
    outcomes = walk(opener, SEED + seed_of_run, group_writer=group_writer)

    sys.stderr.write(f"accepted {accepted(outcomes)} steps on each engine: {dict(outcomes)}\n")
    assert accepted(outcomes) >= ACCEPTED_AT_LEAST
    assert not [name for name in (*VERBS, *MANY, *REFUSED, *TIME) if outcomes[name] == 0]
