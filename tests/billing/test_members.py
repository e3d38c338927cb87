"""Members: accounts that spend their parent's money, each within a limit of its own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from billing import (
    AccountCurrency,
    AccountExists,
    AccountNotFound,
    Alert,
    BudgetExceeded,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
)
from billing.database.engines import reading
from billing.report.spans import month_span
from billing.report.usage import unsettled_sums, usage
from pricing import PriceBook
from tests.billing.months import NOVEMBER, OCTOBER, PRICE, Calendar, limited, quoted, spent


def member(books: Ledger, code: str, images: int | None = None, *, soft: bool = False) -> None:
    """A member of `acme` that may spend what so many images cost a month."""
    books.open_account(
        code,
        currency="USD",
        parent="acme",
        monthly_limit=None if images is None else PRICE * images,
        limit_kind="soft" if soft else "hard",
    )


def buckets(books: Ledger, account: str) -> tuple[int, ...]:
    """Held, in doubt and posted, in images at PRICE."""
    now = books.balance(account)
    return images(now.held), images(now.in_doubt), images(now.posted)


def images(amount: Decimal) -> int:
    """How many images at PRICE it is, exactly."""
    count, rest = divmod(amount, PRICE)
    assert rest == 0
    return int(count)


def test_a_member_stops_at_its_own_limit_though_its_parent_is_rich(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 100)
    member(books, "web", 2)
    books.hold("web", quoted(book, 2), key="a")
    before = books.balance("acme"), books.balance("web")

    with pytest.raises(BudgetExceeded) as refused:
        books.hold("web", quoted(book), key="b")

    error = refused.value
    assert (error.account, error.member, error.left) == ("web", None, Decimal(0))
    assert (books.balance("acme"), books.balance("web")) == before
    books.hold("acme", quoted(book), key="b")
    assert (spent(books, "web"), spent(books)) == (("2026-10", 2), ("2026-10", 3))
    assert books.verify().ok


def test_members_together_stop_at_their_parents_limit(books: Ledger, book: PriceBook) -> None:
    limited(books, 5)
    for code in ("app", "web"):
        member(books, code, 4)
        books.hold(code, quoted(book, 2), key="a")
    with pytest.raises(BudgetExceeded, match="'acme': its member 'web' asked") as refused:
        books.hold("web", quoted(book, 2), key="b")
    error = refused.value
    assert (error.account, error.member, error.left) == ("acme", "web", PRICE)
    books.charge("web", quoted(book), images=1, key="b")
    assert [spent(books, code)[1] for code in ("app", "web", "acme")] == [2, 3, 5]
    assert books.verify().ok


def test_members_together_stop_at_their_parents_floor(books: Ledger, book: PriceBook) -> None:
    books.open_account("acme", currency="USD", floor=-PRICE)
    books.top_up("acme", 3 * PRICE, key="t")
    for code in ("app", "web"):
        member(books, code)
        books.hold(code, quoted(book, 2), key="a")
    with pytest.raises(InsufficientFunds) as refused:
        books.hold("web", quoted(book), key="b")
    error = refused.value
    assert (error.available, error.floor, error.asked) == (-PRICE, -PRICE, PRICE)
    # The money that is short is the parent's: a top-up of that account would do.
    assert (error.account, error.member) == ("acme", "web")
    assert "Account 'acme': its member 'web' asked" in error.message
    assert books.balance("app").available == books.balance("acme").available == -PRICE
    assert books.verify().ok


def test_members_do_not_share_their_keys(books: Ledger, book: PriceBook) -> None:
    limited(books, 100)
    member(books, "app")
    member(books, "web")
    rows = [books.hold(code, quoted(book), key="job-1") for code in ("acme", "app", "web")]
    assert len({row.id for row in rows}) == 3
    assert [row.account for row in rows] == ["acme", "app", "web"]
    assert {row.key for row in rows} == {"job-1"}
    again = books.hold("web", quoted(book), key="job-1")
    assert again.repeated
    assert again == rows[2]
    with pytest.raises(IdempotencyConflict, match="'web'"):
        books.hold("web", quoted(book, 2), key="job-1")
    # Not even by a key that looks like another's.
    books.hold("acme", quoted(book), key="web/job-1")
    assert books.verify().ok


def test_everything_a_member_does_bears_its_name(books: Ledger, book: PriceBook) -> None:
    limited(books, 100)
    member(books, "web")
    hold = books.hold("web", quoted(book, 4), key="a")
    books.hold("acme", quoted(book), key="a")
    view = books.hold_by_key("web", "a")
    assert view is not None
    assert view.hold == hold == books.hold_by_id(hold.id).hold
    assert [each.hold.account for each in books.holds(account="web")] == ["web"]
    assert [each.hold.account for each in books.holds(account="acme")] == ["acme"]
    assert len(books.holds()) == 2

    capture = books.capture(hold.id, images=3, key="a/end")
    charge = books.charge("web", quoted(book), images=1, key="b")
    refund = books.refund(charge.id, PRICE, key="r", reason="blank")
    assert {row.account for row in (capture, charge, refund)} == {"web"}
    assert (capture.key, charge.key, refund.key) == ("a/end", "b", "r")
    with reading(books.engine) as connection:
        october = month_span("2026-10")
        rows = usage(connection, october, by=["account"])
        open_holds, _in_doubt = unsettled_sums(
            connection, october, now=OCTOBER, where={"account": "acme"}
        )
    assert [(row.keys["account"], row.images, row.amount) for row in rows] == [
        ("web", 4, 3 * PRICE)
    ]
    assert [(each.holds, each.amount) for each in open_holds] == [(1, PRICE)]


END: dict[str, tuple[Callable[[Ledger, str], object], tuple[int, int, int], int]] = {
    "capture": (lambda books, hold: books.capture(hold, images=3, key="e"), (0, 0, 3), 3),
    "void": (lambda books, hold: books.void(hold, key="e", reason="refused"), (0, 0, 0), 0),
    "doubt": (lambda books, hold: books.doubt(hold, key="e", reason="cut"), (0, 4, 0), 4),
    "expire": (
        lambda books, hold: books.expire(books.hold_by_id(hold).hold.expires_at),
        (0, 0, 0),
        0,
    ),
    "refund": (
        lambda books, hold: books.refund(
            books.capture(hold, images=4, key="e").id, PRICE, key="r", reason="blank"
        ),
        (0, 0, 3),
        3,
    ),
}


@pytest.mark.parametrize("end", list(END))
def test_whatever_ends_a_members_hold_gives_back_to_both(
    books: Ledger, book: PriceBook, end: str
) -> None:
    work, stands, month = END[end]
    limited(books, 100)
    member(books, "web", 4)
    hold = books.hold("web", quoted(book, 4), key="a")
    assert buckets(books, "web") == buckets(books, "acme") == (4, 0, 0)
    work(books, hold.id)
    assert buckets(books, "web") == buckets(books, "acme") == stands
    assert spent(books, "web") == spent(books) == ("2026-10", month)
    assert books.verify().ok


def test_a_late_capture_of_a_member_passes_both_limits(books: Ledger, book: PriceBook) -> None:
    limited(books, 2)
    member(books, "web", 2)
    late = books.hold("web", quoted(book, 2), key="a")
    books.expire(late.expires_at)
    books.hold("web", quoted(book, 2), key="b")
    assert books.capture(late.id, images=2, key="e").is_late
    assert spent(books, "web") == spent(books) == ("2026-10", 4)
    with pytest.raises(BudgetExceeded):
        books.hold("web", quoted(book), key="c")
    assert books.verify().ok


def test_a_member_starts_a_month_at_nothing_too(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 100)
    member(books, "web", 2)
    held_over = books.hold("web", quoted(book, 2), key="a")
    clock.now = NOVEMBER
    assert spent(books, "web") == ("2026-11", 0)
    books.hold("web", quoted(book, 2, at=NOVEMBER), key="b")
    books.void(held_over.id, key="v", reason="refused")
    assert spent(books, "web") == ("2026-11", 2)
    with pytest.raises(BudgetExceeded, match="2026-11"):
        books.hold("web", quoted(book, at=NOVEMBER), key="c")
    assert books.verify().ok


def test_a_soft_limit_of_a_member_and_one_of_its_parent_are_told_apart(
    books: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(books, 3, "soft")
    member(books, "web", 1, soft=True)
    books.hold("web", quoted(book, 2), key="a")
    both = books.hold("web", quoted(book, 2), key="b")
    assert [(alert.account, images(alert.over)) for alert in told] == [("web", 1), ("acme", 1)]
    assert [alert.transfer_id for alert in books.alerts("acme")] == [both.id]
    assert books.alerts("web") == told[:1]
    assert sorted(books.alerts(), key=lambda alert: alert.account) == told[::-1]
    assert books.verify().ok


def test_one_row_that_crosses_both_limits_is_told_for_both(
    books: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(books, 3, "soft")
    member(books, "web", 1, soft=True)
    books.charge("web", quoted(book, 4), images=4, key="a")
    expected = [("acme", 1), ("web", 3)]
    assert sorted((alert.account, images(alert.over)) for alert in told) == expected
    assert len(books.alerts()) == 2


def test_money_put_in_by_way_of_a_member_is_its_parents(books: Ledger) -> None:
    limited(books, 100)
    member(books, "web")
    row = books.top_up("web", "5", key="t")
    assert (row.account, row.repeated) == ("web", False)
    assert books.balance("acme").available == books.balance("web").available == 105
    books.adjust("web", "-4", key="a", reason="booked twice", actor="ana")
    assert books.balance("acme").available == 101
    with pytest.raises(InsufficientFunds):
        books.adjust("web", "-102", key="b", reason="too much", actor="ana")
    assert buckets(books, "web") == (0, 0, 0)
    assert books.verify().ok


def test_a_parent_has_money_of_its_own_and_the_same_currency(books: Ledger) -> None:
    books.open_account("acme", currency="USD")
    member(books, "web")
    with pytest.raises(AccountCurrency, match="kept in USD"):
        books.open_account("euro", currency="EUR", parent="acme")
    with pytest.raises(InvalidEntry, match="it has a parent itself"):
        books.open_account("deep", currency="USD", parent="web")
    with pytest.raises(InvalidEntry, match="the floor is the parent's"):
        books.open_account("floor", currency="USD", parent="acme", floor="-1")
    with pytest.raises(AccountNotFound, match="nobody") as unknown:
        books.open_account("orphan", currency="USD", parent="nobody")
    with pytest.raises(AccountNotFound):
        books.open_account("self", currency="USD", parent="self")
    assert unknown.value.param == "parent"
    assert [account.code for account in books.list_accounts()] == ["acme", "web"]


def test_a_member_stays_a_member_of_its_parent(books: Ledger) -> None:
    books.open_account("acme", currency="USD")
    books.open_account("other", currency="USD")
    member(books, "web", 2)
    first = books.account("web")
    assert (first.parent, first.monthly_limit, first.floor) == ("acme", 2 * PRICE, Decimal(0))
    member(books, "web", 2)
    for parent in (None, "other"):
        with pytest.raises(AccountExists, match=f"parent acme, not {parent or 'none'}"):
            books.open_account("web", currency="USD", parent=parent, monthly_limit=2 * PRICE)
    with pytest.raises(AccountExists) as refused:
        books.open_account("acme", currency="USD", parent="other", plan="partner")
    assert refused.value.differences == {"plan": ("none", "partner"), "parent": ("none", "other")}


def test_a_member_stands_at_its_parents_month_though_the_clock_was_set_back(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 100)
    member(books, "web", 2)
    books.hold("web", quoted(book, 2), key="a")
    clock.now = NOVEMBER
    books.top_up("acme", "1", key="november")
    clock.now = OCTOBER

    assert (spent(books, "web"), spent(books)) == (("2026-11", 0), ("2026-11", 0))
    books.hold("web", quoted(book, 2), key="b")
    assert spent(books, "web") == ("2026-11", 2)
    with pytest.raises(BudgetExceeded, match="2026-11"):
        books.hold("web", quoted(book), key="c")
    clock.now = NOVEMBER
    assert books.balance("web", as_of_recorded=NOVEMBER) == books.balance("web")
    assert books.verify().ok
