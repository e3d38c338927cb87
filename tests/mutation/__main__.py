"""Mutation testing: `python -m tests.mutation pricing`, `... rules --sample 400 --seed 1`."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from tests.mutation.fresh import load_what_is_not_ours, try_fresh
from tests.mutation.loaded import Wanted, run_loaded
from tests.mutation.mutants import Place, places_in
from tests.mutation.record import Record
from tests.mutation.report import EXPLAINED, markdown, unexplained
from tests.mutation.scope import SCOPES, Scope

#: Processor seconds of tests that a mutant is tried with, at first and again.
FIRST_S = 2.0
AGAIN_S = 6.0


def main() -> None:
    """Try the mutants of a scope."""
    asked = _arguments()
    scope = SCOPES[asked.scope]
    record = Record(asked.scope)
    if not (asked.again or asked.resume or asked.table):
        record.clear()
    if not asked.table:
        _try(scope, record, asked)
    print(*markdown(record), sep="\n")
    left = unexplained(record)
    print(f"\n{len(left)} survivors are not explained in {EXPLAINED.name}")
    raise SystemExit(bool(left))


def _try(scope: Scope, record: Record, asked: argparse.Namespace) -> None:
    load_what_is_not_ours()
    places = list(places_in(each for each in scope.modules if not asked.only or each in asked.only))
    tried = {each.place for each in record}
    if asked.again:
        left = _left(record)
        places = [each for each in places if each in left]
    if asked.sample:
        random.Random(asked.seed).shuffle(places)
    if asked.resume:
        places = [each for each in places if each not in tried]
    budget_s = asked.seconds or (AGAIN_S if asked.again else FIRST_S)
    wanted = Wanted(places, asked.sample, budget_s)
    if not asked.slow:
        run_loaded(scope.modules, wanted, scope.tests, record)
    waiting = [each.place for each in record if each.outcome == "import it"]
    anew = list(_left(record)) if asked.again else waiting
    print(len(anew), "import anew", flush=True)
    _slowly(Wanted(anew, None, wanted.budget_s), record)


def _left(record: Record) -> dict[Place, None]:
    """What was neither noticed nor explained so far, in the order in which it was tried."""
    waiting = [each for each in record if each.outcome == "import it"]
    return dict.fromkeys(each.place for each in (*waiting, *unexplained(record)))


def _slowly(wanted: Wanted, record: Record) -> None:
    """Try mutants with everything imported anew."""
    covering = record.read_covering()
    kills: Counter[str] = Counter()
    for mutant in wanted.mutants():
        begun = time.monotonic()
        tests = covering.tests_of(mutant, kills, budget_s=wanted.budget_s)
        outcome, killer = try_fresh(mutant, tests, budget_s=wanted.budget_s)
        kills[killer] += outcome == "killed"
        seconds = time.monotonic() - begun
        record.add(mutant, outcome, killer, tests=len(tests), seconds=seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("scope", choices=list(SCOPES))
    parser.add_argument("--only", action="append", metavar="MODULE")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, help="of tests for each, in place of 2 or 6")
    parser.add_argument("--again", action="store_true", help="only what is not explained either")
    parser.add_argument("--resume", action="store_true", help="only what was not tried yet")
    parser.add_argument("--slow", action="store_true", help="only what has to be imported anew")
    parser.add_argument("--table", action="store_true", help="try nothing, print what is known")
    return parser.parse_args()


if __name__ == "__main__":
    main()
