"""The prices of a plan or of an account: a book's cells under dated overrides, discount or mark-up.

Precedence, cell by cell and instant by instant: account override, plan override, plan discount or
mark-up, price book. What a plan does not enable is not for sale, whatever it would cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.errors import InvalidValue, SizeNotEnabled
from pricing.instants import midnight_us
from pricing.money import EXACT, plain
from pricing.rates import Cell, RateList
from pricing.request_checks import ABSENT, check_fields
from pricing.seller import Seller

if TYPE_CHECKING:
    from pricing.book import PriceBook

#: (endpoint, size, quality)
CellKey = tuple[str, str, str]


class Override(NamedTuple):
    """The price of one cell from 00:00 UTC of a day on."""

    price: Decimal
    effective_from: date

    @property
    def from_ns(self) -> int:
        """Its first instant, in nanoseconds since 1970."""
        return midnight_us(self.effective_from) * 1000


#: By cell, oldest first.
Overrides = Mapping[CellKey, Sequence[Override]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """What a plan says of one model; the terms of an account without a plan say nothing."""

    name: str | None = None
    #: Exact sizes; None when all are enabled.
    sizes: frozenset[str] | None = None
    endpoints: tuple[str, ...] | None = None
    n_max: int | None = None
    #: What the book's price is multiplied by, and the rule as `set_by` names it.
    factor: Decimal = Decimal(1)
    rule: str = "book"
    overrides: Overrides


class PlanPrices(Seller):
    """What the accounts of one plan pay for one model, or one account with prices of its own."""

    __slots__ = ("_book_id", "terms")

    terms: PlanTerms

    def __init__(
        self, terms: PlanTerms, own: Overrides, *, price: PriceBook, cost: PriceBook
    ) -> None:
        self.terms = terms
        self._book_id = price.id
        super().__init__(price.offer, tuple(_segments(terms, own, price, cost)))

    @property
    def called(self) -> str:
        """Who sells, as an error names it."""
        return f"plan {self.terms.name}" if self.terms.name else f"book {self._book_id}"

    @property
    def enabled(self) -> tuple[str, ...]:
        """The sizes that may be asked for, in the order of the book."""
        sizes = self.terms.sizes
        return tuple(size for size in self.offer.sizes if sizes is None or size in sizes)

    def _check(self, given: Mapping[str, object]) -> None:
        check_fields(given, self.offer)
        size, n, terms = given["size"], given.get("n", ABSENT), self.terms
        if terms.sizes is not None and size not in terms.sizes:
            assert isinstance(size, str)
            # The catalog knows the account and says so; the plan alone does not.
            raise SizeNotEnabled(size, account="", enabled=self.enabled, plan=terms.name)
        if terms.n_max is not None and isinstance(n, int) and n > terms.n_max:
            why = f"Plan {terms.name} sells at most {terms.n_max} in one request."
            allowed = f"an integer from {self.offer.n.min} to {terms.n_max}"
            raise InvalidValue("n", n, allowed=allowed, why=why)


def _segments(
    terms: PlanTerms, own: Overrides, price: PriceBook, cost: PriceBook
) -> Iterator[RateList]:
    """A price list for every stretch of time in which no price and no cost changes."""
    dated = [*terms.overrides.values(), *own.values()]
    changes = {each.from_ns for overrides in dated for each in overrides}
    changes |= {rates.from_ns for book in (price, cost) for rates in book.rates}
    for rates in price.rates:
        inside = sorted(at for at in changes if rates.from_ns < at < rates.until_ns)
        starts = [rates.from_ns, *inside]
        for start, end in zip(starts, [*inside, rates.until_ns], strict=True):
            cells = tuple(
                _cell(cell, terms, own, _cost_cells(cost, start), start)
                for cell in rates.cells
                if _enabled(cell, terms)
            )
            yield replace(rates, cells=cells, from_ns=start, until_ns=end, answers={})


def _enabled(cell: Cell, terms: PlanTerms) -> bool:
    sold = terms.endpoints is None or cell.endpoint in terms.endpoints
    return sold and (terms.sizes is None or cell.size in terms.sizes)


def _cost_cells(cost: PriceBook, start_ns: int) -> Mapping[CellKey, Cell]:
    """The costs in force at an instant; none before the first list of the cost book."""
    for rates in cost.rates:
        if rates.from_ns <= start_ns < rates.until_ns:
            return {key_of(cell): cell for cell in rates.cells}
    return _NO_COSTS


_NO_COSTS: Final[Mapping[CellKey, Cell]] = {}


def _cell(
    cell: Cell, terms: PlanTerms, own: Overrides, costs: Mapping[CellKey, Cell], start_ns: int
) -> Cell:
    """The cell as the account pays it, with its cost as far as the cost book has it."""
    key = key_of(cell)
    unit_price, set_by = _price(cell, key, terms, own, start_ns)
    cost = costs.get(key)
    return replace(
        cell,
        unit_price=unit_price,
        set_by=set_by,
        plan=terms.name,
        unit_cost=cost.unit_price if cost else None,
        cost_currency=cost.currency if cost else None,
        cost_book=cost.book if cost else None,
    )


def _price(
    cell: Cell, key: CellKey, terms: PlanTerms, own: Overrides, start_ns: int
) -> tuple[Decimal, str]:
    for whose, overrides in (("account", own), ("plan", terms.overrides)):
        begun = [each for each in overrides.get(key, ()) if each.from_ns <= start_ns]
        if begun:
            return begun[-1].price, f"{whose} override {begun[-1].effective_from}"
    return plain(EXACT.multiply(cell.unit_price, terms.factor)), terms.rule


def key_of(cell: Cell) -> CellKey:
    """What names a cell within the price list of a model."""
    return cell.endpoint, cell.size, cell.quality
