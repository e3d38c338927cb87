"""The columns of the usage report, once for every format: which there are, and what stands in them.

A format that people read leaves out what would be empty; one that programs read has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from billing.report import Figures, Report, UsageRow

Value = str | int | Decimal | None
#: How a value is shown: a word, a whole number, money in the row's currency, a part of one.
Kind = Literal["word", "label", "count", "amount", "part"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `of_total` answers what stands in it in the totals line of a currency."""

    name: str
    kind: Kind
    of_row: Callable[[UsageRow], Value]
    of_total: Callable[[Figures], Value]

    @property
    def heading(self) -> str:
        """Its name in words."""
        return self.name.replace("_", " ")


def columns(report: Report) -> list[Column]:
    """Every column, in the order that programs rely on."""
    found = [_key(name) for name in report.by]
    found += [_figure(name, kind) for name, kind in _FIGURES if name not in report.by]
    if report.previous is not None:
        found += [_previous(report, name, kind) for name, kind in _COMPARED]
    return found


def readable_columns(report: Report) -> list[Column]:
    """Those that say something about this report, in the order in which people read them."""
    found = {column.name: column for column in columns(report)}
    for name, is_empty in _EMPTY.items():
        if is_empty(report):
            found.pop(name, None)
    if len(report.rows) > 1:
        found["share"] = Column("share", "part", report.share, lambda _total: None)
    order = [*report.by, *(name for name in _READING if name not in report.by)]
    return [found[name] for name in order if name in found]


def total_name(total: Figures, report: Report) -> str:
    """What a totals line is called, in place of the first key: with its currency where it needs it.

    The column of the currency may be out of sight, or be the one that the name stands in.
    """
    is_told = len(report.totals) == 1 and report.by[:1] != ("currency",)
    return "total" if is_told else f"total {total.currency}"


_FIGURES: Final[tuple[tuple[str, Kind], ...]] = (
    ("calls", "count"),
    ("images", "count"),
    ("amount", "amount"),
    ("currency", "word"),
    ("asked", "count"),
    ("refunded", "amount"),
    ("cost", "amount"),
    ("margin", "amount"),
)
_READING: Final = (
    *("calls", "asked", "images", "refunded", "amount", "cost", "margin"),
    *("previous_images", "previous_amount", "share", "currency"),
)
_COMPARED: Final[tuple[tuple[str, Kind], ...]] = (("images", "count"), ("amount", "amount"))
#: Columns that people need not see: what would stand in them is said by the others.
_EMPTY: Final[dict[str, Callable[[Report], bool]]] = {
    "asked": lambda report: all(row.asked == row.images for row in report.rows),
    "refunded": lambda report: not any(row.refunded for row in report.rows),
    "cost": lambda report: not _has_costs(report.rows),
    "margin": lambda report: not _has_costs(report.rows),
}


def _has_costs(rows: Sequence[UsageRow]) -> bool:
    return any(row.costs for row in rows)


def _key(name: str) -> Column:
    def of_total(total: Figures) -> Value:
        return total.currency if name == "currency" else None

    return Column(name, "word", lambda row: row.keys[name], of_total)


def _figure(name: str, kind: Kind) -> Column:
    def value(figures: Figures) -> Value:
        found: Value = getattr(figures, name)
        return found

    return Column(name, kind, value, value)


def _previous(report: Report, name: str, kind: Kind) -> Column:
    totals = {total.currency: total for total in report.previous_totals}

    def of(figures: Figures | None) -> Value:
        nothing: Value = 0 if kind == "count" else Decimal(0)
        return nothing if figures is None else getattr(figures, name)

    return Column(
        f"previous_{name}",
        kind,
        lambda row: of(row.previous),
        lambda total: of(totals.get(total.currency)),
    )
