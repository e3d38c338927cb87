"""What a limit was stays known: as of any instant, append-only, and verified."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing import (
    AccountExists,
    Ledger,
)
from billing.database.engines import writing
from pricing import PriceBook
from tests.billing.months import OCTOBER, PRICE, WHY, Calendar, limited, quoted
from tests.billing.tampering import tampered


def test_what_the_limit_was_then_stays_known(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 5)
    opened = clock.now
    clock.now += timedelta(days=1)
    changed = books.change_limit("acme", 7 * PRICE, key="k", limit_kind="soft", **WHY)
    clock.now += timedelta(days=1)
    books.change_floor("acme", "-9", key="f", **WHY)

    def then(**as_of: object) -> tuple[object, ...]:
        found = books.balance("acme", **as_of)  # type: ignore[arg-type]  # by name
        assert found.monthly_limit is not None
        return found.floor, found.monthly_limit / PRICE, found.limit_kind

    assert then(as_of_recorded=opened) == (0, 5, "hard")
    assert then(as_of_recorded=changed.recorded_at) == (0, 7, "soft")
    assert then(as_of_occurred=changed.recorded_at) == (0, 7, "soft")
    assert then(as_of_recorded=clock.now) == then() == (-9, 7, "soft")
    assert books.balance("acme", as_of_recorded=clock.now) == books.balance("acme")
    # The account says what it was opened with; either terms open it again.
    first = books.open_account("acme", currency="USD", monthly_limit=5 * PRICE)
    now = {"floor": "-9", "monthly_limit": 7 * PRICE}
    assert books.open_account("acme", currency="USD", limit_kind="soft", **now) == first  # type: ignore[arg-type]  # by name
    with pytest.raises(AccountExists, match=r"monthly limit 0\.36876 soft, not 6 hard"):
        books.open_account("acme", currency="USD", monthly_limit="6")


def test_time_never_runs_backwards_between_changes_and_transfers(
    books: Ledger, clock: Calendar
) -> None:
    limited(books, 5)
    changed = books.change_limit("acme", "7", key="k", **WHY)
    clock.now = OCTOBER - timedelta(hours=1)
    row = books.top_up("acme", "1", key="t2")
    again = books.change_limit("acme", "8", key="l", **WHY)
    assert changed.recorded_at == row.recorded_at == again.recorded_at == OCTOBER
    clock.now = OCTOBER
    assert books.verify().problems == ()


def test_history_of_limits_is_append_only(books: Ledger) -> None:
    limited(books, 5)
    books.change_limit("acme", "7", key="k", **WHY)
    for statement in (
        "UPDATE limit_change SET month_limit = 1",
        "DELETE FROM limit_change",
        "INSERT OR REPLACE INTO limit_change SELECT * FROM limit_change"
        if books.engine.dialect.name == "sqlite"
        else "TRUNCATE limit_change",
    ):
        with pytest.raises(DBAPIError, match="append-only"), writing(books.engine) as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE balance SET month_limit = 99000000000", "month_limit is stored as 99.00 USD"),
        ("UPDATE balance SET floor = -5", "floor is stored as -0.000000005 USD"),
        ("UPDATE allowance SET month_limit = 5", "web: month_limit is stored as 0.000000005 USD"),
        ("UPDATE limit_change SET month_limit = 5 WHERE number = 3", "month_limit is stored as"),
        (
            "UPDATE limit_change SET month_limit = 5 WHERE number = 1",
            "above its limit of 0.000000005 USD",
        ),
        ("DELETE FROM limit_change WHERE number = 1", "number 1 is missing before it"),
        ("DELETE FROM limit_change WHERE number = 3", "month_limit is stored as"),
        ("UPDATE limit_change SET version = 9 WHERE number = 3", "made after version 9"),
        ("UPDATE limit_change SET floor = 99000000000000 WHERE number = 1", "raised the floor"),
    ],
)
def test_a_limit_that_was_changed_behind_the_ledgers_back_is_found(
    books: Ledger, book: PriceBook, statement: str, said: str
) -> None:
    limited(books, 1)
    books.open_account("web", currency="USD", parent="acme", monthly_limit=PRICE)
    books.change_limit("acme", 3 * PRICE, key="c1", **WHY)
    books.hold("acme", quoted(book, 2), key="a")
    books.change_limit("web", 2 * PRICE, key="c2", **WHY)
    books.change_limit("acme", 4 * PRICE, key="c3", **WHY)
    assert books.verify().problems == ()
    problems = tampered(books, statement)
    assert any(said in each.detail for each in problems), problems
