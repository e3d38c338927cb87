"""What changes between two price lists, cell by cell, and what a month of usage costs under both.

It compares; it decides nothing and writes nothing. All figures are exact but for per cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pricing.errors import CurrencyMismatch
from pricing.margins import percent_of
from pricing.money import EXACT, plain
from pricing.plans import CellKey, key_of

if TYPE_CHECKING:
    from pricing.book import PriceBook
    from pricing.rates import RateList


class CellChange(NamedTuple):
    """One cell whose price differs; a side that does not have the cell is None."""

    endpoint: str
    size: str
    quality: str
    old: Decimal | None
    new: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """New less old, exactly; None when a side does not have the cell."""
        if self.old is None or self.new is None:
            return None
        return plain(EXACT.subtract(self.new, self.old))

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the old price, two decimals; None when there was none or 0."""
        if self.old is None or self.change is None:
            return None
        return percent_of(self.change, self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDiff:
    """How one price list differs from another, in their own order; false when it does not."""

    old: RateList
    new: RateList
    currency: str
    #: Cells that both have, at different prices.
    changed: tuple[CellChange, ...]
    added: tuple[CellChange, ...]
    withdrawn: tuple[CellChange, ...]
    #: First days of lists that the old book has and the new one, of the same id, has not as they
    #: were: a list is appended, never edited once it is in force.
    edited: tuple[date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.withdrawn or self.edited)


def diff_books(old: PriceBook, new: PriceBook, *, at: datetime | None = None) -> BookDiff:
    """The difference of two books.

    Args:
        old: The book before.
        new: The book after.
        at: Compare the lists in force at this instant; left out, the latest list of each book, so
            that an appended list is seen before it comes into force.

    Raises:
        CurrencyMismatch: Prices in two currencies have no difference.
        NoPriceInForce: When a book has no list at `at`.
    """
    if old.currency != new.currency:
        raise CurrencyMismatch(old.currency, new.currency)
    before, after = (book.rates[-1] if at is None else book.rates_at(at) for book in (old, new))
    left, right = _prices(before), _prices(after)
    keys = list(dict.fromkeys([*left, *right]))
    cells = [CellChange(*key, left.get(key), right.get(key)) for key in keys]
    return BookDiff(
        old=before,
        new=after,
        currency=old.currency,
        changed=tuple(each for each in cells if each.change),
        added=tuple(each for each in cells if each.old is None),
        withdrawn=tuple(each for each in cells if each.new is None),
        edited=tuple(_edited(old, new)) if old.id == new.id else (),
    )


def _edited(old: PriceBook, new: PriceBook) -> Iterator[date]:
    kept = {rates.effective_from: rates for rates in new.rates}
    for rates in old.rates:
        other = kept.get(rates.effective_from)
        if other is None or (_prices(other), other.tokens) != (_prices(rates), rates.tokens):
            yield rates.effective_from


def _prices(rates: RateList) -> Mapping[CellKey, Decimal]:
    return {key_of(cell): cell.unit_price for cell in rates.cells}
