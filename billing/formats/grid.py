"""Cells laid out in aligned columns, as plain text; figures are aligned at the decimal point.

Whatever a cell holds stays within it: see `visible`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from billing.formats.visible import visible
from pricing.money import EXACT, plain

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts: `numeric` says which columns are set to the right.

    `footing` holds the rows below the line: the totals.
    """

    header: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    footing: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "header", tuple(map(visible, self.header)))
        for name in ("rows", "footing"):
            rows = tuple(tuple(map(visible, row)) for row in getattr(self, name))
            object.__setattr__(self, name, rows)

    def text(self) -> str:
        """The grid as lines of plain text, without a line break at the end."""
        widths = [max(map(len, column)) for column in zip(*self._all_rows(), strict=True)]
        rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
        head = [self._line(self.header, widths), rule] if any(self.header) else []
        body = [self._line(row, widths) for row in self.rows]
        foot = [self._line(row, widths) for row in self.footing]
        return "\n".join([*head, *body, *([rule] if foot and body else []), *foot])

    def _all_rows(self) -> Iterable[tuple[str, ...]]:
        return chain([self.header], self.rows, self.footing)

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        cells = zip(row, widths, self.numeric, strict=True)
        return _GAP.join(
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells
        ).rstrip()


def figures(amounts: Iterable[Decimal]) -> list[str]:
    """Amounts with as many decimals as the longest of them has, at least two: they align.

    >>> figures([Decimal("0.0036"), Decimal("1234.5")])
    ['0.0036', '1,234.5000']
    """
    trimmed = [plain(amount) for amount in amounts]
    exponents = (amount.as_tuple().exponent for amount in trimmed)
    places = max((-each for each in exponents if isinstance(each, int)), default=2)
    unit = Decimal(1).scaleb(-max(places, 2))
    return [format(amount.quantize(unit, context=EXACT), ",f") for amount in trimmed]
