"""Verbs for many at once: answers in order, errors in their places, repeats as first answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

import pytest

from billing import (
    AccountNotFound,
    BillingError,
    BudgetExceeded,
    Capture,
    Evidence,
    Hold,
    HoldEnded,
    HoldNotFound,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    Ledger,
    Transfer,
)
from billing.database.engines import writing
from billing.ledger.verbs import BatchError
from pricing import PriceBook, QuoteExpired
from tests.billing.months import NOVEMBER, PRICE, Calendar, limited, quoted, spent

Row = TypeVar("Row", bound=Transfer)
Item = dict[str, object]


def made(answers: Sequence[Row | BatchError]) -> list[Row]:
    """The rows of a batch in which nothing was refused."""
    rows = [answer for answer in answers if isinstance(answer, Transfer)]
    assert len(rows) == len(answers), answers
    return rows


def holds(book: PriceBook, *keys: str, account: str = "acme", n: int = 1) -> list[Item]:
    return [{"account": account, "quote": quoted(book, n), "key": key} for key in keys]


def test_answers_are_in_order_and_errors_stand_in_their_places(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 5)
    old = quoted(book)
    clock.now = NOVEMBER
    new = quoted(book, 2, at=NOVEMBER)
    item: Item = {"account": "acme", "quote": new, "key": "a"}
    answers = books.hold_many(
        [
            item,
            {**item, "account": "nobody"},
            {**item, "key": ""},
            {**item, "key": "b", "quote": old},
            {**item, "key": "c", "quote": quoted(book, 6, at=NOVEMBER)},
            item,
            {**item, "quote": quoted(book, 1, at=NOVEMBER)},
            {**item, "key": "d", "on_deadline": "maybe"},
            {"account": "acme", "quote": new},
            {**item, "key": "e", "colour": "red"},
            {**item, "key": "f"},
        ]
    )
    assert [type(answer).__name__ for answer in answers] == [
        "Hold",
        AccountNotFound.__name__,
        InvalidEntry.__name__,
        QuoteExpired.__name__,
        BudgetExceeded.__name__,
        "Hold",
        IdempotencyConflict.__name__,
        *[InvalidEntry.__name__] * 3,
        "Hold",
    ]
    first, again = answers[0], answers[5]
    assert isinstance(first, Transfer)
    assert isinstance(again, Transfer)
    assert (first.id, first.repeated, again.repeated) == (again.id, False, True)
    assert spent(books) == ("2026-11", 4)
    assert books.verify().ok


def test_captures_and_charges_answer_in_order_too(books: Ledger, book: PriceBook) -> None:
    limited(books, 100)
    one, two = made(books.hold_many(holds(book, "a", "b", n=2)))
    books.void(two.id, key="v", reason="refused")
    answers = books.capture_many(
        [
            {"hold_id": one.id, "images": 2, "key": "a/end"},
            {"hold_id": one.id, "images": 1, "key": "a/again"},
            {"hold_id": two.id, "images": 1, "key": "b/end"},
            {"hold_id": "hold_" + "0" * 32, "images": 1, "key": "c"},
            {"hold_id": one.id, "images": 0, "key": "d"},
            {"hold_id": one.id, "images": 2, "key": "a/end"},
        ]
    )
    kinds = ["Capture", "HoldEnded", "HoldEnded", "HoldNotFound", "InvalidEntry", "Capture"]
    assert [type(answer).__name__ for answer in answers] == kinds
    assert isinstance(answers[1], HoldEnded)
    assert isinstance(answers[3], HoldNotFound)
    charges = books.charge_many(
        [
            {"account": "acme", "quote": quoted(book, 2), "images": 3, "key": "x"},
            {"account": "acme", "quote": quoted(book, 2), "images": 2, "key": "y"},
        ]
    )
    assert [type(answer).__name__ for answer in charges] == ["InvalidEntry", "Charge"]
    assert books.balance("acme").posted == 4 * PRICE
    assert books.verify().ok


def test_one_item_that_is_refused_takes_no_other_with_it(books: Ledger, book: PriceBook) -> None:
    limited(books, 100)
    for code, limit in (("app", None), ("web", 2 * PRICE)):
        books.open_account(code, currency="USD", parent="acme", monthly_limit=limit)
    books.open_account("poor", currency="USD")
    spenders = ["web", "acme", "web", "poor", "web", "app"]
    items = [
        item
        for number, code in enumerate(spenders)
        for item in holds(book, f"{number}", account=code)
    ]
    answers = books.hold_many(items)
    refused = {i: each.code for i, each in enumerate(answers) if isinstance(each, BillingError)}
    assert refused == {3: InsufficientFunds.code, 4: BudgetExceeded.code}
    assert [answer.account for answer in answers if isinstance(answer, Transfer)] == [
        *("web", "acme", "web", "app")
    ]
    assert (spent(books, "web"), spent(books)) == (("2026-10", 2), ("2026-10", 4))
    assert books.verify().ok


def test_a_batch_that_is_repeated_answers_with_its_first_rows(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 3)
    items = holds(book, "a", "b", "c", "d")
    first, again = books.hold_many(items), books.hold_many(items)
    assert first[:3] == again[:3]
    assert [row.repeated for row in made(first[:3]) + made(again[:3])] == [False] * 3 + [True] * 3
    assert [type(answers[3]) for answers in (first, again)] == [BudgetExceeded] * 2
    ends = [{"hold_id": row.id, "images": 1, "key": f"{row.id}/end"} for row in made(first[:3])]
    assert made(books.capture_many(ends)) == made(books.capture_many(ends))
    assert books.balance("acme").version == 7
    # What a batch has made, a single verb repeats, and the other way round.
    assert books.hold("acme", quoted(book), key="b").repeated
    assert books.verify().ok


def test_no_item_is_no_work(books: Ledger) -> None:
    assert (books.hold_many([]), books.capture_many([]), books.charge_many([])) == ([], [], [])


def test_more_than_a_thousand_items_are_as_good_as_one(books: Ledger, book: PriceBook) -> None:
    limited(books, 1100)
    books.open_account("web", currency="USD", parent="acme", monthly_limit=100 * PRICE)
    spenders = ["web" if number % 4 == 0 else "acme" for number in range(1204)]
    quote = quoted(book)
    answers = books.hold_many(
        [
            {"account": code, "quote": quote, "key": f"job-{number}"}
            for number, code in enumerate(spenders)
        ]
    )
    rows = [answer for answer in answers if isinstance(answer, Transfer)]
    refused = [answer for answer in answers if isinstance(answer, BudgetExceeded)]
    # 903 of acme, 100 of web; web's own limit refuses the rest.
    assert (len(rows), len(refused), {error.account for error in refused}) == (1003, 201, {"web"})
    ends = [{"hold_id": row.id, "images": 1, "key": f"{row.id}/end"} for row in rows]
    captures = made(books.capture_many(ends))
    assert [capture.hold_id for capture in captures] == [row.id for row in rows]
    assert spent(books) == ("2026-10", 1003)
    assert books.balance("acme").posted == 1003 * PRICE
    assert books.verify().problems == ()


def test_evidence_is_kept_with_each_capture_of_a_batch(books: Ledger, book: PriceBook) -> None:
    limited(books, 100)
    rows = made(books.hold_many(holds(book, "a", "b", "c")))
    seen = [Evidence(request_id=f"req_{row.key}", http_status=200, delivered=1) for row in rows]
    items: list[Item] = [
        {"hold_id": row.id, "images": 1, "key": f"{row.key}/end", "evidence": evidence}
        for row, evidence in zip(rows, seen, strict=True)
    ]
    captures = made(books.capture_many([*items, items[0]]))
    assert [capture.request_id for capture in captures[:3]] == ["req_a", "req_b", "req_c"]
    for row, evidence in zip(rows, seen, strict=True):
        assert books.hold_by_id(row.id).evidence == (evidence,)
    assert books.verify().ok


def test_a_key_that_stands_twice_in_a_batch_is_decided_in_order(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 100)
    one, two = quoted(book), quoted(book, 2)
    items = [
        {"account": "acme", "quote": one, "key": "k"},
        {"account": "acme", "quote": one, "key": "k"},
        {"account": "acme", "quote": two, "key": "k"},
        {"account": "acme", "quote": two, "key": "l"},
        {"account": "acme", "quote": one, "key": "l"},
    ]
    first, again, conflict, other, last = books.hold_many(items)

    assert isinstance(first, Hold)
    assert isinstance(again, Hold)
    assert isinstance(other, Hold)
    assert (again, first.repeated, again.repeated) == (first, False, True)
    assert other.amount == 2 * PRICE
    assert [type(each) for each in (conflict, last)] == [IdempotencyConflict] * 2
    won, lost = books.capture_many(
        [{"hold_id": first.id, "images": 1, "key": key} for key in ("won", "lost")]
    )
    assert isinstance(won, Capture)
    assert isinstance(lost, HoldEnded)
    assert books.verify().problems == ()


def test_in_a_batch_of_many_accounts_no_instant_of_any_of_them_runs_backwards(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    limited(books, 100)
    for code in ("globex", "initech"):
        books.open_account(code, currency="USD", floor="-9")
    members = [("web", "acme"), ("app", "globex")]
    for code, parent in members:
        books.open_account(code, currency="USD", parent=parent)
    last = {"acme": clock.now}
    for number, hours in enumerate((2, -3, 1, -1)):
        clock.now += timedelta(hours=hours)
        codes = ["globex", "acme", "web", "initech", "app"][number:]
        quote = quoted(book, at=clock.now)
        items = [{"account": code, "quote": quote, "key": f"{number}"} for code in codes]
        for row in made(books.hold_many(items)):
            purse = dict(members).get(row.account, row.account)
            assert row.recorded_at == max(clock.now, last.get(purse, clock.now))
            last[purse] = row.recorded_at
    clock.now += timedelta(hours=4)
    assert books.verify().problems == ()


def test_a_batch_in_the_callers_transaction_is_the_callers_to_commit(
    books: Ledger, book: PriceBook
) -> None:
    limited(books, 5)
    with writing(books.engine) as connection:
        inside = books.within(connection)
        rows = made(inside.hold_many(holds(book, "a", "b")))
        ends = [{"hold_id": row.id, "images": 1, "key": f"{row.id}/end"} for row in rows]
        made(inside.capture_many(ends))
        short = inside.hold_many(holds(book, "c", n=4) + holds(book, "d", "a", n=1))
    assert [type(answer).__name__ for answer in short] == ["BudgetExceeded", "Hold", "Hold"]
    assert [row.repeated for row in made(short[1:])] == [False, True]
    assert spent(books) == ("2026-10", 3)
    assert books.verify().ok


def test_a_batch_that_the_caller_rolls_back_never_was(books: Ledger, book: PriceBook) -> None:
    limited(books, 5)
    before = books.balance("acme")
    items = holds(book, "a", "b")

    def change_my_mind() -> None:
        with writing(books.engine) as connection:
            inside = books.within(connection)
            rows = made(inside.hold_many(items))
            made(inside.capture_many([{"hold_id": rows[0].id, "images": 1, "key": "end"}]))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change_my_mind()
    assert books.balance("acme") == before
    assert [row.repeated for row in made(books.hold_many(items))] == [False, False]
    made(books.charge_many([{**items[0], "images": 1, "key": "c"}]))
    assert books.verify().ok
