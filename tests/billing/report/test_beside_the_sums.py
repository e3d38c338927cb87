"""What a report says beside calls, images and amount: costs, comparison, adjustments, forecast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from billing import Capture, Hold, InvalidEntry, Ledger
from billing.formats.report_markdown import report_markdown
from billing.formats.report_table import bar, report_text
from billing.formats.report_words import notes
from billing.report import build_report, days_span, month_span
from billing.report.invoice import build_invoice
from billing.report.series import build_page
from pricing import Catalog, PriceBook

Make = Callable[..., Capture]
SetClock = Callable[[datetime], None]
MARCH, APRIL = month_span("2025-03"), month_span("2025-04")
CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: openai-gpt-image-2, cost: openai-gpt-image-2}
plans:
  partner: {markup: "0.25"}
accounts:
  acme: {plan: partner}
"""


@pytest.fixture
def with_cost(ledger: Ledger) -> Callable[..., Capture]:
    """A captured call whose catalog names a cost."""
    catalog = Catalog.loads(CATALOG)

    def make(key: str, *, n: int, images: int) -> Capture:
        fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": n}
        held = ledger.hold("acme", catalog.quote(fields, account="acme", at=ledger.now()), key=key)
        return ledger.capture(held.id, images=images, key=f"{key}/capture")

    return make


def test_images_asked_stand_beside_those_delivered(ledger: Ledger, capture: Make) -> None:
    capture("short", n=4, images=3)
    capture("whole", n=2)
    [row] = build_report(ledger, MARCH, by=["account"]).rows
    assert (row.asked, row.images) == (6, 5)


def test_the_margin_is_price_less_the_cost_of_what_was_delivered(
    ledger: Ledger, with_cost: Make, set_clock: SetClock
) -> None:
    set_clock(datetime(2026, 10, 10, tzinfo=UTC))
    paid = with_cost("call", n=4, images=3)
    ledger.refund(paid.id, "0.1", key="refund", reason="blurred")
    report = build_report(ledger, "2026-10", by=["account"])
    [row] = report.rows
    assert (row.amount, row.cost) == (Decimal("0.6902"), Decimal("0.63216"))
    assert row.margin == Decimal("0.05804")
    assert (row.uncosted, report.totals[0].margin) == (0, row.margin)


def test_one_call_of_unknown_cost_makes_the_sum_unknown_and_is_counted(
    ledger: Ledger, with_cost: Make, capture: Make, set_clock: SetClock
) -> None:
    set_clock(datetime(2026, 10, 10, tzinfo=UTC))
    with_cost("known", n=1, images=1)
    capture("unknown")
    report = build_report(ledger, "2026-10", by=["account"])
    [row] = report.rows
    assert (row.cost, row.margin, row.uncosted) == (None, None, 1)
    assert row.costs == {"USD": Decimal("0.21072")}
    assert "Cost unknown: 1 call of books that name no cost." in report_text(report)


def test_shares_are_parts_of_their_own_currency(ledger: Ledger, capture: Make) -> None:
    capture("a", n=3)
    capture("b", account="beta", n=1)
    capture("c", account="gamma", n=8)
    report = build_report(ledger, MARCH, by=["account"])
    shares = {row.keys["account"]: report.share(row) for row in report.rows}
    assert shares == {"acme": Decimal("0.75"), "beta": Decimal("0.25"), "gamma": Decimal(1)}


def test_groups_of_the_month_before_stand_beside_those_of_now(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    capture("old", n=2)
    capture("gone", account="beta")
    capture("gone-euro", account="gamma")
    set_clock(APRIL.start)
    capture("new", n=3)
    capture("fresh", size="2048x2048")
    set_clock(APRIL.end)

    report = build_report(ledger, APRIL, by=["account", "size"], compare=True)

    found = {
        tuple(row.keys.values()): (row.images, row.previous and row.previous.images)
        for row in report.rows
    }
    assert found == {
        ("acme", "1024x1024"): (3, 2),
        ("acme", "2048x2048"): (1, None),
        ("beta", "1024x1024"): (0, 1),
        ("gamma", "1024x1024"): (0, 1),
    }
    assert report.previous is not None
    assert report.previous.month == "2025-03"
    assert [(each.currency, each.images) for each in report.previous_totals] == [
        ("EUR", 1),
        ("USD", 3),
    ]
    assert [(each.currency, each.images) for each in report.totals] == [("EUR", 0), ("USD", 4)]
    [euro] = [row for row in report.rows if row.currency == "EUR"]
    assert report.share(euro) is None
    assert "Compared with 2025-03." in report_text(report)


def test_a_month_to_date_is_compared_with_as_much_of_the_month_before(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    for day in (5, 15, 25):
        set_clock(datetime(2025, 3, day, tzinfo=UTC))
        capture(f"march-{day}")
    set_clock(datetime(2025, 4, 6, tzinfo=UTC))
    capture("april")
    set_clock(datetime(2025, 4, 16, tzinfo=UTC))
    report = build_report(ledger, APRIL, by=[], compare=True)
    assert report.previous_totals[0].calls == 2
    assert report.previous is not None
    assert report.previous.end == datetime(2025, 3, 16, tzinfo=UTC)


def test_days_have_nothing_to_be_compared_with(ledger: Ledger) -> None:
    with pytest.raises(InvalidEntry) as refused:
        build_report(ledger, MARCH, by=["day"], compare=True)
    assert refused.value.param == "by"


def test_adjustments_are_no_usage_and_stand_apart_by_currency(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    capture("call")
    ledger.adjust("acme", "-1.5", key="fee", reason="bank fee", actor="ana")
    ledger.adjust("beta", "0.25", key="gift", reason="goodwill", actor="ana")
    ledger.adjust("gamma", "7", key="euro", reason="goodwill", actor="ana")
    set_clock(APRIL.start)
    ledger.adjust("acme", "100", key="april", reason="late", actor="ana")

    report = build_report(ledger, MARCH, by=["account"])

    sums = [(each.currency, each.amount, each.adjustments) for each in report.adjustments]
    assert sums == [("EUR", Decimal(7), 1), ("USD", Decimal("-1.25"), 2)]
    assert [total.amount for total in report.totals] == [Decimal("0.21072")]
    own = build_report(ledger, MARCH, where={"account": "acme"}).adjustments
    assert [each.amount for each in own] == [Decimal("-1.5")]
    assert build_report(ledger, MARCH, where={"size": "1024x1024"}).adjustments == ()


def test_the_forecast_is_the_run_rate_and_says_so(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    set_clock(APRIL.start)
    capture("a", n=3)
    capture("euro", account="gamma")
    set_clock(APRIL.start + timedelta(days=10))
    report = build_report(ledger, APRIL)
    each = {forecast.currency: forecast for forecast in report.forecast}
    assert each["USD"].amount == Decimal("2.7")
    assert each["EUR"].amount == Decimal("0.9")
    assert each["USD"].basis == "run rate of 10 of 30 days"
    set_clock(APRIL.start + timedelta(minutes=59))
    assert build_report(ledger, APRIL).forecast == ()
    set_clock(APRIL.end)
    assert build_report(ledger, APRIL).forecast == ()


def test_a_month_that_has_not_begun_has_nothing_held_or_in_doubt_and_says_neither(
    ledger: Ledger, hold: Callable[..., Hold]
) -> None:
    hold("waits")
    now, then = build_report(ledger, MARCH), build_report(ledger, APRIL)
    assert [each.holds for each in now.held] == [1]
    assert (then.held, then.in_doubt) == ((), ())
    assert any(note.startswith("Held: ") for note in notes(now))
    assert not [note for note in notes(then) if note.startswith(("Held", "In doubt"))]


def test_budgets_show_what_this_month_took_of_hard_and_soft_limits(
    ledger: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    ledger.open_account("hard", currency="USD", floor="-100", monthly_limit="2")
    ledger.open_account(
        "team", currency="USD", parent="hard", monthly_limit="0.5", limit_kind="soft"
    )
    ledger.open_account("idle", currency="USD", monthly_limit="0")
    quote = books["USD"].quote({"model": "gpt-image-2", "size": "1024x1024"}, at=ledger.now())
    for number in range(3):
        ledger.charge("team", quote, images=1, key=f"charge-{number}")

    budgets = {each.account: each for each in build_report(ledger, MARCH).budgets}

    assert list(budgets) == ["hard", "idle", "team"]
    assert [budgets[code].spent for code in budgets] == [Decimal("0.63216"), 0, Decimal("0.63216")]
    assert [budgets[code].kind for code in budgets] == ["hard", "hard", "soft"]
    assert [budgets[code].share for code in ("hard", "idle")] == [Decimal("0.31608"), None]
    drawn, told = (of(build_report(ledger, MARCH)) for of in (report_text, report_markdown))
    assert bar(Decimal(1)) in drawn
    assert r"\#" not in told
    assert "| team | 0.63216 | 0.50000 | USD | 126.4 % | soft |" in told
    only = build_report(ledger, MARCH, where={"account": "team"}).budgets
    assert [each.account for each in only] == ["team"]
    assert build_report(ledger, MARCH, where={"quality": "low"}).budgets == ()
    assert build_report(ledger, days_span("2025-03-01", "2025-03-09")).budgets == ()
    set_clock(APRIL.start)
    assert build_report(ledger, MARCH).budgets == ()
    assert {each.spent for each in build_report(ledger, APRIL).budgets} == {Decimal(0)}


@pytest.mark.parametrize(
    "build",
    [
        lambda ledger, now: build_report(ledger, MARCH, now=now),
        lambda ledger, now: build_page(ledger, MARCH, by=(), now=now),
        lambda ledger, now: build_invoice(ledger, "acme", "2025-03", now=now),
    ],
)
def test_a_now_without_a_time_zone_is_refused_by_name(
    ledger: Ledger, build: Callable[[Ledger, datetime], object]
) -> None:
    with pytest.raises(InvalidEntry, match=r"^now: '2025-03-10 00:00:00' is not allowed"):
        build(ledger, datetime(2025, 3, 10))  # noqa: DTZ001 - that is the point


def test_the_month_of_a_budget_is_utcs_whatever_the_offset_of_now(
    ledger: Ledger, books: dict[str, PriceBook]
) -> None:
    ledger.open_account("hard", currency="USD", floor="-100", monthly_limit="2")
    quote = books["USD"].quote({"model": "gpt-image-2", "size": "1024x1024"}, at=ledger.now())
    ledger.charge("hard", quote, images=1, key="charge")
    # One o'clock on 1 April in Berlin is still March in UTC.
    berlin = datetime(2025, 4, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    [budget] = build_report(ledger, MARCH, now=berlin).budgets
    assert budget.spent > 0


def test_what_members_spend_is_theirs_in_a_report(
    ledger: Ledger, capture: Make, books: dict[str, PriceBook]
) -> None:
    ledger.open_account("web", currency="USD", parent="acme")
    capture("own")
    capture("of-web", account="web", n=2)
    report = build_report(ledger, MARCH, by=["account"])
    assert {row.keys["account"]: row.images for row in report.rows} == {"acme": 1, "web": 2}
    [row] = build_report(ledger, MARCH, by=["account"], where={"account": "web"}).rows
    assert row.images == 2
