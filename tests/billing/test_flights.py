"""Large batches on PostgreSQL go in pieces that overlap, and answer as if they did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from billing import Hold, InsufficientFunds, Ledger
from billing.database.wires import WIRES_MAX
from pricing import PriceBook, Quote

MANY = 120


class Interrupting:
    """The clock of a ledger whose caller presses Ctrl-C when it has been asked so often."""

    def __init__(self) -> None:
        self.asked = 0
        self.interrupts_at: int | None = None

    def __call__(self) -> datetime:
        self.asked += 1
        if self.asked == self.interrupts_at:
            raise KeyboardInterrupt
        return datetime.now(UTC)


@pytest.fixture
def clock() -> Interrupting:
    """The clock of `flying`."""
    return Interrupting()


@pytest.fixture
def flying(postgres_url: str, clock: Interrupting) -> Iterator[Ledger]:
    """A ledger on PostgreSQL with an account that has some money."""
    with Ledger.open(postgres_url, clock=clock) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "1000", key="funds")
        yield ledger


@pytest.fixture
def quote(book: PriceBook) -> Quote:
    """One image."""
    return book.quote({"model": book.model, "size": "1024x1024", "quality": "low"})


@pytest.fixture
def items(quote: Quote) -> Callable[[str], list[dict[str, object]]]:
    """Items of a batch of several pieces, by what their keys begin with."""
    return lambda begin: [
        {"account": "acme", "quote": quote, "key": f"{begin}-{number}"} for number in range(MANY)
    ]


Items = Callable[[str], list[dict[str, object]]]


def all_turns_are_back(ledger: Ledger) -> bool:
    """Whether as many may fly, and as many connections be taken, as at the beginning."""
    flights = ledger._flights
    assert flights is not None
    turns = (flights._turns.qsize(), flights._wires._turns.qsize())
    return turns == (WIRES_MAX // 2, WIRES_MAX)


def test_a_key_that_stands_in_two_pieces_is_one_row(flying: Ledger, items: Items) -> None:
    batch = items("job")
    batch[-1] = batch[0]

    answers = flying.hold_many(batch)

    held = [answer for answer in answers if isinstance(answer, Hold)]
    assert len(held) == MANY
    assert held[-1].repeated
    assert held[-1].id == held[0].id
    assert len({hold.id for hold in held}) == MANY - 1


def test_money_for_some_pieces_is_taken_by_those_that_come_first(
    flying: Ledger, items: Items, quote: Quote
) -> None:
    for_some = 70 * quote.total
    flying.adjust(
        "acme", for_some - flying.balance("acme").available, key="rest", reason="less", actor="ana"
    )

    answers = flying.hold_many(items("job"))

    assert [isinstance(answer, Hold) for answer in answers] == [True] * 70 + [False] * 50
    assert {type(answer) for answer in answers[70:]} == {InsufficientFunds}
    assert flying.balance("acme").available == 0
    assert flying.verify().ok


def test_a_batch_that_is_interrupted_in_the_air_is_found_by_its_keys(
    flying: Ledger, items: Items, clock: Interrupting
) -> None:
    flying.hold_many(items("warm-up"))  # so that the next flies: its rates are stored
    clock.asked, clock.interrupts_at = 0, MANY + MANY * 3 // 4  # drafting the second piece

    with pytest.raises(KeyboardInterrupt):
        flying.hold_many(items("job"))

    assert all_turns_are_back(flying)
    again = [answer for answer in flying.hold_many(items("job")) if isinstance(answer, Hold)]
    assert len(again) == MANY
    assert flying.balance("acme").version == 1 + 2 * MANY
    assert flying.verify().ok


def test_more_callers_than_may_fly_are_all_answered(flying: Ledger, items: Items) -> None:
    with ThreadPoolExecutor(16) as threads:
        batches = list(threads.map(lambda name: flying.hold_many(items(name)), "abcdefghijklmnop"))

    assert all(isinstance(answer, Hold) for answers in batches for answer in answers)
    assert flying.balance("acme").version == 1 + 16 * MANY
    assert all_turns_are_back(flying)
