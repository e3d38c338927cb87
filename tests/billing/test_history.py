"""An account as of an instant: what was recorded by then, what had occurred by then, or both."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from billing import AccountNotFound, Balance, Hold, InvalidEntry, Ledger, Transfer
from billing.ledger.account_statement import Buckets, By
from billing.period import Month
from pricing import PriceBook, Quote

START = datetime(2026, 10, 5, 9, tzinfo=UTC)
BUCKETS = ("available", "held", "in_doubt", "posted")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    """A ledger whose time is the test's, with an account that got 100 USD."""
    with Ledger.open(ledger_url, clock=clock) as ledger:
        ledger.open_account("acme", currency="USD", floor="-5")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


def quote(book: PriceBook, at: datetime, n: int = 4) -> Quote:
    return book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": n}, at=at)


def figures(balance: Balance | Buckets) -> tuple[Decimal, ...]:
    return tuple(getattr(balance, name) for name in BUCKETS)


def test_as_of_now_is_the_stored_balance(timed: Ledger, clock: Clock, book: PriceBook) -> None:
    for number in range(3):
        clock.go(minutes=1)
        hold = timed.hold("acme", quote(book, clock.now), key=f"job-{number}", on_deadline="doubt")
        if number:
            timed.doubt(hold.id, key=f"job-{number}/doubt", reason="cut off")
        if number == 1:
            timed.capture(hold.id, images=3, key="job-1/capture")
    timed.adjust("acme", "-0.000000001", key="dust", reason="dust", actor="ana")

    now = timed.balance("acme", as_of_recorded=clock.now)

    assert now == timed.balance("acme")
    assert now == timed.balance("acme", as_of_occurred=clock.now)
    assert now.version == 8


def test_a_row_counts_from_the_very_instant_it_was_recorded(timed: Ledger, clock: Clock) -> None:
    recorded_at = clock.go(hours=1)
    timed.top_up("acme", "7", key="second")

    before = timed.balance("acme", as_of_recorded=recorded_at - timedelta(microseconds=1))
    then = timed.balance("acme", as_of_recorded=recorded_at)

    assert (before.available, before.version) == (Decimal(100), 1)
    assert (then.available, then.version) == (Decimal(107), 2)


def test_rows_of_one_instant_count_together(timed: Ledger, clock: Clock) -> None:
    for number in range(5):
        timed.top_up("acme", "1", key=f"more-{number}")
    clock.go(seconds=1)
    timed.top_up("acme", "50", key="later")

    assert timed.balance("acme", as_of_recorded=START).available == Decimal(105)


def test_before_the_account_was_opened_there_was_nothing(timed: Ledger) -> None:
    for then in (START - timedelta(days=1), datetime(500, 1, 1, tzinfo=UTC)):
        for found in (
            timed.balance("acme", as_of_recorded=then),
            timed.balance("acme", as_of_occurred=then),
        ):
            assert figures(found) == (Decimal(0),) * 4
            assert (found.version, found.floor) == (0, Decimal(-5))


def test_both_instants_together_say_what_was_known_then_about_that_day(
    timed: Ledger, clock: Clock, book: PriceBook
) -> None:
    day = clock.go(hours=1)
    hold = timed.hold("acme", quote(book, day), key="job", on_deadline="doubt")
    told_at = clock.go(days=30)
    paid = timed.capture(
        hold.id, images=4, key="job/capture", occurred_at=day + timedelta(minutes=1)
    )
    evening = day + timedelta(hours=8)

    known_that_day = timed.balance("acme", as_of_recorded=evening, as_of_occurred=evening)
    known_now = timed.balance("acme", as_of_recorded=told_at, as_of_occurred=evening)

    assert (known_that_day.held, known_that_day.posted) == (paid.amount, Decimal(0))
    assert (known_now.held, known_now.posted) == (Decimal(0), paid.amount)
    assert known_now == timed.balance("acme", as_of_occurred=evening)


def test_an_instant_in_another_zone_is_the_same_instant(timed: Ledger, clock: Clock) -> None:
    recorded_at = clock.go(hours=1)
    timed.top_up("acme", "7", key="second")
    elsewhere = datetime.fromisoformat(recorded_at.isoformat()[:-6] + "+02:00")

    assert timed.balance("acme", as_of_recorded=elsewhere).version == 0
    assert timed.balance("acme", as_of_recorded=elsewhere + timedelta(hours=2)).version == 2


@pytest.mark.parametrize("name", ["as_of_recorded", "as_of_occurred"])
@pytest.mark.parametrize(
    "instant", [START.replace(tzinfo=None), datetime.fromisoformat("9999-12-31T23:59:59-01:00")]
)
def test_an_instant_that_nobody_can_place_is_refused_by_name(
    timed: Ledger, name: str, instant: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        timed.balance("acme", **{name: instant})
    assert refused.value.param == name


def test_an_unknown_account_has_no_history(timed: Ledger) -> None:
    with pytest.raises(AccountNotFound):
        timed.balance("nobody", as_of_recorded=START)


def test_sums_beyond_64_bits_are_exact(timed: Ledger, clock: Clock) -> None:
    for number in range(12):
        if number == 6:
            clock.go(days=1)  # one line of the roll-up has room for nine of them
        timed.top_up("acme", "999999999.999999999", key=f"in-{number}")
        timed.adjust(
            "acme", "-999999999.999999999", key=f"out-{number}", reason="back", actor="ana"
        )

    assert timed.balance("acme", as_of_recorded=clock.now) == timed.balance("acme")
    assert timed.statement("acme", "2026-10").closing.available == Decimal(100)


def test_a_member_shows_its_parents_money_and_its_own_share_of_then(
    timed: Ledger, clock: Clock, book: PriceBook
) -> None:
    timed.open_account("team", currency="USD", parent="acme", monthly_limit="5")
    hold = timed.hold("team", quote(book, clock.now), key="job")
    then = clock.go(days=1)
    timed.capture(hold.id, images=4, key="job/capture")
    timed.hold("acme", quote(book, clock.go(hours=1)), key="job")

    known = timed.balance("team", as_of_recorded=then - timedelta(hours=1))

    assert known.available == Decimal(100) - hold.amount
    assert (known.held, known.month_spent) == (hold.amount, hold.amount)
    assert known.posted == Decimal(0)
    assert (known.monthly_limit, known.floor, known.month) == (Decimal(5), Decimal(-5), "2026-10")
    for code in ("acme", "team"):
        assert timed.balance(code, as_of_recorded=clock.now) == timed.balance(code)


def test_the_month_of_a_past_balance_is_the_month_of_that_instant(
    timed: Ledger, clock: Clock, book: PriceBook
) -> None:
    october = clock.now
    paid = timed.charge("acme", quote(book, october), images=4, key="job")
    clock.go(days=40)
    timed.charge("acme", quote(book, clock.now), images=1, key="other")

    then = timed.balance("acme", as_of_recorded=october)
    since = timed.balance("acme", as_of_recorded=clock.now - timedelta(seconds=1))

    assert (then.month, then.month_spent) == ("2026-10", paid.amount)
    assert (since.month, since.month_spent) == ("2026-11", Decimal(0))


def test_history_reads_ranges_of_an_index(sqlite_url: str) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    with Ledger.open(sqlite_url, clock=Clock()) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="top-up")

        @event.listens_for(ledger.engine, "before_cursor_execute")
        def _listen(
            _c: object, _cursor: object, asks: str, given: tuple[object, ...], *_: object
        ) -> None:
            asked.append((asks, given))

        ledger.balance("acme", as_of_recorded=START)
        ledger.balance("acme", as_of_occurred=START)
        ledger.statement("acme", "2026-10", by="recorded")
        ledger.statement("acme", "2026-10", by="occurred")
        reads = [(asks, given) for asks, given in asked if "FROM transfer" in asks]
        with ledger.engine.connect() as connection:
            plans = [
                str(row)
                for asks, given in reads
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asks}", given)
            ]
    assert len(plans) >= len(reads) > 8
    assert not any("SCAN transfer" in plan for plan in plans)


@dataclass
class Walk:
    """Random verbs on an account and a member of it, and a note of what each row did."""

    ledger: Ledger
    clock: Clock
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
            asked = quote(self.book, occurred_at, n=1 + pick % 8)
            self.paid.append(
                ledger.charge(spender, asked, images=1, key=key, occurred_at=occurred_at)
            )
            return self.paid[-1]
        if verb == "hold":
            asked = quote(self.book, now, n=1 + pick % 8)
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
    clock: Clock,
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
