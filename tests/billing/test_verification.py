"""`verify` finds what was changed behind the ledger's back, and names it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from billing import Ledger
from pricing import PriceBook


@pytest.fixture
def used(acme: Ledger, book: PriceBook) -> Ledger:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    for number in range(4):
        hold = acme.hold("acme", quote, key=f"job-{number}")
        if number < 2:
            acme.capture(hold.id, images=1, key=f"job-{number}/capture")
    acme.doubt(hold.id, key="doubt", reason="unknown")
    return acme


def tamper(ledger: Ledger, statement: str) -> list[str]:
    with ledger.engine.begin() as connection:
        if ledger.engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE transfer DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER transfer_no_update"))
            connection.execute(text("DROP TRIGGER transfer_no_delete"))
        connection.execute(text(statement))
    return [problem.kind for problem in ledger.verify().problems]


def test_untouched_books_are_in_order(used: Ledger) -> None:
    found = used.verify()
    assert (found.ok, found.accounts, found.transfers) == (True, 1, 8)


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE balance SET posted = posted + 1, available = available - 1", {"balance"}),
        ("UPDATE balance SET version = 99", {"balance"}),
        ("UPDATE transfer SET amount = amount + 1 WHERE kind = 'top-up'", {"balance"}),
        (
            "UPDATE transfer SET amount = amount + 1 WHERE version = 3",
            {"price", "hold", "holds", "balance"},
        ),
        ("UPDATE transfer SET images = 2 WHERE kind = 'capture' AND version = 3", {"price"}),
        ("DELETE FROM transfer WHERE kind = 'doubt'", {"balance"}),
        (
            "UPDATE transfer SET version = 50 WHERE version = 4",
            {"version", "hold", "holds", "balance"},
        ),
    ],
)
def test_every_change_behind_the_ledgers_back_is_found(
    used: Ledger, statement: str, kinds: set[str]
) -> None:
    assert set(tamper(used, statement)) == kinds
