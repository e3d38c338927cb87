"""The usage report for people: a heading, the rows, a totals line for each currency, open holds."""

from __future__ import annotations

from collections.abc import Iterator

from billing.formats.grid import Grid, figures
from billing.report import Report
from billing.usage import HeldSum
from pricing.money import format_amount

_STATES = {
    "provisional": "provisional: the month is not over",
    "open": "the month is over and not closed",
}


def report_text(report: Report) -> str:
    """The whole report as plain text, with a line break at the end."""
    parts = [heading(report), ""]
    parts += [report_grid(report).text() if report.rows else "No usage."]
    parts += ["", *footing(report)]
    return "\n".join(parts) + "\n"


def heading(report: Report) -> str:
    """Which month, of what, and how final it is."""
    period = report.period
    chosen = "".join(
        f", {name} {value if isinstance(value, str) else ' or '.join(value)}"
        for name, value in report.where.items()
    )
    return f"Usage of {period.month} ({period.time_zone}){chosen}: {_STATES[period.state]}"


def report_grid(report: Report) -> Grid:
    """The rows and the totals; amounts of all currencies share one column, never one sum."""
    amounts = figures(
        [row.amount for row in report.rows] + [total.amount for total in report.totals]
    )
    rows = tuple(
        (*row.keys.values(), f"{row.calls:,}", f"{row.images:,}", amount, row.currency)
        for row, amount in zip(report.rows, amounts, strict=False)
    )
    footing = tuple(
        (*_label(report), f"{total.calls:,}", f"{total.images:,}", amount, total.currency)
        for total, amount in zip(report.totals, amounts[len(rows) :], strict=True)
    )
    header = (*(name.replace("_", " ") for name in report.by), "calls", "images", "amount", "")
    words = (False,) * len(report.by)
    return Grid(header, (*words, True, True, True, False), rows, footing)


def footing(report: Report) -> Iterator[str]:
    """What is not in the totals: money that holds keep."""
    yield from _held("Held", report.held)
    yield from _held("In doubt", report.in_doubt)


def _label(report: Report) -> tuple[str, ...]:
    return ("total", *[""] * (len(report.by) - 1)) if report.by else ()


def _held(what: str, sums: tuple[HeldSum, ...]) -> Iterator[str]:
    for each in sums:
        holds = "1 hold" if each.holds == 1 else f"{each.holds:,} holds"
        yield f"{what}: {format_amount(each.amount, each.currency)} in {holds}, not in the total."
    if not sums:
        yield f"{what}: nothing."
