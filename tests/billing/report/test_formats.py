"""The same report as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

from billing.formats.report_csv import harmless, report_csv
from billing.formats.report_json import report_object
from billing.formats.report_table import report_text
from tests.billing.report.small_report import REPORT

TABLE = """\
Usage of 2025-03 (UTC): the month is over and not closed

account    size       calls  images         amount    share
----------------------------------------------------------------
=cmd|x     1024x1024      1       3        0.63216    0.0 %  USD
acme       2048x2048  1,200   4,800  -12,345.50000  100.0 %  USD
gamma      1024x1024      1       1        2.00000  100.0 %  EUR
----------------------------------------------------------------
total EUR                 1       1        2.00000           EUR
total USD             1,201   4,803  -12,344.86784           USD

Held: 0.42 USD in 1 hold, not in the total.
In doubt: nothing.
"""


def test_the_table_aligns_figures_and_says_what_is_not_in_the_total() -> None:
    assert report_text(REPORT) == TABLE


def test_the_csv_has_plain_figures_and_no_formulas() -> None:
    text = report_csv(REPORT)
    assert text == (
        "account,size,calls,images,amount,currency,asked,refunded,cost,margin,part\n"
        "'=cmd|x,1024x1024,1,3,0.63216,USD,3,0,0,0.63216,usage\n"
        "acme,2048x2048,1200,4800,-12345.5,USD,4800,0,0,-12345.5,usage\n"
        "gamma,1024x1024,1,1,2,EUR,1,0,0,2,usage\n"
    )
    assert sum(Decimal(row["amount"]) for row in csv.DictReader(io.StringIO(text))) == Decimal(
        "-12342.86784"
    )


def test_texts_that_a_spreadsheet_would_run_are_neutralised() -> None:
    for start in "=+-@\t\r\n\0":
        assert harmless(f"{start}1") == f"'{start}1"
    assert harmless("1024x1024") == "1024x1024"
    assert harmless("") == ""


def test_the_json_object_has_the_documented_keys_and_money_as_text() -> None:
    found = report_object(REPORT)
    assert list(found) == [
        *("period", "rows", "totals", "held", "in_doubt", "adjustments", "cost_corrections"),
        *("prior_period", "forecast", "budgets", "reconciled"),
    ]
    assert found["period"] == {
        "month": "2025-03",
        "start": "2025-03-01T00:00:00+00:00",
        "end": "2025-04-01T00:00:00+00:00",
        "time_zone": "UTC",
        "state": "open",
        "digest": None,
    }
    rows, totals = found["rows"], found["totals"]
    assert isinstance(rows, list)
    assert isinstance(totals, list)
    assert rows[0] == {
        "account": "=cmd|x",
        "size": "1024x1024",
        "calls": 1,
        "asked": 3,
        "images": 3,
        "amount": "0.63216",
        "refunded": "0",
        "cost": "0",
        "margin": "0.63216",
        "costs": [],
        "uncosted": 0,
        "currency": "USD",
    }
    assert {"currency": "EUR", "calls": 1, "images": 1, "amount": "2"}.items() <= totals[0].items()
    assert found["held"] == [{"currency": "USD", "amount": "0.42", "holds": 1}]
    assert found["in_doubt"] == []
    assert found["reconciled"] is None
    assert json.loads(json.dumps(found)) == found
