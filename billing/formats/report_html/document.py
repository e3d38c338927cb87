"""The page as a whole: heading, currencies, rows, what stands beside the totals, notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from billing.formats.grid import Grid, figures
from billing.formats.report_html.bars import accounts_chart, budgets_chart
from billing.formats.report_html.cards import cards
from billing.formats.report_html.charts import Chart, textures
from billing.formats.report_html.dates import instant, title
from billing.formats.report_html.days import days_chart
from billing.formats.report_html.elements import Markup, element, joined
from billing.formats.report_html.heat import heat_chart
from billing.formats.report_html.months import months_chart
from billing.formats.report_html.page import html_page, section
from billing.formats.report_html.tables import table
from billing.formats.report_table import report_grid
from billing.formats.report_words import heading, notes
from billing.report import Figures, Reconciled, Report
from billing.report.figures import totals
from billing.report.series import ReportPage

#: Rows that a page shows: with more of them no browser is quick any longer.
ROWS_DRAWN: Final = 5000


def report_html(page: ReportPage) -> str:
    """The whole file; the same page gives the same bytes."""
    report = page.report
    return html_page(
        f"Usage of {title(report.period)}",
        skip_to=("rows", "the rows"),
        header=joined(_header(page), textures()),
        main=_parts(page),
    )


def _header(page: ReportPage) -> Markup:
    report = page.report
    places = [(f"currency-{at}", name) for at, name in enumerate(_currencies(page))]
    links = [
        element("li", element("a", name, href=f"#{place}"))
        for place, name in (*places, ("rows", "Rows"), ("notes", "Notes"))
    ]
    return element(
        "header",
        element("p", "Usage report", class_="eyebrow"),
        element("h1", title(report.period)),
        element(
            "p",
            *_badges(report.period.state, report.reconciled),
            element("bdi", heading(report)),
            class_="banner",
        ),
        element("nav", element("ul", *links), aria_label="On this page"),
    )


def _badges(state: str, reconciled: Reconciled | None) -> Iterator[Markup]:
    yield element("strong", state, class_=f"state {state}")
    if reconciled is not None:
        yield element("strong", "reconciled", class_="state reconciled")


def _parts(page: ReportPage) -> Iterator[Markup]:
    report = page.report
    for at, currency in enumerate(_currencies(page)):
        yield _currency(page, currency, name=f"currency-{at}")
    yield section("rows", "Rows", *_rows(report))
    if report.prior_period:
        prior = replace(
            report,
            rows=report.prior_period,
            totals=totals(report.prior_period),
            previous=None,
        )
        caption = "Usage of closed months that was booked in this one; not in the rows above"
        yield section("prior", "Prior period", *_table(prior, caption, name="prior-table"))
    beside = _beside(report)
    if beside.rows:
        caption = "What holds keep and what people adjusted; not in the totals"
        yield section(
            "beside", "Beside the totals", table(beside, caption, name="beside-table", stacks=True)
        )
    said = [element("li", element("bdi", note)) for note in notes(report)]
    yield section("notes", "Notes", element("ul", *said), _made(report))


def _currencies(page: ReportPage) -> list[str]:
    """All that the page has a figure of; each has its own part, and nothing is added across."""
    report = page.report
    used = (*report.totals, *page.previous_totals, *_of_months(page))
    unsettled = (*report.held, *report.in_doubt)
    return sorted(
        {each.currency for each in used}
        | {each.currency for each in unsettled}
        | {each.currency for each in report.budgets}
    )


def _of_months(page: ReportPage) -> list[Figures]:
    return [total for month in page.months for total in month.totals]


def _currency(page: ReportPage, currency: str, *, name: str) -> Markup:
    drawn = [chart.figure() for chart in _charts(page, currency, name=name)]
    return section(name, currency, cards(page, currency), element("div", *drawn, class_="charts"))


def _charts(page: ReportPage, currency: str, *, name: str) -> Iterator[Chart]:
    used, lately = (
        any(total.currency == currency for total in sums)
        for sums in (page.report.totals, _of_months(page))
    )
    if used:
        yield days_chart(page, currency, name=f"{name}-days")
        yield heat_chart(page, currency, name=f"{name}-sizes")
    if lately:
        yield months_chart(page, currency, name=f"{name}-months")
    if used:
        yield accounts_chart(page, currency, name=f"{name}-accounts")
    budgets = budgets_chart(page, currency, name=f"{name}-budgets")
    if budgets is not None:
        yield budgets


def _rows(report: Report) -> Iterator[Markup]:
    if not report.rows:
        yield element("p", "No usage.")
        return
    by = ", ".join(report.by)
    caption = f"Usage by {by}; a total for each currency" if by else "Usage by currency"
    yield from _table(report, caption, name="rows-table")


def _table(report: Report, caption: str, *, name: str) -> Iterator[Markup]:
    yield table(report_grid(report, at_most=ROWS_DRAWN), caption, name=name, stacks=True)
    if len(report.rows) > ROWS_DRAWN:
        yield element("p", _left_out(report))


def _left_out(report: Report) -> str:
    count = len(report.rows)
    return (
        f"The first {ROWS_DRAWN:,} of {count:,} rows; {count - ROWS_DRAWN:,} more are in the "
        "totals. CSV, JSON, XLSX, Markdown and the plain table have every row."
    )


def _beside(report: Report) -> Grid:
    found = [
        *(("held", each.amount, each.currency, each.holds) for each in report.held),
        *(("in doubt", each.amount, each.currency, each.holds) for each in report.in_doubt),
        *(
            ("adjusted", each.amount, each.currency, each.adjustments)
            for each in report.adjustments
        ),
        *(
            ("cost corrected", each.amount, each.currency, each.corrections)
            for each in report.cost_corrections
        ),
    ]
    amounts = figures([amount for _what, amount, _currency, _count in found])
    lines = tuple(
        (what, text, currency, f"{count:,}")
        for (what, _amount, currency, count), text in zip(found, amounts, strict=True)
    )
    return Grid(("what", "amount", "", "entries"), (False, True, False, True), lines)


def _made(report: Report) -> Markup:
    """When it was read; what is closed no longer depends on that, and is the same bytes again."""
    if report.period.state not in ("provisional", "open"):
        return joined()
    at = element("time", instant(report.made_at), datetime=report.made_at.isoformat())
    return element("p", "As of ", at, ".", class_="made")
