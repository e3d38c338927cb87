"""What a calendar month may take: hard limits refuse, soft ones tell, free things pass."""

from __future__ import annotations

import pytest

from billing import (
    AccountExists,
    Alert,
    BudgetExceeded,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
)
from pricing import Catalog, PriceBook
from tests.billing.months import OCTOBER, PRICE, limited, quoted, spent

FREE = """
schema_version: 1
models:
  gpt-image-2: {price: openai-gpt-image-2}
accounts:
  acme:
    overrides:
      - {model: gpt-image-2, endpoint: generations, size: 1024x1024, quality: medium,
         price: "0", effective_from: 2026-01-01}
"""


def test_a_hard_limit_is_reached_exactly_and_never_passed(books: Ledger, book: PriceBook) -> None:
    limited(books, 4)
    books.hold("acme", quoted(book, 3), key="a")
    before = books.balance("acme")

    with pytest.raises(BudgetExceeded) as refused:
        books.hold("acme", quoted(book, 2), key="b")

    assert books.balance("acme") == before
    assert books.hold("acme", quoted(book), key="b").amount == PRICE
    assert spent(books) == ("2026-10", 4)
    with pytest.raises(BudgetExceeded):
        books.charge("acme", quoted(book), images=1, key="c")
    error = refused.value
    assert (error.code, error.param, error.account) == ("budget_exceeded", "account", "acme")
    assert (error.asked, error.spent, error.left) == (2 * PRICE, 3 * PRICE, PRICE)
    assert (error.limit, error.month, error.currency) == (4 * PRICE, "2026-10", "USD")
    assert books.verify().ok


def test_a_refusal_names_the_limit_what_is_left_what_was_asked_and_what_would_help(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 1)
    with pytest.raises(BudgetExceeded) as over:
        books.hold("acme", quoted(book, 2), key="a")
    books.open_account("poor", currency="USD", floor="-0.1")
    with pytest.raises(InsufficientFunds) as short:
        books.hold("poor", quoted(book, 2), key="a")

    for words in (
        "'acme'",
        "asked 0.10536 USD",
        "0.05268 USD is left",
        "2026-10",
        "a smaller n, up to 1;",
    ):
        assert words in over.value.message
    for words in ("'poor'", "asked 0.10536 USD", "0.10 USD can be spent", "floor -0.10 USD"):
        assert words in short.value.message
    assert "top-up of 0.00536 USD would do, or a smaller n: up to 1." in short.value.message


def test_a_smaller_n_is_offered_only_where_one_would_fit(books: Ledger, book: PriceBook) -> None:
    limited(books, 0)
    books.open_account("poor", currency="USD")
    for account, kind in (("acme", BudgetExceeded), ("poor", InsufficientFunds)):
        for images in (1, 4):
            with pytest.raises(kind) as refused:
                books.hold(account, quoted(book, images), key=f"n{images}")
            assert "smaller n" not in str(refused.value)


def test_what_is_free_passes_an_exhausted_limit(books: Ledger, book: PriceBook) -> None:
    limited(books, 1)
    books.hold("acme", quoted(book), key="a")
    request = {"model": "gpt-image-2", "size": "1024x1024", "n": 2}
    free = Catalog.loads(FREE).quote(request, account="acme", at=OCTOBER)
    hold = books.hold("acme", free, key="b")
    assert hold.amount == 0
    assert books.capture(hold.id, images=1, key="c").released == 0
    assert spent(books) == ("2026-10", 1)
    assert books.verify().ok


def test_a_limit_of_zero_lets_nothing_through_and_no_limit_lets_everything(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 0)
    with pytest.raises(BudgetExceeded, match=r"0\.00 USD is left"):
        books.hold("acme", quoted(book), key="a")
    books.open_account("free", currency="USD", floor="-9")
    books.hold("free", quoted(book, 8), key="a")
    assert books.balance("free").monthly_limit is None
    assert spent(books, "free") == ("2026-10", 8)


def test_a_soft_limit_lets_through_and_tells_once_a_crossing(
    books: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(books, 2, "soft")
    books.hold("acme", quoted(book, 2), key="exactly at it")
    assert told == []

    crossing = books.hold("acme", quoted(book, 3), key="across")
    books.charge("acme", quoted(book), images=1, key="further")
    books.hold("acme", quoted(book, 3), key="across")

    alert = Alert(
        account="acme",
        month="2026-10",
        over=3 * PRICE,
        currency="USD",
        transfer_id=crossing.id,
        recorded_at=crossing.recorded_at,
    )
    assert told == books.alerts() == books.alerts("acme") == [alert]
    assert spent(books) == ("2026-10", 6)
    assert books.verify().ok


def test_a_limit_that_is_crossed_again_is_told_again(
    books: Ledger, book: PriceBook, told: list[Alert]
) -> None:
    limited(books, 2, "soft")
    first = books.hold("acme", quoted(book, 3), key="a")
    books.void(first.id, key="v", reason="refused")
    second = books.hold("acme", quoted(book, 4), key="b")
    books.capture(second.id, images=2, key="c")
    third = books.charge("acme", quoted(book), images=1, key="d")
    assert [alert.transfer_id for alert in told] == [first.id, second.id, third.id]
    assert [alert.over / PRICE for alert in books.alerts("acme")] == [1, 2, 1]
    assert books.verify().ok


def test_a_callback_that_fails_takes_nothing_back(ledger_url: str, book: PriceBook) -> None:
    def fails(alert: Alert) -> None:
        raise RuntimeError(alert.account)

    with Ledger.open(ledger_url, on_alert=fails) as books:
        limited(books, 1, "soft")
        hold = books.hold("acme", quoted(book, 2, at=None), key="a")
        assert books.balance("acme").held == hold.amount
        assert len(books.alerts()) == 1


def test_the_floor_and_the_limit_both_hold(books: Ledger, book: PriceBook) -> None:
    books.open_account("tight", currency="USD", monthly_limit=3 * PRICE)
    books.top_up("tight", 2 * PRICE, key="t")
    with pytest.raises(InsufficientFunds):
        books.hold("tight", quoted(book, 3), key="a")
    books.adjust("tight", 9 * PRICE, key="more", reason="credit note", actor="ana")
    books.hold("tight", quoted(book, 3), key="a")
    with pytest.raises(BudgetExceeded):
        books.hold("tight", quoted(book), key="b")
    # An adjustment is no spending: only the floor holds for it.
    books.adjust("tight", -8 * PRICE, key="less", reason="booked twice", actor="ana")
    assert spent(books, "tight") == ("2026-10", 3)
    assert books.verify().ok


@pytest.mark.parametrize(
    "other",
    [{"monthly_limit": "6"}, {"monthly_limit": None}, {"limit_kind": "soft"}],
    ids=["amount", "none", "kind"],
)
def test_an_account_is_not_opened_again_with_another_limit(
    books: Ledger, other: dict[str, str]
) -> None:
    terms = {"currency": "USD", "monthly_limit": "5"}
    first = books.open_account("acme", **terms)  # type: ignore[arg-type]  # by name
    assert books.open_account("acme", **terms) == first  # type: ignore[arg-type]  # by name
    with pytest.raises(AccountExists, match="monthly limit 5 hard"):
        books.open_account("acme", **{**terms, **other})  # type: ignore[arg-type]  # by name


def test_a_limit_below_zero_or_of_another_kind_is_refused(books: Ledger) -> None:
    with pytest.raises(InvalidEntry, match="monthly_limit"):
        books.open_account("acme", currency="USD", monthly_limit="-1")
    with pytest.raises(InvalidEntry, match="use hard or soft"):
        books.open_account("acme", currency="USD", limit_kind="firm")  # type: ignore[arg-type]  # refused
