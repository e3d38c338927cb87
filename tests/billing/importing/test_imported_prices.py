"""What an imported line is charged and what it cost us: by book, plan, amount or cost column."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from sqlalchemy import select

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import rate
from billing.report import build_report, month_span
from pricing import Catalog, PriceBook
from tests.billing.importing.conftest import Bring, charges, refused
from tests.billing.importing.usage_files import HEADER, line


def test_each_line_is_charged_at_its_time_by_the_price_of_that_time(
    acme: Ledger, bring: Bring
) -> None:
    found = bring(
        line("req_1", at="2026-10-05T12:00:00+02:00", n=2),
        line("req_2", at="2026-09-30T23:59:59.5Z", size="1536x864", quality="low", n=1),
    )

    assert charges(acme) == [
        ("req_1", 2, 105_360_000, 200_000_000, None, "2026-10-05T10:00:00+00:00"),
        ("req_2", 1, 3_600_000, 200_000_000, None, "2026-09-30T23:59:59.500000+00:00"),
    ]
    assert (found.lines, found.imported, found.already) == (2, 2, 0)
    (total,) = found.sums
    assert (total.account, total.calls, total.images) == ("acme", 2, 3)
    assert (total.amount, total.currency) == (Decimal("0.10896"), "USD")
    assert acme.verify().ok


def test_a_price_list_that_begins_within_the_file_parts_its_lines(
    acme: Ledger, book: PriceBook, bring: Bring
) -> None:
    dated = PriceBook.loads(
        """
schema_version: 1
id: dated
model: gpt-image-2
currency: USD
sizes: {1024x1024: 1K}
quality: {default: medium, allowed: [medium]}
n: {min: 1, max: 8, default: 1}
rates:
  - {effective_from: 2026-01-01, basis: contract, source: us, checked: 2026-01-01,
     generations: {1K: {medium: "0.10"}}}
  - {effective_from: 2026-10-06, basis: contract, source: us, checked: 2026-01-01,
     generations: {1K: {medium: "0.30"}}}
"""
    )
    bring(
        line("a", at="2026-10-05T23:59:59Z", n=1),
        line("b", at="2026-10-06T00:00:00Z", n=1),
        line("c", at="2026-10-05T23:59:59Z", n=1),
        prices=dated,
    )
    assert [row[2] for row in charges(acme)] == [100_000_000, 300_000_000, 100_000_000]


def test_a_plan_of_the_catalog_sets_the_price_and_the_cost_stands_beside_it(
    acme: Ledger, bring: Bring
) -> None:
    catalog = Catalog.loads(
        """
schema_version: 1
models: {gpt-image-2: {price: openai-gpt-image-2}}
plans: {partner: {discount: "0.5"}}
accounts: {acme: {plan: partner}}
"""
    )
    bring(line("a", n=1, amount=""), line("b", n=1, amount="0.05"), prices=catalog)
    assert [row[2:4] for row in charges(acme)] == [
        (26_340_000, 52_680_000),
        (26_340_000, 50_000_000),
    ]


def test_trusted_amounts_are_the_price_and_the_cost_unless_the_line_says_otherwise(
    acme: Ledger, bring: Bring
) -> None:
    bring(
        line("a", amount="0.2", n=2, more=","),
        line("b", amount="0.3", n=2, more=",0.1"),
        line("c", amount="0.5", size="512x512", quality="hd", model="dall-e-9", n=1, more=",0"),
        header=f"{HEADER},cost",
        trust_amounts=True,
    )
    assert [row[2:4] for row in charges(acme)] == [
        (200_000_000, 200_000_000),
        (300_000_000, 100_000_000),
        (500_000_000, 0),
    ]
    with reading(acme.engine) as connection:
        found = connection.execute(select(rate.c.size, rate.c.tier, rate.c.set_by).distinct())
        rates = {tuple(row) for row in found}
    assert ("1024x1024", "1K", "imported amount") in rates
    assert ("512x512", "", "imported amount") in rates
    assert acme.verify().ok


def test_an_amount_is_the_cost_and_the_book_sets_the_price(acme: Ledger, bring: Bring) -> None:
    bring(
        line("a", n=2, amount="0.08"),
        line("b", n=2, amount="0"),
        line("c", n=2, amount="", currency=""),
        line("d", n=3, amount="0.1"),
    )
    # What nobody wrote, and what three images cannot share, is not known.
    assert [row[3] for row in charges(acme)] == [80_000_000, 0, None, None]
    (row,) = build_report(acme, month_span("2026-10"), where={"account": ["acme"]}).totals
    assert (row.uncosted, row.margin) == (2, None)


def test_the_margin_is_what_was_charged_less_what_the_provider_took(
    acme: Ledger, bring: Bring
) -> None:
    back = line("a", n=1, amount="-0.04", status="refunded", at="2026-10-07T08:00:00Z")
    bring(line("a", n=2, amount="0.08"), back)

    report = build_report(acme, month_span("2026-10"))

    (row,) = report.totals
    assert (row.amount, row.refunded) == (Decimal("0.05268"), Decimal("0.05268"))
    assert (row.cost, row.margin) == (Decimal("0.08"), Decimal("-0.02732"))
    (corrected,) = report.cost_corrections
    assert (corrected.amount, corrected.currency) == (Decimal("-0.04"), "USD")
    assert bring(line("a", n=2, amount="0.08"), back).already == 2
    assert acme.verify().ok


def test_a_provider_that_bills_in_another_currency_is_named_by_the_catalog(
    acme: Ledger, bring: Bring, tmp_path: Path
) -> None:
    book = Path(str(files("pricing").joinpath("books/openai-gpt-image-2.yaml"))).read_text("utf-8")
    (tmp_path / "euro.yaml").write_text(book.replace("currency: USD", "currency: EUR"), "utf-8")
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(
        "schema_version: 1\nmodels: {gpt-image-2: {price: openai-gpt-image-2, cost: euro.yaml}}\n"
    )
    prices = Catalog.load(catalog)
    back = line("a", n=1, amount="0.04", currency="EUR", status="refunded")
    bring(line("a", n=2, amount="0.08", currency="EUR"), back, prices=prices)

    report = build_report(acme, month_span("2026-10"))

    assert dict(report.totals[0].costs) == {"EUR": Decimal("0.08")}
    assert [(each.amount, each.currency) for each in report.cost_corrections] == [
        (Decimal("-0.04"), "EUR")
    ]
    problem = refused(bring, line("b", currency="JPY"), prices=prices)
    assert [each.code for each in problem.errors] == ["currency_mismatch"]


def test_a_cost_in_the_file_stands_beside_the_price_of_the_book(acme: Ledger, bring: Bring) -> None:
    bring(line(n=2, more=",0.08"), header=f"{HEADER},cost")
    assert [row[2:4] for row in charges(acme)] == [(105_360_000, 80_000_000)]
