"""A price list on the screen and as JSON: sizes by tier, qualities as columns, one currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from billing.cli import screen
from pricing import Cell, NoPriceInForce, PriceBook, RateList
from pricing.answers import shape_of
from pricing.money import amount_text

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import RenderableType


def rates_now(book: PriceBook) -> RateList:
    """The price list in force today; the first one while that still lies ahead."""
    try:
        return book.rates_at(datetime.now(UTC))
    except NoPriceInForce:
        return book.rates[0]


def summary(book: PriceBook) -> dict[str, object]:
    """What `prices list --json` says of a book."""
    return {
        "id": book.id,
        "model": book.model,
        "currency": book.currency,
        "version": rates_now(book).effective_from.isoformat(),
        "digest": book.digest,
        "basis": rates_now(book).basis,
        "sizes": list(book.sizes),
    }


def as_json(book: PriceBook, rates: RateList) -> dict[str, object]:
    """The book with every price of one of its lists."""
    return {
        "id": book.id,
        "model": book.model,
        "currency": book.currency,
        "version": rates.effective_from.isoformat(),
        "digest": book.digest,
        "basis": rates.basis,
        "source": rates.source,
        "checked": rates.checked.isoformat(),
        "quality": {"allowed": list(book.qualities), "default": book.default_quality},
        "n": book.n._asdict(),
        "sizes": dict(book.sizes),
        "cells": [
            {
                "endpoint": cell.endpoint,
                "size": cell.size,
                "tier": cell.tier,
                "quality": cell.quality,
                "unit_price": amount_text(cell.unit_price),
            }
            for cell in rates.cells
        ],
        "versions": [each.effective_from.isoformat() for each in book.rates],
    }


def drawn(book: PriceBook, rates: RateList) -> Iterator[RenderableType]:
    """The price list for people: head, one matrix an endpoint, where the prices come from."""
    yield screen.text((book.model, "bold"), (f"   {book.currency} per image", "dim"))
    matrices = {endpoint: _matrix(rates, endpoint) for endpoint in rates.endpoints}
    same = _same_prices(matrices)
    for endpoint, matrix in matrices.items():
        if endpoint != "generations" and same:
            continue
        yield ""
        yield screen.text((endpoint, "bold"), (" and edits, same prices" if same else "", "dim"))
        yield sheet({key: (cell, cell.unit_price) for key, cell in matrix.items()})
    yield ""
    yield _footing(book, rates, same=same)


def sheet(amounts: Mapping[tuple[str, str], tuple[Cell, Decimal]]) -> RenderableType:
    """A table of amounts by size and quality: sizes by tier, qualities as columns."""
    qualities = list(dict.fromkeys(quality for _, quality in amounts))
    tiers = {size: cell.tier for (size, _), (cell, _) in amounts.items()}
    table = screen.table(
        ("", "left"), ("size", "left"), ("shape", "right"), *((q, "right") for q in qualities)
    )
    columns = [screen.figures(amounts[size, quality][1] for size in tiers) for quality in qualities]
    rows = zip(tiers.items(), *columns, strict=True)
    for position, (tier, sizes) in enumerate(groupby(rows, key=lambda row: row[0][1])):
        if position:
            table.add_row()
        label = tier
        for (size, _tier), *prices in sizes:
            table.add_row(screen.text((label, "bold")), size, shape_of(size), *prices)
            label = ""
    return table


def _matrix(rates: RateList, endpoint: str) -> dict[tuple[str, str], Cell]:
    return {(cell.size, cell.quality): cell for cell in rates.cells if cell.endpoint == endpoint}


def _same_prices(matrices: Mapping[str, Mapping[tuple[str, str], Cell]]) -> bool:
    priced = [{key: cell.unit_price for key, cell in m.items()} for m in matrices.values()]
    return len(priced) > 1 and all(each == priced[0] for each in priced)


def _footing(book: PriceBook, rates: RateList, *, same: bool) -> RenderableType:
    table = screen.table(("", "left"), ("", "left"), head=False)
    sold = "" if same or len(rates.endpoints) > 1 else "; edits are not sold"
    table.columns[-1].no_wrap, table.columns[-1].overflow = False, "fold"
    facts = {
        "default": f"{book.default_quality} quality, n {book.n.default} of {book.n.max}{sold}",
        "book": f"{book.id}, in force from {rates.effective_from.isoformat()}",
        "basis": f"{rates.basis}, checked {rates.checked.isoformat()}",
        "source": rates.source,
        "digest": f"sha256 {book.digest[:16]}",
    }
    for name, fact in facts.items():
        table.add_row(screen.text((name, "dim")), fact)
    return table
