"""A batch is nothing but its items one after the other: the same answers, the same books."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from billing import BudgetExceeded, InsufficientFunds, Ledger, Transfer
from billing.errors import BillingError
from billing.ledger.verbs import Verbs
from pricing import PriceBook, PricingError
from tests.billing.months import OCTOBER, PRICE, quoted

Item = dict[str, object]


def walk(verbs: Verbs, book: PriceBook, seed: int, side: str, *, is_batch: bool) -> list[str]:
    """Random holds, captures and charges of one side's accounts; what each was answered with."""
    chance = random.Random(seed)
    codes = [f"{side}-{code}" for code in ("rich", "poor", "web", "app")]
    said: list[str] = []

    def many(verb: str, items: Sequence[Mapping[str, object]]) -> list[object]:
        if is_batch:
            answers = list(getattr(verbs, f"{verb}_many")(items))
        else:
            answers = [single(verb, item) for item in items]
        said.extend(told(answer) for answer in answers)
        return answers

    def single(verb: str, item: Mapping[str, object]) -> object:
        try:
            return getattr(verbs, verb)(**item)
        except (BillingError, PricingError) as problem:
            return problem

    for turn in range(3):
        asked: list[Item] = [
            {
                "account": chance.choice(codes),
                "quote": quoted(book, chance.randint(1, 4)),
                "key": f"{turn}-{number}",
            }
            for number in range(15)
        ]
        asked += chance.sample(asked, 3)
        rows = [row for row in many("hold", asked) if isinstance(row, Transfer)]
        some = chance.sample(rows, len(rows) // 2) * 2
        if turn == 1:
            verbs.expire(OCTOBER + timedelta(days=1))
        many(
            "capture",
            [
                {"hold_id": row.id, "images": chance.randint(1, 5), "key": f"{turn}-end-{number}"}
                for number, row in enumerate(some)
            ],
        )
        many("charge", [{**item, "images": 1, "key": f"{item['key']}-c"} for item in asked[:6]])
    return said


def told(answer: object) -> str:
    if isinstance(answer, Transfer):
        return f"{answer.kind} {answer.amount} {answer.repeated}"
    # A batch says why when all of it is written: by then a second limit may be reached as well.
    if isinstance(answer, BudgetExceeded | InsufficientFunds):
        return "refused"
    return type(answer).__name__


@pytest.mark.parametrize("seed", range(4))
def test_a_batch_leaves_the_books_that_single_verbs_leave(
    books: Ledger, book: PriceBook, seed: int
) -> None:
    answers, figures = {}, {}
    for side in ("batch", "single"):
        books.open_account(f"{side}-rich", currency="USD", floor=-9, monthly_limit=40 * PRICE)
        books.open_account(f"{side}-poor", currency="USD", floor=-20 * PRICE)
        for code, parent, limit in (("web", "rich", 8), ("app", "poor", 12)):
            books.open_account(
                f"{side}-{code}",
                currency="USD",
                parent=f"{side}-{parent}",
                monthly_limit=limit * PRICE,
            )
        answers[side] = walk(books, book, seed, side, is_batch=side == "batch")
        figures[side] = standing(books, side)
    assert answers["batch"] == answers["single"]
    assert figures["batch"] == figures["single"]
    assert books.verify().problems == ()


def standing(books: Ledger, side: str) -> list[tuple[Decimal | int | None, ...]]:
    """The figures of all accounts of a side."""
    found = [books.balance(f"{side}-{code}") for code in ("rich", "poor", "web", "app")]
    return [
        (now.available, now.held, now.in_doubt, now.posted, now.month_spent, now.version)
        for now in found
    ]
