"""Whether an order fits: the floor, the limit of the month, the closed months. No database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry
from billing.ledger.ids import new_id
from billing.ledger.orders import Order
from billing.ledger.room import Room

NOW = datetime(2026, 10, 5, tzinfo=UTC)
OWNER = AccountRow(new_id(7), 7, "acme", "USD", 0, None, NOW)


def room(**changed: object) -> Room:
    always: dict[str, Any] = {
        "available": 10,
        "floor": 0,
        "closed_through": 0,
        "month": 202610,
        "spent": 0,
    }
    return Room(**{**always, "limit": None, "is_soft": False, **changed})


def order(entry: Entry, *, closed_through: int = 0) -> Order:
    return Order(
        account=OWNER,
        member=None,
        entry=entry,
        key="k",
        request_digest=b"",
        id=new_id(7),
        now=NOW,
        closed_through=closed_through,
    )


def charge(amount: int, month: int | None = 0, *, is_forced: bool = False) -> Order:
    entry = Entry(
        kind="charge", amount=amount, spend=amount, spend_month=month, is_forced=is_forced
    )
    return order(entry)


def refund(amount: int, month: int | None) -> Order:
    return order(Entry(kind="refund", amount=amount, spend=-amount, spend_month=month))


@pytest.mark.parametrize(
    ("available", "floor", "amount", "fits"),
    [(10, 0, 10, True), (10, 0, 11, False), (10, -5, 15, True), (10, -5, 16, False)],
)
def test_money_is_spent_down_to_the_floor_and_no_further(
    available: int, floor: int, amount: int, fits: bool
) -> None:
    assert room(available=available, floor=floor).fits_money(charge(amount)) is fits


def test_what_takes_nothing_and_what_is_spent_already_fits_below_the_floor() -> None:
    below = room(available=-20)
    assert below.fits_money(refund(1, None))
    assert below.fits_money(order(Entry(kind="doubt", amount=3, from_bucket="held")))
    assert below.fits_money(charge(5, is_forced=True))
    assert not below.fits_money(charge(1))


@pytest.mark.parametrize(
    ("spent", "amount", "fits"), [(3, 4, True), (3, 5, False), (7, 0, True), (8, 0, True)]
)
def test_a_hard_limit_is_reached_and_not_passed(spent: int, amount: int, fits: bool) -> None:
    assert room(spent=spent, limit=7).fits_month(charge(amount)) is fits


def test_a_limit_of_nothing_lets_nothing_through_and_no_limit_everything() -> None:
    assert not room(limit=0).fits_month(charge(1))
    assert room(limit=None).fits_month(charge(10**18))
    assert room(limit=0, is_soft=True).fits_month(charge(1))
    assert room(limit=0).fits_month(charge(1, is_forced=True))
    # What happened in an earlier month, or is about no limit, is not held against this one.
    assert room(limit=0).fits_month(charge(1, 202609))
    assert room(limit=0).fits_month(charge(1, None))
    assert room(limit=0, spent=5).fits_month(refund(1, 202610))


def test_what_is_taken_and_given_back_counts_in_the_month_it_stands_at() -> None:
    stands = room()
    for each in (charge(4), refund(1, 202610), charge(2, 202609), refund(1, 202609)):
        stands.take(each)
    assert (stands.available, stands.spent) == (10 - 4 + 1 - 2 + 1, 4 - 1)


def test_a_later_month_has_spent_nothing_and_an_earlier_one_is_not_gone_back_to() -> None:
    stands = room(spent=5)
    stands.reach(202610)
    stands.reach(202609)
    assert (stands.month, stands.spent) == (202610, 5)
    stands.reach(202611)
    assert (stands.month, stands.spent) == (202611, 0)


@pytest.mark.parametrize(
    ("known", "closed", "fits"),
    [
        (0, 202609, True),  # October is open
        (0, 202610, False),  # it was closed meanwhile
        (202610, 202610, True),  # it comes late and is booked in November
        (202610, 202611, False),  # which was closed meanwhile too
        (202610, 202609, False),  # October was opened again: it is not late
    ],
)
def test_an_order_fits_while_its_month_is_open_and_what_is_late_is_late(
    known: int, closed: int, fits: bool
) -> None:
    made = order(Entry(kind="top-up", amount=1), closed_through=known)
    assert room(closed_through=closed).fits_period(made) is fits
