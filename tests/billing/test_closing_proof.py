"""What was done to a closed month behind the ledger's back, `verify` finds and names."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import metadata, period_event
from billing.ledger.proof.verification import Problem
from pricing import PriceBook
from tests.billing.closed_month import closed_october
from tests.billing.months import OCTOBER, Calendar, quoted
from tests.billing.tampering import other_value, tampered


@pytest.fixture
def closed(books: Ledger, book: PriceBook, clock: Calendar) -> Ledger:
    """October is closed, and one row came late."""
    closed_october(books, book, clock)
    books.charge("acme", quoted(book), images=1, key="late", occurred_at=OCTOBER)
    assert books.verify().ok
    return books


def said(problems: list[Problem]) -> set[str]:
    return {f"{each.kind}: {each.detail}" for each in problems}


def test_a_balance_that_is_closed_less_far_than_it_should_be_is_named(closed: Ledger) -> None:
    problems = tampered(closed, "UPDATE balance SET closed_through = 0")

    assert said(problems) == {
        "balance: closed_through is stored as 0, the transfers give 202610",
    }


#: What a CHECK refuses to its owner, too, is not tried.
EDITED = [column.name for column in period_event.c if column.name != "kind"]


@pytest.mark.parametrize("column", EDITED)
def test_an_edit_of_any_column_of_a_closing_is_found(closed: Ledger, column: str) -> None:
    event = metadata.tables["period_event"]
    with reading(closed.engine) as connection:
        found = connection.execute(select(event)).mappings().one()
    value = 3 if column == "number" else other_value(event.c[column], found[column])

    problems = tampered(closed, update(event).values({column: value}))

    assert any(each.kind == "period" for each in problems)


def test_a_closing_that_was_taken_away_is_found(closed: Ledger) -> None:
    problems = tampered(closed, "DELETE FROM period_event")

    assert "balance: closed_through is stored as 202610, the transfers give 0" in said(problems)
    assert any("202610 was never closed" in each for each in said(problems))


def test_an_amount_that_was_edited_in_a_closed_month_no_longer_fits_the_digest(
    closed: Ledger,
) -> None:
    problems = tampered(closed, "UPDATE transfer SET amount = amount + 1 WHERE kind = 'capture'")

    (named,) = [each.detail for each in problems if each.kind == "period"]
    assert named == "close 1 of 202610: what counts in the month is not what counted then"


def test_a_late_row_that_was_put_into_the_closed_month_is_named(closed: Ledger) -> None:
    problems = tampered(closed, "UPDATE transfer SET booked_in = NULL WHERE idem_key = 'late'")

    named = [each.detail for each in problems if each.kind == "period"]
    assert any("it was recorded in 202610 after that month was closed" in each for each in named)
    assert any("is not what counted then" in each for each in named)


@pytest.mark.parametrize(
    ("booked", "words"),
    [("202609", "so it is not late"), ("203001", "202912 was never closed")],
)
def test_a_row_that_says_another_month_than_it_could_be_booked_in_is_named(
    closed: Ledger, booked: str, words: str
) -> None:
    problems = tampered(closed, f"UPDATE transfer SET booked_in = {booked} WHERE idem_key = 'late'")

    assert any(each.kind == "period" and words in each.detail for each in problems)


def test_the_month_that_a_late_row_is_booked_in_is_sealed(closed: Ledger) -> None:
    closed.seal()

    problems = tampered(closed, "UPDATE transfer SET booked_in = 202612 WHERE idem_key = 'late'")

    assert any(each.kind == "seal" and "(version 5)" in each.detail for each in problems)
