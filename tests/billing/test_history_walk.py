"""Random verbs at random instants: every state that an account was in can be asked for again."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import Balance, Hold, Ledger, Transfer
from billing.ledger.account_statement import By
from billing.period import Month
from pricing import PriceBook
from tests.billing.buckets import figures
from tests.billing.months import Calendar, quoted


@dataclass
class Walk:
    """Random verbs on an account and a member of it, and a note of what each row did."""

    ledger: Ledger
    clock: Calendar
    book: PriceBook
    account: str
    member: str
    open_holds: list[Hold] = field(default_factory=list)
    paid: list[Transfer] = field(default_factory=list)
    #: Recorded, occurred, and what it did to the buckets of the account.
    rows: list[tuple[datetime, datetime, tuple[Decimal, ...]]] = field(default_factory=list)
    noted: dict[tuple[str, datetime], Balance] = field(default_factory=dict)

    def step(self, verb: str, pick: int, *, back: timedelta) -> None:
        """One verb; what cannot be done now is left out."""
        before = figures(self.ledger.balance(self.account))
        key = f"{verb}-{len(self.rows)}"
        row = self._do(verb, pick, key, self.clock.now - back)
        if row is None:
            return
        for code in (self.account, self.member):
            self.noted[code, row.recorded_at] = self.ledger.balance(code)
        now = self.noted[self.account, row.recorded_at]
        did = tuple(new - old for new, old in zip(figures(now), before, strict=True))
        self.rows.append((row.recorded_at, row.occurred_at, did))

    def expected(self, recorded: datetime, occurred: datetime) -> tuple[Decimal, ...]:
        counted = [did for r, o, did in self.rows if r <= recorded and o <= occurred]
        return tuple(
            sum(column, Decimal(0)) for column in zip(*counted, (Decimal(0),) * 4, strict=True)
        )

    def _do(self, verb: str, pick: int, key: str, occurred_at: datetime) -> Transfer | None:
        ledger, account, now = self.ledger, self.account, self.clock.now
        spender = self.member if pick % 3 == 0 else account
        if verb == "top-up":
            return ledger.top_up(account, pick, key=key)
        if verb == "adjust":
            return ledger.adjust(account, f"-0.{pick}", key=key, reason="fee", actor="ana")
        if verb == "charge":
            asked = quoted(self.book, 1 + pick % 8, at=occurred_at)
            self.paid.append(
                ledger.charge(spender, asked, images=1, key=key, occurred_at=occurred_at)
            )
            return self.paid[-1]
        if verb == "hold":
            asked = quoted(self.book, 1 + pick % 8, at=now)
            self.open_holds.append(ledger.hold(spender, asked, key=key, on_deadline="doubt"))
            return self.open_holds[-1]
        if verb == "refund":
            of = self.paid.pop(pick % len(self.paid)) if self.paid else None
            return of and ledger.refund(of.id, of.amount, key=key, reason="blank")
        if not self.open_holds:
            return None
        hold = self.open_holds[pick % len(self.open_holds)]
        if verb == "doubt":
            doubted = ledger.hold_by_id(hold.id).state == "in_doubt"
            return None if doubted else ledger.doubt(hold.id, key=key, reason="cut off")
        self.open_holds.remove(hold)
        if verb == "void":
            return ledger.void(hold.id, key=key, reason="not billed")
        then = max(hold.occurred_at, occurred_at)
        self.paid.append(ledger.capture(hold.id, images=1 + pick % 8, key=key, occurred_at=then))
        return self.paid[-1]


VERBS = ("top-up", "adjust", "charge", "hold", "hold", "capture", "void", "doubt", "refund")
steps = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(1, 40),
        st.sampled_from(
            [timedelta(0), timedelta(microseconds=1), timedelta(hours=7), timedelta(days=19)]
        ),
        st.sampled_from([timedelta(0), timedelta(days=4), timedelta(days=40)]),
    ),
    min_size=12,
    max_size=24,
)
_serial = itertools.count()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_every_state_that_was_can_be_asked_for_again(
    timed: Ledger,
    clock: Calendar,
    book: PriceBook,
    steps: list[tuple[str, int, timedelta, timedelta]],
) -> None:
    name = f"account-{next(_serial)}"
    walk = Walk(timed, clock, book, name, f"{name}/team")
    timed.open_account(walk.account, currency="USD", floor="-1000", monthly_limit="1000")
    timed.open_account(walk.member, currency="USD", parent=walk.account)
    opened_at = clock.now
    for verb, pick, ahead, back in steps:
        clock.now += ahead
        walk.step(verb, pick, back=back)

    for (code, recorded_at), balance in walk.noted.items():
        assert timed.balance(code, as_of_recorded=recorded_at) == balance
    for recorded_at, occurred_at in {(r, o) for r, _, _ in walk.rows for _, o, _ in walk.rows}:
        both = timed.balance(name, as_of_recorded=recorded_at, as_of_occurred=occurred_at)
        assert figures(both) == walk.expected(recorded_at, occurred_at)
    for code in (walk.account, walk.member):
        assert timed.balance(code, as_of_recorded=clock.now) == timed.balance(code)

    months = months_between(opened_at - timedelta(days=62), clock.now)
    for code, by in itertools.product((walk.account, walk.member), get_args(By)):
        statements = [timed.statement(code, month, by=by) for month in months]
        assert figures(statements[0].opening) == (Decimal(0),) * 4
        for earlier, later in pairwise(statements):
            assert earlier.closing == later.opening
        assert figures(statements[-1].closing)[1:] == figures(timed.balance(code))[1:]
        if code == walk.account:
            assert statements[-1].closing.available == timed.balance(code).available
            assert sum(len(statement.lines) for statement in statements) == len(walk.rows)
        else:
            assert sum(figures(statements[-1].closing)) == 0


def months_between(first: datetime, last: datetime) -> list[Month]:
    months = [Month.of(first)]
    while last not in months[-1]:
        months.append(months[-1].next)
    return months
