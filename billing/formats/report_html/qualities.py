"""Qualities as series of a chart: in the order of their price, no more than can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from billing.formats.report_html.charts import SERIES_MAX
from billing.report import UsageRow
from billing.report.figures import totals

_NONE: Final = "no quality"
_REST: Final = "other qualities"

#: The series that a quality belongs to; series stand in the order of their names.
Series = dict[str, str]


def series(rows: Sequence[UsageRow]) -> Series:
    """A series for each quality, the cheapest image first; the smallest of too many share the last.

    Args:
        rows: of one currency, grouped by quality and perhaps by more.
    """
    groups: dict[str, list[UsageRow]] = {}
    for row in rows:
        groups.setdefault(row.keys["quality"], []).append(row)
    sums = {quality: totals(group)[0] for quality, group in groups.items()}
    by_amount = sorted(sums, key=lambda quality: (-abs(sums[quality].amount), quality))
    shown = by_amount if len(sums) <= SERIES_MAX else by_amount[: SERIES_MAX - 1]

    def price(quality: str) -> tuple[bool, Decimal, str]:
        each = sums[quality]
        return not quality, each.amount / (each.images or 1), quality

    rest = [quality for quality in by_amount if quality not in shown]
    return {each: each or _NONE for each in sorted(shown, key=price)} | dict.fromkeys(rest, _REST)


def names(found: Series) -> list[str]:
    """What the series are called, each once."""
    return list(dict.fromkeys(found.values()))
