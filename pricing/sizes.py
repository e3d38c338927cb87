"""Sizes as text, `WIDTHxHEIGHT`, and which offered ones come near another; it prices nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import log

#: How many sizes a refusal suggests.
SUGGESTIONS = 3

_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})")


def parse_size(text: str) -> tuple[int, int] | None:
    """Width and height in pixels, or None when the text is not exactly `WIDTHxHEIGHT`.

    >>> parse_size("1024x768"), parse_size("1024X768"), parse_size("2K")
    ((1024, 768), None, None)
    """
    match = _SIZE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def nearest_sizes(given: str, offered: Mapping[str, str]) -> tuple[str, ...]:
    """The offered sizes nearest to what was given: by shape, then by area. Only a suggestion.

    A tier's name in place of a size answers with the sizes of that tier.
    """
    wanted = parse_size(re.sub(r"[X×* ]+", "x", given.strip()))
    if wanted is None:
        return tuple(size for size, tier in offered.items() if tier.lower() == given.lower())

    def distance(size: str) -> tuple[float, float]:
        width, height = parse_size(size) or (1, 1)
        shape = abs(log(wanted[0] * height / (wanted[1] * width)))
        area = abs(log(wanted[0] * wanted[1] / (width * height)))
        return round(shape, 9), area

    return tuple(sorted(offered, key=distance)[:SUGGESTIONS])
