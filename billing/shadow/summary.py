"""Adds up what the calls of a month would have come to, from their lines; it reads no ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import Final

from billing.errors import InvalidEntry
from billing.shadow.lines import ShadowCall, UnreadableLine, decode
from pricing.money import EXACT

_NOTHING: Final = Decimal(0)
_TAG: Final = "tag:"
_VALUES: Final[Mapping[str, Callable[[ShadowCall], str | None]]] = {
    "account": lambda call: call.account,
    "model": lambda call: call.model,
    "endpoint": lambda call: call.endpoint,
    "size": lambda call: call.size,
    "quality": lambda call: call.quality,
    "day": lambda call: f"{call.at.astimezone(UTC):%Y-%m-%d}",
}
#: What calls can be grouped by; and `tag:NAME`.
DIMENSIONS: Final = tuple(_VALUES)
DEFAULT_BY: Final = ("account", "model", "size", "quality")


@dataclass(slots=True)
class Sums:
    """What some calls would have come to, in one currency.

    Attributes:
        calls: All that went out.
        images: Delivered and charged, had they been billed.
        amount: What these would have cost.
        in_doubt: Calls whose outcome nobody could know.
        in_doubt_amount: What would have been set aside for them.
        refused: Calls that billing would not have let go out; nothing else counts them.
        repeated: Calls that billing would have answered from the ledger, likewise.
    """

    calls: int = 0
    images: int = 0
    amount: Decimal = _NOTHING
    in_doubt: int = 0
    in_doubt_amount: Decimal = _NOTHING
    refused: int = 0
    repeated: int = 0

    def add(self, call: ShadowCall) -> None:
        """One more call."""
        self.calls += 1
        if call.refusal is not None:
            self.refused += 1
        elif call.is_repeated:
            self.repeated += 1
        elif call.outcome == "in_doubt":
            self.in_doubt += 1
            self.in_doubt_amount = EXACT.add(self.in_doubt_amount, call.amount_at_stake)
        elif call.outcome == "captured":
            self.images += call.images
            self.amount = EXACT.add(self.amount, call.delivered_amount)


@dataclass(slots=True)
class Refused:
    """Calls that billing would have refused by one code, and what they delivered all the same."""

    calls: int = 0
    images: int = 0
    #: By currency, as far as they could be quoted.
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, call: ShadowCall) -> None:
        """One more call."""
        self.calls += 1
        self.images += call.images
        if call.currency is not None:
            before = self.amounts.get(call.currency, _NOTHING)
            self.amounts[call.currency] = EXACT.add(before, call.delivered_amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowSummary:
    """A month of shadow calls.

    Attributes:
        by: What the rows are grouped by.
        rows: By the values of `by` and the currency, which is empty for calls without a price.
        totals: By currency.
        refusals: By code.
        unweighed: Calls of which the ledger did not say whether it would have allowed them.
        unreadable: Lines that say nothing.
    """

    by: tuple[str, ...]
    rows: Mapping[tuple[str, ...], Sums]
    totals: Mapping[str, Sums]
    refusals: Mapping[str, Refused]
    unweighed: int
    unreadable: int


def summed(lines: Iterable[bytes], by: Sequence[str] = DEFAULT_BY) -> ShadowSummary:
    """The calls of these lines, added up as they come: memory grows with the rows only.

    Raises:
        InvalidEntry: Nothing is grouped by such a dimension.
    """
    values = [_value_of(name) for name in by]
    rows: dict[tuple[str, ...], Sums] = defaultdict(Sums)
    totals: dict[str, Sums] = defaultdict(Sums)
    refusals: dict[str, Refused] = defaultdict(Refused)
    unweighed = unreadable = 0
    for line in lines:
        try:
            call = decode(line)
        except UnreadableLine:
            unreadable += 1
            continue
        currency = call.currency or ""
        rows[(*(value(call) or "" for value in values), currency)].add(call)
        totals[currency].add(call)
        if call.refusal is not None:
            refusals[call.refusal].add(call)
        unweighed += call.refusal is None and not call.is_weighed
    return ShadowSummary(
        by=tuple(by),
        rows=dict(sorted(rows.items())),
        totals=dict(sorted(totals.items())),
        refusals=dict(sorted(refusals.items())),
        unweighed=unweighed,
        unreadable=unreadable,
    )


def _value_of(name: str) -> Callable[[ShadowCall], str | None]:
    if name.startswith(_TAG) and len(name) > len(_TAG):
        return lambda call: call.tags.get(name.removeprefix(_TAG))
    if name in _VALUES:
        return _VALUES[name]
    raise InvalidEntry("by", name, f"use {', '.join(DIMENSIONS)}, or tag:NAME")
