"""Rates: the immutable price cells that holds and charges point at.

A rate is what one image cost under one price list of one book. Its id is a hash of its content, so
every process derives the same id and a charge keeps its price, book version and digest for ever.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, exists, insert, literal_column, select

from billing.database.tables import rate
from billing.ledger.entries import digest_of
from pricing import BookRef, Quote
from pricing.money import to_nanos


class RateRow(NamedTuple):
    """A row of `rate`; `unit_price` in nano-units."""

    id: UUID
    model: str
    endpoint: str
    size: str
    tier: str
    quality: str
    unit_price: int
    currency: str
    book_id: str
    book_version: str
    book_digest: str
    plan: str | None
    set_by: str

    def request_digest(self, verb: str, *, account: str, n: int) -> bytes:
        """What makes a repeated key the same request: what is bought, by whom, at what price.

        Quote ids, times and book versions do not count: a restarted process repeats with a fresh
        quote.
        """
        return digest_of(
            verb,
            account=account,
            model=self.model,
            endpoint=self.endpoint,
            size=self.size,
            quality=self.quality,
            n=n,
            amount=self.unit_price * n,
            currency=self.currency,
        )


_columns = [column.name for column in rate.c]
_insert_if_new = insert(rate).from_select(
    _columns,
    select(*(bindparam(f"row_{column.name}", type_=column.type) for column in rate.c)).where(
        ~exists(
            select(literal_column("1")).select_from(rate).where(rate.c.id == bindparam("known"))
        )
    ),
)


def price_rate_of(quote: Quote) -> RateRow:
    """The rate by which the account pays."""
    rule = (quote.plan, quote.set_by)
    return _rate(quote, quote.unit_price, quote.currency, quote.book, rule)


def cost_rate_of(quote: Quote) -> RateRow | None:
    """The rate by which the provider charges us, or None when the quote names no cost."""
    if quote.unit_cost is None or quote.cost_currency is None or quote.cost_book is None:
        return None
    return _rate(quote, quote.unit_cost, quote.cost_currency, quote.cost_book, (None, "book"))


def _rate(
    quote: Quote, unit_price: Decimal, currency: str, book: BookRef, rule: tuple[str | None, str]
) -> RateRow:
    content = (
        quote.model,
        quote.endpoint,
        quote.size,
        quote.tier,
        quote.quality,
        to_nanos(unit_price),
        currency,
        book.id,
        book.version,
        book.digest,
        *rule,
    )
    digest = hashlib.sha256(json.dumps(content).encode()).digest()
    return RateRow(UUID(bytes=digest[:16]), *content)


class Rates:
    """The rates this process knows to be in the database."""

    def __init__(self) -> None:
        self._stored: set[UUID] = set()

    def store(self, connection: Connection, row: RateRow | None) -> None:
        """Write the rate unless it is there; remembered by `remember` once committed."""
        if row is not None and row.id not in self._stored:
            bound = {f"row_{name}": value for name, value in row._asdict().items()}
            connection.execute(_insert_if_new, {**bound, "known": row.id})

    def remember(self, *rows: RateRow | None) -> None:
        """Call after the commit: an uncommitted rate must not be taken for stored."""
        self._stored.update(row.id for row in rows if row is not None)
