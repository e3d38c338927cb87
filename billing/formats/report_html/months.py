"""The chart of months: what the last ones came to, and where one that is not over is heading."""

from __future__ import annotations

from decimal import Decimal
from itertools import dropwhile, pairwise
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_html.amounts import change, short
from billing.formats.report_html.charts import (
    LEAST,
    Chart,
    Scale,
    label,
    rectangle,
    rule,
    tooltip,
)
from billing.formats.report_html.dates import short_month
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_words import counted
from billing.report import Figures
from billing.report.series import MonthSums, ReportPage
from pricing.money import format_amount

_TOP: Final = 22
_HEIGHT: Final = 170
_BELOW: Final = 38
#: A bar takes this part of its month's room, and never more than this of the whole width.
_BAR: Final = 0.6
_WIDEST: Final = 12.0


def months_chart(page: ReportPage, currency: str, *, name: str) -> Chart:
    """What each of the last months came to in one currency, from the first that has anything."""
    every = {each.month: _of(each, currency) for each in page.months}
    used = dropwhile(lambda each: not each[1].calls and not each[1].amount, every.items())
    sums = dict(used) or {month: every[month] for month in list(every)[-1:]}
    heading_for = _forecast(page, currency)
    scale = Scale.over(
        [*(each.amount for each in sums.values()), heading_for], top=_TOP, height=_HEIGHT
    )
    drawing = [rule(scale.y(Decimal(0)), class_="base")]
    if heading_for:
        drawing.append(_forecast_bar(heading_for, len(sums), scale, currency))
    for at, (month, each) in enumerate(sums.items()):
        drawing.append(_bar(at, len(sums), month, each, scale))
    return Chart(
        name=name,
        title="Months",
        says=_says(page, len(sums), heading_for, currency),
        drawing=drawing,
        height=_TOP + _HEIGHT + _BELOW,
        grid=_grid(sums, currency),
    )


def _of(month: MonthSums, currency: str) -> Figures:
    found = [each for each in month.totals if each.currency == currency]
    return found[0] if found else Figures(currency=currency)


def _forecast(page: ReportPage, currency: str) -> Decimal:
    """Of the month that is shown last, when it is the reported one."""
    if page.report.period.month != page.months[-1].month:
        return Decimal(0)
    found = [each.amount for each in page.report.forecast if each.currency == currency]
    return found[0] if found else Decimal(0)


def _bar(at: int, count: int, month: str, sums: Figures, scale: Scale) -> Markup:
    room = 100 / count
    zero, end = scale.y(Decimal(0)), scale.y(sums.amount)
    height = max(abs(end - zero), LEAST) if sums.amount else 0.0
    upper = zero if sums.amount < 0 else zero - height
    class_ = "bar" if at == count - 1 else "bar then"
    middle, width = room * (at + 0.5), _width(room)
    year = month[:4] if at == 0 or month.endswith("-01") else ""
    return element(
        "g",
        tooltip(f"{month}: {format_amount(sums.amount, sums.currency)}, images: {sums.images:,}"),
        rectangle(middle - width / 2, upper, width, height, class_=class_),
        label(middle, upper - 6, short(sums.amount), class_="middle value"),
        label(middle, _TOP + _HEIGHT + 18, short_month(month), class_="middle"),
        label(middle, _TOP + _HEIGHT + 33, year, class_="middle year"),
    )


def _forecast_bar(amount: Decimal, count: int, scale: Scale, currency: str) -> Markup:
    room = 100 / count
    upper, lower = sorted((scale.y(Decimal(0)), scale.y(amount)))
    return rectangle(
        room * (count - 0.5) - _width(room) / 2,
        upper,
        _width(room),
        lower - upper,
        tooltip(f"forecast: {format_amount(amount, currency)}"),
        class_="forecast",
    )


def _width(room: float) -> float:
    return min(room * _BAR, _WIDEST)


def _says(page: ReportPage, count: int, heading_for: Decimal, currency: str) -> str:
    said = f"Amounts of {counted(count, 'calendar month')} ({page.report.period.time_zone})"
    if count < len(page.months):
        said += "; nothing in the months before"
    if heading_for:
        amount = format_amount(heading_for, currency)
        said += f"; the last is not over, and is heading for {amount} (dashed)"
    return f"{said}."


def _grid(sums: dict[str, Figures], currency: str) -> Grid:
    amounts = [each.amount for each in sums.values()]
    changes = ["", *(change(now, before) for before, now in pairwise(amounts))]
    lines = tuple(
        (month, f"{each.images:,}", amount, changed)
        for (month, each), amount, changed in zip(
            sums.items(), figures(amounts), changes, strict=True
        )
    )
    header = ("month", "images", f"amount, {currency}", "change")
    return Grid(header, (False, True, True, True), lines)
