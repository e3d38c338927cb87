"""A quote binds: the ledger holds at its price while it lasts, whatever list comes after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import Ledger
from pricing import Catalog, PriceBook, Quote, QuoteAltered, QuoteExpired

CHANGE = datetime(2026, 12, 1, tzinfo=UTC)
BOOK = PriceBook.loads("""
schema_version: 1
id: sold
model: m
currency: USD
quality: {allowed: [fine], default: fine}
n: {min: 1, max: 8, default: 1}
sizes: {640x480: 1K}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {1K: {fine: "1"}}}
  - {effective_from: 2026-12-01, basis: contract, source: a, checked: 2026-01-01,
     generations: {1K: {fine: "3"}}}
""")
ASKED = {"model": "m", "size": "640x480", "n": 2}


def ledger_at(url: str, now: datetime) -> Ledger:
    return Ledger.open(url, clock=lambda: now)


def test_a_hold_gets_the_quoted_price_after_a_new_list_has_come_into_force(
    sqlite_url: str,
) -> None:
    quote = Quote.from_json(BOOK.quote(ASKED, at=CHANGE - timedelta(minutes=5)).to_json())

    with ledger_at(sqlite_url, CHANGE + timedelta(minutes=5)) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "10", key="t")
        hold = ledger.hold("acme", quote, key="h")
        capture = ledger.capture(hold.id, images=1, key="c")

    assert (hold.amount, capture.amount) == (Decimal(2), Decimal(1))
    assert (hold.book.version, hold.book.digest) == ("2026-01-01", BOOK.digest)
    assert BOOK.quote(ASKED, at=CHANGE + timedelta(minutes=5)).total == 6


def test_an_expired_quote_holds_nothing(sqlite_url: str) -> None:
    quote = BOOK.quote(ASKED, at=CHANGE - timedelta(minutes=5))

    with ledger_at(sqlite_url, CHANGE + timedelta(minutes=10)) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "10", key="t")
        with pytest.raises(QuoteExpired):
            ledger.hold("acme", quote, key="h")
        assert ledger.balance("acme").available == 10


def test_a_price_that_a_plan_set_is_held_and_cannot_be_altered(sqlite_url: str) -> None:
    text = 'price: openai-gpt-image-2}}\nplans: {p: {discount: "0.5"}}\naccounts: {acme: {plan: p}}'
    catalog = Catalog.loads(f"schema_version: 1\nmodels: {{gpt-image-2: {{{text}")
    request = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    written = catalog.quote(request, account="acme").to_json()

    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD", plan="p")
        ledger.top_up("acme", "10", key="t")
        hold = ledger.hold("acme", Quote.from_json(written), key="h")

    assert hold.amount == Decimal("0.10536")
    for old, new in (('"0.10536"', '"0.00536"'), ("discount 0.5", "discount 0.9")):
        with pytest.raises(QuoteAltered):
            Quote.from_json(written.replace(old, new))
