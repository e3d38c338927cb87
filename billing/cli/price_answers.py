"""The answers of `quote`: one price, the matrix, the budget, the shape; as JSON and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from billing.cli import screen
from billing.cli.price_list import sheet
from pricing import Cell, Quote
from pricing.answers import Affordable, shape_of
from pricing.margins import percent_of
from pricing.money import amount_text

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import RenderableType
    from rich.text import Text

    from pricing.rates import Priced
    from pricing.seller import Seller


def quote_json(answer: Quote, *, with_account: bool) -> dict[str, object]:
    """A quote; for an account also what it costs us."""
    content: dict[str, object] = dict(answer.as_dict())
    if with_account:
        content |= {
            "plan": answer.plan,
            "price": amount_text(answer.price),
            "cost": _text(answer.cost),
            "cost_currency": answer.cost_currency,
            "margin": _text(answer.margin),
            "set_by": answer.set_by,
            "cell_digest": answer.cell.digest,
        }
    return content


def show_quote(answer: Quote, *, with_account: bool = False) -> None:
    """The sum, where its price comes from, and for an account what is left of it."""
    each, total = screen.figures([answer.unit_price, answer.total])
    screen.show(
        screen.text(
            f"{answer.n} x {answer.size} {answer.quality} ({answer.tier})",
            f"   {each} each   ",
            (f"{total} {answer.currency}", "bold"),
        ),
        *([_margin_line(answer)] if with_account else []),
        _origin(answer.cell),
    )


def matrix_json(seller: Seller, matrix: Sequence[Priced], n: int) -> dict[str, object]:
    """Every cell, each and for n images."""
    cells = [
        {
            "endpoint": priced.cell.endpoint,
            "size": priced.cell.size,
            "tier": priced.cell.tier,
            "quality": priced.cell.quality,
            "unit_price": amount_text(priced.cell.unit_price),
            "total": amount_text(priced.total),
        }
        for priced in matrix
    ]
    first = matrix[0].cell
    return {
        "model": seller.model,
        "n": n,
        "plan": first.plan,
        "currency": first.currency,
        "book": first.book.as_dict(),
        "cells": cells,
    }


def matrix_drawn(seller: Seller, matrix: Sequence[Priced], n: int) -> Iterator[RenderableType]:
    """One table an endpoint: sizes by tier, qualities as columns, what n images cost."""
    first = matrix[0].cell
    images = "per image" if n == 1 else f"for {n} images"
    yield screen.text((seller.model, "bold"), (f"   {first.currency} {images}", "dim"))
    sold = {
        endpoint: {(p.cell.size, p.cell.quality): (p.cell, p.total) for p in priced}
        for endpoint, priced in groupby(matrix, key=lambda p: p.cell.endpoint)
    }
    totals = [{key: total for key, (_, total) in cells.items()} for cells in sold.values()]
    same = len(totals) > 1 and all(each == totals[0] for each in totals)
    for endpoint, cells in sold.items():
        yield ""
        yield screen.text((" and ".join(sold) + ", same prices" if same else endpoint, "bold"))
        yield sheet(cells)
        if same:
            break
    yield ""
    yield _origin(first, first.model)


def budget_json(answer: Affordable, seller: Seller) -> dict[str, object]:
    """How many images an amount buys."""
    return {
        "images": answer.images,
        "calls": answer.calls,
        "spent": amount_text(answer.spent),
        "left": amount_text(answer.left),
        "currency": answer.currency,
        "unit_price": amount_text(answer.cell.unit_price),
        "model": seller.model,
        "endpoint": answer.cell.endpoint,
        "size": answer.cell.size,
        "quality": answer.cell.quality,
        "plan": answer.cell.plan,
        "book": answer.cell.book.as_dict(),
    }


def show_budget(answer: Affordable) -> None:
    """How many, for how much, in how many calls."""
    cell = answer.cell
    spent, left, each = screen.figures([answer.spent, answer.left, cell.unit_price])
    count = answer.images
    many = "any number of images" if count is None else screen.counted(count, "image")
    calls = f", {screen.counted(answer.calls, 'call')}" if answer.calls else ""
    screen.show(
        screen.text((many, "bold"), f" of {cell.size} {cell.quality}, {each} each"),
        screen.text(f"{spent} {answer.currency} spent, {left} left{calls}"),
        _origin(cell),
    )


def shape_json(cells: Sequence[Cell], shape: str) -> dict[str, object]:
    """The sizes of a shape, the cheapest first."""
    first = cells[0]
    return {
        "shape": shape,
        "quality": first.quality,
        "endpoint": first.endpoint,
        "currency": first.currency,
        "plan": first.plan,
        "book": first.book.as_dict(),
        "sizes": [
            {"size": c.size, "tier": c.tier, "unit_price": amount_text(c.unit_price)} for c in cells
        ],
    }


def show_shape(cells: Sequence[Cell]) -> None:
    """A line a size."""
    first = cells[0]
    table = screen.table(("size", "left"), ("tier", "left"), (first.currency, "right"))
    for cell, price in zip(cells, screen.figures(c.unit_price for c in cells), strict=True):
        table.add_row(cell.size, cell.tier, price)
    what = f"   {first.quality}, {first.endpoint}, cheapest first"
    screen.show(screen.text((shape_of(first.size), "bold"), (what, "dim")), table, _origin(first))


def _margin_line(answer: Quote) -> Text:
    rule = "" if answer.set_by == "book" else f" ({answer.set_by})"
    who = f"plan {answer.plan}{rule}" if answer.plan else f"no plan{rule}"
    if answer.cost is None:
        return screen.text(f"{who}   cost and margin are unknown")
    cost = screen.money(answer.cost, answer.cost_currency or "")
    if answer.margin is None:
        return screen.text(f"{who}   cost {cost}, margin unknown: not the currency of the price")
    percent = percent_of(answer.margin, answer.price)
    share = "" if percent is None else f" ({percent}%)"
    style = "red" if answer.margin < 0 else "green"
    margin = screen.money(answer.margin, answer.currency)
    return screen.text(f"{who}   cost {cost}, margin ", (f"{margin}{share}", style))


def _origin(cell: Cell, what: str = "") -> Text:
    book, what = cell.book, what or f"{cell.model} {cell.endpoint}"
    plan = f", plan {cell.plan}" if cell.plan else ""
    where = f"{what}{plan}, book {book.id} of {book.version} ({book.digest[:12]})"
    return screen.text((where, "dim"))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_text(amount)
