"""The margin of every cell that a catalog sells, price less cost; what is unknown is not zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.errors import NoPriceInForce
from pricing.rates import Cell

if TYPE_CHECKING:
    from pricing.catalog import Catalog
    from pricing.plans import PlanPrices

_HUNDREDTH: Final = Decimal("0.01")
_ROUNDED: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


def percent_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """The part in per cent of the whole, rounded half to even to two decimals; None of nothing.

    >>> percent_of(Decimal("0.15"), Decimal("0.20")), percent_of(Decimal(1), Decimal(0))
    (Decimal('75.00'), None)
    """
    if not whole:
        return None
    share = _ROUNDED.divide(_ROUNDED.multiply(part, Decimal(100)), whole)
    return share.quantize(_HUNDREDTH, context=_ROUNDED)


class MarginCell(NamedTuple):
    """One price that somebody pays, and what it leaves."""

    #: Who pays it: an account with a price of its own, the accounts of a plan, or, when both are
    #: None, everyone else.
    account: str | None
    plan: str | None
    cell: Cell

    @property
    def price(self) -> Decimal:
        """Of one image."""
        return self.cell.unit_price

    @property
    def cost(self) -> Decimal | None:
        """Of one image; None when the cost book does not have the cell."""
        return self.cell.unit_cost

    @property
    def margin(self) -> Decimal | None:
        """Price less cost; None when the cost is unknown or in another currency."""
        return self.cell.margin

    @property
    def percent(self) -> Decimal | None:
        """The margin in per cent of the price, rounded; None when it is unknown or the price 0."""
        return None if self.margin is None else percent_of(self.margin, self.price)

    @property
    def is_below_cost(self) -> bool:
        """Whether it is known to cost more than it brings."""
        return self.margin is not None and self.margin < 0


def margin_cells(catalog: Catalog, *, at: datetime) -> Iterator[MarginCell]:
    """Every cell of the books, of every plan, and every price that an account has of its own."""
    for model in catalog.models:
        for cell in _in_force(catalog.seller(None, model), at):
            yield MarginCell(None, None, cell)
    for plan in catalog.plans:
        for model in catalog.models:
            for cell in _in_force(catalog.plan_seller(plan, model), at):
                yield MarginCell(None, plan, cell)
    for account in catalog.accounts:
        for model in catalog.models:
            for cell in _in_force(catalog.seller(account, model), at):
                if cell.set_by.startswith("account "):
                    yield MarginCell(account, cell.plan, cell)


def _in_force(seller: PlanPrices, at: datetime) -> tuple[Cell, ...]:
    try:
        return seller.rates_at(at).cells
    except NoPriceInForce:
        return ()
