"""The chart of sizes and qualities: the darker a cell, the more of the amount it is."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_html.amounts import short
from billing.formats.report_html.charts import Chart, label, rectangle, swatch, tooltip
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_html.qualities import names, series
from billing.report.series import ReportPage
from pricing.money import EXACT, format_amount

_HEAD: Final = 24
_ROW: Final = 30
_GAP: Final = 2
_LEVELS: Final = 5
_NO_SIZE: Final = "no size"

#: Size and series -> amount and images.
Cells = dict[tuple[str, str], tuple[Decimal, int]]


def heat_chart(page: ReportPage, currency: str, *, name: str) -> Chart:
    """What each size and quality came to in one currency."""
    rows = [row for row in page.cells if row.currency == currency]
    found = series(rows)
    shown, cells = names(found), Cells()
    for row in rows:
        key = row.keys["size"] or _NO_SIZE, found[row.keys["quality"]]
        amount, images = cells.get(key, (Decimal(0), 0))
        cells[key] = EXACT.add(amount, row.amount), images + row.images
    sizes = list(dict.fromkeys(size for size, _quality in cells))
    return Chart(
        name=name,
        title="Sizes and qualities",
        says=_says(cells, currency),
        drawing=_drawing(cells, sizes, shown, currency),
        height=_HEAD + _ROW * len(sizes),
        margin=max(map(len, sizes)) + 2,
        legend=_legend(),
        grid=_grid(cells, sizes, currency),
    )


def _drawing(cells: Cells, sizes: list[str], shown: list[str], currency: str) -> list[Markup]:
    room = 100 / len(shown)
    most = max(amount for amount, _images in cells.values())
    drawn = [
        label(room * (at + 0.5), _HEAD - 9, quality, class_="middle")
        for at, quality in enumerate(shown)
    ]
    for down, size in enumerate(sizes):
        y = _HEAD + _ROW * down
        drawn.append(label(0, y + _ROW / 2 + 4, size, class_="left", dx=-8))
        for at, quality in enumerate(shown):
            amount, images = cells.get((size, quality), (Decimal(0), 0))
            level = ceil(amount / most * _LEVELS) if amount > 0 else 0
            text = f"{size}, {quality}: {format_amount(amount, currency)}, images: {images:,}"
            words = short(amount) if (size, quality) in cells else "–"
            drawn.append(
                element(
                    "g",
                    tooltip(text),
                    rectangle(room * at, y, room - 0.5, _ROW - _GAP, class_=f"heat heat-{level}"),
                    label(
                        room * (at + 0.5) - 0.25,
                        y + _ROW / 2 + 3,
                        words,
                        class_=f"middle on-{level}",
                    ),
                )
            )
    return drawn


def _legend() -> Markup:
    return element(
        "p",
        "less ",
        *(swatch(f"heat heat-{level}") for level in range(1, _LEVELS + 1)),
        " more",
        class_="legend",
        aria_hidden="true",
    )


def _says(cells: Cells, currency: str) -> str:
    size, quality = max(cells, key=lambda key: cells[key][0])
    amount, images = cells[size, quality]
    return (
        f"Amounts by size and quality. The most is {size}, {quality}, with "
        f"{format_amount(amount, currency)}; images: {images:,}."
    )


def _grid(cells: Cells, sizes: list[str], currency: str) -> Grid:
    found = [(*key, *cells[key]) for size in sizes for key in cells if key[0] == size]
    amounts = figures([amount for _size, _quality, amount, _images in found])
    rows = tuple(
        (size, quality, f"{images:,}", text)
        for (size, quality, _amount, images), text in zip(found, amounts, strict=True)
    )
    header = ("size", "quality", "images", f"amount, {currency}")
    return Grid(header, (False, False, True, True), rows)
