"""Quantities, unit prices and costs of a FOCUS row: exact, in money and in the unit of the account.

What is used up in units of our own (CREDIT) was billed when they were bought: its billed cost is 0,
its effective cost what those units cost. An adjustment in such units is neither.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from billing.report.charge_lines import Cell, ChargeLine
from pricing import PriceBook
from pricing.money import EXACT, Money, amount_text

#: A column of whole numbers would be read as integers, which FOCUS does not allow.
_PLACES: Final = 6
_NOTHING: Final = Decimal(0)


class Priced(NamedTuple):
    """How many of what, and the public and the account's price of one."""

    quantity: Decimal
    unit: str
    listed: Decimal
    contracted: Decimal


def price_columns(line: ChargeLine, worth: Money) -> dict[str, str]:
    """The columns with figures; `worth` is what one unit of the account is in money."""
    billed, effective = _costs(line, is_money=worth.currency == line.currency)
    priced = _priced(line)
    in_money = {"BilledCost": billed, "EffectiveCost": effective}
    in_units = {"PricingCurrencyEffectiveCost": effective}
    quantities: dict[str, str] = {}
    if priced is None:
        in_money |= {"ListCost": effective, "ContractedCost": effective}
    else:
        for name, price in (("List", priced.listed), ("Contracted", priced.contracted)):
            in_money[f"{name}UnitPrice"] = in_units[f"PricingCurrency{name}UnitPrice"] = price
            in_money[f"{name}Cost"] = EXACT.multiply(price, priced.quantity)
        for name in ("Pricing",) if line.kind == "top-up" else ("Pricing", "Consumed"):
            quantities[f"{name}Quantity"] = _number(priced.quantity)
            quantities[f"{name}Unit"] = priced.unit
    money = {name: _number(EXACT.multiply(each, worth.amount)) for name, each in in_money.items()}
    return {**money, **{name: _number(each) for name, each in in_units.items()}, **quantities}


def _costs(line: ChargeLine, *, is_money: bool) -> tuple[Decimal, Decimal]:
    """What is billed, and what was used."""
    if line.kind == "top-up":
        return -line.amount, _NOTHING
    if is_money:
        return line.amount, line.amount
    return _NOTHING, _NOTHING if line.kind == "adjustment" else line.amount


def _priced(line: ChargeLine) -> Priced | None:
    """None for what only moves money: a refund gives back an amount, not images."""
    if line.kind == "top-up":
        return Priced(-line.amount, "Credits", Decimal(1), Decimal(1))
    if line.cell is None or line.kind == "refund":
        return None
    return Priced(Decimal(line.images), "Images", list_price(line.cell), line.cell.unit_price)


@lru_cache(4096)
def list_price(cell: Cell) -> Decimal:
    """What everybody pays for one image of the cell.

    The ledger keeps what this account pays. Where a plan set that, the book is asked if it is a
    bundled one and has not changed since; else the account's price is all that is known.
    """
    if cell.set_by == "book" or cell.book_id not in PriceBook.bundled():
        return cell.unit_price
    book = PriceBook.load(cell.book_id)
    if book.digest != cell.book_digest:
        return cell.unit_price
    fields = {"model": cell.model, "size": cell.size, "quality": cell.quality, "n": 1}
    at = datetime.fromisoformat(cell.book_version).replace(tzinfo=UTC)
    return book.quote(fields, endpoint=cell.endpoint, at=at).unit_price


@lru_cache(4096)  # a month has few different amounts
def _number(amount: Decimal) -> str:
    whole, _dot, decimals = amount_text(amount).partition(".")
    return f"{whole}.{decimals:0<{_PLACES}}"
