"""The margin of every cell of a catalog, as JSON and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from billing.cli import screen
from pricing import Catalog, MarginCell
from pricing.money import amount_text

if TYPE_CHECKING:
    from rich.console import RenderableType


def margin_json(catalog: Catalog, cells: Sequence[MarginCell]) -> dict[str, object]:
    """`cells` are the books' own; those of plans and accounts stand beside them."""
    rows = [(each, _row_json(each)) for each in cells]
    return {
        "allow_below_cost": catalog.allow_below_cost,
        "cells": [row for each, row in rows if each.plan is None and each.account is None],
        "plans": [row for each, row in rows if each.plan is not None and each.account is None],
        "accounts": [row for each, row in rows if each.account is not None],
        "below_cost": [row for each, row in rows if each.is_below_cost],
        "unknown": [row for each, row in rows if each.margin is None],
    }


def margin_drawn(catalog: Catalog, cells: Sequence[MarginCell]) -> Iterator[RenderableType]:
    """A table for whoever pays: everyone, each plan, each account with prices of its own."""
    for who, group in groupby(cells, key=_payer):
        yield screen.text((who, "bold"))
        yield _table(list(group))
        yield ""
    below = sum(each.is_below_cost for each in cells)
    unknown = sum(each.margin is None for each in cells)
    meant = ", which the catalog allows" if below and catalog.allow_below_cost else ""
    style = "red" if below and not catalog.allow_below_cost else "green"
    yield screen.text((f"{below} of {len(cells)} cells are sold below cost{meant}", style))
    if unknown:
        yield screen.text((f"{unknown} have no known margin: no cost in this currency", "yellow"))


def _payer(cell: MarginCell) -> str:
    if cell.account is not None:
        return f"account {cell.account}: prices of its own"
    return f"plan {cell.plan}" if cell.plan is not None else "everyone else"


def _table(cells: Sequence[MarginCell]) -> RenderableType:
    table = screen.table(
        ("model", "left"),
        ("endpoint", "left"),
        ("size", "left"),
        ("quality", "left"),
        ("price", "right"),
        ("cost", "right"),
        ("margin", "right"),
        ("%", "right"),
        ("", "left"),
    )
    prices = screen.figures(each.price for each in cells)
    costs = iter(screen.figures(each.cost for each in cells if each.cost is not None))
    margins = iter(screen.figures(each.margin for each in cells if each.margin is not None))
    for each, price in zip(cells, prices, strict=True):
        cell = each.cell
        table.add_row(
            *(cell.model, cell.endpoint, cell.size, cell.quality, price),
            "unknown" if each.cost is None else next(costs),
            "unknown" if each.margin is None else next(margins),
            "" if each.percent is None else f"{each.percent:.1f}",
            "below cost" if each.is_below_cost else "",
            style="red" if each.is_below_cost else None,
        )
    return table


def _row_json(each: MarginCell) -> dict[str, object]:
    cell = each.cell
    return {
        "model": cell.model,
        "endpoint": cell.endpoint,
        "size": cell.size,
        "quality": cell.quality,
        "price": amount_text(each.price),
        "cost": None if each.cost is None else amount_text(each.cost),
        "margin": None if each.margin is None else amount_text(each.margin),
        "percent": None if each.percent is None else amount_text(each.percent),
        "currency": cell.currency,
        "cost_currency": cell.cost_currency,
        "plan": each.plan,
        "account": each.account,
        "set_by": cell.set_by,
    }
