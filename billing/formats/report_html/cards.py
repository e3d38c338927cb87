"""The figures of one currency that people look for first, each on a card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from billing.formats.report_html.amounts import change, exact
from billing.formats.report_html.elements import Child, Markup, element
from billing.formats.report_table import percent
from billing.formats.report_words import counted, when
from billing.report import Figures, HeldSum, Report
from billing.report.series import ReportPage


def cards(page: ReportPage, currency: str) -> Markup:
    """A card for each figure; a figure that says nothing about this report is left out."""
    sums = _of(page.report.totals, currency)
    found = [
        _amount(page, sums),
        *_forecast(page.report, currency),
        _card("Images", _count(sums.images), _asked(sums)),
        _card("Calls", _count(sums.calls)),
        *_refunded(sums),
        *_costs(sums),
        *_unsettled("Held", page.report.held, currency),
        *_unsettled("In doubt", page.report.in_doubt, currency),
    ]
    return element("dl", *found, class_="cards")


def _of(totals: Sequence[Figures], currency: str) -> Figures:
    found = [each for each in totals if each.currency == currency]
    return found[0] if found else Figures(currency=currency)


def _amount(page: ReportPage, sums: Figures) -> Markup:
    before = _of(page.previous_totals, sums.currency).amount
    changed = change(sums.amount, before)
    beside = element(
        "span",
        element("strong", f"{changed} " if changed == "the same" else f"{changed} than "),
        "as " if changed == "the same" else "",
        exact(before, sums.currency),
        f" in {when(page.previous)}",
    )
    none_before = f"nothing to compare with in {when(page.previous)}"
    return _card(
        "Amount",
        exact(sums.amount, sums.currency),
        beside if changed else none_before,
        class_="main",
    )


def _forecast(report: Report, currency: str) -> Iterator[Markup]:
    for each in report.forecast:
        if each.currency == currency:
            yield _card("Forecast", exact(each.amount, currency), each.basis)


def _asked(sums: Figures) -> str:
    return "" if sums.asked == sums.images else f"of {sums.asked:,} asked for"


def _refunded(sums: Figures) -> Iterator[Markup]:
    if sums.refunded:
        yield _card("Refunded", exact(sums.refunded, sums.currency), "already off the amount")


def _costs(sums: Figures) -> Iterator[Markup]:
    if not sums.costs:
        return
    if sums.cost is None or sums.margin is None:
        for currency, cost in sorted(sums.costs.items()):
            yield _card("Cost", exact(cost, currency), _unknown(sums))
        return
    yield _card("Cost", exact(sums.cost, sums.currency))
    part = percent(sums.margin / sums.amount) if sums.amount else ""
    yield _card("Margin", exact(sums.margin, sums.currency), part and f"{part} of the amount")


def _unknown(sums: Figures) -> str:
    return (
        f"cost unknown of {counted(sums.uncosted, 'call')}"
        if sums.uncosted
        else "no margin across currencies"
    )


def _unsettled(what: str, sums: Sequence[HeldSum], currency: str) -> Iterator[Markup]:
    for each in sums:
        if each.currency == currency:
            beside = f"{counted(each.holds, 'hold')}, not in the amount"
            yield _card(what, exact(each.amount, currency), beside)


def _count(count: int) -> Markup:
    return element("span", f"{count:,}", class_="money")


def _card(name: str, figure: Markup, beside: Child = "", *, class_: str | None = None) -> Markup:
    said = element("dd", beside, class_="beside") if beside else ""
    return element("div", element("dt", name), element("dd", figure), said, class_=class_)
