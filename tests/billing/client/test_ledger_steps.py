"""Steps of many calls in one batch: a ledger that is away is asked once for all of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from billing import Evidence, Ledger, LedgerUnavailable
from billing.client import Receipt
from billing.client.call.ledger_steps import Settle, TakeHold
from billing.client.call.settling import HoldItem
from billing.client.outcome.table import Outcome
from billing.ledger.transfers import Hold
from pricing import PriceBook

CAPTURED = Outcome("capture", 1, "1 delivered")


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Ledger]:
    """It waits for a tenth of a second while another writes; acme has 10 USD."""
    with Ledger.open(f"sqlite:///{tmp_path}/l.db?timeout=0.1", group_writer=True) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "10", key="first-top-up")
        yield ledger


def takings(book: PriceBook) -> list[TakeHold]:
    asked = {"model": "gpt-image-2", "prompt": "a red kite", "size": "1024x1024"}
    quotes = [book.quote(asked) for _ in range(3)]
    return [
        TakeHold(account="acme", quote=quote, key=f"job-{number}", tags={})
        for number, quote in enumerate(quotes)
    ]


@pytest.fixture
def locked(impatient: Ledger, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else, to begin a transaction on."""
    other = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
    yield other
    other.close()


def test_no_hold_of_a_batch_is_asked_for_again(
    impatient: Ledger, locked: sqlite3.Connection, book: PriceBook
) -> None:
    steps = takings(book)
    locked.execute("BEGIN IMMEDIATE")
    answers = TakeHold.run_together(steps, impatient)
    locked.execute("ROLLBACK")
    assert [type(answer) for answer in answers] == [LedgerUnavailable] * 3
    assert impatient.balance("acme").available == 10


def test_a_hold_of_a_batch_that_failed_after_all_is_the_calls_own(
    impatient: Ledger, book: PriceBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_many = impatient.hold_many

    def failing(items: Sequence[HoldItem]) -> list[Hold | Exception]:
        hold_many(items[:2])  # what is asked for in pieces is committed in pieces
        raise RuntimeError("a bug")

    monkeypatch.setattr(impatient, "hold_many", failing)
    steps = takings(book)
    with pytest.raises(RuntimeError):
        TakeHold.run_together(steps, impatient)
    claims = [step.run(impatient) for step in steps]
    assert [claim.earlier for claim in claims] == [None] * 3
    assert impatient.balance("acme").held == sum(step.quote.total for step in steps)
    spent = replace(steps[0], quote=takings(book)[0].quote).run(impatient)
    assert spent.earlier is not None


def test_each_answer_of_a_batch_is_kept_and_booked_later(
    impatient: Ledger, locked: sqlite3.Connection, book: PriceBook
) -> None:
    steps = [
        Settle(
            hold=step.run(impatient).hold,
            quote=step.quote,
            outcome=CAPTURED,
            evidence=Evidence(delivered=1),
            actual_cost=None,
            spool=None,
        )
        for step in takings(book)
    ]
    locked.execute("BEGIN IMMEDIATE")
    answers = Settle.run_together(steps, impatient)
    locked.execute("ROLLBACK")
    assert [(each.state, each.spooled) for each in answers if isinstance(each, Receipt)] == [
        ("open", True)
    ] * 3
    assert [line.result for line in impatient.replay().lines] == ["settled"] * 3
    states = [impatient.hold_by_id(step.hold.id).state for step in steps]
    assert states == ["captured"] * 3
