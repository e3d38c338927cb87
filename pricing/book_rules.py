"""The rules of a price book that span several keys, checked on plain data that may be broken.

They run beside the shape check, so that a file with both kinds of fault hears of all of them; a
part whose shape is wrong is skipped here, it has its own problem already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.errors import MoneyOutOfRange, listed
from pricing.money import EXACT, amount_text, to_nanos
from pricing.sizes import parse_size

ENDPOINTS: Final = ("generations", "edits")
SAME_AS_GENERATIONS: Final = "generations"
PRICE_PATTERN: Final = r"^(0|[1-9][0-9]*)(\.[0-9]{1,9})?$"

Path = tuple[str | int, ...]
Broken = Iterator[tuple[Path, str]]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PRICE = re.compile(PRICE_PATTERN[1:-1])


class _Matrix(NamedTuple):
    """What every price list has to fill, as far as the file says it well."""

    sizes: Mapping[str, str]
    qualities: tuple[str, ...]
    n_max: int
    low: Decimal | None
    high: Decimal | None


def canonical_price(value: object) -> str | None:
    """The price without trailing zeros, or None when the value is not the text of a price."""
    if not isinstance(value, str) or len(value) > 40 or not _PRICE.fullmatch(value):
        return None
    return amount_text(Decimal(value))


def calendar_day(value: object) -> date | None:
    """The day that a date or the text YYYY-MM-DD stands for, or None."""
    if type(value) is date:
        return value
    try:
        return (
            date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
        )
    except ValueError:
        return None


def broken_rules(data: object) -> Broken:
    """Every rule that the data of a book breaks, as a path and what is allowed there."""
    book = _mapping(data)
    quality, count, bounds = (_mapping(book.get(key)) for key in ("quality", "n", "bounds"))
    yield from _quality(quality)
    yield from _count(count)
    low, high = (_amount(bounds.get(key)) for key in ("min", "max"))
    if low is not None and high is not None and low > high:
        yield ("bounds", "min"), f"min is above max ({amount_text(high)})"
    for size, tier in _mapping(book.get("sizes")).items():
        if isinstance(tier, str) and parse_size(tier):
            yield ("sizes", size), "a tier is not named like a size; use a name such as 1K"
    n_max = count.get("max")
    matrix = _Matrix(
        sizes={s: t for s, t in _mapping(book.get("sizes")).items() if isinstance(t, str)},
        qualities=tuple(q for q in _sequence(quality.get("allowed")) if isinstance(q, str)),
        n_max=n_max if isinstance(n_max, int) else 1,
        low=low,
        high=high,
    )
    yield from _rates(_sequence(book.get("rates")), matrix)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _amount(value: object) -> Decimal | None:
    price = canonical_price(value)
    return None if price is None else Decimal(price)


def _quality(quality: Mapping[str, object]) -> Broken:
    allowed, default = _sequence(quality.get("allowed")), quality.get("default")
    for position, name in enumerate(allowed):
        if name in allowed[:position]:
            yield ("quality", "allowed", position), f"{name} is listed twice"
    if allowed and isinstance(default, str) and default not in allowed:
        yield ("quality", "default"), f"{default} is not one of: {listed(allowed)}"


def _count(count: Mapping[str, object]) -> Broken:
    low, high, default = (count.get(key) for key in ("min", "max", "default"))
    if not isinstance(low, int) or not isinstance(high, int):
        return
    if low > high:
        yield ("n", "min"), f"min is above max ({high})"
    elif isinstance(default, int) and not low <= default <= high:
        yield ("n", "default"), f"{default} is not from {low} to {high}"


def _rates(rates: list[object], matrix: _Matrix) -> Broken:
    latest: date | None = None
    for position, rate_list in enumerate(map(_mapping, rates)):
        here: Path = ("rates", position)
        start = calendar_day(rate_list.get("effective_from"))
        if start and latest and start <= latest:
            message = f"lists are in order of time, each later than the one above ({latest})"
            yield (*here, "effective_from"), message
        latest = max(filter(None, (start, latest)), default=None)
        for endpoint in ENDPOINTS:
            rows = rate_list.get(endpoint)
            if isinstance(rows, dict):
                yield from _rows(rows, (*here, endpoint), matrix)
                yield from _missing(rows, (*here, endpoint), matrix)


def _rows(rows: Mapping[str, object], here: Path, matrix: _Matrix) -> Broken:
    tiers = sorted(set(matrix.sizes.values()))
    for name, row in rows.items():
        if name not in matrix.sizes and name not in tiers:
            allowed = f"tiers: {listed(tiers)}; sizes: {listed(matrix.sizes)}"
            yield (*here, name), f"no offered size is called so or has this tier; {allowed}"
        for quality, price in _mapping(row).items():
            if quality not in matrix.qualities:
                allowed = f"allowed: {listed(matrix.qualities)}"
                yield (*here, name, quality), f"the book has no such quality; {allowed}"
            yield from _price((*here, name, quality), _amount(price), matrix)


def _price(here: Path, price: Decimal | None, matrix: _Matrix) -> Broken:
    if price is None:
        return
    low, high = matrix.low, matrix.high
    if low is not None and price < low:
        yield here, f"{amount_text(price)} is below bounds.min ({amount_text(low)})"
    if high is not None and price > high:
        yield here, f"{amount_text(price)} is above bounds.max ({amount_text(high)})"
    try:
        to_nanos(EXACT.multiply(price, matrix.n_max))
    except MoneyOutOfRange:
        yield here, "too large: n.max images must cost less than 9223372036.854775807"


def _missing(rows: Mapping[str, object], here: Path, matrix: _Matrix) -> Broken:
    """The cells without a price: at the row of the size where there is one, else at its tier."""
    lacking: dict[Path, list[str]] = {}
    for size, tier in matrix.sizes.items():
        for quality in matrix.qualities:
            if quality in _mapping(rows.get(size)) or quality in _mapping(rows.get(tier)):
                continue
            if _broken(rows.get(size)) or _broken(rows.get(tier)):
                continue
            row = size if size in rows else tier
            lacking.setdefault((*here, row, quality), []).append(size)
    for path, sizes in lacking.items():
        yield path, f"no price for {listed(sizes)}; every size has one for every quality"


def _broken(row: object) -> bool:
    return row is not None and not isinstance(row, dict)
