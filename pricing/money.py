"""Exact money: Decimal in code, integers of 1e-9 units at rest; never rounded, never a float.

Every operation runs in a private decimal context: a caller's `getcontext().prec` changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import lru_cache

from pricing.errors import CurrencyMismatch, FloatMoney, MoneyError, MoneyOutOfRange

#: Decimals of a currency unit that are kept: one nano-unit is the smallest amount there is.
SCALE = 9
NANOS_MAX = 2**63 - 1

#: Wide enough for any sum of 64-bit nano-units; whatever would have to be rounded raises instead.
EXACT = Context(prec=60, traps=[DivisionByZero, Inexact, InvalidOperation, Overflow])

_AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ONE = Decimal(1)
_CENT = Decimal("0.01")


def plain(amount: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent above zero.

    >>> plain(Decimal("1.50")), plain(Decimal("1E+2")), plain(Decimal("-0.00"))
    (Decimal('1.5'), Decimal('100'), Decimal('0'))
    """
    if not amount:
        return Decimal(0)
    trimmed = amount.normalize(EXACT)
    exponent = trimmed.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return trimmed.quantize(_ONE, context=EXACT)
    return trimmed


def parse_amount(value: str | int | Decimal) -> Decimal:
    """An exact amount from text such as `"0.18"`, an int or a Decimal.

    Raises:
        FloatMoney: For a float, whatever its value.
        MoneyError: For exponents, signs other than `-`, spaces, NaN, infinity, bools.
        MoneyOutOfRange: For more than nine decimals or more than 64 bits of nano-units.
    """
    _refuse_float(value)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise MoneyError(value, "write a Decimal, an int or text such as '0.18'")
    if isinstance(value, str) and not _AMOUNT.fullmatch(value):
        raise MoneyError(value, "write digits with a dot, such as '0.18'")
    return from_nanos(to_nanos(Decimal(value)))


def to_nanos(amount: Decimal) -> int:
    """The amount as an integer of 1e-9 units, exactly.

    >>> to_nanos(Decimal("0.84288"))
    842880000

    Raises:
        FloatMoney: For a float.
        MoneyError: For NaN or infinity.
        MoneyOutOfRange: When it has more than nine decimals or does not fit 64 bits.
    """
    _refuse_float(amount)
    if not amount.is_finite():
        raise MoneyError(amount, "it is not a number")
    if amount and not -SCALE <= amount.adjusted() <= SCALE:
        raise MoneyOutOfRange(amount, "it lies outside 0.000000001 to 9223372036.854775807")
    try:
        nanos = int(amount.scaleb(SCALE, EXACT).quantize(_ONE, context=EXACT))
    except (Inexact, InvalidOperation):
        raise MoneyOutOfRange(amount, f"it has more than {SCALE} decimals") from None
    if abs(nanos) > NANOS_MAX:
        raise MoneyOutOfRange(amount, "it does not fit 64 bits of nano-units")
    return nanos


@lru_cache(4096)
def from_nanos(nanos: int) -> Decimal:
    """The amount that an integer of 1e-9 units stands for, without trailing zeros.

    >>> from_nanos(842_880_000), from_nanos(100_000_000_000)
    (Decimal('0.84288'), Decimal('100'))
    """
    return plain(Decimal(nanos).scaleb(-SCALE, EXACT))


def amount_text(amount: Decimal) -> str:
    """The amount as JSON and CSV carry it: plain digits, trailing zeros trimmed.

    >>> amount_text(Decimal("0.8400")), amount_text(Decimal("1E+2"))
    ('0.84', '100')
    """
    return format(plain(amount), "f")


def format_amount(amount: Decimal, currency: str) -> str:
    """The amount as people read it: at least two decimals, all that are there, and the currency.

    >>> format_amount(Decimal("0.5"), "USD"), format_amount(Decimal("0.00402"), "USD")
    ('0.50 USD', '0.00402 USD')
    """
    trimmed = plain(amount)
    exponent = trimmed.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -2:
        trimmed = trimmed.quantize(_CENT, context=EXACT)
    return f"{trimmed:f} {currency}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, for sums across objects; two currencies never add.

    >>> str(Money(Decimal("0.5"), "USD") + Money(Decimal("0.25"), "USD"))
    '0.75 USD'
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        _refuse_float(self.amount)
        if type(self.amount) is not Decimal or not self.amount.is_finite():
            raise MoneyError(self.amount, "write a finite Decimal")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, to start a sum with: `sum(amounts, Money.zero("USD"))`."""
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __mul__(self, count: int) -> Money:
        if type(count) is not int:
            raise MoneyError(count, "money is multiplied by whole numbers only")
        return Money(EXACT.multiply(self.amount, count), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return format_amount(self.amount, self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


def _refuse_float(value: object) -> None:
    if isinstance(value, float):
        raise FloatMoney(value)
