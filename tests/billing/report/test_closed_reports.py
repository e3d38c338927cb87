"""A closed month's report is the same bytes whenever it is asked for; late usage stands apart."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl

from billing import Capture, Hold, Ledger
from billing.cli.report import STREAMED
from billing.database.engines import reading
from billing.formats.account_statement import statement_json
from billing.formats.focus import FOCUS_KINDS, write_focus
from billing.formats.focus_lint import lint_focus
from billing.formats.focus_rows import FocusTerms
from billing.formats.invoice_json import invoice_json
from billing.formats.report_csv import report_csv
from billing.formats.report_html import report_html
from billing.formats.report_json import report_json
from billing.formats.report_markdown import report_markdown
from billing.formats.report_table import report_text
from billing.formats.report_xlsx import write_xlsx
from billing.period import Month
from billing.report import Report, build_report, days_span, month_span
from billing.report.charge_lines import charge_lines
from billing.report.invoice import build_invoice
from billing.report.series import ReportPage, build_page
from pricing import PriceBook
from pricing.money import format_amount

Make = Callable[..., Capture]
SetClock = Callable[[datetime], None]
CLOSING = datetime(2025, 4, 4, tzinfo=UTC)


def everything(ledger: Ledger, month: str = "2025-03") -> dict[str, str]:
    """All that people and programs are given of a month."""
    asked = {"by": ("account", "model", "size", "quality"), "compare": True}
    report = build_report(ledger, month, **asked)  # type: ignore[arg-type]  # by name
    page = build_page(ledger, month)
    local = build_report(ledger, days_span(f"{month}-05", f"{month}-20", "Europe/Berlin"), by=())
    return {
        **{form: streamed(form, report) for form in STREAMED},
        "html": report_html(page),
        "xlsx": hashlib.sha256(workbook(page)).hexdigest(),
        "local days": report_json(local),
        "by tag": report_json(build_report(ledger, month, by=("day", "tag:team"))),
        "focus": focus(ledger, month),
        "invoice": invoice_json(build_invoice(ledger, "acme", month, tax_rate=Decimal("0.19"))),
        "statement": statement_json(ledger.statement("acme", month)),
    }


def streamed(form: str, report: Report) -> str:
    target = io.StringIO()
    STREAMED[form](report, target)
    return target.getvalue()


def workbook(page: ReportPage) -> bytes:
    target = io.BytesIO()
    write_xlsx(page, target)
    return target.getvalue()


def focus(ledger: Ledger, month: str) -> str:
    file = io.StringIO()
    with (
        reading(ledger.engine) as connection,
        closing(charge_lines(connection, month_span(month), kinds=FOCUS_KINDS)) as lines,
    ):
        write_focus(lines, file, terms=FocusTerms(month=Month.parse(month)))
    return file.getvalue()


def test_a_closed_month_is_the_same_in_every_format_whatever_comes_after(
    full_month: Ledger,
    books: dict[str, PriceBook],
    hold: Callable[..., Hold],
    capture: Make,
    set_clock: SetClock,
) -> None:
    set_clock(datetime(2025, 3, 20, tzinfo=UTC))
    open_one, doubted = hold("open"), hold("doubted", on_deadline="doubt")
    quote = books["USD"].quote(
        {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}, at=full_month.now()
    )
    set_clock(CLOSING)
    (*_before, closed) = full_month.close_period("2025-03", actor="ana")
    before = everything(full_month)

    set_clock(CLOSING + timedelta(days=40))
    full_month.capture(open_one.id, images=1, key="late capture", occurred_at=quote.quoted_at)
    full_month.doubt(doubted.id, key="doubt", reason="no answer")
    full_month.charge("acme", quote, images=1, key="late", occurred_at=quote.quoted_at)
    full_month.open_account("new", currency="USD", floor="-10", monthly_limit="5")
    capture("may", account="new")

    assert everything(full_month) == before
    report = build_report(full_month, "2025-03")
    assert (report.period.state, report.period.digest) == ("closed", closed.digest)
    assert report.made_at == closed.recorded_at
    assert [(sum_.currency, sum_.holds) for sum_ in report.held] == [("USD", 1)]
    assert [(sum_.currency, sum_.holds) for sum_ in report.in_doubt] == [("USD", 1)]
    assert "Digest: " in before["table"]
    assert full_month.verify().problems == ()


def test_late_usage_is_the_prior_period_of_the_month_it_is_booked_in(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    late_at = datetime(2025, 3, 31, 12, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quote = books["USD"].quote(fields, at=late_at)
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    charge = full_month.charge("acme", quote, images=2, key="late", occurred_at=late_at)
    full_month.refund(charge.id, "0.1", key="refund", reason="blurred")

    april = build_report(full_month, "2025-04", by=("account", "day"))
    (prior,) = april.prior_period

    assert (prior.keys["day"], prior.images, prior.amount) == ("2025-03-31", 2, charge.amount)
    assert not [row for row in april.rows if row.keys["day"] < "2025-04-01"]
    assert build_report(full_month, "2025-03").prior_period == ()
    by_tag = build_report(full_month, "2025-04", by=("account", "tag:team"))
    assert [each.amount for each in by_tag.prior_period] == [charge.amount]
    assert "Prior period: 0.60 USD by 1 call of closed months" in report_text(april)
    invoice = build_invoice(full_month, "acme", "2025-04")
    late = "gpt-image-2 image generation 1024x1024 high, late of 2025-03"
    assert {line.description: line.exact for line in invoice.lines}[late] == charge.amount
    assert invoice.credit_notes == (), "it was never on another invoice"
    rows = focus(full_month, "2025-04")
    assert list(lint_focus(io.StringIO(rows))) == []
    assert rows.count(",Correction,") == 1


def test_a_focus_file_bills_the_totals_and_the_prior_period(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock, capture: Make
) -> None:
    late_at = datetime(2025, 3, 31, 12, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quotes = {unit: book.quote(fields, at=late_at) for unit, book in books.items()}
    set_clock(datetime(2025, 3, 20, tzinfo=UTC))
    paid = capture("march")
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    late = full_month.charge("acme", quotes["USD"], images=2, key="late", occurred_at=late_at)
    full_month.charge("gamma", quotes["EUR"], images=1, key="late", occurred_at=late_at)
    full_month.charge("acme", books["USD"].quote(fields, at=CLOSING), images=1, key="in time")
    full_month.refund(late.id, "0.1", key="of late", reason="blurred")
    full_month.refund(paid.id, "0.01", key="of march", reason="blurred")
    full_month.refund(paid.id, "0.01", key="late of march", reason="blurred", occurred_at=late_at)
    full_month.adjust("acme", "-3", key="april fee", reason="fee", actor="ana")

    for month in ("2025-03", "2025-04"):
        report = build_report(full_month, month)
        wanted: dict[str, Decimal] = defaultdict(Decimal)
        for figures in (*report.totals, *report.prior_period):
            wanted[figures.currency] += figures.amount
        billed: dict[str, Decimal] = defaultdict(Decimal)
        for row in csv.DictReader(io.StringIO(focus(full_month, month))):
            if row["ChargeCategory"] != "Adjustment":
                billed[row["BillingCurrency"]] += Decimal(row["BilledCost"])
        assert billed == wanted, month
    assert {row.currency for row in report.prior_period} == {"USD", "EUR"}
    assert any(row.refunded for row in report.prior_period)


def test_prior_period_has_the_same_figures_in_every_format_and_stands_apart(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    late_at = datetime(2025, 3, 31, 12, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    quote = books["USD"].quote(fields, at=late_at)
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    late = full_month.charge("acme", quote, images=2, key="late", occurred_at=late_at)
    full_month.charge("acme", books["USD"].quote(fields, at=CLOSING), images=1, key="in time")
    report = build_report(full_month, "2025-04", by=("account", "size"), compare=True)

    lines = list(csv.DictReader(io.StringIO(report_csv(report))))
    parts = {
        part: [(row["images"], Decimal(row["amount"])) for row in lines if row["part"] == part]
        for part in ("usage", "prior_period")
    }

    assert parts["prior_period"] == [("2", late.amount)]
    (total,) = [each for each in report.totals if each.currency == "USD"]
    assert sum(amount for _images, amount in parts["usage"]) == total.amount > 0
    assert [row["previous_amount"] for row in lines if row["part"] == "prior_period"] == [""]
    (prior,) = json.loads(report_json(report))["prior_period"]
    assert (str(prior["images"]), Decimal(prior["amount"])) == parts["prior_period"][0]
    book = openpyxl.load_workbook(io.BytesIO(workbook(build_page(full_month, "2025-04"))))
    header, cells = book["Prior period"].iter_rows(max_row=2, values_only=True)
    found = dict(zip(header, cells, strict=True))
    assert Decimal(str(found["amount (exact)"])) == late.amount
    told = f"Prior period: {format_amount(late.amount, 'USD')} by 1 call"
    for text in (report_text(report), report_markdown(report)):
        assert told in text
    assert told in report_html(build_page(full_month, "2025-04"))


def test_what_is_late_is_in_one_stretch_of_days_only(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    late_at = datetime(2025, 3, 31, 12, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    quote = books["USD"].quote(fields, at=late_at)
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    full_month.charge("acme", quote, images=1, key="late", occurred_at=late_at)

    for zone in ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"):
        edges = ("03-01", "03-31"), ("04-01", "04-02"), ("04-03", "04-04"), ("04-05", "04-30")
        parts = ((f"2025-{first}", f"2025-{last}") for first, last in edges)
        found = [
            len(build_report(full_month, days_span(first, last, zone), by=()).prior_period)
            for first, last in parts
        ]
        assert found == [0, 0, 1, 0], zone


def test_the_day_of_what_is_late_is_what_the_clocks_showed_then(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    # In Berlin half past eleven in the evening; by the summer time of April it would be the 21st.
    late_at = datetime(2025, 3, 20, 22, 30, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
    quote = books["USD"].quote(fields, at=late_at)
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    paid = full_month.charge("acme", quote, images=1, key="late", occurred_at=late_at)
    facts = {"reason": "drift", "actor": "ana", "occurred_at": late_at}
    full_month.correct_cost("acme", "0.01", key="cost", **facts)  # type: ignore[arg-type]  # by name
    april = month_span("2025-04", "Europe/Berlin")

    [row] = build_report(full_month, april, by=["day"]).prior_period
    kept, none = (
        build_report(full_month, april, by=[], where={"day": day})
        for day in ("2025-03-20", "2025-03-21")
    )

    assert (row.keys["day"], row.amount) == ("2025-03-20", paid.amount)
    assert [len(kept.prior_period), len(kept.cost_corrections)] == [1, 1]
    assert [len(none.prior_period), len(none.cost_corrections)] == [0, 0]


def test_each_late_row_is_in_one_of_the_stretches_that_tile_a_month(
    full_month: Ledger, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    late_at = datetime(2025, 3, 31, 12, tzinfo=UTC)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 5}
    quote = books["USD"].quote(fields, at=late_at)
    facts = {"reason": "drift", "actor": "ana", "occurred_at": late_at}
    set_clock(CLOSING)
    full_month.close_period("2025-03", actor="ana")
    # The last one is recorded when April is over and still open.
    for number, day in enumerate((9, 15, 16, 30, 33), start=1):
        set_clock(datetime(2025, 3, 31, 23, 59, tzinfo=UTC) + timedelta(days=day))
        full_month.charge("acme", quote, images=number, key=f"late {day}", occurred_at=late_at)
        full_month.correct_cost("acme", "0.01", key=f"cost {day}", **facts)  # type: ignore[arg-type]  # by name
    edges = ("01", "09"), ("10", "15"), ("16", "30")

    for zone in ("UTC", "Etc/UTC"):
        for by in ((), ("day",), ("tag:team",)):
            stretches = [
                build_report(full_month, days_span(f"2025-04-{a}", f"2025-04-{b}", zone), by=by)
                for a, b in edges
            ]
            images = [sum(row.images for row in each.prior_period) for each in stretches]
            assert images == [1, 2, 3 + 4 + 5], (zone, by)
            corrected = [each.cost_corrections[0].corrections for each in stretches]
            assert corrected == [1, 1, 3], (zone, by)
            whole = build_report(full_month, month_span("2025-04", zone), by=by)
            amounts = [row.amount for each in stretches for row in each.prior_period]
            assert sum(amounts) == sum(row.amount for row in whole.prior_period)
    over_the_edge = build_report(full_month, days_span("2025-04-16", "2025-05-04"), by=())
    assert [row.images for row in over_the_edge.prior_period] == [12]
    after = build_report(full_month, days_span("2025-05-01", "2025-05-04"), by=())
    assert (after.prior_period, after.cost_corrections) == ((), ())
