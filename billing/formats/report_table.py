"""The usage report for people: a heading, the rows, a totals line for each currency, notes."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice
from typing import Final, TextIO

from billing.formats.grid import Grid, decimals, figure, figures
from billing.formats.report_columns import Column, Value, readable_columns, total_name
from billing.formats.report_words import heading, notes
from billing.report import Report

_TENTH: Final = Decimal("0.1")
_BAR_WIDTH: Final = 20


def report_text(report: Report) -> str:
    """The whole report as plain text, with a line break at the end."""
    buffer = io.StringIO()
    write_text(report, buffer)
    return buffer.getvalue()


def write_text(report: Report, target: TextIO) -> None:
    """The same into a text file, line by line: no memory holds the text of them all."""
    target.writelines(f"{line}\n" for line in _lines(report))


def report_grid(report: Report, *, at_most: int | None = None) -> Grid:
    """The rows and the totals; amounts of all currencies share one column, never one sum.

    With `at_most` there are only so many rows; the totals are those of all.
    """
    shown = readable_columns(report)
    rows = _Rows(report, shown, at_most)
    footing = tuple(
        rows.cells([column.of_total(total) for column in shown]) for total in report.totals
    )
    if report.by:
        names = [total_name(total, report) for total in report.totals]
        footing = tuple((name, *line[1:]) for name, line in zip(names, footing, strict=True))
    header = tuple("" if _is_bare(column, report) else column.heading for column in shown)
    return Grid(header, tuple(column.kind != "word" for column in shown), rows, footing)


class _Rows(Collection[tuple[str, ...]]):
    """The texts of a report's rows, made whenever somebody goes through them."""

    def __init__(self, report: Report, shown: Sequence[Column], at_most: int | None) -> None:
        self._report, self._shown, self._at_most = report, shown, at_most
        self._places = [
            decimals(_amounts(column, report)) if column.kind == "amount" else 0 for column in shown
        ]

    def __len__(self) -> int:
        return (
            len(self._report.rows)
            if self._at_most is None
            else min(len(self._report.rows), self._at_most)
        )

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        for row in islice(self._report.rows, self._at_most):
            yield self.cells([column.of_row(row) for column in self._shown])

    def __contains__(self, row: object) -> bool:
        return any(row == each for each in self)

    def cells(self, values: Sequence[Value]) -> tuple[str, ...]:
        """The texts of one row."""
        return tuple(
            [
                figure(value, places)
                if column.kind == "amount" and isinstance(value, Decimal)
                else _word(value)
                for value, column, places in zip(values, self._shown, self._places, strict=True)
            ]
        )


def budget_grid(report: Report, *, has_bars: bool = True) -> Grid:
    """A line for each account with a monthly limit, and how far along it is, drawn as a bar."""
    amounts = figures([each for budget in report.budgets for each in (budget.spent, budget.limit)])
    rows = tuple(
        (
            budget.account,
            spent,
            limit,
            budget.currency,
            percent(budget.share),
            *((bar(budget.share),) if has_bars else ()),
            "" if budget.kind == "hard" else "soft",
        )
        for budget, spent, limit in zip(report.budgets, amounts[::2], amounts[1::2], strict=True)
    )
    drawn = ("",) if has_bars else ()
    header = ("budget", "this month", "limit", "", "", *drawn, "")
    numeric = (False, True, True, False, True, *(False for _ in drawn), False)
    return Grid(header, numeric, rows)


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


def _lines(report: Report) -> Iterator[str]:
    yield from (heading(report), "")
    if report.rows:
        yield from report_grid(report).lines()
    else:
        yield "No usage."
    if report.budgets:
        yield from ("", budget_grid(report).text())
    yield from ("", *notes(report))


def _amounts(column: Column, report: Report) -> Iterator[Decimal]:
    """What the database summed up in a column, and its totals."""
    for row in report.rows:
        if isinstance(value := column.of_row(row), Decimal):
            yield value
    for total in report.totals:
        if isinstance(value := column.of_total(total), Decimal):
            yield value


def _word(value: Value) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return percent(value) if isinstance(value, Decimal) else value or ""


def _is_bare(column: Column, report: Report) -> bool:
    """The currency needs no heading: it stands beside what it is the currency of."""
    return column.name == "currency" and "currency" not in report.by
