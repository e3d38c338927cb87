"""Amounts as the page writes them: exact where they are read, short where they label a drawing."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from billing.formats.grid import figures
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_table import percent

_CENTS: Final = 2
_SHORT: Final = Context(prec=4, rounding=ROUND_HALF_EVEN)
_UNITS: Final = ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))


def exact(amount: Decimal, currency: str) -> Markup:
    """Every digit of it; those after the cents are set smaller."""
    (text,) = figures([amount])
    cut = text.index(".") + 1 + _CENTS
    finer = element("span", text[cut:], class_="finer") if text[cut:] else ""
    return element("span", text[:cut], finer, " ", element("span", currency), class_="money")


def short(amount: Decimal) -> str:
    """Four digits of it, as room allows in a drawing.

    >>> short(Decimal("12345.678")), short(Decimal("0.1845")), short(Decimal(250))
    ('12.35k', '0.1845', '250')
    """
    rounded = _SHORT.plus(amount)
    for unit, letter in _UNITS:
        if abs(rounded) >= unit:
            return f"{_plain(rounded / unit)}{letter}"
    return _plain(rounded)


def change(now: Decimal, before: Decimal) -> str:
    """How much more or less that is; empty when nothing can be compared.

    >>> change(Decimal(3), Decimal(2)), change(Decimal(1), Decimal(0))
    ('50.0 % more', '')
    """
    if before <= 0:
        return ""
    if now == before:
        return "the same"
    return f"{percent(abs(now - before) / before)} {'more' if now > before else 'less'}"


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
