"""The lint finds what the FinOps Foundation's validator lets pass."""

from __future__ import annotations

import csv
import io

import pytest

from billing.formats.focus_columns import focus_columns
from billing.formats.focus_lint import lint_focus

COLUMNS = focus_columns("1.2")
GOOD = {
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-10-01T00:00:00Z",
    "BillingPeriodEnd": "2026-11-01T00:00:00Z",
    "ChargePeriodStart": "2026-10-31T23:00:00Z",
    "ChargePeriodEnd": "2026-11-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "PricingQuantity": "4.000000",
    "ConsumedQuantity": "4.000000",
    "ListUnitPrice": "0.21072",
    "ListCost": "0.84288",
    "ContractedUnitPrice": "0.200",
    "ContractedCost": "0.8",
    "SkuPriceDetails": '{"x_Size": "1024x1024", "StorageClass": "none"}',
    "Tags": '{"team": "red"}',
}


def lint(row: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> list[str]:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerow(row)
    return list(lint_focus(io.StringIO(file.getvalue())))


def test_a_good_row_passes() -> None:
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ListCost": "0.84289"}, "ListCost 0.84289 is not 0.21072 x 4.000000"),
        ({"ContractedCost": ""}, "ContractedCost  is not 0.200 x 4.000000"),
        ({"ChargePeriodStart": "2026-10-31 23:00:00"}, "is not written 2026-10-01T00:00:00Z"),
        ({"BillingPeriodEnd": ""}, "BillingPeriodEnd '' is not written"),
        (
            {"BillingPeriodEnd": "2026-09-01T00:00:00Z"},
            "BillingPeriodEnd 2026-09-01T00:00:00Z is not",
        ),
        ({"ChargePeriodEnd": "2026-11-01T01:00:00Z"}, "lies outside the billing period"),
        ({"ChargePeriodStart": "2026-09-30T23:00:00Z"}, "lies outside the billing period"),
        ({"ChargeClass": "Correction"}, "a Correction is about an earlier period"),
        ({"PricingQuantity": "4"}, "PricingQuantity '4' is not written with digits and a dot"),
        ({"ListCost": "8.4E-1"}, "ListCost '8.4E-1' is not written"),
        ({"ConsumedQuantity": "-4.0"}, "ConsumedQuantity -4.0 is below zero and corrects nothing"),
        ({"BillingCurrency": "usd"}, "BillingCurrency 'usd' is no currency"),
        ({"SkuPriceDetails": '{"Size": "1024x1024"}'}, "Size is our own"),
        ({"SkuPriceDetails": "1024x1024"}, "SkuPriceDetails is no JSON object"),
        ({"Tags": "[1]"}, "Tags is no JSON object"),
    ],
)
def test_what_the_validator_lets_pass_is_found(change: dict[str, str], problem: str) -> None:
    found = lint(GOOD | change)
    assert all(each.startswith("line 2: ") for each in found)
    assert any(problem in each for each in found)


def test_a_correction_may_be_negative_and_of_an_earlier_period() -> None:
    earlier = {
        "ChargeClass": "Correction",
        "ChargePeriodStart": "2026-09-01T00:00:00Z",
        "ChargePeriodEnd": "2026-09-01T01:00:00Z",
        **dict.fromkeys(("PricingQuantity", "ConsumedQuantity"), "-4.0"),
        "ListCost": "-0.84288",
        "ContractedCost": "-0.8",
    }
    assert lint(GOOD | earlier) == []


def test_columns_of_our_own_are_named_so_and_stand_last() -> None:
    assert lint(GOOD, (*COLUMNS, "x_More")) == []
    assert lint(GOOD, (*COLUMNS, "RequestId")) == [
        "header: RequestId is no column of FOCUS; one of our own starts with x_",
        "header: RequestId stands behind a column of our own",
    ]
    assert lint(GOOD, COLUMNS[1:]) == ["header: BillingAccountId is missing"]
    assert lint(GOOD, (*COLUMNS, "x_RequestId")) == ["header: x_RequestId stands there twice"]


def test_a_row_with_too_few_or_too_many_cells_is_found() -> None:
    header = ",".join(COLUMNS)
    for cells in ("a,b", "," * len(COLUMNS)):
        (found,) = lint_focus(io.StringIO(f"{header}\n{cells}\n"))
        assert found == "line 2: it has not as many cells as the header"
