"""The usage report for people: a heading, the rows, a totals line for each currency, notes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_columns import Column, Value, readable_columns
from billing.formats.report_words import heading, notes
from billing.report import Report

_TENTH: Final = Decimal("0.1")
_BAR_WIDTH: Final = 20


def report_text(report: Report) -> str:
    """The whole report as plain text, with a line break at the end."""
    parts = [heading(report), ""]
    parts += [report_grid(report).text() if report.rows else "No usage."]
    if report.budgets:
        parts += ["", budget_grid(report).text()]
    parts += ["", *notes(report)]
    return "\n".join(parts) + "\n"


def report_grid(report: Report) -> Grid:
    """The rows and the totals; amounts of all currencies share one column, never one sum."""
    shown = readable_columns(report)
    cells = [_cells(column, report) for column in shown]
    lines = tuple(zip(*cells, strict=True))
    rows, footing = lines[: len(report.rows)], lines[len(report.rows) :]
    if report.by:
        footing = tuple(("total", *line[1:]) for line in footing)
    header = tuple("" if _is_bare(column, report) else column.heading for column in shown)
    return Grid(header, tuple(column.kind != "word" for column in shown), rows, footing)


def budget_grid(report: Report) -> Grid:
    """A line for each account with a monthly limit, and how far along it is."""
    amounts = figures([each for budget in report.budgets for each in (budget.spent, budget.limit)])
    rows = tuple(
        (
            budget.account,
            spent,
            limit,
            budget.currency,
            percent(budget.share),
            bar(budget.share),
            "" if budget.kind == "hard" else "soft",
        )
        for budget, spent, limit in zip(report.budgets, amounts[::2], amounts[1::2], strict=True)
    )
    header = ("budget", "this month", "limit", "", "", "", "")
    return Grid(header, (False, True, True, False, True, False, False), rows)


def percent(part: Decimal | None) -> str:
    """A part in per cent, to a tenth; empty where there is none."""
    if part is None:
        return ""
    return f"{+(part * 100).quantize(_TENTH, ROUND_HALF_EVEN)} %"  # plus: never -0.0


def bar(part: Decimal | None) -> str:
    """The part as a bar of text; full from 1 on.

    >>> bar(Decimal("0.25"))
    '#####...............'
    """
    filled = 0 if part is None else int(min(max(part, Decimal(0)), Decimal(1)) * _BAR_WIDTH)
    return "#" * filled + "." * (_BAR_WIDTH - filled)


def _cells(column: Column, report: Report) -> list[str]:
    values: Sequence[Value] = [
        *(column.of_row(row) for row in report.rows),
        *(column.of_total(total) for total in report.totals),
    ]
    if column.kind == "amount":
        aligned = iter(figures([value for value in values if isinstance(value, Decimal)]))
        return ["" if value is None else next(aligned) for value in values]
    return [_word(value) for value in values]


def _word(value: Value) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return percent(value) if isinstance(value, Decimal) else value or ""


def _is_bare(column: Column, report: Report) -> bool:
    """The currency needs no heading: it stands beside what it is the currency of."""
    return column.name == "currency" and "currency" not in report.by
