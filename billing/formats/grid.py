"""Cells laid out in aligned columns, as plain text; figures are aligned at the decimal point.

Whatever a cell holds stays within it: see `visible`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from billing.formats.visible import visible
from pricing.money import EXACT, plain

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts: `numeric` says which columns are set to the right.

    `footing` holds the rows below the line: the totals. `rows` may make its rows whenever somebody
    goes through them: a long table need not be there as a whole.
    """

    header: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: Collection[Sequence[str]]
    footing: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "header", tuple(map(visible, self.header)))
        footing = tuple(tuple(map(visible, row)) for row in self.footing)
        object.__setattr__(self, "footing", footing)

    def body(self) -> Iterator[tuple[str, ...]]:
        """The rows one by one."""
        return (tuple(map(visible, row)) for row in self.rows)

    def text(self) -> str:
        """The grid as lines of plain text, without a line break at the end."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The lines of plain text; the rows are gone through twice, and not kept."""
        widths = list(map(len, self.header))
        for row in chain(self.body(), self.footing):
            widths = list(map(max, widths, map(len, row)))
        rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
        if any(self.header):
            yield self._line(self.header, widths)
            yield rule
        for row in self.body():
            yield self._line(row, widths)
        if self.footing and self.rows:
            yield rule
        for row in self.footing:
            yield self._line(row, widths)

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
    given = list(amounts)
    places = decimals(given)
    return [figure(amount, places) for amount in given]


def decimals(amounts: Iterable[Decimal]) -> int:
    """How many decimals it takes to show these amounts exactly, at least two."""
    places = 2
    for amount in amounts:
        exponent = plain(amount).as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            places = -exponent
    return places


def figure(amount: Decimal, places: int) -> str:
    """An amount with so many decimals, which are enough for it."""
    return format(amount.quantize(Decimal(1).scaleb(-places), context=EXACT), ",f")
