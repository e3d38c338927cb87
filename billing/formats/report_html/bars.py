"""Charts of bars that lie on their side: the largest accounts, and how far along budgets are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from unicodedata import east_asian_width

from billing.formats.grid import Grid, figures
from billing.formats.report_html.amounts import short
from billing.formats.report_html.charts import Chart, label, rectangle, tooltip
from billing.formats.report_html.elements import Markup, element
from billing.formats.report_table import percent
from billing.formats.report_words import counted
from billing.report import Budget, UsageRow
from billing.report.figures import total
from billing.report.series import ReportPage
from pricing.money import format_amount

#: More bars than this are no picture; the table below has them all.
SHOWN_MAX: Final = 10
_ROW: Final = 42
_BAR: Final = 12
_LETTERS_MAX: Final = 30
#: Of the whole width, for a bar that is not nothing.
_LEAST: Final = 0.004
_DOUBLE: Final = "WF"
_BROAD: Final = "mw@%"


def accounts_chart(page: ReportPage, currency: str, *, name: str) -> Chart:
    """The accounts with the largest amounts in one currency, and all others together."""
    rows = [row for row in page.accounts if row.currency == currency]
    rows.sort(key=lambda row: (-row.amount, row.keys["account"]))
    top, others = rows[:SHOWN_MAX], rows[SHOWN_MAX:]
    bars = [(row.keys["account"], row.amount, "bar") for row in top]
    if others:
        rest = total(currency, others).amount
        bars.append((f"{counted(len(others), 'account')} more", rest, "bar rest"))
    most = max(amount for _account, amount, _class in bars)
    drawing = [
        _bar(at, account, format_amount(amount, currency), short(amount), amount, most, class_)
        for at, (account, amount, class_) in enumerate(bars)
    ]
    return Chart(
        name=name,
        title="Accounts",
        says=_says(top, len(rows), total(currency, rows).amount),
        drawing=drawing,
        height=_ROW * len(bars),
        grid=_accounts_grid(rows, currency),
    )


def budgets_chart(page: ReportPage, currency: str, *, name: str) -> Chart | None:
    """How much of their monthly limits accounts have spent; None where there are no limits."""
    budgets = [each for each in page.report.budgets if each.currency == currency]
    if not budgets:
        return None
    budgets.sort(key=lambda each: (-_used(each), each.account))
    drawing = [
        _bar(
            at,
            each.account,
            f"{format_amount(each.spent, currency)} of {format_amount(each.limit, currency)}",
            f"{percent(each.share) or '–'} of {short(each.limit)}",
            min(_used(each), Decimal(1)),
            Decimal(1),
            "bar full" if _used(each) >= 1 else "bar",
        )
        for at, each in enumerate(budgets[:SHOWN_MAX])
    ]
    spent = sum(_used(each) >= 1 for each in budgets)
    return Chart(
        name=name,
        title="Budgets",
        says=f"Monthly limits, the most used first: {spent:,} of {len(budgets):,} used up.",
        drawing=drawing,
        height=_ROW * len(drawing),
        grid=_budgets_grid(budgets),
    )


def _bar(
    at: int,
    name: str,
    exactly: str,
    words: str,
    amount: Decimal,
    most: Decimal,
    class_: str,
) -> Markup:
    y = _ROW * at
    part = max(float(amount / most), _LEAST) if most > 0 and amount > 0 else 0.0
    return element(
        "g",
        tooltip(f"{name}: {exactly}"),
        label(0, y + 14, _cut(name), class_="name"),
        label(100, y + 14, words, class_="right"),
        rectangle(0, y + 20, 100, _BAR, class_="track"),
        rectangle(0, y + 20, part * 100, _BAR, class_=class_),
    )


def _cut(name: str) -> str:
    """As much of a name as there is room for."""
    room: float = _LETTERS_MAX
    for at, letter in enumerate(name):
        room -= _width(letter)
        if room < 0:
            return f"{name[:at]}…"
    return name


def _width(letter: str) -> float:
    """About how many usual letters it takes the room of."""
    if east_asian_width(letter) in _DOUBLE:
        return 2
    return 1.5 if letter.isupper() or letter in _BROAD else 1


def _used(budget: Budget) -> Decimal:
    """A limit of zero is used up by nothing at all."""
    return Decimal(1) if budget.share is None else budget.share


def _says(top: Sequence[UsageRow], count: int, whole: Decimal) -> str:
    if whole <= 0 or count == 1:
        return f"Amounts of {counted(count, 'account')}."
    together = total(top[0].currency, top).amount / whole
    first = percent(top[0].amount / whole)
    shown = f" The {len(top)} largest are {percent(together)}." if count > len(top) else ""
    return (
        f"Amounts of {counted(count, 'account')}, the largest first: {first} of the total.{shown}"
    )


def _accounts_grid(rows: Sequence[UsageRow], currency: str) -> Grid:
    lines = tuple(
        (row.keys["account"], f"{row.calls:,}", f"{row.images:,}", amount)
        for row, amount in zip(rows, figures([row.amount for row in rows]), strict=True)
    )
    header = ("account", "calls", "images", f"amount, {currency}")
    return Grid(header, (False, True, True, True), lines)


def _budgets_grid(budgets: Sequence[Budget]) -> Grid:
    amounts = figures([each for budget in budgets for each in (budget.spent, budget.limit)])
    lines = tuple(
        (budget.account, budget.kind, spent, limit, budget.currency, percent(budget.share))
        for budget, spent, limit in zip(budgets, amounts[::2], amounts[1::2], strict=True)
    )
    header = ("account", "kind of limit", "spent", "limit", "", "used")
    return Grid(header, (False, False, True, True, False, True), lines)
