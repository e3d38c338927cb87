"""What must hold of a FOCUS file and what the FinOps Foundation's validator does not look at.

Costs that are not price x quantity, instants in another form, periods that end before they start,
charges outside their period, columns and details of our own without `x_`, quantities below zero
that correct nothing. Our own files go through it row by row, before a row is written.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from billing.formats.focus_columns import (
    AMOUNTS,
    CUSTOM,
    INSTANTS,
    PRICING_AMOUNTS,
    QUANTITIES,
    focus_columns,
)
from pricing.money import EXACT

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_KNOWN: Final = {*focus_columns("1.3")} - {*CUSTOM}
_PREFIX: Final = "x_"
#: Keys that FOCUS itself has for details of a price.
_DETAILS: Final = frozenset(
    {
        *("CoreCount", "DiskMaxIops", "DiskSpace", "DiskType", "GpuCount", "InstanceSeries"),
        *("InstanceType", "MemorySize", "NetworkMaxIops", "NetworkMaxThroughput"),
        *("OperatingSystem", "Redundancy", "StorageClass"),
    }
)


def lint_focus(file: Iterable[str]) -> Iterator[str]:
    """Everything that is wrong with a file, with the line it stands in."""
    rows = csv.DictReader(file)
    yield from (f"header: {problem}" for problem in header_problems(rows.fieldnames or ()))
    for row in rows:
        if None in row or None in row.values():
            yield f"line {rows.line_num}: it has not as many cells as the header"
        else:
            yield from (f"line {rows.line_num}: {problem}" for problem in row_problems(row))


def header_problems(names: Sequence[str]) -> Iterator[str]:
    """What is wrong with the columns: FOCUS first, then ours, whose names say so."""
    custom = [place for place, name in enumerate(names) if name.startswith(_PREFIX)]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"{name} stands there twice"
        if place not in custom and name not in _KNOWN:
            yield f"{name} is no column of FOCUS; one of our own starts with {_PREFIX}"
        if place not in custom and custom and place > custom[0]:
            yield f"{name} stands behind a column of our own"
    yield from (f"{name} is missing" for name in focus_columns("1.2") if name not in names)


def row_problems(row: Mapping[str, str]) -> list[str]:
    """What is wrong with a row, by the names of its columns; an absent column is null."""
    shapes = [*_shapes(row)]
    # What does not look like an instant or a number cannot be compared.
    return shapes or [*_periods(row), *_products(row), *_signs(row), *_keys(row)]


def _shapes(row: Mapping[str, str]) -> Iterator[str]:
    for name in INSTANTS:
        if not _INSTANT.fullmatch(row.get(name, "")):
            yield f"{name} {row.get(name, '')!r} is not written 2026-10-01T00:00:00Z"
    for name in (*AMOUNTS, *PRICING_AMOUNTS, *QUANTITIES):
        if row.get(name) and not _NUMBER.fullmatch(row[name]):
            yield f"{name} {row[name]!r} is not written with digits and a dot"
    if not _CURRENCY.fullmatch(row.get("BillingCurrency", "")):
        yield f"BillingCurrency {row.get('BillingCurrency', '')!r} is no currency"


def _periods(row: Mapping[str, str]) -> Iterator[str]:
    # ISO instants of one form sort as texts.
    billing, charge = (
        (row[f"{which}PeriodStart"], row[f"{which}PeriodEnd"]) for which in ("Billing", "Charge")
    )
    for which, (start, end) in (("Billing", billing), ("Charge", charge)):
        if end <= start:
            yield f"{which}PeriodEnd {end} is not after its start {start}"
    is_inside = billing[0] <= charge[0] and charge[1] <= billing[1]
    is_correction = row.get("ChargeClass") == "Correction"
    if not is_inside and not is_correction:
        yield f"the charge of {charge[0]} lies outside the billing period of {billing[0]}"
    if is_correction and charge[0] >= billing[0]:
        yield f"a Correction is about an earlier period than {billing[0]}"


def _products(row: Mapping[str, str]) -> Iterator[str]:
    for kind in ("List", "Contracted"):
        price, quantity = row.get(f"{kind}UnitPrice"), row.get("PricingQuantity")
        if price and quantity:
            product = EXACT.multiply(Decimal(price), Decimal(quantity))
            if product != Decimal(row.get(f"{kind}Cost") or "NaN"):
                yield f"{kind}Cost {row.get(f'{kind}Cost')} is not {price} x {quantity}"


def _signs(row: Mapping[str, str]) -> Iterator[str]:
    if row.get("ChargeClass") == "Correction":
        return
    for name in QUANTITIES:
        if Decimal(row.get(name) or 0) < 0:
            yield f"{name} {row[name]} is below zero and corrects nothing"


def _keys(row: Mapping[str, str]) -> Iterator[str]:
    for name in ("SkuPriceDetails", "Tags"):
        yield from _problems_of_json(name, row.get(name) or "{}")


@lru_cache(1024)
def _problems_of_json(name: str, text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return (f"{name} is no JSON object",)
    if name != "SkuPriceDetails":
        return ()
    own = [key for key in found if key not in _DETAILS and not key.startswith(_PREFIX)]
    return tuple(f"{name}: {key} is our own and does not start with {_PREFIX}" for key in own)
