"""What an answer's own token counts cost by the price book; unknown is None, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pricing import PriceBook, PricingError, Quote
from pricing.money import to_nanos


def actual_cost(usage: Mapping[str, int], quote: Quote, book: PriceBook) -> Decimal | None:
    """The cost of the tokens that a provider reports, in the currency of the quote's cost.

    Args:
        usage: Token counts, flattened with dots, as evidence keeps them.
        quote: Of the call; its price list has the token rates.
        book: Where the quote's cost comes from; without a cost, its price.

    Returns:
        None without usage, without token rates, and for counts that contradict each other: the
        other side wrote them, and what it wrote must not keep a call from being settled.
    """
    source = quote.cost_book or quote.book
    if not usage or source.digest != book.digest:
        return None
    try:
        cost = book.token_cost(_nested(usage), at=quote.quoted_at)
        to_nanos(cost.amount)  # no ledger could keep a larger one
    except PricingError:
        return None
    return cost.amount if cost.tokens else None


def _nested(usage: Mapping[str, int]) -> dict[str, object]:
    """The usage as it was answered: `a.b: 1` is `a: {b: 1}`."""
    nested: dict[str, object] = {}
    for path, count in usage.items():
        *groups, name = path.split(".")
        part = nested
        for group in groups:
            inner = part.setdefault(group, {})
            if not isinstance(inner, dict):  # a count and a group of the same name: no usage
                return {}
            part = inner
        part[name] = count
    return nested
