"""The figures of a report: sums of usage in one currency, exact; nothing is read or formatted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from pricing.money import EXACT

_NOTHING: Final = Decimal(0)
_NO_COSTS: Final[Mapping[str, Decimal]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What some usage came to.

    Attributes:
        currency: of `amount` and `refunded`; figures of two currencies never add.
        calls: captures and charges.
        asked: images that those calls asked for.
        images: images that were delivered and paid.
        amount: what was paid, net of refunds.
        refunded: what was given back; `amount + refunded` was charged.
        costs: what the provider charges us, by currency, of the calls that name a cost.
        uncosted: calls that name none, so that nobody knows their cost.
    """

    currency: str
    calls: int = 0
    asked: int = 0
    images: int = 0
    amount: Decimal = _NOTHING
    refunded: Decimal = _NOTHING
    costs: Mapping[str, Decimal] = field(default_factory=lambda: _NO_COSTS)
    uncosted: int = 0

    @property
    def cost(self) -> Decimal | None:
        """The cost, when that of every call is known and in this currency; else None."""
        if self.uncosted or set(self.costs) - {self.currency}:
            return None
        return self.costs.get(self.currency, _NOTHING)

    @property
    def margin(self) -> Decimal | None:
        """`amount - cost`, or None while the cost is not known."""
        return None if self.cost is None else EXACT.subtract(self.amount, self.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow(Figures):
    """The figures of one group.

    Attributes:
        keys: the dimensions it was grouped by, in that order; one that a row does not have (a
            refund of an amount that has no size) is the empty text.
        previous: the same group in the period before, where a report compares; None where there
            was nothing.
    """

    keys: Mapping[str, str]
    previous: Figures | None = None


@dataclass(frozen=True, slots=True)
class HeldSum:
    """Money that holds keep unavailable in one currency, and how many holds do."""

    currency: str
    amount: Decimal
    holds: int


@dataclass(frozen=True, slots=True)
class AdjustmentSum:
    """What people put in (+) or took out (-) by adjustments, in one currency; no usage."""

    currency: str
    amount: Decimal
    adjustments: int


@dataclass(frozen=True, slots=True)
class CorrectionSum:
    """What corrections added to the cost (+) or took from it (-), in one currency of cost."""

    currency: str
    amount: Decimal
    corrections: int


def total(currency: str, parts: Iterable[Figures]) -> Figures:
    """The sum of figures that are all in `currency`."""
    calls = asked = images = uncosted = 0
    amount = refunded = _NOTHING
    costs: dict[str, Decimal] = {}
    for part in parts:
        assert part.currency == currency, "currencies never add"
        calls += part.calls
        asked += part.asked
        images += part.images
        uncosted += part.uncosted
        amount = EXACT.add(amount, part.amount)
        if part.refunded:
            refunded = EXACT.add(refunded, part.refunded)
        for each, cost in part.costs.items():
            costs[each] = EXACT.add(costs.get(each, _NOTHING), cost)
    return Figures(
        currency=currency,
        calls=calls,
        asked=asked,
        images=images,
        amount=amount,
        refunded=refunded,
        costs=costs,
        uncosted=uncosted,
    )


def totals(parts: Iterable[Figures]) -> tuple[Figures, ...]:
    """A sum for each currency, in their order."""
    by_currency: dict[str, list[Figures]] = {}
    for part in parts:
        by_currency.setdefault(part.currency, []).append(part)
    return tuple(total(currency, by_currency[currency]) for currency in sorted(by_currency))
