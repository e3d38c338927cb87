"""The charges of a month as FOCUS rows: the figures of the report, in the columns of FOCUS."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing import InvalidEntry, Ledger
from billing.errors import FocusRefused
from billing.formats.focus_lint import lint_focus
from billing.formats.focus_rows import FocusTerms
from billing.period import Month
from billing.report import build_report
from pricing import Catalog
from pricing.money import Money
from tests.billing.report.conftest import Make, SetClock
from tests.billing.report.focus_files import MARCH, focus_text, rows_of

CENT = Money(Decimal("0.01"), "USD")


def test_the_billed_costs_are_the_amounts_of_the_report(full_month: Ledger) -> None:
    report = build_report(full_month, MARCH)
    billed: dict[tuple[bool, str], Decimal] = defaultdict(Decimal)
    for row in rows_of(focus_text(full_month)):
        is_usage = row["ChargeCategory"] != "Adjustment"
        billed[is_usage, row["BillingCurrency"]] += Decimal(row["BilledCost"])
    assert billed == {
        **{(True, total.currency): total.amount for total in report.totals},
        **{(False, each.currency): -each.amount for each in report.adjustments},
    }


def test_what_corrects_only_our_cost_is_in_no_row_and_in_no_sum(full_month: Ledger) -> None:
    before = rows_of(focus_text(full_month))
    full_month.open_account("provider-charges", currency="USD")
    for account in ("acme", "provider-charges"):
        full_month.correct_cost(
            account,
            "0.05",
            key=f"recon/{account}",
            reason="price_variance: amount_mismatch, ledger 0.21 USD, statement 0.26 USD",
            actor="ana",
            occurred_at=datetime(2025, 3, 20, tzinfo=UTC),
        )
    assert build_report(full_month, MARCH).cost_corrections[0].corrections == 2
    assert rows_of(focus_text(full_month)) == before
    assert {row["ChargeCategory"] for row in before} >= {"Usage", "Adjustment"}
    test_the_billed_costs_are_the_amounts_of_the_report(full_month)


def test_the_quantities_are_the_images_of_the_report(full_month: Ledger) -> None:
    report = build_report(full_month, MARCH)
    consumed = [Decimal(row["ConsumedQuantity"] or 0) for row in rows_of(focus_text(full_month))]
    assert sum(consumed) == sum(total.images for total in report.totals)


def test_the_lint_finds_nothing_in_our_own_files(full_month: Ledger) -> None:
    for version in ("1.2", "1.3"):
        text = focus_text(full_month, FocusTerms(month=MARCH, version=version))
        assert list(lint_focus(io.StringIO(text))) == []
        assert "\r" not in text


def test_1_3_adds_its_columns_and_changes_nothing_else(full_month: Ledger) -> None:
    usual = rows_of(focus_text(full_month))
    newer = rows_of(focus_text(full_month, FocusTerms(month=MARCH, version="1.3")))
    added = set(newer[0]) - set(usual[0])
    assert added == {"ServiceProviderName", "HostProviderName"}
    assert [{k: v for k, v in row.items() if k not in added} for row in newer] == usual


def test_a_charge_says_who_when_what_and_how_much(full_month: Ledger) -> None:
    [row] = [row for row in rows_of(focus_text(full_month)) if row["SubAccountId"] == "acme-web"]
    capture_id = row.pop("x_CaptureId")
    assert capture_id.startswith("capture_")
    assert row.pop("x_TransferId") == capture_id
    assert {name: value for name, value in row.items() if value} == {
        **dict.fromkeys(("BillingAccountId", "BillingAccountName"), "acme"),
        "BillingAccountType": "Organization",
        **dict.fromkeys(("SubAccountId", "SubAccountName"), "acme-web"),
        "SubAccountType": "Project",
        **dict.fromkeys(("BillingCurrency", "PricingCurrency"), "USD"),
        "BillingPeriodStart": "2025-03-01T00:00:00Z",
        "BillingPeriodEnd": "2025-04-01T00:00:00Z",
        "ChargePeriodStart": "2025-03-01T00:00:00Z",
        "ChargePeriodEnd": "2025-03-01T01:00:00Z",
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ChargeDescription": "gpt-image-2 image generation 1024x1024 low",
        **dict.fromkeys(("ConsumedQuantity", "PricingQuantity"), "7.000000"),
        **dict.fromkeys(("ConsumedUnit", "PricingUnit"), "Images"),
        "PricingCategory": "Standard",
        **dict.fromkeys(("ListUnitPrice", "ContractedUnitPrice"), "0.004020001"),
        **dict.fromkeys(
            ("ListCost", "ContractedCost", "BilledCost", "EffectiveCost"), "0.028140007"
        ),
        "PricingCurrencyListUnitPrice": "0.004020001",
        "PricingCurrencyContractedUnitPrice": "0.004020001",
        "PricingCurrencyEffectiveCost": "0.028140007",
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName"), "OpenAI"),
        "ServiceCategory": "AI and Machine Learning",
        "ServiceSubcategory": "Generative AI",
        "ServiceName": "OpenAI Image API",
        "SkuId": "gpt-image-2",
        "SkuMeter": "Image generation",
        "SkuPriceId": "gpt-image-2:generations:1024x1024:low:test-book:2024-01-01",
        "SkuPriceDetails": '{"x_Endpoint": "generations", "x_Quality": "low", '
        '"x_Size": "1024x1024", "x_Tier": "1K"}',
    }


def test_a_refund_of_the_month_is_a_credit_and_an_older_one_a_correction(
    full_month: Ledger,
) -> None:
    refunds = [
        row for row in rows_of(focus_text(full_month)) if "Refund" in row["ChargeDescription"]
    ]
    found = {
        (row["ChargeCategory"], row["ChargeClass"]): (
            row["BilledCost"],
            row["ConsumedQuantity"],
            row["BillingPeriodStart"],
            row["ChargePeriodStart"],
        )
        for row in refunds
    }
    assert found == {
        ("Credit", ""): ("-0.100000", "", "2025-03-01T00:00:00Z", "2025-03-31T23:00:00Z"),
        ("Usage", "Correction"): (
            "-0.210720",
            "",
            "2025-03-01T00:00:00Z",
            "2025-02-27T09:00:00Z",
        ),
    }
    assert all(row["x_CaptureId"].startswith("capture_") for row in refunds)
    assert all(row["x_TransferId"].startswith("refund_") for row in refunds)


def test_holds_are_no_charges_and_nothing_of_other_months_is_there(
    full_month: Ledger, hold: Callable[..., object]
) -> None:
    before = focus_text(full_month)
    hold("open")
    full_month.top_up("acme", "5", key="payment")
    assert focus_text(full_month) == before
    empty = focus_text(full_month, FocusTerms(month=Month(2031, 1)))
    assert empty.count("\n") == 1


def test_filters_keep_out_what_has_no_size(full_month: Ledger) -> None:
    rows = rows_of(focus_text(full_month, account="acme"))
    assert {row["ChargeCategory"] for row in rows} == {"Usage", "Credit", "Adjustment"}
    rows = rows_of(focus_text(full_month, size="2048x2048"))
    assert [row["BillingAccountId"] for row in rows] == ["'=evil|"]


def test_what_a_spreadsheet_would_run_is_neutralised(full_month: Ledger) -> None:
    cells = [
        cell
        for row in rows_of(focus_text(full_month))
        for name, cell in row.items()
        if not name.endswith(("Cost", "Price", "Quantity"))
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'+req" in cells


def test_a_plan_pays_its_own_price_beside_the_list_price(
    ledger: Ledger, set_clock: SetClock
) -> None:
    set_clock(datetime(2026, 10, 10, tzinfo=UTC))
    catalog = Catalog.loads(
        "schema_version: 1\nmodels: {gpt-image-2: {price: openai-gpt-image-2}}\n"
        'plans: {partner: {discount: "0.5"}}\naccounts: {acme: {plan: partner}}\n'
    )
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}
    quote = catalog.quote(fields, account="acme", at=ledger.now())
    ledger.charge("acme", quote, images=4, key="call")
    [row] = rows_of(focus_text(ledger, FocusTerms(month=Month(2026, 10))))
    assert [
        row[f"{kind}{what}"] for kind in ("List", "Contracted") for what in ("UnitPrice", "Cost")
    ] == [
        *("0.210720", "0.842880"),
        *("0.105360", "0.421440"),
    ]
    assert row["BilledCost"] == "0.421440"


def test_credits_are_billed_when_bought_and_cost_when_used(coins: Ledger) -> None:
    text = focus_text(coins, FocusTerms(month=MARCH, credit_price=CENT))
    assert list(lint_focus(io.StringIO(text))) == []
    found = {
        row["x_TransferId"].partition("_")[0]: [
            *(row["ChargeCategory"], row["BilledCost"], row["EffectiveCost"], row["ListCost"]),
            *(row["PricingQuantity"], row["PricingUnit"], row["PricingCurrencyEffectiveCost"]),
        ]
        for row in rows_of(text)
    }
    assert found == {
        "topup": [
            "Purchase",
            "10.000000",
            "0.000000",
            "10.000000",
            "1000.000000",
            "Credits",
            "0.000000",
        ],
        "capture": ["Usage", "0.000000", "0.800000", "0.800000", "2.000000", "Images", "80.000000"],
        "refund": ["Credit", "0.000000", "-0.200000", "-0.200000", "", "", "-20.000000"],
        "adjustment": ["Adjustment", "0.000000", "0.000000", "0.000000", "", "", "0.000000"],
    }
    assert {(row["BillingCurrency"], row["PricingCurrency"]) for row in rows_of(text)} == {
        ("USD", "CREDIT")
    }


def test_credits_without_a_price_are_refused_and_can_be_filtered_out(
    coins: Ledger, capture: Make
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        focus_text(coins)
    assert refused.value.param == "credit_price"
    capture("dollar")
    assert len(rows_of(focus_text(coins, currency="USD"))) == 1


def test_a_price_of_credits_in_no_currency_is_refused_before_it_is_written(
    coins: Ledger,
) -> None:
    terms = FocusTerms(month=MARCH, credit_price=Money(Decimal(1), "usd"))
    with pytest.raises(FocusRefused, match="BillingCurrency 'usd'"):
        focus_text(coins, terms)
