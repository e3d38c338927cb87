"""What a charge keeps: its price, who set it, its cost, and the book of both, for ever."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from billing import Ledger
from pricing import Catalog
from tests.billing.marked_up import CATALOG, REQUEST


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.loads(CATALOG, folder=tmp_path)


def test_a_capture_posts_price_and_cost_of_what_was_delivered(
    acme: Ledger, catalog: Catalog
) -> None:
    quote = catalog.quote(REQUEST, account="acme")
    hold = acme.hold("acme", quote, key="job")
    assert (hold.unit_price, hold.cost, hold.plan) == (
        Decimal("0.2634"),
        Decimal("0.84288"),
        "partner",
    )
    assert hold.set_by == quote.set_by != "book"
    capture = acme.capture(hold.id, images=3, key="c", actual_cost=Decimal("0.65"))
    assert (capture.amount, capture.cost, capture.actual_cost) == (
        Decimal("0.7902"),
        Decimal("0.63216"),
        Decimal("0.65"),
    )
    assert acme.verify().ok


def test_price_and_cost_keep_their_books(acme: Ledger, catalog: Catalog) -> None:
    quote = catalog.quote(REQUEST, account="acme")
    charge = acme.charge("acme", quote, images=4, key="line")
    assert charge.cost == quote.cost
    statement = text(
        "SELECT price.plan, price.set_by, price.book_digest, cost.plan, cost.set_by, "
        "cost.book_digest FROM transfer JOIN rate price ON price.id = rate_id "
        "JOIN rate cost ON cost.id = cost_rate_id"
    )
    with acme.engine.connect() as connection:
        (row,) = connection.execute(statement).all()
    digest = quote.book.digest
    assert tuple(row) == ("partner", quote.set_by, digest, None, "book", digest)


def test_a_price_without_a_cost_has_none_rather_than_zero(acme: Ledger) -> None:
    quote = Catalog.loads(CATALOG).books("gpt-image-2").price.quote(REQUEST)
    hold = acme.hold("acme", quote, key="job")
    assert (hold.cost, acme.capture(hold.id, images=4, key="c").cost) == (None, None)
