"""What the usage of a file is charged: by the price list in force at its time, or as it says.

Nothing is read or written here; a price is looked up once for each combination and price list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from billing.errors import InvalidEntry
from billing.importing.cells import Usage
from pricing import Catalog, PlanMismatch, PriceBook, Quote
from pricing.instants import instant_of, instant_us
from pricing.money import from_nanos, to_nanos
from pricing.quote import SERIAL_BITS, new_serial
from pricing.rates import BookRef, Cell, Priced

#: Where a price or a cost comes from that a file brought along.
IMPORTED: Final = BookRef("imported", "", "")
_TRUSTED: Final = "imported amount"
_ALWAYS: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class DatedQuote:
    """What usage is charged from an instant until before another."""

    quote: Quote
    since: datetime
    until: datetime


class Prices:
    """Who sets the prices of an import."""

    def __init__(self, seller: PriceBook | Catalog, *, trusts_amounts: bool) -> None:
        self._seller = seller
        #: The amount of a line is its price.
        self.trusts_amounts = trusts_amounts

    def check_plan(self, account: str, plan: str | None) -> None:
        """Refuse an account whose plan in the ledger these prices do not know.

        Raises:
            PlanMismatch: names both plans.
        """
        if self.trusts_amounts:
            return
        if isinstance(self._seller, Catalog):
            self._seller.check_plan(account, plan)
        elif plan is not None:
            raise PlanMismatch(account, ledger=plan, catalog=None, has_catalog=False)

    def cost_currency(self, usage: Usage) -> str | None:
        """In which currency the catalog says that the provider charges us; None: it does not."""
        seller = self._seller
        if self.trusts_amounts or not isinstance(seller, Catalog):
            return None
        return seller.books(usage.model).cost.currency if usage.model in seller.models else None

    def quote(self, usage: Usage, at: datetime) -> DatedQuote:
        """The price of usage at an instant, and what it costs: as its line says, else the catalog.

        Raises:
            PricingError: it is not for sale then.
            InvalidEntry: an amount that is no whole number of nano-units for each image.
        """
        found = self._as_written(usage, at) if self.trusts_amounts else self._sold(usage, at)
        if usage.cost_nanos is None:
            return found
        cost = _each(usage.cost_nanos, usage.n, "cost")
        return replace(found, quote=_with_cost(found.quote, cost, usage.currency, at))

    def _sold(self, usage: Usage, at: datetime) -> DatedQuote:
        request = {
            "model": usage.model,
            "size": usage.size,
            "quality": usage.quality,
            "n": usage.n,
        }
        if isinstance(self._seller, Catalog):
            quote = self._seller.quote(
                request, account=usage.account, endpoint=usage.endpoint, at=at
            )
            rates = self._seller.seller(usage.account, usage.model).rates_at(at)
        else:
            quote = self._seller.quote(request, endpoint=usage.endpoint, at=at)
            rates = self._seller.rates_at(at)
        ends = min(rates.until_ns // 1000, instant_us(_ALWAYS[1]))
        return DatedQuote(quote, instant_of(rates.from_ns // 1000), instant_of(ends))

    def _as_written(self, usage: Usage, at: datetime) -> DatedQuote:
        assert usage.amount_nanos is not None
        price = _each(usage.amount_nanos, usage.n, "amount")
        cell = Cell(
            book=IMPORTED,
            model=usage.model,
            endpoint=usage.endpoint,
            size=usage.size,
            tier=self._tier(usage),
            quality=usage.quality,
            currency=usage.currency,
            unit_price=price,
            set_by=_TRUSTED,
        )
        return DatedQuote(_quote(cell, usage.n, at), *_ALWAYS)

    def _tier(self, usage: Usage) -> str:
        """The tier that the books know the size by; "" for one that they do not offer."""
        if isinstance(self._seller, Catalog):
            if usage.model not in self._seller.models:
                return ""
            return self._seller.books(usage.model).price.sizes.get(usage.size, "")
        if usage.model != self._seller.model:
            return ""
        return self._seller.sizes.get(usage.size, "")


def _with_cost(quote: Quote, cost: Decimal, currency: str, at: datetime) -> Quote:
    cell = replace(quote.cell, unit_cost=cost, cost_currency=currency, cost_book=IMPORTED)
    return _quote(cell, quote.n, at)


def _quote(cell: Cell, n: int, at: datetime) -> Quote:
    total = from_nanos(to_nanos(cell.unit_price) * n)
    priced = Priced(cell, n, total, quality_given=True, n_given=True)
    return Quote(priced, instant_us(at) * 1000, new_serial(SERIAL_BITS))


def _each(nanos: int, n: int, param: str) -> Decimal:
    """The share of one image, exactly: the ledger keeps what an image costs, and how many."""
    each, rest = divmod(nanos, n)
    if rest:
        allowed = f"an amount that {n} images share without a rest, to nine decimals"
        raise InvalidEntry(param, from_nanos(nanos), allowed)
    return from_nanos(each)
