"""Limits that change: at once, for the guard too, and by one key once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing import (
    Alert,
    BillingError,
    BudgetExceeded,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
)
from pricing import PriceBook, PricingError
from tests.billing.months import NOVEMBER, OCTOBER, PRICE, WHY, Calendar, limited, quoted, spent
from tests.billing.racing import at_once


def test_a_raised_limit_lets_through_and_a_lowered_one_refuses_at_once(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 2)
    books.hold("acme", quoted(book, 2), key="a")
    with pytest.raises(BudgetExceeded):
        books.hold("acme", quoted(book), key="b")

    changed = books.change_limit("acme", 4 * PRICE, key="more", **WHY)

    assert (changed.number, changed.monthly_limit, changed.limit_kind) == (1, 4 * PRICE, "hard")
    assert (changed.reason, changed.actor, changed.floor) == ("a new contract", "ana", Decimal(0))
    books.hold("acme", quoted(book), key="b")
    books.change_limit("acme", 3 * PRICE, key="less", **WHY)
    with pytest.raises(BudgetExceeded) as refused:
        books.hold("acme", quoted(book), key="c")
    assert (refused.value.limit, refused.value.left) == (3 * PRICE, Decimal(0))
    assert books.verify().problems == ()


def test_a_limit_below_what_the_month_has_taken_refuses_until_there_is_room(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 9)
    held = [books.hold("acme", quoted(book), key=f"a-{number}") for number in range(4)]
    books.change_limit("acme", PRICE, key="less", **WHY)
    for hold in held[:3]:
        with pytest.raises(BudgetExceeded):
            books.hold("acme", quoted(book), key="b")
        books.void(hold.id, key=f"{hold.key}/void", reason="not needed")
    assert spent(books) == ("2026-10", 1)
    books.capture(held[3].id, images=1, key="end")
    clock.now = NOVEMBER
    books.hold("acme", quoted(book, at=NOVEMBER), key="b")
    with pytest.raises(BudgetExceeded):
        books.hold("acme", quoted(book, at=NOVEMBER), key="c")
    assert books.verify().problems == ()


def test_a_soft_limit_becomes_hard_no_limit_and_soft_again(
    books: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(books, 1, "soft")
    books.hold("acme", quoted(book, 3), key="a")
    books.change_limit("acme", PRICE, key="hard", **WHY)
    with pytest.raises(BudgetExceeded):
        books.hold("acme", quoted(book), key="b")
    books.change_limit("acme", None, key="none", **WHY)
    books.hold("acme", quoted(book), key="b")
    books.change_limit("acme", 5 * PRICE, key="soft", limit_kind="soft", **WHY)
    books.hold("acme", quoted(book, 2), key="c")
    assert [alert.over / PRICE for alert in told] == [2, 1]
    assert books.alerts() == told
    assert books.verify().problems == ()


def test_a_member_gets_a_limit_of_its_own_beside_its_parents(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 5)
    books.open_account("web", currency="USD", parent="acme", monthly_limit=PRICE)
    books.hold("web", quoted(book), key="a")
    changed = books.change_limit("web", 4 * PRICE, key="k", **WHY)
    assert (changed.account, changed.key, changed.floor) == ("web", "k", None)
    books.change_limit("acme", 3 * PRICE, key="k", **WHY)  # keys of members are apart
    books.hold("web", quoted(book, 2), key="b")
    with pytest.raises(BudgetExceeded) as refused:
        books.hold("web", quoted(book), key="c")
    assert refused.value.account == "acme"
    assert [change.number for change in books.limit_changes("web")] == [1]
    assert [change.number for change in books.limit_changes("acme")] == [2]
    with pytest.raises(InvalidEntry, match="change that of 'acme'"):
        books.change_floor("web", "-1", key="f", **WHY)
    assert books.verify().problems == ()


def test_credit_is_granted_and_taken_back_as_far_as_it_is_not_used(
    books: Ledger, book: PriceBook
) -> None:
    books.open_account("acme", currency="USD")
    with pytest.raises(InsufficientFunds):
        books.hold("acme", quoted(book), key="a")
    books.change_floor("acme", -3 * PRICE, key="credit", **WHY)
    books.hold("acme", quoted(book, 2), key="a")
    with pytest.raises(InvalidEntry, match="is available: at most that"):
        books.change_floor("acme", -PRICE, key="back", **WHY)
    books.change_floor("acme", -2 * PRICE, key="some", **WHY)
    with pytest.raises(InsufficientFunds):
        books.hold("acme", quoted(book), key="b")
    assert books.balance("acme").floor == -2 * PRICE
    assert books.verify().problems == ()


def test_a_floor_is_lowered_though_a_late_charge_went_below_it(
    books: Ledger, book: PriceBook
) -> None:
    books.open_account("acme", currency="USD")
    books.top_up("acme", 2 * PRICE, key="t")
    late = books.hold("acme", quoted(book, 2), key="late")
    books.expire(late.expires_at)
    books.hold("acme", quoted(book, 2), key="other")
    books.capture(late.id, images=2, key="late/capture")
    assert books.balance("acme").available == -2 * PRICE
    books.change_floor("acme", -PRICE, key="f", **WHY)
    with pytest.raises(InvalidEntry):
        books.change_floor("acme", "0", key="g", **WHY)
    assert books.verify().problems == ()


def test_the_same_key_changes_a_limit_once_and_no_other(books: Ledger) -> None:
    limited(books, 5)
    first = books.change_limit("acme", "7", key="k", **WHY)
    books.change_limit("acme", "8", key="l", **WHY)
    again = books.change_limit("acme", "7", key="k", **WHY)
    assert (again, first.repeated, again.repeated) == (first, False, True)
    assert books.balance("acme").monthly_limit == 8
    with pytest.raises(IdempotencyConflict, match="another change of its limits"):
        books.change_limit("acme", "9", key="k", **WHY)
    with pytest.raises(IdempotencyConflict):
        books.change_floor("acme", "7", key="k", **WHY)
    assert len(books.limit_changes("acme")) == 2


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"monthly_limit": "-1"}, "monthly_limit"),
        ({"limit_kind": "firm"}, "limit_kind"),
        ({"reason": " "}, "reason"),
        ({"actor": "a\x00b"}, "actor"),
        ({"key": ""}, "key"),
        ({"monthly_limit": 1.5}, None),
        ({"account": "nobody"}, "account"),
    ],
)
def test_what_is_no_change_of_limits_is_refused_by_name(
    books: Ledger, change: dict[str, object], param: str | None
) -> None:
    limited(books, 5)
    good = {"account": "acme", "monthly_limit": "7", "key": "k", **WHY}
    with pytest.raises((BillingError, PricingError)) as refused:
        books.change_limit(**{**good, **change})  # type: ignore[arg-type]  # wrong on purpose
    assert isinstance(refused.value, BillingError | PricingError)
    assert refused.value.param == param
    assert books.limit_changes("acme") == []


def test_changes_that_race_with_holds_leave_books_that_verify(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 30)

    def work(index: int) -> str:
        if index % 4 == 0:
            limit = (3, 30, None)[index // 4 % 3]
            most = None if limit is None else limit * PRICE
            return books.change_limit("acme", most, key=f"c-{index}", **WHY).account
        try:
            return books.hold("acme", quoted(book), key=f"h-{index}").account
        except BudgetExceeded as refused:
            return refused.code

    assert set(at_once(24, work)) <= {"acme", "budget_exceeded"}
    assert len(books.limit_changes("acme")) == 6
    assert books.verify().problems == ()


@pytest.mark.parametrize("code", ["acme", "member"])
def test_a_change_turns_the_month_and_a_clock_that_goes_back_does_not_turn_it_again(
    code: str, books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 5)
    books.open_account("member", currency="USD", parent="acme", monthly_limit=5 * PRICE)
    books.hold(code, quoted(book, 2), key="a")
    clock.now = NOVEMBER
    books.change_limit(code, 3 * PRICE, key="less", **WHY)
    assert spent(books, code) == ("2026-11", 0)
    clock.now = OCTOBER
    books.hold(code, quoted(book, 3), key="b")
    clock.now = NOVEMBER
    assert spent(books, code) == ("2026-11", 3)
    assert books.verify().problems == ()
