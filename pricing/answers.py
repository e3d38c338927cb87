"""What people ask before they press the button: how many for so much, which size of this shape."""

from __future__ import annotations

import re
from decimal import Decimal
from math import gcd
from typing import Final, NamedTuple

from pricing.errors import InvalidValue, listed
from pricing.money import from_nanos, parse_amount, to_nanos
from pricing.quote import Quote
from pricing.rates import Cell
from pricing.sizes import parse_size

_SHAPE: Final = re.compile(r"([1-9][0-9]{0,5}):([1-9][0-9]{0,5})")


class Affordable(NamedTuple):
    """How many images an amount buys, in `currency`; all figures are exact."""

    cell: Cell
    #: None when an image costs nothing: there is no end to them.
    images: int | None
    #: Of so many calls with the largest n.
    calls: int | None
    spent: Decimal
    left: Decimal
    currency: str


def affordable(amount: str | int | Decimal, quote: Quote, n_max: int) -> Affordable:
    """What the amount buys at the price of the quote."""
    nanos = to_nanos(parse_amount(amount))
    if nanos < 0:
        raise InvalidValue("budget", str(amount), allowed="an amount from 0")
    price = to_nanos(quote.unit_price)
    images, left = divmod(nanos, price) if price else (None, nanos)
    return Affordable(
        cell=quote.cell,
        images=images,
        calls=None if images is None else -(-images // n_max),
        spent=from_nanos(nanos - left),
        left=from_nanos(left),
        currency=quote.currency,
    )


def shape_of(size: str) -> str:
    """The ratio of a size in lowest terms.

    >>> shape_of("3840x2160"), shape_of("768x1024")
    ('16:9', '3:4')
    """
    return _ratio(*(parse_size(size) or (1, 1)))


def same_shape(shape: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells whose size has exactly this shape, the cheapest first, then the largest.

    Raises:
        InvalidValue: When there is none; lists the shapes there are.
    """
    match = _SHAPE.fullmatch(shape)
    wanted = _ratio(int(match[1]), int(match[2])) if match else None
    found = [cell for cell in cells if shape_of(cell.size) == wanted]
    if not found:
        shapes = dict.fromkeys(shape_of(cell.size) for cell in cells)
        raise InvalidValue("shape", shape, allowed=f"WIDTH:HEIGHT, one of {listed(shapes)}")
    return tuple(sorted(found, key=lambda cell: (cell.unit_price, -_pixels(cell.size), cell.size)))


def _ratio(width: int, height: int) -> str:
    divisor = gcd(width, height)
    return f"{width // divisor}:{height // divisor}"


def _pixels(size: str) -> int:
    width, height = parse_size(size) or (0, 0)
    return width * height
