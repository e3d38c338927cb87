"""The sums behind the charts are the report's own usage, grouped in other ways, of one view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import event

from billing import Capture, Hold, Ledger
from billing.report import Figures, days_span, month_span
from billing.report.figures import totals
from billing.report.series import ReportPage, build_page

Make = Callable[..., Capture]
SetClock = Callable[[datetime], None]


def figures(parts: Sequence[Figures]) -> list[tuple[object, ...]]:
    return [
        (each.currency, each.calls, each.asked, each.images, each.amount, each.refunded)
        for each in parts
    ]


def amounts(page: ReportPage) -> dict[str, dict[str, Decimal]]:
    return {
        each.month: {total.currency: total.amount for total in each.totals} for each in page.months
    }


def test_every_series_comes_to_the_totals_of_the_report(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    for day in (1, 14, 31):
        set_clock(datetime(2025, 3, day, 23, 59, tzinfo=UTC))
        for account, size in (("acme", "768x1024"), ("beta", "2048x2048"), ("gamma", "1024x1024")):
            capture(f"{account}{day}", account=account, size=size, n=4, images=3)
            capture(f"{account}{day}low", account=account, size=size, quality="low")
    ledger.refund(capture("back", n=2).id, "0.1", key="refund", reason="blurred")
    for where in (None, {"account": "acme"}, {"quality": "low"}):
        page = build_page(ledger, "2025-03", by=("endpoint",), where=where)
        expected = figures(page.report.totals)
        assert expected
        for series in (page.days, page.cells, page.accounts):
            assert figures(totals(series)) == expected
        assert page.months[-1].month == "2025-03"
        assert figures(page.months[-1].totals) == expected


def test_months_end_with_the_reported_one_and_cross_the_year(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    for month in ((2024, 8), (2024, 9), (2024, 12), (2025, 2)):
        set_clock(datetime(*month, 28, 12, tzinfo=UTC))
        capture(f"{month}", quality="low")
    each = {"USD": Decimal("0.004020001")}
    page = build_page(ledger, "2025-02")
    found = amounts(page)
    assert list(found) == [f"2024-{month:02}" for month in range(9, 13)] + ["2025-01", "2025-02"]
    assert [month for month, sums in found.items() if sums] == ["2024-09", "2024-12", "2025-02"]
    assert all(sums == each for sums in found.values() if sums)
    assert list(amounts(build_page(ledger, days_span("2024-12-30", "2025-01-02"))))[-1] == "2025-01"


def test_months_and_days_are_those_of_the_reports_time_zone(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    set_clock(datetime(2025, 2, 28, 23, 30, tzinfo=UTC))
    capture("late", quality="low")
    page = build_page(ledger, month_span("2025-03", "Europe/Berlin"))
    assert [row.keys["day"] for row in page.days] == ["2025-03-01"]
    assert list(amounts(page)["2025-03"]) == ["USD"]
    assert build_page(ledger, "2025-03").days == ()


def test_the_month_before_counts_as_far_as_this_one_has_come(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    for day in (5, 20):
        set_clock(datetime(2025, 2, day, 12, tzinfo=UTC))
        capture(f"february {day}", quality="low")
    set_clock(datetime(2025, 3, 10, 12, tzinfo=UTC))
    page = build_page(ledger, "2025-03")
    assert page.previous.start == datetime(2025, 2, 1, tzinfo=UTC)
    assert page.previous.end == datetime(2025, 2, 10, 12, tzinfo=UTC)
    assert [each.calls for each in page.previous_totals] == [1]
    over = build_page(ledger, "2025-03", now=datetime(2025, 4, 1, tzinfo=UTC))
    assert [each.calls for each in over.previous_totals] == [2]
    assert page.report.previous is None
    compared = build_page(ledger, "2025-03", compare=True).report
    assert figures(compared.previous_totals) == figures(page.previous_totals)


def test_what_is_captured_while_the_page_is_read_is_in_none_of_its_sums(
    ledger: Ledger, capture: Make, hold: Callable[..., Hold]
) -> None:
    capture("first", quality="low")
    waiting = [hold("second", quality="low")]

    def meanwhile(_connection: object, _cursor: object, statement: str, *_facts: object) -> None:
        while waiting and "sum(" in statement:  # the first sum is read, the others are not
            ledger.capture(waiting.pop().id, images=1, key="second/capture")

    event.listen(ledger.engine, "after_cursor_execute", meanwhile)
    page = build_page(ledger, "2025-03", by=())
    assert not waiting
    sums = [page.report.totals, page.months[-1].totals]
    sums += [totals(series) for series in (page.days, page.cells, page.accounts)]
    assert [[total.calls for total in each] for each in sums] == [[1]] * 5
    assert [total.calls for total in build_page(ledger, "2025-03").report.totals] == [2]
