"""The rules of a catalog that span several keys or need its books, on data that may be broken.

A part whose shape is wrong is skipped here: it has its own problem already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pricing.book_rules import Broken, Path, calendar_day, canonical_price
from pricing.errors import MoneyOutOfRange, listed
from pricing.money import EXACT, amount_text, to_nanos
from pricing.rates import Cell

if TYPE_CHECKING:
    from pricing.book import PriceBook

Books = Mapping[str, "PriceBook"]

_ONE: Final = Decimal(1)


def factor_of(plan: Mapping[str, object]) -> Decimal:
    """What the book's price is multiplied by: 1 less the discount, or 1 plus the mark-up."""
    discount, markup = _share(plan.get("discount")), _share(plan.get("markup"))
    return EXACT.subtract(EXACT.add(_ONE, markup), discount)


def broken_rules(data: object, books: Books) -> Broken:
    """Every rule that the data of a catalog breaks, as a path and what is allowed there."""
    catalog = _mapping(data)
    plans = _mapping(catalog.get("plans"))
    known = frozenset(_mapping(catalog.get("models")))
    for name, plan in plans.items():
        yield from _plan(_mapping(plan), ("plans", name), books)
        yield from _overrides(_mapping(plan), ("plans", name), books, known)
    for code, account in _mapping(catalog.get("accounts")).items():
        here = ("accounts", code)
        plan = _mapping(account).get("plan")
        if isinstance(plan, str) and plan not in plans:
            yield (*here, "plan"), f"there is no plan {plan}; plans: {listed(plans)}"
        yield from _overrides(_mapping(account), here, books, known)


def _plan(plan: Mapping[str, object], here: Path, books: Books) -> Broken:
    discount, markup = (canonical_price(plan.get(key)) for key in ("discount", "markup"))
    if "discount" in plan and "markup" in plan:
        yield (*here, "markup"), "a plan has a discount or a mark-up, not both"
    elif discount is not None and Decimal(discount) > 1:
        yield (*here, "discount"), "a discount is from 0 to 1; 0.15 takes off 15 per cent"
    elif discount is not None or markup is not None:
        yield from _exact(plan, here, books)
    sizes = _sequence(plan.get("sizes"))
    for position, name in enumerate(sizes):
        place = (*here, "sizes", position)
        if isinstance(name, str) and books and not any(_offers(b, name) for b in books.values()):
            yield place, f"no model has such a tier or size; {_offered(books)}"
        if name in sizes[:position]:
            yield place, f"{name} is listed twice"
    n_max = plan.get("n_max")
    for book in books.values():
        if type(n_max) is int and 0 < n_max < book.n.default:
            yield (
                (*here, "n_max"),
                f"it is below the default n of {book.model}, which is {book.n.default}",
            )


def _exact(plan: Mapping[str, object], here: Path, books: Books) -> Broken:
    """A plan's prices are exact: a cell that would need rounding is named, never rounded."""
    key = "discount" if "discount" in plan else "markup"
    factor = factor_of(plan)
    for book in books.values():
        cells = (cell for rates in book.rates for cell in rates.cells)
        inexact = [cell for cell in cells if _beyond(cell, factor, book.n.max)]
        if not inexact:
            continue
        cell = inexact[0]
        more = f", and {len(inexact) - 1} more cells" if len(inexact) > 1 else ""
        price = amount_text(EXACT.multiply(cell.unit_price, factor))
        name = f"{cell.model} {cell.endpoint} {cell.size} {cell.quality} of {cell.book.version}"
        yield (*here, key), f"{name} would cost {price}: more than 9 decimals or too large{more}"


def _beyond(cell: Cell, factor: Decimal, n_max: int) -> bool:
    try:
        to_nanos(EXACT.multiply(EXACT.multiply(cell.unit_price, factor), n_max))
        to_nanos(EXACT.multiply(cell.unit_price, factor))
    except MoneyOutOfRange:
        return True
    return False


def _overrides(
    holder: Mapping[str, object], here: Path, books: Books, known: frozenset[str]
) -> Broken:
    latest: dict[tuple[object, ...], date] = {}
    for position, override in enumerate(map(_mapping, _sequence(holder.get("overrides")))):
        place = (*here, "overrides", position)
        model = override.get("model")
        if isinstance(model, str) and model not in known:
            yield (*place, "model"), f"the catalog has no model {model}; models: {listed(known)}"
        book = books.get(model) if isinstance(model, str) else None
        if book is not None:
            yield from _cell(override, place, book)
            yield from _price(override.get("price"), (*place, "price"), book)
        start = calendar_day(override.get("effective_from"))
        key = tuple(map(repr, map(override.get, ("model", "endpoint", "size", "quality"))))
        if start and key in latest and start <= latest[key]:
            message = "overrides of a cell are in order of time, each later than the one above"
            yield (*place, "effective_from"), f"{message} ({latest[key]})"
        if start:
            latest[key] = max(start, latest.get(key, start))


def _cell(override: Mapping[str, object], place: Path, book: PriceBook) -> Broken:
    sold = tuple(dict.fromkeys(e for rates in book.rates for e in rates.endpoints))
    for key, allowed in (("endpoint", sold), ("size", book.sizes), ("quality", book.qualities)):
        value = override.get(key)
        if isinstance(value, str) and value not in allowed:
            yield (*place, key), f"book {book.id} has no {key} {value}; it has {listed(allowed)}"


def _price(value: object, place: Path, book: PriceBook) -> Broken:
    text = canonical_price(value)
    if text is None:
        return
    price, (low, high) = Decimal(text), book.bounds
    if low is not None and price < low:
        yield place, f"{text} is below bounds.min of book {book.id} ({amount_text(low)})"
    if high is not None and price > high:
        yield place, f"{text} is above bounds.max of book {book.id} ({amount_text(high)})"
    try:
        to_nanos(EXACT.multiply(price, book.n.max))
    except MoneyOutOfRange:
        yield place, "too large: n.max images must cost less than 9223372036.854775807"


def _offers(book: PriceBook, name: str) -> bool:
    return name in book.sizes or name in book.sizes.values()


def _offered(books: Books) -> str:
    tiers = dict.fromkeys(tier for book in books.values() for tier in book.sizes.values())
    sizes = dict.fromkeys(size for book in books.values() for size in book.sizes)
    return f"tiers: {listed(tiers)}; sizes: {listed(sizes)}"


def _share(value: object) -> Decimal:
    return Decimal(canonical_price(value) or 0)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[object]:
    return value if isinstance(value, list) else []
