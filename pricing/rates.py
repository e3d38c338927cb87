"""Prices ready to be looked up: the cells of each dated price list; no request is checked here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypedDict

from pricing.book_rules import ENDPOINTS, SAME_AS_GENERATIONS
from pricing.instants import midnight_us
from pricing.money import EXACT, amount_text, plain
from pricing.request_checks import ABSENT, Offer

if TYPE_CHECKING:
    from pricing.book_file import RateEntry

_FOREVER_NS: Final = 2**127


class BookDict(TypedDict):
    """A book reference as JSON carries it."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class BookRef:
    """Which price book, which of its price lists, and exactly which content."""

    id: str
    #: The `effective_from` in force, as an ISO date.
    version: str
    #: sha256 of the book's canonical content, hex.
    digest: str

    def as_dict(self) -> BookDict:
        """The three as JSON carries them."""
        return {"id": self.id, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One price: what one image of this size and quality costs on this endpoint.

    `book` is the price book, also when a plan or an override set another price than the book has:
    `plan` and `set_by` say so, and `digest` tells the two cells apart. The cost fields are None
    unless a catalog made the cell.
    """

    book: BookRef
    model: str
    endpoint: str
    size: str
    tier: str
    quality: str
    currency: str
    unit_price: Decimal
    unit_cost: Decimal | None = None
    cost_currency: str | None = None
    cost_book: BookRef | None = None
    plan: str | None = None
    #: `book`, or the rule of a catalog that set `unit_price`.
    set_by: str = "book"

    @property
    def digest(self) -> str:
        """sha256, hex, of the price and all that it stands on: the book, the plan, the rule."""
        facts = (
            *(self.book.id, self.book.version, self.book.digest, self.plan, self.set_by),
            *(self.model, self.endpoint, self.size, self.tier, self.quality),
            *(amount_text(self.unit_price), self.currency),
        )
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    @property
    def margin(self) -> Decimal | None:
        """Price less cost of one image; None when the cost is unknown or in another currency."""
        if self.unit_cost is None or self.cost_currency != self.currency:
            return None
        return plain(EXACT.subtract(self.unit_price, self.unit_cost))


@dataclass(frozen=True, slots=True)
class Priced:
    """The answer to a request, but for the time: `n` images of a cell, and what was given."""

    cell: Cell
    n: int
    #: `unit_price` times `n`, exactly.
    total: Decimal
    quality_given: bool
    n_given: bool


#: (endpoint, model, size, quality, n) as a request gives them, with `ABSENT` for what it left out.
RequestKey = tuple[object, object, object, object, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateList:
    """One dated price list: in force from 00:00 UTC of `effective_from` until the next one is."""

    effective_from: date
    basis: str
    source: str
    checked: date
    #: Prices of 1,000,000 tokens by kind; empty when the list has none.
    tokens: Mapping[str, Decimal]
    #: Every price, in the order of the book: by endpoint, size, quality.
    cells: tuple[Cell, ...]
    #: Half-open, in nanoseconds since 1970.
    from_ns: int
    until_ns: int
    #: What was asked before: each answer is worked out once. It grows to cells x n at most.
    answers: dict[RequestKey, Priced] = field(default_factory=dict, repr=False)

    def priced(
        self, endpoint: object, size: object, quality: object, n: object, offer: Offer
    ) -> Priced | None:
        """The answer to checked values, `ABSENT` for the default; None when it is not sold."""
        wanted = (endpoint, size, offer.default_quality if quality is ABSENT else quality)
        count = offer.n.default if n is ABSENT else n
        assert isinstance(count, int)
        for cell in self.cells:
            if (cell.endpoint, cell.size, cell.quality) == wanted:
                total = EXACT.multiply(cell.unit_price, count)
                answer = Priced(cell, count, total, quality is not ABSENT, n is not ABSENT)
                # Keyed by our own values: a caller's str subclass must not stay in the table.
                given = ABSENT if quality is ABSENT else cell.quality
                self.answers[cell.endpoint, cell.model, cell.size, given, n] = answer
                return answer
        return None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The endpoints that are sold."""
        return tuple(dict.fromkeys(cell.endpoint for cell in self.cells))


#: In force before the first list of every book: sells nothing.
BEFORE_ALL: Final = RateList(
    effective_from=date.min,
    basis="",
    source="",
    checked=date.min,
    tokens=MappingProxyType({}),
    cells=(),
    from_ns=0,
    until_ns=0,
)


def rate_lists(
    entries: Sequence[RateEntry], offer: Offer, *, book_id: str, digest: str, currency: str
) -> tuple[RateList, ...]:
    """The price lists of a book, oldest first, each in force until the next one starts."""
    starts = [*(midnight_us(entry.effective_from) * 1000 for entry in entries), _FOREVER_NS]
    lists = []
    for position, entry in enumerate(entries):
        book = BookRef(book_id, entry.effective_from.isoformat(), digest)
        cells = tuple(_cells(entry, offer, book, currency))
        tokens = entry.tokens.model_dump(exclude_none=True) if entry.tokens else {}
        rate_list = RateList(
            effective_from=entry.effective_from,
            basis=entry.basis,
            source=entry.source,
            checked=entry.checked,
            tokens=MappingProxyType({kind: Decimal(price) for kind, price in tokens.items()}),
            cells=cells,
            from_ns=starts[position],
            until_ns=starts[position + 1],
        )
        lists.append(rate_list)
    return tuple(lists)


def _cells(entry: RateEntry, offer: Offer, book: BookRef, currency: str) -> Iterator[Cell]:
    edits = entry.generations if entry.edits == SAME_AS_GENERATIONS else entry.edits
    for endpoint, rows in zip(ENDPOINTS, (entry.generations, edits), strict=True):
        if not isinstance(rows, dict):
            continue
        for size, tier in offer.sizes.items():
            for quality in offer.qualities:
                yield Cell(
                    book=book,
                    model=offer.model,
                    endpoint=endpoint,
                    size=size,
                    tier=tier,
                    quality=quality,
                    currency=currency,
                    unit_price=_price(rows, size, tier, quality),
                )


def _price(rows: Mapping[str, Mapping[str, str]], size: str, tier: str, quality: str) -> Decimal:
    """The price of one cell: of the exact size where its row has the quality, else of the tier."""
    exact = rows.get(size, {}).get(quality)
    return Decimal(exact if exact is not None else rows[tier][quality])
