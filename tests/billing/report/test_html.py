"""The HTML page carries the report's figures, all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

import pytest

from billing.formats.report_html import report_html
from billing.formats.report_json import report_object
from billing.formats.report_words import notes
from billing.report import Budget, Reconciled, Report
from tests.billing.report.html_tree import Node, cards_of, number, parsed, table_of
from tests.billing.report.pages import HALFWAY, Call, busy, page_of, rich

Objects = list[dict[str, object]]
FIRST = date(2026, 10, 1)


def shown(report: Report, part: str) -> Objects:
    return cast("Objects", report_object(report)[part])


@pytest.mark.parametrize("by", [("account", "model", "size", "quality"), ("day", "currency"), ()])
def test_the_table_of_rows_says_what_the_json_says(by: tuple[str, ...]) -> None:
    calls = busy(("acme", "beta", "gamma"), currencies=("USD", "EUR"), costs=True)
    page = page_of(calls, by=by)
    found = table_of(parsed(report_html(page)), "rows-table")
    names = [name.replace("currency", "") or "currency" for name in found["head"][0]]
    for part, expected in (
        ("body", shown(page.report, "rows")),
        ("foot", shown(page.report, "totals")),
    ):
        lines = [dict(zip(names, line, strict=True)) for line in found[part]]
        assert len(lines) == len(expected)
        for line, row in zip(lines, expected, strict=True):
            for figure in ("calls", "images", "amount", "cost", "margin"):
                assert number(line[figure]) == Decimal(str(row[figure]))
            assert line["currency"] == row["currency"]
            if part == "body":
                assert [line[name] for name in by] == [row[name] for name in by]


def test_the_cards_of_each_currency_say_what_its_totals_say() -> None:
    calls = busy(("acme", "beta"), currencies=("USD", "EUR"), costs=True)
    page = page_of(calls, now=HALFWAY, change=rich)
    tree = parsed(report_html(page))
    for at, total in enumerate(page.report.totals):
        cards = cards_of(tree, f"currency-{at}")
        figures = {name: number(text) for name, text in cards.items()}
        (forecast,) = (each for each in page.report.forecast if each.currency == total.currency)
        assert {
            "Amount": total.amount,
            "Images": total.images,
            "Calls": total.calls,
            "Cost": total.cost,
            "Margin": total.margin,
            "Forecast": forecast.amount,
            "Held": Decimal("12.6432"),
        }.items() <= figures.items()
        assert cards["Amount"].endswith(total.currency)
    assert number(cards_of(tree, "currency-0")["In doubt"]) == Decimal("0.84288")
    assert "In doubt" not in cards_of(tree, "currency-1")


def test_the_amount_stands_beside_that_of_the_month_before_as_far_as_this_one_has_come() -> None:
    calls = [
        Call(date(2026, 9, 3), "acme", "1024x1024", "high", 1, Decimal(2)),
        Call(date(2026, 9, 29), "acme", "1024x1024", "high", 1, Decimal(50)),
        Call(date(2026, 10, 3), "acme", "1024x1024", "high", 1, Decimal(3)),
    ]
    (main,) = parsed(report_html(page_of(calls, now=HALFWAY))).with_class("main")
    said = main.with_class("beside")[0].text()
    assert said == "50.0 % more than 2.00 USD in 2026-09-01 to 2026-09-17"


def test_the_tables_of_the_charts_come_to_the_totals_of_their_currency() -> None:
    page = page_of(busy(("a", "b", "c", "d"), currencies=("USD", "EUR")), by=())
    tree = parsed(report_html(page))
    for at, total in enumerate(page.report.totals):
        days = table_of(tree, f"currency-{at}-days-table")
        assert len(days["body"]) == 31
        assert sum(number(line[-1]) for line in days["body"]) == total.amount
        assert number(days["foot"][0][-1]) == total.amount
        assert sum(map(number, days["foot"][0][1:-1])) == total.amount
        for name in ("sizes", "accounts"):
            lines = table_of(tree, f"currency-{at}-{name}-table")["body"]
            assert sum(number(line[-1]) for line in lines) == total.amount
            assert sum(number(line[-2]) for line in lines) == total.images
        months = table_of(tree, f"currency-{at}-months-table")["body"]
        assert months[-1][0] == "2026-10"
        assert number(months[-1][2]) == total.amount


def test_a_bar_is_as_high_as_its_amount_and_refunds_hang_below_the_line() -> None:
    calls = [
        Call(FIRST, "acme", "1024x1024", "low", 4, Decimal(1)),
        Call(FIRST, "acme", "1024x1024", "high", 1, Decimal(3)),
        Call(date(2026, 10, 2), "acme", "1024x1024", "high", 0, Decimal("-1.5")),
    ]
    tree = parsed(report_html(page_of(calls)))
    drawing = tree.by_id("currency-0-days-title")
    (svg,) = (each for each in tree.all("svg") if drawing in each.inside)
    first, second, *others = svg.with_class("day")
    (base,) = svg.with_class("base")
    line = float(base.attributes["y1"])
    low, high = (heights(bar) for bar in first.all("rect") if "over" not in bar.attributes["class"])
    (refund,) = (
        heights(bar) for bar in second.all("rect") if "over" not in bar.attributes["class"]
    )
    assert low[1] == pytest.approx(line)
    assert high[1] == pytest.approx(low[0])
    assert refund[0] == pytest.approx(line)
    scale = low[1] - low[0]
    assert high[1] - high[0] == pytest.approx(3 * scale, abs=0.05)
    assert refund[1] - refund[0] == pytest.approx(1.5 * scale, abs=0.05)
    assert all(len(list(bar.all("rect"))) == 1 for bar in others)


def heights(bar: Node) -> tuple[float, float]:
    top = float(bar.attributes["y"])
    return top, top + float(bar.attributes["height"])


def test_a_little_beside_much_is_still_seen() -> None:
    day = date(2026, 10, 5)
    amounts = {"low": "0.9", "medium": "0.000000001", "high": "6000"}
    calls = [Call(day, "acme", "1024x1024", q, 1, Decimal(a)) for q, a in amounts.items()]
    calls.append(Call(day, "beta", "1024x1024", "low", 1, Decimal("0.000000001")))

    tree = parsed(report_html(page_of([*calls, replace(calls[2], day=date(2026, 9, 5))])))

    bars = [
        bar
        for bar in tree.all("rect")
        if bar.attributes.get("class", "").startswith(("series-", "bar"))
        and bar.attributes["width"] != "12"
    ]
    assert len(bars) == 3 + 2 + 2
    for bar in bars:
        assert float(bar.attributes["height"]) >= 3
        assert float(bar.attributes["width"].rstrip("%")) >= 0.4
    parts = [heights(bar) for bar in bars if bar.attributes["class"].startswith("series-")]
    # Each stands on the one before, and hides nothing of it.
    ends = [bottom for _top, bottom in parts[1:]]
    assert ends == pytest.approx([top for top, _bottom in parts[:-1]], abs=0.02)


def test_months_before_the_first_with_anything_are_not_drawn() -> None:
    call = Call(date(2026, 10, 5), "acme", "1024x1024", "low", 1, Decimal(1))
    for first, months in ((10, ["2026-10"]), (8, ["2026-08", "2026-09", "2026-10"])):
        html = report_html(page_of([call, replace(call, day=date(2026, first, 1))]))
        body = table_of(parsed(html), "currency-0-months-table")["body"]
        assert [row[0] for row in body] == months
        count = "1 calendar month" if len(months) == 1 else f"{len(months)} calendar months"
        assert f"Amounts of {count} (UTC); nothing in the months before." in html


def test_qualities_stand_in_the_order_of_their_price_and_too_many_share_the_last_series() -> None:
    qualities = ("max", "xhigh", "high", "medium", "low", "draft", "tiny", "")
    calls = [
        Call(FIRST, "acme", "1024x1024", quality, 1, Decimal(8 - at))
        for at, quality in enumerate(qualities)
    ]
    tree = parsed(report_html(page_of(calls)))
    head = table_of(tree, "currency-0-days-table")["head"][0]
    assert head == ["day", "low", "medium", "high", "xhigh", "max", "other qualities", "total, USD"]
    (total,) = table_of(tree, "currency-0-days-table")["foot"]
    assert number(total[-2]) == 1 + 2 + 3


def test_of_many_accounts_the_largest_are_drawn_and_the_rest_is_one_bar() -> None:
    calls = [
        Call(FIRST, f"account-{at:03}", "1024x1024", "high", 1, Decimal(at + 1))
        for at in range(300)
    ]
    tree = parsed(report_html(page_of(calls)))
    title = tree.by_id("currency-0-accounts-title")
    (svg,) = (each for each in tree.all("svg") if title in each.inside)
    names = [each.text() for each in svg.with_class("name")]
    assert names == [*(f"account-{at:03}" for at in range(299, 289, -1)), "290 accounts more"]
    assert len(table_of(tree, "currency-0-accounts-table")["body"]) == 300


def test_what_stands_beside_the_totals_is_on_the_page() -> None:
    page = page_of(busy(), now=HALFWAY, change=rich)
    tree = parsed(report_html(page))
    assert table_of(tree, "beside-table")["body"] == [
        ["held", "12.64320", "USD", "3"],
        ["in doubt", "0.84288", "USD", "1"],
        ["adjusted", "-5.50000", "USD", "2"],
        ["cost corrected", "-0.25000", "USD", "3"],
    ]
    prior = table_of(tree, "prior-table")
    assert prior["body"][0][:4] == list(page.report.rows[0].keys.values())
    assert number(prior["foot"][0][5]) == 5
    budgets = table_of(tree, "currency-0-budgets-table")["body"]
    assert [line[0] for line in budgets] == ["delta", "beta", "acme"]
    assert budgets[0] == ["delta", "soft", "150.00", "100.00", "USD", "150.0 %"]
    said = [each.text() for each in tree.by_id("notes").all("li")]
    assert said == list(notes(page.report))


def test_a_month_without_usage_is_a_page_that_says_so() -> None:
    tree = parsed(report_html(page_of([])))
    assert tree.by_id("rows").text() == "RowsNo usage."
    assert tree.one("h1").text() == "October 2026"
    assert not list(tree.all("figure"))


def test_a_currency_that_was_used_before_and_is_no_more_is_still_on_the_page() -> None:
    calls = [Call(date(2026, 9, 3), "acme", "1024x1024", "high", 1, Decimal(2), "EUR")]
    tree = parsed(report_html(page_of([*calls, *busy(days=170)])))
    assert number(cards_of(tree, "currency-0")["Amount"]) == 0
    assert [each.text() for each in tree.by_id("currency-0").all("h3")] == ["Months"]
    assert len(list(tree.by_id("currency-1").all("h3"))) == 4


def test_free_images_and_refunds_alone_are_drawn_without_a_fault() -> None:
    for amount in (Decimal(0), Decimal("-0.000000001")):
        page = page_of([Call(FIRST, "acme", "", "", 3, amount)])
        tree = parsed(report_html(page))
        assert number(cards_of(tree, "currency-0")["Amount"]) == amount
        drawn = (each.attributes.get("height", "0") for each in tree.all("rect"))
        assert all(float(height) >= 0 for height in drawn)


def test_the_same_report_is_the_same_bytes() -> None:
    first, second = (
        report_html(page_of(busy(("a", "b"), currencies=("USD", "EUR")), now=HALFWAY, change=rich))
        for _again in range(2)
    )
    assert first == second
    (made,) = parsed(first).with_class("made")
    assert made.text() == "As of 2026-10-17 09:30:00 UTC."


def test_a_closed_month_shows_it_and_not_when_it_was_read() -> None:
    page = page_of(busy())
    closed = replace(page.report.period, state="closed")
    by = Reconciled("5e" * 32, datetime(2026, 11, 20, tzinfo=UTC), "ana")
    reconciled = replace(page.report, period=closed, reconciled=by)
    trees = [parsed(report_html(each)) for each in (page, replace(page, report=reconciled))]
    badges = [[each.text() for each in tree.with_class("state")] for tree in trees]
    assert badges == [["open"], ["closed", "reconciled"]]
    assert [len(tree.with_class("made")) for tree in trees] == [1, 0]


def test_figures_of_one_currency_are_never_in_the_part_of_another() -> None:
    page = page_of(busy(("a", "b"), currencies=("USD", "EUR")), now=HALFWAY, change=rich)
    tree = parsed(report_html(page))
    parts = [tree.by_id(f"currency-{at}").text() for at in range(2)]
    assert [("EUR" in part, "USD" in part) for part in parts] == [(True, False), (False, True)]


def test_an_account_with_a_limit_and_no_usage_has_its_budget_and_no_empty_charts() -> None:
    budget = Budget(
        account="acme", currency="USD", spent=Decimal(0), limit=Decimal(50), kind="hard"
    )
    page = page_of([], change=lambda report: replace(report, budgets=(budget,)))
    tree = parsed(report_html(page))
    assert [each.text() for each in tree.all("h3")] == ["Budgets"]
    assert number(cards_of(tree, "currency-0")["Amount"]) == 0
