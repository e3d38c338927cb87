"""Rates: the immutable price cells that holds and charges point at.

A rate is what one image cost under one price list of one book. Its id is a hash of its content, so
every process derives the same id and a charge keeps its price, book version and digest for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from billing.database.statements import ID, INT, TEXT, Kind, Statement, statement
from billing.database.wire import Wire
from billing.ledger.entries import digest_of
from pricing import BookRef, Quote
from pricing.money import to_nanos
from pricing.rates import Cell


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
        asked = (self.id.int, verb, account, n)
        known = _digests.get(asked)
        if known is None:
            if len(_digests) >= _KNOWN_MAX:
                _digests.clear()
            known = _digests[asked] = _request_digest(self, verb, account, n)
        return known


#: What is worked out once for a price and for a request. By number and by identity: Python hashes
#: a UUID, and a price with all it stands on, in more time than the rest of a verb's draft takes.
_KNOWN_MAX: Final = 4096
_digests: Final[dict[tuple[int, str, str, int], bytes]] = {}
_by_cell: Final[dict[int, tuple[Cell, RateRow, RateRow | None]]] = {}


def _request_digest(rate: RateRow, verb: str, account: str, n: int) -> bytes:
    return digest_of(
        verb,
        account=account,
        model=rate.model,
        endpoint=rate.endpoint,
        size=rate.size,
        quality=rate.quality,
        n=n,
        amount=rate.unit_price * n,
        currency=rate.currency,
    )


_KINDS: Final[dict[str, Kind]] = {
    name: {"id": ID, "unit_price": INT}.get(name, TEXT) for name in RateRow._fields
}


@cache
def _insert_if_new(dialect: str) -> Statement:
    values = ", ".join(f":{name}" for name in _KINDS)
    text = (
        f"INSERT INTO rate ({', '.join(_KINDS)}) SELECT {values} "  # noqa: S608
        "WHERE NOT EXISTS (SELECT 1 FROM rate WHERE id = :id)"
    )
    return statement(dialect, text, _KINDS)


def store(wire: Wire, row: RateRow) -> None:
    """Write the rate unless it is there.

    Raises:
        Clash: another transaction wrote it at the same moment.
    """
    wire.run(_insert_if_new(wire.dialect), row._asdict())


def rates_of(quote: Quote) -> tuple[RateRow, RateRow | None]:
    """The rate by which the account pays, and that by which the provider charges us, if any."""
    cell = quote.cell
    known = _by_cell.get(id(cell))
    if known is None or known[0] is not cell:
        if len(_by_cell) >= _KNOWN_MAX:
            _by_cell.clear()
        known = _by_cell[id(cell)] = (cell, _price_rate(cell), _cost_rate(cell))
    return known[1:]


def _price_rate(cell: Cell) -> RateRow:
    return _rate(_names(cell), cell.unit_price, cell.currency, cell.book, (cell.plan, cell.set_by))


def _cost_rate(cell: Cell) -> RateRow | None:
    if cell.unit_cost is None or cell.cost_currency is None or cell.cost_book is None:
        return None
    return _rate(_names(cell), cell.unit_cost, cell.cost_currency, cell.cost_book, (None, "book"))


def _names(cell: Cell) -> tuple[str, str, str, str, str]:
    return cell.model, cell.endpoint, cell.size, cell.tier, cell.quality


@lru_cache(4096)
def _rate(
    names: tuple[str, str, str, str, str],
    unit_price: Decimal,
    currency: str,
    book: BookRef,
    rule: tuple[str | None, str],
) -> RateRow:
    content = (
        *names,
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
        # By number: Python hashes a UUID in Python.
        self._stored: set[int] = set()

    def missing(self, *rows: RateRow | None) -> tuple[RateRow, ...]:
        """Those that may have to be written with an order; sorted, as locks are."""
        unknown = [row for row in rows if row is not None and row.id.int not in self._stored]
        return tuple(sorted(set(unknown))) if unknown else ()

    def remember(self, rows: Iterable[RateRow]) -> None:
        """Call after the commit: an uncommitted rate must not be taken for stored."""
        self._stored.update(row.id.int for row in rows)
