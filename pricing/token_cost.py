"""What an answer's tokens cost by the token rates of a price list; it prices no request.

OpenAI bills tokens and reports them in `usage`; the matrix of a book prices images. The two differ
by the prompt, the reference images and whatever the provider rounds: that difference is a figure of
a charge. Amounts are exact and rounded once, half to even, to the nano-unit (nine decimals).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType
from typing import Final

from pricing.errors import InvalidValue, listed
from pricing.money import EXACT, SCALE, plain
from pricing.quote import Quote
from pricing.rates import RateList

#: The unit that token rates are prices of.
TOKENS_PER_RATE: Final = 1_000_000

_MILLIONTH: Final = -6
_NANO: Final = Decimal(1).scaleb(-SCALE)
_ROUNDED: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCost:
    """What the tokens of one answer cost, and what they were."""

    #: Rounded half to even to nine decimals; everything before is exact.
    amount: Decimal
    currency: str
    #: Tokens by kind, the kinds of a book's `tokens`; cached ones are not in their uncached kind.
    tokens: Mapping[str, int]

    def beyond(self, quote: Quote) -> Decimal | None:
        """How much more than the quote says: than its cost with a catalog, else than its total.

        None when the two are in different currencies: unknown, not zero.
        """
        quoted, currency = quote.cost, quote.cost_currency
        if quoted is None:
            quoted, currency = quote.total, quote.currency
        return plain(EXACT.subtract(self.amount, quoted)) if currency == self.currency else None


def token_cost(
    usage: Mapping[str, object], rates: RateList, *, currency: str, seller: str
) -> TokenCost:
    """The cost of a `usage` as OpenAI's image answers carry it.

    `input_tokens` is split by `input_tokens_details` into text, image and, of these, cached tokens;
    `output_tokens` are image tokens but for those that `output_tokens_details` calls text.

    Raises:
        InvalidValue: For counts that are missing, negative, or do not add up; for tokens of a kind
            that the price list has no rate for, which is not the same as free.
    """
    tokens = {kind: count for kind, count in _counted(usage).items() if count}
    unpriced = [kind for kind in tokens if kind not in rates.tokens]
    if unpriced:
        raise InvalidValue(
            "usage",
            dict(tokens),
            allowed=f"tokens that {seller} has a rate for: {listed(rates.tokens)}",
            why=f"No rate for {listed(unpriced)}.",
        )
    exact = Decimal(0)
    for kind, count in tokens.items():
        exact = EXACT.add(exact, EXACT.multiply(rates.tokens[kind], count))
    amount = exact.scaleb(_MILLIONTH, EXACT).quantize(_NANO, context=_ROUNDED)
    return TokenCost(amount=plain(amount), currency=currency, tokens=MappingProxyType(tokens))


def _counted(usage: Mapping[str, object]) -> dict[str, int]:
    total_in, total_out = _count(usage, "input_tokens"), _count(usage, "output_tokens")
    details = _part(usage, "input_tokens_details")
    # Without any detail the input is a prompt, and the output is images.
    text, image = _by_kind(details) if details else (total_in, 0)
    _adds_up("input_tokens", text + image, total_in)
    cached_text, cached_image = _cached(details, text, image)
    details_out = _part(usage, "output_tokens_details")
    written, drawn = _by_kind(details_out) if details_out else (0, total_out)
    _adds_up("output_tokens", written + drawn, total_out)
    return {
        "text_in": text - cached_text,
        "text_cached_in": cached_text,
        "image_in": image - cached_image,
        "image_cached_in": cached_image,
        "text_out": written,
        "image_out": drawn,
    }


def _by_kind(details: Mapping[str, object]) -> tuple[int, int]:
    """Text and image tokens of some details."""
    return _count(details, "text_tokens", default=0), _count(details, "image_tokens", default=0)


def _cached(details: Mapping[str, object], text: int, image: int) -> tuple[int, int]:
    """How many of the text and of the image tokens were cached."""
    kinds = _part(details, "cached_tokens_details")
    if kinds:
        cached = _by_kind(kinds)
        total = _count(details, "cached_tokens", default=sum(cached))
        _adds_up("cached_tokens", sum(cached), total)
    else:
        total = _count(details, "cached_tokens", default=0)
        if total and text and image:
            why = "Text and image tokens have different rates."
            allowed = "cached_tokens with cached_tokens_details, when both kinds were sent"
            raise InvalidValue(
                "usage.input_tokens_details", dict(details), allowed=allowed, why=why
            )
        cached = (total, 0) if text else (0, total)
    if cached[0] > text or cached[1] > image:
        allowed = "no more cached tokens than tokens"
        raise InvalidValue("usage.input_tokens_details", dict(details), allowed=allowed)
    return cached


def _part(usage: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = usage.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise InvalidValue(f"usage.{name}", part, allowed="an object of counts")
    return part


def _count(part: Mapping[str, object], name: str, *, default: int | None = None) -> int:
    count = part.get(name, default)
    if count is None and default is not None:
        count = default
    # bool is an int, and a count of True tokens is a mistake.
    if type(count) is not int or count < 0 or count >= 2**63:
        raise InvalidValue(f"usage.{name}", count, allowed="a whole number of tokens")
    return count


def _adds_up(name: str, parts: int, total: int) -> None:
    if parts != total:
        raise InvalidValue(f"usage.{name}", total, allowed=f"the sum of its details, {parts}")
