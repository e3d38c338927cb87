"""The chart of days: a bar for each, stacked by quality; more refunds than sales lie below zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from itertools import islice
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_html.amounts import short
from billing.formats.report_html.charts import (
    LEAST,
    Chart,
    Scale,
    label,
    legend,
    rectangle,
    rule,
    tooltip,
)
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_html.qualities import names, series
from billing.report import UsageRow
from billing.report.series import ReportPage
from pricing.money import EXACT, format_amount

_TOP: Final = 12
_HEIGHT: Final = 200
_BELOW: Final = 26
#: A bar takes this part of its day's room, and never more than this of the whole width.
_BAR: Final = 0.8
_WIDEST: Final = 8.0
_DATES_SHOWN: Final = 7
#: Up to so many bars have room for a line between their parts.
_SPACIOUS: Final = 62

#: Day -> series -> amount.
Sums = dict[date, dict[str, Decimal]]


def days_chart(page: ReportPage, currency: str, *, name: str) -> Chart:
    """What each day of the report came to in one currency."""
    rows = [row for row in page.days if row.currency == currency]
    found = series(rows)
    sums = _sums(page, rows, found)
    shown = names(found)
    scale = Scale.over(
        [_part(parts, sign) for parts in sums.values() for sign in (1, -1)],
        top=_TOP,
        height=_HEIGHT,
    )
    ticks = [short(tick) for tick in scale.ticks()]
    drawing = [*_future(page, scale), *_lines(scale, ticks)]
    for at, (day, parts) in enumerate(sums.items()):
        drawing.append(_bar(at, len(sums), day, parts, shown, scale, currency))
    return Chart(
        name=name,
        title="Days",
        says=_says(page, sums, currency),
        drawing=[*drawing, rule(scale.y(Decimal(0)), class_="base"), *_dates(list(sums))],
        height=_TOP + _HEIGHT + _BELOW,
        margin=max(map(len, ticks)) + 2,
        legend=legend(shown),
        grid=_grid(sums, shown, currency),
        wide=True,
    )


def _sums(page: ReportPage, rows: Sequence[UsageRow], found: dict[str, str]) -> Sums:
    period = page.report.period
    count = (period.last_day - period.first_day).days + 1
    sums: Sums = {
        period.first_day + timedelta(days=at): defaultdict(Decimal) for at in range(count)
    }
    for row in rows:
        parts, of = sums[date.fromisoformat(row.keys["day"])], found[row.keys["quality"]]
        parts[of] = EXACT.add(parts[of], row.amount)
    return sums


def _part(parts: dict[str, Decimal], sign: int) -> Decimal:
    """What lies above the line, or below it."""
    return reduce(EXACT.add, (each for each in parts.values() if each * sign > 0), Decimal(0))


def _whole(parts: dict[str, Decimal]) -> Decimal:
    return reduce(EXACT.add, parts.values(), Decimal(0))


def _lines(scale: Scale, ticks: Sequence[str]) -> list[Markup]:
    return [
        drawn
        for tick, text in zip(scale.ticks(), ticks, strict=True)
        for drawn in (
            rule(scale.y(tick), class_="grid"),
            label(0, scale.y(tick) + 4, text, class_="left", dx=-8),
        )
    ]


def _future(page: ReportPage, scale: Scale) -> list[Markup]:
    """What of a period that is not over is still to come."""
    report = page.report
    if not report.period.start <= report.made_at < report.period.end:
        return []
    whole = report.period.end - report.period.start
    passed = (report.made_at - report.period.start) / whole * 100
    ahead = rectangle(
        passed, scale.top, 100 - passed, scale.height, tooltip("still to come"), class_="future"
    )
    return [ahead]


def _bar(
    at: int,
    count: int,
    day: date,
    parts: dict[str, Decimal],
    shown: Sequence[str],
    scale: Scale,
    currency: str,
) -> Markup:
    room = 100 / count
    width = min(room * _BAR, _WIDEST)
    x = room * at + (room - width) / 2
    zero = scale.y(Decimal(0))
    ends = {1: zero, -1: zero}
    drawn = []
    for of, which in enumerate(shown):
        amount = parts.get(which, Decimal(0))
        if not amount:
            continue
        sign = 1 if amount > 0 else -1
        height = max(abs(scale.y(amount) - zero), LEAST)
        upper = ends[sign] - height if sign > 0 else ends[sign]
        ends[sign] -= sign * height
        drawn.append(rectangle(x, upper, width, height, class_=f"series-{of}"))
    said = [f"{which} {format_amount(parts[which], currency)}" for which in shown if which in parts]
    text = f"{day}: {', '.join(said) or 'nothing'}"
    over = rectangle(room * at, scale.top, room, scale.height, class_="over")
    class_ = "day" if count <= _SPACIOUS else "day dense"
    return element("g", tooltip(text), over, *drawn, class_=class_)


def _dates(days: Sequence[date]) -> list[Markup]:
    every = -(-len(days) // _DATES_SHOWN)
    one_month = (days[0].year, days[0].month) == (days[-1].year, days[-1].month)
    return [
        label(
            (at + 0.5) * 100 / len(days),
            _TOP + _HEIGHT + 18,
            str(day.day) if one_month else f"{day:%m-%d}",
            class_="middle",
        )
        for at, day in islice(enumerate(days), 0, None, every)
    ]


def _says(page: ReportPage, sums: Sums, currency: str) -> str:
    highest = max(sums, key=lambda day: _whole(sums[day]))
    amount = _whole(sums[highest])
    zone = page.report.period.time_zone
    if amount <= 0:
        return f"Amounts by day ({zone}) and quality. No day has an amount."
    return (
        f"Amounts by day ({zone}) and quality. The highest is {highest} with "
        f"{format_amount(amount, currency)}. However small, an amount is {LEAST:.0f} pixels high; "
        "the figures are exact."
    )


def _grid(sums: Sums, shown: Sequence[str], currency: str) -> Grid:
    wholes = {which: Decimal(0) for which in shown}
    lines = []
    for parts in sums.values():
        lines.append([*(parts.get(which, Decimal(0)) for which in shown), _whole(parts)])
        for which in parts:
            wholes[which] = EXACT.add(wholes[which], parts[which])
    lines.append([*wholes.values(), _whole(wholes)])
    cells = iter(figures([amount for line in lines for amount in line]))
    texts = [tuple(islice(cells, len(shown) + 1)) for _line in lines]
    rows = tuple((str(day), *line) for day, line in zip(sums, texts, strict=False))
    header = ("day", *shown, f"total, {currency}")
    numeric = (False, *(True for _which in header[1:]))
    return Grid(header, numeric, rows, (("total", *texts[-1]),))
