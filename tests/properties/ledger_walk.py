"""A random walk over ledgers and their model: every verb, every rule, the same steps in each.

One rule draws the verb: with a rule for each verb, hypothesis would leave a random half of them out
of every walk. After each step every balance it touched equals the model's; a refused, repeated or
conflicting call leaves every table as it was.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from billing import BillingError
from pricing import PricingError
from tests.properties import (
    ledger_audit,
    ledger_batches,
    ledger_calls,
    ledger_model,
    ledger_nonsense,
)
from tests.properties.ledger_books import Books, Clock
from tests.properties.ledger_calls import CELLS, Call
from tests.properties.ledger_model import Model, ModelAccount
from tests.properties.ledger_rows import ModelRow
from tests.properties.ledger_site import OpenSite

BEGUN = datetime(2026, 11, 10, 12, tzinfo=UTC)
UNIT = 1_000_000_000
#: Verbs, as often as they are to come.
VERBS = {
    # The first walk takes the simplest of everything: that is to cost nothing.
    "rest": 1,
    "hold": 12,
    "capture": 8,
    "void": 3,
    "doubt": 4,
    "expire": 2,
    "charge": 6,
    "refund": 5,
    "adjust": 4,
    "top_up": 3,
    "limit": 2,
    "batch": 5,
    "again": 2,
    "nonsense": 1,
    "pass_time": 4,
}
FUNDS = {"prepaid": 5, "hard": 40, "soft": 40, "team": 40}
NEED_A_HOLD = ("capture", "void", "doubt")
PASSING = [timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=6), timedelta(days=3)]
#: A clock that is set back, and one that was a month ahead.
SET_BACK = [timedelta(hours=1), timedelta(days=33)]

Draw = Callable[[st.SearchStrategy[Any]], Any]
verbs = st.sampled_from([verb for verb, weight in VERBS.items() for _ in range(weight)])
cells, counts = st.sampled_from(CELLS), st.integers(1, 8)
amounts = st.sampled_from([1, 210_720_000, 999_999_999, 3 * UNIT])


def one_in(times: int) -> st.SearchStrategy[bool]:
    return st.integers(1, times).map(lambda drawn: drawn == times)


def new_accounts() -> list[ModelAccount]:
    """Prepaid and credit, hard and soft limits, and members under their own."""
    team = ModelAccount("team", limit=6 * UNIT)
    soft = ModelAccount("soft", limit=3 * UNIT, is_soft=True)
    return [
        ModelAccount("prepaid"),
        ModelAccount("credit", floor=-20 * UNIT),
        ModelAccount("hard", limit=4 * UNIT),
        soft,
        ModelAccount("soft/hard", limit=2 * UNIT, parent=soft),
        team,
        ModelAccount("team/hard", limit=UNIT, parent=team),
        ModelAccount("team/soft", limit=UNIT, is_soft=True, parent=team),
    ]


codes = st.sampled_from([account.code for account in new_accounts()])


class LedgerWalk(RuleBasedStateMachine):
    """One walk over fresh ledgers and a fresh model."""

    open_site: OpenSite
    counted: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.serial = itertools.count()
        self.clock = Clock(BEGUN)
        self.model = Model(BEGUN)
        self.done: list[tuple[Call, str]] = []
        self.opened = self.open_site(self.clock)
        self.site = self.opened.__enter__()
        self.all_books = self.site.books
        self.touched: set[str] = set()
        for account in new_accounts():
            self.model.accounts[account.code] = account
            for books in self.all_books:
                books.open_account(account)
        for code, amount in (
            ("prepaid", 30),
            ("credit", 10),
            ("hard", 90),
            ("soft", 90),
            ("team", 90),
        ):
            self.call(ledger_calls.top_up(self.model, code, amount * UNIT), f"first-{code}")

    def teardown(self) -> None:
        """Look at the books once more, with other eyes."""
        try:
            self.clock.set(self.clock.furthest)
            self.model.now = self.clock.furthest
            for books in self.all_books:
                ledger_audit.audit(books, self.model)
                empty = self.site.empty_url(books)
                ledger_audit.replay_gives_the_same(books, empty, self.clock)
        finally:
            self.opened.__exit__(None, None, None)

    @rule(verb=verbs, data=st.data())
    def step(self, verb: str, data: st.DataObject) -> None:
        if verb in NEED_A_HOLD and not self.model.holds:
            verb = "hold"
        getattr(self, f"_{verb}")(data.draw)
        for code in self.touched:
            self.model.check(code)
            for books in self.all_books:
                books.check(self.model, code)
        self.touched.clear()

    def call(self, call: Call, key: str) -> None:
        """One call: a spent key answers first, then the refusal, else both books move."""
        self.touched.add(call.code)
        match self.model.known(call.code, key, call.asked) or call.refusal():
            case ledger_model.REPEATED:
                row = self.model.rows[self.model.keys[call.code, key][1]]
                for books in self.all_books:
                    with books.unchanged():
                        books.repeats(row, call.make(books, key))
                self.counted["repeated"] += 1
            case str(reason):
                self.refused(reason, lambda books: call.make(books, key))
            case None:
                row = self.accept(call, key)
                for books in self.all_books:
                    books.took(row, call.make(books, key))
                self.counted[call.verb] += 1

    def accept(self, call: Call, key: str) -> ModelRow:
        """The model's half of a call that is accepted."""
        row = call.write()
        self.model.keys[call.code, key] = call.asked, row.name
        self.done.append((call, key))
        return row

    def refused(self, reason: str, make: Callable[[Books], object]) -> None:
        """A call that every ledger refuses for this reason, and that leaves no trace."""
        for books in self.all_books:
            with books.unchanged(), pytest.raises((BillingError, PricingError)) as caught:
                make(books)
            assert type(caught.value).__name__ == reason
        self.counted[reason] += 1

    def key(self, draw: Draw, code: str) -> str:
        """Mostly a fresh key, sometimes one that the account has spent."""
        spent = [key for of, key in self.model.keys if of == code][-5:]
        if spent and draw(one_in(16)):
            return str(draw(st.sampled_from(spent)))
        return f"key-{next(self.serial)}"

    def some_hold(self, draw: Draw) -> str:
        """Mostly one that has not ended, or has only expired; a few are tried again."""
        names = list(self.model.holds)
        lively = [name for name in names if self.model.holds[name].ended_by in (None, "expire")]
        return str(draw(st.sampled_from(names if draw(one_in(12)) or not lively else lively[-12:])))

    def then(self, draw: Draw) -> datetime | None:
        """Now, or a moment ago, or in an earlier month."""
        ago = draw(st.sampled_from([None, None, *PASSING, timedelta(days=33)]))
        return None if ago is None else self.model.now - ago

    def any_hold(self, draw: Draw) -> Call:
        n, minutes = draw(counts), draw(st.integers(1, 40))
        return ledger_calls.hold(
            self.model,
            draw(codes),
            draw(cells),
            n,
            # No two deadlines are the same, so every ledger passes them in the same order.
            expires_in=timedelta(minutes=minutes, microseconds=next(self.serial)),
            on_deadline=draw(st.sampled_from(["expire", "doubt"])),
        )

    def any_charge(self, draw: Draw) -> Call:
        return ledger_calls.charge(
            self.model, draw(codes), draw(cells), draw(counts), self.then(draw)
        )

    def any_capture(self, draw: Draw) -> Call:
        hold = self.some_hold(draw)
        begun = self.model.holds[hold].row.occurred_at
        return ledger_calls.capture(
            self.model,
            hold,
            draw(st.integers(1, self.model.holds[hold].n + 1)),
            then=begun if begun <= self.model.now and draw(st.booleans()) else None,
            has_evidence=draw(one_in(4)),
        )

    def _rest(self, _draw: Draw) -> None:
        """Nothing happens."""

    def _hold(self, draw: Draw) -> None:
        self._one(draw, self.any_hold(draw))

    def _charge(self, draw: Draw) -> None:
        self._one(draw, self.any_charge(draw))

    def _capture(self, draw: Draw) -> None:
        self._one(draw, self.any_capture(draw))

    def _void(self, draw: Draw) -> None:
        self._one(draw, ledger_calls.void(self.model, self.some_hold(draw)))

    def _doubt(self, draw: Draw) -> None:
        self._one(draw, ledger_calls.doubt(self.model, self.some_hold(draw)))

    def _top_up(self, draw: Draw) -> None:
        self._one(draw, ledger_calls.top_up(self.model, draw(codes), draw(amounts)))

    def _adjust(self, draw: Draw) -> None:
        amount = draw(st.one_of(amounts, amounts.map(int.__neg__), st.just(-60 * UNIT)))
        self._one(draw, ledger_calls.adjust(self.model, draw(codes), amount))

    def _refund(self, draw: Draw) -> None:
        if not self.model.payments:
            return
        paid = draw(st.sampled_from(list(self.model.payments)[-12:]))
        amount, left = self.model.payments[paid].amount, self.model.left_of(paid)
        wanted = draw(st.sampled_from([1, amount // 2, left or 1, left + 1]))
        self._one(draw, ledger_calls.refund(self.model, paid, wanted))

    def _limit(self, draw: Draw) -> None:
        """Another limit for an account or a member, or none, hard or soft."""
        code, is_soft = draw(codes), draw(st.booleans())
        limit = draw(st.sampled_from([None, 0, UNIT, 3 * UNIT, 6 * UNIT, 6 * UNIT]))
        self.model.change_limit(code, limit, is_soft=is_soft)
        for books in self.all_books:
            books.change_limit(code, limit, is_soft=is_soft, key=f"limit-{len(self.model.changes)}")
        self.touched.add(code)
        self.counted["limit"] += 1

    def _one(self, draw: Draw, call: Call) -> None:
        self.call(call, self.key(draw, call.code))

    def _again(self, draw: Draw) -> None:
        """A call that was answered before: the same key, the same request."""
        self.call(*draw(st.sampled_from(self.done[-30:])))

    def _batch(self, draw: Draw) -> None:
        ledger_batches.step(self, draw)

    def _nonsense(self, draw: Draw) -> None:
        ledger_nonsense.step(self, draw)

    def _expire(self, _draw: Draw) -> None:
        due = self.model.due()
        for name in due:
            row = self.model.pass_deadline(name)
            self.touched.add(row.code)
            self.counted[f"deadline: {row.kind}"] += 1
        for books in self.all_books:
            assert books.ledger.expire() == len(due)
            books.moved()
        self.counted["expire"] += bool(due)

    def _pass_time(self, draw: Draw) -> None:
        match draw(st.integers(0, 9)):
            case 0:
                now = self.model.now - draw(st.sampled_from(SET_BACK))
            case 1 | 2:
                now = (self.model.now.replace(day=1) + timedelta(days=32)).replace(day=1)
            case _:
                now = self.model.now + draw(st.sampled_from(PASSING))
        self.counted["month"] += now.month != self.model.now.month
        self.counted["set back"] += now < self.model.now
        self.clock.set(now)
        self.model.now = now
        self.touched.update(self.model.accounts)
