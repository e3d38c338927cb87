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

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from billing import BillingError
from pricing import PricingError
from tests.properties import (
    ledger_audit,
    ledger_batches,
    ledger_calls,
    ledger_deadlines_walk,
    ledger_drawn,
    ledger_limits_walk,
    ledger_model,
    ledger_months_walk,
    ledger_nonsense,
)
from tests.properties.ledger_books import Books, Clock
from tests.properties.ledger_calls import Call
from tests.properties.ledger_draw import Draw
from tests.properties.ledger_model import Model
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
    "age": 2,
    "charge": 6,
    "refund": 5,
    "adjust": 4,
    "top_up": 3,
    "limit": 2,
    "floor": 1,
    "open": 1,
    "correct_cost": 3,
    "close": 2,
    "reopen": 1,
    "seal": 1,
    "batch": 5,
    "again": 2,
    "nonsense": 1,
    "pass_time": 4,
}
FUNDS = {"prepaid": 30, "credit": 10, "hard": 90, "soft": 90, "team": 90}
NEED_A_HOLD = ("capture", "void", "doubt")
#: A clock that is set back, and one that was a month ahead.
SET_BACK = [timedelta(hours=1), timedelta(days=33)]
AMOUNTS = [1, 210_720_000, 999_999_999, 3 * UNIT]
#: Of so many steps, one asks the ledger itself for a balance; what is stored is read after each.
ASKS_EACH = 4

verbs = st.sampled_from([verb for verb, weight in VERBS.items() for _ in range(weight)])


class LedgerWalk(RuleBasedStateMachine):
    """One walk over fresh ledgers and a fresh model."""

    open_site: OpenSite
    #: Called with what a walk that kept every law has counted.
    walked: Callable[[Counter[str]], None]

    def __init__(self) -> None:
        super().__init__()
        self.counted: Counter[str] = Counter()
        self.chances = 0
        self.is_whole = True
        self.serial = itertools.count()
        self.clock = Clock(BEGUN)
        self.model = Model(BEGUN)
        self.done: list[tuple[Call, str]] = []
        self.opened = self.open_site(self.clock)
        self.site = self.opened.__enter__()
        self.all_books = self.site.books
        self.touched: set[str] = set()
        self.codes: list[str] = []
        #: The newest closed month that every ledger has heard of.
        self.known_closed = 0
        for account in ledger_limits_walk.new_accounts():
            ledger_limits_walk.open_account(self, account)
        for code, amount in FUNDS.items():
            self.call(ledger_calls.top_up(self.model, code, amount * UNIT), f"first-{code}")

    def teardown(self) -> None:
        """Look at the books once more, with other eyes."""
        try:
            if self.is_whole:
                # A closing is recorded a tick after all else, and what follows no earlier.
                self.model.now = max(self.model.months.last_at or BEGUN, self.clock.furthest)
                self.clock.set(self.model.now)
                for books in self.all_books:
                    ledger_audit.audit(books, self.model)
                    empty = self.site.empty_url(books)
                    ledger_audit.replay_gives_the_same(books, empty, self.clock)
                    ledger_audit.projection_is_the_fold(books, self.model)
                self.walked(self.counted)
        finally:
            self.opened.__exit__(None, None, None)

    @initialize(chances=st.integers(0, 2**32 - 1))
    def begin(self, chances: int) -> None:
        """One number for all the walk: what hypothesis draws at each step limits how long it is."""
        self.chances = chances

    @rule(verb=verbs)
    def step(self, verb: str) -> None:
        if verb in NEED_A_HOLD and not self.model.holds:
            verb = "hold"
        self.is_whole = False
        self.counted["steps"] += 1
        draw, elsewhere = Draw(f"{self.chances}/{self.counted['steps']}"), STEPS.get(verb)
        if elsewhere is None:
            getattr(self, f"_{verb}")(draw)
        else:
            elsewhere(self, draw)
        self._look(draw)
        self.is_whole = True

    def _look(self, draw: Draw) -> None:
        """What is stored of every account is the model's; what the ledger tells of one, too."""
        if not self.touched:
            return
        for books in self.all_books:
            books.check_stored(self.model)
        for code in self.touched:
            self.model.check(code)
        if draw.one_in(ASKS_EACH):
            for books in self.all_books:
                books.check(self.model, min(self.touched))
        self.touched.clear()

    def call(self, call: Call, key: str) -> None:
        """One call: a spent key answers first, then the refusal, else both books move."""
        self.touched.add(call.code)
        match self.model.known(call.code, key, call.asked) or call.refusal():
            case ledger_model.REPEATED:
                row = self.model.rows[self.model.keys[call.code, key][1]]
                for books in self.all_books:
                    with books.unchanged(commits=ledger_calls.is_within(key)):
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
        self.model.spent_keys[call.code].append(key)
        self.done.append((call, key))
        return row

    def refused(self, reason: str, make: Callable[[Books], object]) -> None:
        """A call that every ledger refuses for this reason, and that leaves no trace."""
        for books in self.all_books:
            with books.unchanged(), pytest.raises((BillingError, PricingError)) as caught:
                make(books)
            assert reason in [kind.__name__ for kind in type(caught.value).__mro__[:2]]
        self.counted[reason] += 1

    def fresh_key(self) -> str:
        """A key that nobody has spent."""
        return f"key-{next(self.serial)}"

    def key(self, draw: Draw, code: str) -> str:
        """Mostly a fresh key, sometimes one that the account has spent."""
        spent = self.model.spent_keys[code][-5:]
        return draw.choice(spent) if spent and draw.one_in(16) else self.fresh_key()

    def _rest(self, _draw: Draw) -> None:
        """Nothing happens."""

    def _hold(self, draw: Draw) -> None:
        self._one(draw, ledger_drawn.hold(self, draw))

    def _charge(self, draw: Draw) -> None:
        self._one(draw, ledger_drawn.charge(self, draw))

    def _capture(self, draw: Draw) -> None:
        self._one(draw, ledger_drawn.capture(self, draw))

    def _void(self, draw: Draw) -> None:
        self._one(draw, ledger_calls.void(self.model, ledger_drawn.some_hold(self, draw)))

    def _doubt(self, draw: Draw) -> None:
        self._one(draw, ledger_calls.doubt(self.model, ledger_drawn.some_hold(self, draw)))

    def _top_up(self, draw: Draw) -> None:
        code, amount = draw.choice(self.codes), draw.choice(AMOUNTS)
        self._one(draw, ledger_calls.top_up(self.model, code, amount))

    def _adjust(self, draw: Draw) -> None:
        signed = [*AMOUNTS, *[-amount for amount in AMOUNTS], -60 * UNIT]
        code, amount = draw.choice(self.codes), draw.choice(signed)
        self._one(draw, ledger_calls.adjust(self.model, code, amount))

    def _refund(self, draw: Draw) -> None:
        if not self.model.payments:
            return
        paid = draw.newest(self.model.payments)
        amount, left = self.model.payments[paid].amount, self.model.left_of(paid)
        wanted = draw.choice([1, amount // 2, left or 1, left + 1])
        self._one(draw, ledger_calls.refund(self.model, paid, wanted))

    def _correct_cost(self, draw: Draw) -> None:
        """Of a call by its row, or of none; sometimes of another account's, which is refused."""
        code, cost = draw.choice(self.codes), draw.choice(AMOUNTS) * draw.choice([1, -1])
        paid = draw.newest(self.model.payments) if self.model.payments and draw.one_in(2) else None
        if paid is not None and not draw.one_in(8):
            code = self.model.payments[paid].code
        call = ledger_calls.correct_cost(
            self.model, code, cost, then=ledger_drawn.then(self, draw), paid=paid
        )
        self._one(draw, call)

    def _one(self, draw: Draw, call: Call) -> None:
        self.call(call, self.key(draw, call.code))

    def _again(self, draw: Draw) -> None:
        """A call that was answered before: the same key, the same request."""
        self.call(*draw.choice(self.done[-30:]))

    def _pass_time(self, draw: Draw) -> None:
        match draw.randint(0, 9):
            case 0:
                now = self.model.now - draw.choice(SET_BACK)
            case 1 | 2:
                now = (self.model.now.replace(day=1) + timedelta(days=32)).replace(day=1)
            case _:
                now = self.model.now + draw.choice(ledger_drawn.PASSING)
        self.counted["month"] += now.month != self.model.now.month
        self.counted["set back"] += now < self.model.now
        self.clock.set(now)
        self.model.now = now
        self.touched.add(draw.choice(self.codes))


#: Verbs whose steps are described in files of their own.
STEPS: dict[str, Callable[[LedgerWalk, Draw], None]] = {
    "batch": ledger_batches.step,
    "expire": ledger_deadlines_walk.expire,
    "age": ledger_deadlines_walk.age,
    "nonsense": ledger_nonsense.step,
    "limit": ledger_limits_walk.limit,
    "floor": ledger_limits_walk.floor,
    "open": ledger_limits_walk.another,
    "close": ledger_months_walk.close,
    "reopen": ledger_months_walk.reopen,
    "seal": ledger_months_walk.seal,
}
