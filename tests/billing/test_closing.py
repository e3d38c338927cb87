"""A closed month takes nothing in any more; what comes late is booked in the first open one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from billing import BillingError, BudgetExceeded, Charge, InvalidEntry, Ledger
from billing.database.engines import writing
from billing.period import Month
from billing.period_errors import (
    PeriodClosed,
    PeriodInGrace,
    PeriodNotClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from pricing import PriceBook
from tests.billing.closed_month import CLOSING, booked_in, closed_october, open_october
from tests.billing.months import NOVEMBER, OCTOBER, PRICE, Calendar, quoted


def test_a_month_that_is_not_over_is_not_closed_not_even_by_force(
    books: Ledger, clock: Calendar
) -> None:
    clock.now = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)

    with pytest.raises(PeriodNotOver, match="2026-11-01 00:00 UTC"):
        books.close_period("2026-10", actor="ana", force=True)
    assert books.period_changes() == []


def test_within_the_grace_a_month_is_closed_by_force_only_and_that_is_recorded(
    books: Ledger, clock: Calendar
) -> None:
    clock.now = CLOSING - timedelta(seconds=1)

    with pytest.raises(PeriodInGrace, match="2026-11-04 00:00 UTC"):
        books.close_period("2026-10", actor="ana")
    (closed,) = books.close_period("2026-10", actor="ana", reason="year end", force=True)

    assert (closed.forced, closed.reason) == (True, "year end")
    assert books.period_changes() == [closed]


def test_a_shorter_grace_is_no_force(books: Ledger, clock: Calendar) -> None:
    clock.now = NOVEMBER

    (closed,) = books.close_period("2026-10", actor="ana", grace=timedelta(hours=12))

    assert not closed.forced


@pytest.mark.parametrize("grace", [-timedelta(1), timedelta.max, 5, "3d", None])
def test_a_grace_is_a_length_of_time(books: Ledger, grace: timedelta) -> None:
    with pytest.raises(InvalidEntry, match="grace"):
        books.close_period("2026-10", actor="ana", grace=grace)


def test_months_close_in_order_and_open_again_in_the_opposite_one(
    books: Ledger, clock: Calendar
) -> None:
    clock.now = datetime(2027, 2, 10, tzinfo=UTC)
    books.close_period("2026-11", actor="ana")

    with pytest.raises(PeriodOutOfOrder, match="period close 2026-12"):
        books.close_period("2027-01", actor="ana")
    books.close_period("2026-12", actor="ana")
    with pytest.raises(PeriodOutOfOrder, match="period reopen 2026-12"):
        books.reopen_period("2026-11", actor="bo", reason="a bill was missing")
    for month in ("2026-12", "2026-11"):
        books.reopen_period(month, actor="bo", reason="a bill was missing")

    assert books.closed_through() == Month(2026, 10)
    with pytest.raises(PeriodNotClosed, match="2026-10"):
        books.reopen_period("2026-10", actor="bo", reason="never closed by itself")
    books.close_period("2026-11", actor="ana")
    assert [(c.month, c.number, c.kind) for c in books.period_changes()] == [
        *(("2026-11", 1, "close"), ("2026-12", 1, "close")),
        *(("2026-12", 2, "reopen"), ("2026-11", 2, "reopen"), ("2026-11", 3, "close")),
    ]
    assert books.verify().problems == ()


def test_the_first_closing_closes_what_was_before_it_by_an_event_each(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    open_october(books, book)
    clock.now = datetime(2027, 1, 10, tzinfo=UTC)

    closed = books.close_period("2026-12", actor="ana")

    assert [change.month for change in closed] == ["2026-10", "2026-11", "2026-12"]
    assert len({change.digest for change in closed}) == 3
    assert [len(change.books) for change in closed] == [1, 0, 0]
    assert closed[0].books == (quoted(book).book,)
    with pytest.raises(PeriodClosed, match="by ana"):
        books.close_period("2026-11", actor="ana")
    assert books.verify().problems == ()


def test_whoever_closes_says_who_and_whoever_reopens_says_why(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    closed_october(books, book, clock)

    with pytest.raises(InvalidEntry, match="actor"):
        books.close_period("2026-11", actor=" ")
    with pytest.raises(InvalidEntry, match="reason"):
        books.reopen_period("2026-10", actor="bo", reason="")
    assert len(books.period_changes()) == 1


def test_what_comes_late_is_booked_in_the_first_open_month_and_keeps_its_time(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    clock.now = OCTOBER
    open_october(books, book)
    held = books.hold_by_key("acme", "open")
    assert held is not None
    clock.now = CLOSING
    books.close_period("2026-10", actor="ana")

    late = OCTOBER + timedelta(minutes=1)
    captured = books.capture(held.hold.id, images=1, key="late capture", occurred_at=late)
    charged = books.charge("acme", quoted(book), images=1, key="late charge", occurred_at=late)
    refunded = books.refund(charged.id, PRICE, key="refund of now", reason="blank")
    clock.now = OCTOBER  # a machine whose clock is behind
    books.refund(captured.id, PRICE / 2, key="late refund", reason="blurred")
    books.adjust("acme", "1", key="late adjustment", reason="goodwill", actor="ana")
    books.top_up("acme", "1", key="late top-up")

    assert captured.occurred_at == charged.occurred_at == late
    assert refunded.occurred_at == CLOSING
    clock.now = CLOSING
    keys = ("capture", "charge", "refund", "adjustment", "top-up")
    assert booked_in(books) == {f"late {what}": 202611 for what in keys}
    assert books.charge(
        "acme", quoted(book), images=1, key="late charge", occurred_at=late
    ).repeated
    assert books.verify().problems == ()


@pytest.mark.parametrize("group_writer", [False, True], ids=["alone", "grouped"])
def test_a_batch_books_the_late_and_the_others_each_in_its_month(
    ledger_url: str, book: PriceBook, clock: Calendar, *, group_writer: bool
) -> None:
    with Ledger.open(ledger_url, clock=clock, group_writer=group_writer) as books:
        closed_october(books, book, clock)
        instants = [OCTOBER, NOVEMBER, OCTOBER, None]

        def charges(run: int) -> list[Charge | BillingError]:
            items = [
                {
                    "account": "acme",
                    "quote": quoted(book, at=at or CLOSING),
                    "images": 1,
                    "key": f"{run}/{number}",
                    "occurred_at": at,
                }
                for number, at in enumerate(instants)
            ]
            return books.charge_many(items)  # type: ignore[return-value]  # no pricing error here

        answers = [*charges(1), *charges(2)]

        assert all(isinstance(answer, Charge) for answer in answers)
        assert booked_in(books) == dict.fromkeys(("1/0", "1/2", "2/0", "2/2"), 202611)
        assert books.verify().problems == ()


def test_within_a_callers_transaction_what_is_late_is_booked_so_too(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    closed_october(books, book, clock)

    with writing(books.engine) as connection:
        verbs = books.within(connection)
        verbs.charge("acme", quoted(book), images=1, key="late", occurred_at=OCTOBER)
        verbs.charge("acme", quoted(book, at=CLOSING), images=1, key="now")

    assert booked_in(books) == {"late": 202611}
    assert books.verify().problems == ()


def test_a_month_that_was_reopened_takes_rows_again_until_it_is_closed_once_more(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    digest = closed_october(books, book, clock)
    books.charge("acme", quoted(book), images=1, key="late", occurred_at=OCTOBER)

    books.reopen_period("2026-10", actor="bo", reason="a bill was missing")
    (again,) = books.close_period("2026-10", actor="ana")
    assert again.digest == digest, "what counts in October is the same as before"

    books.reopen_period("2026-10", actor="bo", reason="a bill was missing")
    books.charge("acme", quoted(book), images=1, key="in time", occurred_at=OCTOBER)
    (changed,) = books.close_period("2026-10", actor="ana")

    assert changed.digest != digest
    assert booked_in(books) == {"late": 202611}
    assert books.verify().problems == ()


def test_after_a_reopening_what_is_late_for_an_earlier_month_comes_to_the_reopened_one(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    september = datetime(2026, 9, 15, tzinfo=UTC)
    closed_october(books, book, clock)
    quote = quoted(book, at=september)
    books.charge("acme", quote, images=1, key="before", occurred_at=september)

    # This ledger has seen that October is closed, and goes by it until it is told otherwise.
    books.reopen_period("2026-10", actor="bo", reason="a bill was missing")
    books.charge("acme", quote, images=1, key="after", occurred_at=september)
    items = [
        {"account": "acme", "quote": quote, "images": 1, "key": key, "occurred_at": september}
        for key in ("many/1", "many/2")
    ]
    books.charge_many(items)

    assert booked_in(books) == {
        "before": 202611,
        **dict.fromkeys(("after", "many/1", "many/2"), 202610),
    }
    assert books.verify().problems == ()


def test_an_account_that_is_opened_after_a_closing_is_closed_as_far(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    closed_october(books, book, clock)
    clock.now = OCTOBER  # a machine whose clock is behind

    books.open_account("globex", currency="USD", floor="-10")
    books.open_account("globex-web", currency="USD", parent="globex")
    books.charge("globex-web", quoted(book), images=1, key="late")
    books.hold("globex", quoted(book), key="held")

    assert booked_in(books) == {"globex-web\x1flate": 202611, "held": 202611}
    assert books.balance("globex").month == "2026-11", "an account's month never runs backwards"
    clock.now = CLOSING
    assert books.verify().problems == ()


def test_nothing_that_is_closed_changes_what_a_month_may_take(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    clock.now = OCTOBER
    books.open_account("acme", currency="USD", monthly_limit=PRICE * 3)
    books.top_up("acme", "100", key="t")
    books.charge("acme", quoted(book), images=1, key="october")
    clock.now = CLOSING
    books.close_period("2026-10", actor="ana")

    books.charge("acme", quoted(book), images=1, key="late", occurred_at=OCTOBER)
    books.charge("acme", quoted(book, 3, at=CLOSING), images=3, key="november")

    with pytest.raises(BudgetExceeded, match="for 2026-11"):
        books.charge("acme", quoted(book, at=CLOSING), images=1, key="one too many")
    assert books.verify().problems == ()
