"""Laws of the ledger: long random walks beside a model, the same seed on both engines.

After every step the stored balances equal the model's; at the end of a walk `verify` agrees. A
refused step must leave no trace, a repeated key must answer with the first row.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import create_engine, text

from billing import HoldEnded, IdempotencyConflict, InsufficientFunds, Ledger
from pricing import PriceBook
from pricing.money import from_nanos, to_nanos
from tests.properties.ledger_model import Model, ModelAccount, ModelHold

#: Walks of a run, and steps of a walk; `make laws` asks for more of them.
WALKS = int(os.environ.get("LAWS_WALKS", "16"))
STEPS = 130
ACCEPTED_AT_LEAST = WALKS * 40

ACCOUNTS = {"prepaid": 0, "credit": -20_000_000_000, "empty": 0}
CELLS = [("1024x1024", "high"), ("1536x864", "low"), ("2048x2048", "medium")]

BOOK = PriceBook.load("openai-gpt-image-2")
OpenLedger = Callable[[], AbstractContextManager[Ledger]]

accounts = st.sampled_from(sorted(ACCOUNTS))
amounts = st.sampled_from([1, 999_999_999, 210_720_000, 3_000_000_000, 20_000_000_000])
#: Mostly fresh keys, some out of a small pool: so keys are repeated and reused.
keys = st.one_of(st.none(), st.none(), st.none(), st.integers(0, 12).map(lambda k: f"pool-{k}"))


class LedgerWalk(RuleBasedStateMachine):
    """One walk over a fresh ledger and a fresh model."""

    open_ledger: OpenLedger
    counted: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.fresh = itertools.count()
        self.model = Model()
        self.touched: set[str] = set()
        self.opened = self.open_ledger()
        self.ledger = self.opened.__enter__()
        for code, floor in ACCOUNTS.items():
            self.ledger.open_account(code, currency="USD", floor=from_nanos(floor))
            self.model.accounts[code] = ModelAccount(floor)
        self._top_up("prepaid", 5_000_000_000, "start")

    def teardown(self) -> None:
        """Look at the books once more with other eyes."""
        self.touched.update(ACCOUNTS)
        self.the_stored_balances_are_the_models()
        found = self.ledger.verify()
        assert found.ok, found.problems
        assert found.transfers == sum(a.version for a in self.model.accounts.values())
        self.opened.__exit__(None, None, None)

    @rule(code=accounts, amount=amounts, key=keys)
    def top_up(self, code: str, amount: int, key: str | None) -> None:
        self._top_up(code, amount, key)

    @rule(
        code=accounts,
        cell=st.sampled_from(CELLS),
        n=st.integers(1, 8),
        key=keys,
        on_deadline=st.sampled_from(["expire", "doubt"]),
    )
    def hold(
        self, code: str, cell: tuple[str, str], n: int, key: str | None, on_deadline: str
    ) -> None:
        size, quality = cell
        quote = BOOK.quote({"model": "gpt-image-2", "size": size, "quality": quality, "n": n})
        hold = ModelHold(code, to_nanos(quote.unit_price), n, on_deadline=on_deadline)

        def call(key: str) -> str:
            if on_deadline == "expire":
                return self.ledger.hold(code, quote, key=key).id
            return self.ledger.hold(code, quote, key=key, on_deadline="doubt").id

        def accept(hold_id: str) -> None:
            self.model.hold(hold_id, hold)

        affordable = self.model.may_hold(code, hold.amount)
        refusal = None if affordable else InsufficientFunds
        self._step("hold", code, key, (cell, n), call, accept, refusal)

    @rule(data=st.data(), images=st.integers(1, 9), key=keys)
    def capture(self, data: st.DataObject, images: int, key: str | None) -> None:
        hold_id = self._any_hold(data)

        def call(key: str) -> str:
            return self.ledger.capture(hold_id, images=images, key=key).id

        def accept(_row: str) -> None:
            self.model.capture(hold_id, images)

        self._end("capture", hold_id, key, images, call, accept)

    @rule(data=st.data(), key=keys)
    def void(self, data: st.DataObject, key: str | None) -> None:
        hold_id = self._any_hold(data)

        def call(key: str) -> str:
            return self.ledger.void(hold_id, key=key, reason="no").id

        def accept(_row: str) -> None:
            self.model.release(hold_id, "void")

        self._end("void", hold_id, key, 0, call, accept)

    @rule(data=st.data(), key=keys)
    def doubt(self, data: st.DataObject, key: str | None) -> None:
        hold_id = self._any_hold(data)
        is_doubted = self.model.holds[hold_id].bucket == "in_doubt"

        def call(key: str) -> str:
            return self.ledger.doubt(hold_id, key=key, reason="unknown").id

        def accept(_row: str) -> None:
            self.model.doubt(hold_id)

        self._end("doubt", hold_id, key, 0, call, accept, refused=is_doubted)

    @rule(often=st.integers(0, 7))
    def pass_every_deadline(self, often: int) -> None:
        assume(often <= 2)
        due = [h for h in self.model.holds.values() if h.ended_by is None and h.bucket == "held"]
        assert self.ledger.expire(datetime.now(UTC) + timedelta(days=1)) == len(due)
        self.touched.update(ACCOUNTS)
        for hold_id, hold in self.model.holds.items():
            if hold.ended_by is None and hold.bucket == "held":
                if hold.on_deadline == "doubt":
                    self.model.doubt(hold_id)
                else:
                    self.model.release(hold_id, "expire")
        self.counted["expire"] += len(due)

    @invariant()
    def the_stored_balances_are_the_models(self) -> None:
        for code in self.touched:
            expected = self.model.accounts[code]
            now = self.ledger.balance(code)
            stored = (now.available, now.held, now.in_doubt, now.posted, now.floor)
            assert (*map(to_nanos, stored), now.version) == expected.snapshot()
            assert sum(expected.snapshot()[:4]) == expected.funded
            open_holds = [h for h in self.model.holds.values() if h.account == code]
            for bucket in ("held", "in_doubt"):
                unsettled = (h.amount for h in open_holds if not h.ended_by and h.bucket == bucket)
                assert sum(unsettled) == getattr(expected, bucket)
        self.touched.clear()

    def _top_up(self, code: str, amount: int, key: str | None) -> None:
        def call(key: str) -> str:
            return self.ledger.top_up(code, from_nanos(amount), key=key).id

        def accept(_row: str) -> None:
            self.model.top_up(code, amount)

        self._step("top_up", code, key, amount, call, accept, None)

    def _any_hold(self, data: st.DataObject) -> str:
        """Mostly one that is still open: an ended one must refuse, but that is soon shown."""
        known = list(self.model.holds)
        unsettled = [hold_id for hold_id, hold in self.model.holds.items() if not hold.ended_by]
        assume(known)
        wants_any = data.draw(st.integers(0, 5)) == 0
        return data.draw(st.sampled_from(known if wants_any or not unsettled else unsettled))

    def _end(
        self,
        verb: str,
        hold_id: str,
        key: str | None,
        detail: int,
        call: Callable[[str], str],
        accept: Callable[[str], None],
        *,
        refused: bool = False,
    ) -> None:
        hold = self.model.holds[hold_id]
        refusal = HoldEnded if hold.ended_by or refused else None
        self._step(verb, hold.account, key, (hold_id, detail), call, accept, refusal)

    def _step(
        self,
        verb: str,
        code: str,
        key: str | None,
        detail: object,
        call: Callable[[str], str],
        accept: Callable[[str], None],
        refusal: type[Exception] | None,
    ) -> None:
        """One call: a repeated key answers first, then the refusal, else both books move."""
        self.touched.add(code)
        key = key or f"fresh-{next(self.fresh)}"
        asked = (verb, detail)
        match self.model.repeats(code, key, asked):
            case "same":
                assert call(key) == self.model.keys[code, key][1]
                self.counted["repeated"] += 1
            case "conflict":
                with pytest.raises(IdempotencyConflict):
                    call(key)
                self.counted["conflict"] += 1
            case None if refusal is not None:
                with pytest.raises(refusal):
                    call(key)
                self.counted[refusal.__name__] += 1
            case None:
                row = call(key)
                accept(row)
                self.model.keys[code, key] = (asked, row)
                self.counted[verb] += 1


def walk(open_ledger_of_walk: OpenLedger, seed_of_run: int) -> Counter[str]:
    """Run the walks and answer what was accepted and refused, by kind."""
    outcomes: Counter[str] = Counter()

    class Walk(LedgerWalk):
        open_ledger = staticmethod(open_ledger_of_walk)
        counted = outcomes

    run = settings(
        max_examples=WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(seed_of_run)(Walk), settings=run)
    return outcomes


def check(outcomes: Counter[str]) -> None:
    """Count what was accepted, so that a run cannot pass by doing nothing."""
    refused = ("repeated", "conflict", "InsufficientFunds", "HoldEnded")
    accepted = sum(count for name, count in outcomes.items() if name not in refused)
    sys.stderr.write(f"accepted {accepted} steps: {dict(outcomes)}\n")
    assert accepted >= ACCEPTED_AT_LEAST
    assert all(outcomes[name] > 0 for name in (*refused, "hold", "capture", "void", "doubt"))


@pytest.mark.timeout(3600)
def test_walks_on_sqlite_agree_with_the_model(sqlite_template: Path, tmp_path: Path) -> None:
    serial = itertools.count()

    @contextmanager
    def fresh() -> Iterator[Ledger]:
        path = shutil.copy(sqlite_template, tmp_path / f"{next(serial)}.db")
        with Ledger.open(f"sqlite:///{path}") as ledger:
            yield ledger

    check(walk(fresh, seed_of_run=20261122))


@pytest.mark.timeout(3600)
def test_walks_on_postgresql_agree_with_the_model(postgres_template: str) -> None:
    serial = itertools.count()
    server = create_engine(
        postgres_template.format(database="postgres"), isolation_level="AUTOCOMMIT"
    )

    @contextmanager
    def fresh() -> Iterator[Ledger]:
        name = f"walk_{next(serial)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE ledger_template"))
        with Ledger.open(postgres_template.format(database=name)) as ledger:
            yield ledger
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    try:
        check(walk(fresh, seed_of_run=20261122))
    finally:
        server.dispose()
