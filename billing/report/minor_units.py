"""How many decimals an invoice may have in a currency: the minor units of ISO 4217."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Final, Literal

#: What happens to exactly half a minor unit: to the even neighbour, or away from zero.
Rounding = Literal["half-even", "half-up"]
ROUNDINGS: Final[dict[Rounding, str]] = {"half-even": ROUND_HALF_EVEN, "half-up": ROUND_HALF_UP}

_USUAL: Final = 2
_OTHERS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS: Final = {code: places for places, codes in _OTHERS.items() for code in codes.split()}
_DIGITS: Final = 60


def minor_units(currency: str) -> int:
    """Decimals of the smallest amount that can be paid; two for units that are no currency.

    >>> [minor_units(currency) for currency in ("USD", "JPY", "KWD", "CREDIT")]
    [2, 0, 3, 2]
    """
    return _EXPONENTS.get(currency, _USUAL)


def rounded(amount: Decimal, currency: str, rounding: Rounding) -> Decimal:
    """The nearest amount that can be paid in the currency.

    >>> rounded(Decimal("0.125"), "USD", "half-even"), rounded(Decimal("0.125"), "USD", "half-up")
    (Decimal('0.12'), Decimal('0.13'))
    """
    with localcontext(prec=_DIGITS):
        unit = Decimal(1).scaleb(-minor_units(currency))
        return +amount.quantize(unit, ROUNDINGS[rounding])  # plus: never -0.00
