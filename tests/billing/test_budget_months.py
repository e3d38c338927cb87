"""What counts in which month: what is given back, what comes late, what happened earlier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing import BudgetExceeded, InsufficientFunds, Ledger
from pricing import PriceBook
from tests.billing.months import NOVEMBER, OCTOBER, PRICE, Calendar, limited, quoted, spent


def test_money_given_back_counts_back_in_the_month_it_counted_in(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 8)
    captured = books.hold("acme", quoted(book, 4), key="a")
    voided = books.hold("acme", quoted(book, 2), key="b")
    expired = books.hold("acme", quoted(book, 2), key="c")
    books.doubt(captured.id, key="a/doubt", reason="cut")
    assert spent(books) == ("2026-10", 8)

    capture = books.capture(captured.id, images=3, key="a/end")
    books.void(voided.id, key="b/end", reason="refused")
    assert books.expire(expired.expires_at) == 1
    assert spent(books) == ("2026-10", 3)
    books.refund(capture.id, PRICE, key="r", reason="blank")
    assert spent(books) == ("2026-10", 2)
    books.hold("acme", quoted(book, 6), key="d")
    assert books.verify().ok


def test_a_new_month_starts_at_nothing_and_gets_nothing_back_of_the_old_one(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 4)
    held = books.hold("acme", quoted(book, 2), key="a", expires_in=timedelta(days=60))
    paid = books.charge("acme", quoted(book, 2), images=2, key="b")
    clock.now = NOVEMBER
    assert spent(books) == ("2026-11", 0)

    books.hold("acme", quoted(book, 3, at=NOVEMBER), key="c")
    books.capture(held.id, images=1, key="a/end")
    books.refund(paid.id, 2 * PRICE, key="r", reason="blank")

    assert spent(books) == ("2026-11", 3)
    with pytest.raises(BudgetExceeded, match="2026-11"):
        books.hold("acme", quoted(book, 2, at=NOVEMBER), key="d")
    assert books.verify().ok


def test_a_clock_that_is_behind_counts_in_the_month_that_has_begun(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 2)
    clock.now = NOVEMBER
    books.hold("acme", quoted(book, at=NOVEMBER), key="a")
    clock.now = OCTOBER
    books.hold("acme", quoted(book), key="b")
    with pytest.raises(BudgetExceeded, match="2026-11"):
        books.hold("acme", quoted(book), key="c")
    assert spent(books) == ("2026-11", 2)


def test_a_late_capture_counts_though_the_limit_is_reached(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 2)
    late = books.hold("acme", quoted(book, 2), key="a")
    books.expire(late.expires_at)
    full = books.hold("acme", quoted(book, 2), key="b")

    capture = books.capture(late.id, images=2, key="a/end")

    assert capture.is_late
    assert spent(books) == ("2026-10", 4)
    with pytest.raises(BudgetExceeded):
        books.hold("acme", quoted(book), key="c")
    books.void(full.id, key="b/end", reason="refused")
    books.refund(capture.id, PRICE, key="r", reason="blank")
    books.hold("acme", quoted(book), key="c")
    assert spent(books) == ("2026-10", 2)
    assert books.verify().ok


def test_late_and_timely_captures_of_one_batch_count_each_as_what_it_is(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 4)
    late = books.hold("acme", quoted(book, 4), key="a")
    books.expire(late.expires_at)
    timely = books.hold("acme", quoted(book, 4), key="b")
    answers = books.capture_many(
        [
            {"hold_id": late.id, "images": 4, "key": "a/end"},
            {"hold_id": timely.id, "images": 1, "key": "b/end"},
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert spent(books) == ("2026-10", 5)
    assert books.verify().problems == ()


def test_a_charge_of_an_earlier_month_is_not_this_months(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 1)
    clock.now = NOVEMBER
    books.hold("acme", quoted(book, at=NOVEMBER), key="a")
    old = quoted(book, 8)
    charge = books.charge("acme", old, images=8, key="b", occurred_at=OCTOBER)
    assert spent(books) == ("2026-11", 1)
    books.refund(charge.id, PRICE, key="r", reason="blank")
    assert spent(books) == ("2026-11", 1)
    assert books.verify().ok


def test_a_charge_of_an_earlier_month_that_is_refused_is_refused_for_the_floor(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    books.open_account("tight", currency="USD", monthly_limit=PRICE)
    books.top_up("tight", 2 * PRICE, key="t")
    clock.now = NOVEMBER
    books.hold("tight", quoted(book, at=NOVEMBER), key="a")
    old = quoted(book, 2)
    with pytest.raises(InsufficientFunds):
        books.charge("tight", old, images=2, key="b", occurred_at=OCTOBER)
