"""An account as of an instant: what was recorded by then, what had occurred by then, or both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from billing import AccountNotFound, InvalidEntry, Ledger
from pricing import PriceBook
from tests.billing.buckets import figures
from tests.billing.months import OCTOBER, Calendar, quoted


def test_as_of_now_is_the_stored_balance(timed: Ledger, clock: Calendar, book: PriceBook) -> None:
    for number in range(3):
        clock.go(minutes=1)
        hold = timed.hold(
            "acme", quoted(book, 4, at=clock.now), key=f"job-{number}", on_deadline="doubt"
        )
        if number:
            timed.doubt(hold.id, key=f"job-{number}/doubt", reason="cut off")
        if number == 1:
            timed.capture(hold.id, images=3, key="job-1/capture")
    timed.adjust("acme", "-0.000000001", key="dust", reason="dust", actor="ana")

    now = timed.balance("acme", as_of_recorded=clock.now)

    assert now == timed.balance("acme")
    assert now == timed.balance("acme", as_of_occurred=clock.now)
    assert now.version == 8


def test_a_row_counts_from_the_very_instant_it_was_recorded(timed: Ledger, clock: Calendar) -> None:
    recorded_at = clock.go(hours=1)
    timed.top_up("acme", "7", key="second")

    before = timed.balance("acme", as_of_recorded=recorded_at - timedelta(microseconds=1))
    then = timed.balance("acme", as_of_recorded=recorded_at)

    assert (before.available, before.version) == (Decimal(100), 1)
    assert (then.available, then.version) == (Decimal(107), 2)


def test_rows_of_one_instant_count_together(timed: Ledger, clock: Calendar) -> None:
    for number in range(5):
        timed.top_up("acme", "1", key=f"more-{number}")
    clock.go(seconds=1)
    timed.top_up("acme", "50", key="later")

    assert timed.balance("acme", as_of_recorded=OCTOBER).available == Decimal(105)


def test_before_the_account_was_opened_there_was_nothing(timed: Ledger) -> None:
    for then in (OCTOBER - timedelta(days=1), datetime(500, 1, 1, tzinfo=UTC)):
        for found in (
            timed.balance("acme", as_of_recorded=then),
            timed.balance("acme", as_of_occurred=then),
        ):
            assert figures(found) == (Decimal(0),) * 4
            assert (found.version, found.floor) == (0, Decimal(-5))


def test_both_instants_together_say_what_was_known_then_about_that_day(
    timed: Ledger, clock: Calendar, book: PriceBook
) -> None:
    day = clock.go(hours=1)
    hold = timed.hold("acme", quoted(book, 4, at=day), key="job", on_deadline="doubt")
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


def test_an_instant_in_another_zone_is_the_same_instant(timed: Ledger, clock: Calendar) -> None:
    recorded_at = clock.go(hours=1)
    timed.top_up("acme", "7", key="second")
    elsewhere = datetime.fromisoformat(recorded_at.isoformat()[:-6] + "+02:00")

    assert timed.balance("acme", as_of_recorded=elsewhere).version == 0
    assert timed.balance("acme", as_of_recorded=elsewhere + timedelta(hours=2)).version == 2


@pytest.mark.parametrize("name", ["as_of_recorded", "as_of_occurred"])
@pytest.mark.parametrize(
    "instant", [OCTOBER.replace(tzinfo=None), datetime.fromisoformat("9999-12-31T23:59:59-01:00")]
)
def test_an_instant_that_nobody_can_place_is_refused_by_name(
    timed: Ledger, name: str, instant: datetime
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        timed.balance("acme", **{name: instant})
    assert refused.value.param == name


def test_an_unknown_account_has_no_history(timed: Ledger) -> None:
    with pytest.raises(AccountNotFound):
        timed.balance("nobody", as_of_recorded=OCTOBER)


def test_sums_beyond_64_bits_are_exact(timed: Ledger, clock: Calendar) -> None:
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
    timed: Ledger, clock: Calendar, book: PriceBook
) -> None:
    timed.open_account("team", currency="USD", parent="acme", monthly_limit="5")
    hold = timed.hold("team", quoted(book, 4, at=clock.now), key="job")
    then = clock.go(days=1)
    timed.capture(hold.id, images=4, key="job/capture")
    timed.hold("acme", quoted(book, 4, at=clock.go(hours=1)), key="job")

    known = timed.balance("team", as_of_recorded=then - timedelta(hours=1))

    assert known.available == Decimal(100) - hold.amount
    assert (known.held, known.month_spent) == (hold.amount, hold.amount)
    assert known.posted == Decimal(0)
    assert (known.monthly_limit, known.floor, known.month) == (Decimal(5), Decimal(-5), "2026-10")
    for code in ("acme", "team"):
        assert timed.balance(code, as_of_recorded=clock.now) == timed.balance(code)


def test_the_month_of_a_past_balance_is_the_month_of_that_instant(
    timed: Ledger, clock: Calendar, book: PriceBook
) -> None:
    october = clock.now
    paid = timed.charge("acme", quoted(book, 4, at=october), images=4, key="job")
    clock.go(days=40)
    timed.charge("acme", quoted(book, 4, at=clock.now), images=1, key="other")

    then = timed.balance("acme", as_of_recorded=october)
    since = timed.balance("acme", as_of_recorded=clock.now - timedelta(seconds=1))

    assert (then.month, then.month_spent) == ("2026-10", paid.amount)
    assert (since.month, since.month_spent) == ("2026-11", Decimal(0))


def test_history_reads_ranges_of_an_index(sqlite_url: str) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    with Ledger.open(sqlite_url, clock=Calendar()) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1", key="top-up")

        @event.listens_for(ledger.engine, "before_cursor_execute")
        def _listen(
            _c: object, _cursor: object, asks: str, given: tuple[object, ...], *_: object
        ) -> None:
            asked.append((asks, given))

        ledger.balance("acme", as_of_recorded=OCTOBER)
        ledger.balance("acme", as_of_occurred=OCTOBER)
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
