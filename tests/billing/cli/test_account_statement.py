"""`image-billing account statement` and `account show --as-of`, from the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import Result

from billing import Ledger
from billing.formats.account_statement import LINE_KEYS
from billing.formats.account_statement_table import statement_grid
from billing.period import Month
from billing.reconciliation.books.recognition import booking_key
from pricing import PriceBook

Run = Callable[..., Result]
Account = Callable[..., Result]

BUCKETS = ["available", "held", "in_doubt", "posted"]
DAY = datetime(2026, 10, 2, 9, tzinfo=UTC)


@pytest.fixture
def used(ledger_url: str, book: PriceBook) -> str:
    """The URL of a ledger: 100 USD in September, in October a capture, a doubt and a fee."""
    now = DAY - timedelta(days=4)
    with Ledger.open(ledger_url, clock=lambda: now) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="invoice-17")
        for number in range(2):
            now = DAY + timedelta(hours=number)
            quote = book.quote(
                {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}, at=now
            )
            hold = ledger.hold("acme", quote, key=f"job-{number}", on_deadline="doubt")
            if number:
                ledger.doubt(hold.id, key="cut", reason="=cut(off)\nafter sending")
            else:
                ledger.capture(hold.id, images=3, key="captured")
        now = DAY + timedelta(days=5)
        ledger.adjust("acme", "-1.5", key="fee", reason="bank fee", actor="ana")
    return ledger_url


@pytest.fixture
def account(run: Run, used: str) -> Account:
    """`image-billing account ...` on that ledger."""

    def invoke(*arguments: str) -> Result:
        return run("account", *arguments, "--database-url", used)

    return invoke


def test_the_statement_as_json_ties_and_has_the_promised_keys(account: Account) -> None:
    found = json.loads(account("statement", "acme", "--month", "2026-10", "--json").stdout)

    assert (found["account"], found["currency"], found["by"]) == ("acme", "USD", "occurred")
    assert found["period"]["start"] == "2026-10-01T00:00:00+00:00"
    assert found["period"]["end"] == "2026-11-01T00:00:00+00:00"
    assert tuple(found["lines"][0]) == LINE_KEYS
    assert list(found["opening"]) == list(found["closing"]) == BUCKETS
    for bucket in BUCKETS:
        changes = sum((Decimal(line[bucket]) for line in found["lines"]), Decimal(0))
        assert Decimal(found["opening"][bucket]) + changes == Decimal(found["closing"][bucket])
    assert found["lines"][-1]["balance_available"] == found["closing"]["available"] == "97.02496"
    shown = json.loads(account("show", "acme", "--json").stdout)
    assert found["closing"] == {bucket: shown[bucket] for bucket in BUCKETS}


def test_as_of_leaves_out_what_was_recorded_later(account: Account) -> None:
    month = ("statement", "acme", "--month", "2026-10", "--json")

    known = json.loads(account(*month, "--as-of", "2026-10-03").stdout)
    shown = json.loads(account("show", "acme", "--as-of", "2026-10-03", "--json").stdout)

    assert [line["kind"] for line in known["lines"]] == ["hold", "capture", "hold", "doubt"]
    assert known["as_of_recorded"] == "2026-10-03T00:00:00+00:00"
    assert known["closing"] == {bucket: shown[bucket] for bucket in BUCKETS}
    assert shown["as_of"] == "2026-10-03T00:00:00+00:00"


def test_csv_carries_the_lines_of_json_and_nothing_a_spreadsheet_would_run(
    account: Account,
) -> None:
    month = ("statement", "acme", "--month", "2026-10", "--by", "recorded")
    lines = json.loads(account(*month, "--json").stdout)["lines"]

    rows = list(csv.DictReader(io.StringIO(account(*month, "--format", "csv").stdout)))

    assert list(rows[0]) == ["account", "currency", *LINE_KEYS]
    assert [row["posted"] for row in rows] == [line["posted"] for line in lines]
    assert rows[3]["reason"] == "'=cut(off)\nafter sending"


def test_a_piped_statement_is_a_table_whose_columns_add_up(account: Account) -> None:
    lines = account("statement", "acme", "--month", "2026-10").stdout.splitlines()

    assert lines[0] == "Statement of acme (USD): occurred in 2026-10 (UTC)"
    assert lines[2].split() == [
        *("at", "kind", "for", "available", "held", "in", "doubt", "posted", "balance", "reason"),
    ]
    assert lines[4].split() == ["opening", "100.00000", "0.00000", "0.00000", "0.00000"]
    assert lines[5].split()[:4] == ["10-02", "09:00", "hold", "4"]
    assert "4 x 1024x1024 high" in lines[8]
    assert lines[8].endswith("=cut(off)␊after sending")
    assert lines[-1].split() == ["closing", "97.02496", "0.00000", "0.84288", "0.63216"]


def test_a_void_says_what_its_hold_of_the_month_before_was_for(account: Account, used: str) -> None:
    with Ledger.open(used, clock=lambda: datetime(2026, 11, 2, tzinfo=UTC)) as ledger:
        view = ledger.hold_by_key("acme", "job-1")
        assert view is not None
        hold = view.hold
        ledger.void(hold.id, key=f"{hold.id}/call/void", reason="not on the statement", actor="ana")

    shown = account("statement", "acme", "--month", "2026-11").stdout
    (line,) = json.loads(account("statement", "acme", "--month", "2026-11", "--json").stdout)[
        "lines"
    ]

    assert shown.splitlines()[5].split()[2:7] == ["void", "4", "x", "1024x1024", "high"]
    assert "/call/void" not in shown
    assert (line["images"], line["size"], tuple(line)) == (None, None, LINE_KEYS)


def test_a_month_without_transfers_is_two_balances(account: Account) -> None:
    lines = account("statement", "acme", "--month", "2027-09").stdout.splitlines()

    assert lines[-3].split() == ["opening", "97.02496", "0.84288", "0.63216"]
    assert lines[-1].split() == ["closing", "97.02496", "0.84288", "0.63216"]
    assert len(lines) == 7


def test_what_the_provider_charges_is_not_for_the_customer(account: Account, used: str) -> None:
    now = DAY + timedelta(days=6)
    reason = "price_variance: amount_mismatch, ledger 0.63216 USD, statement 0.7 USD"
    with Ledger.open(used, clock=lambda: now) as ledger:
        paid = ledger.hold_by_key("acme", "job-0")
        assert paid is not None
        assert paid.ending is not None
        key = booking_key("ab" * 32, 4, Month(2026, 10))
        ledger.correct_cost(
            "acme", "0.07", key=key, reason=reason, actor="ana", transfer_id=paid.ending.id
        )
        ledger.refund(
            paid.ending.id, "0.1", key=booking_key("cd" * 32, 5, Month(2026, 10)), reason=reason
        )
    month = ("statement", "acme", "--month", "2026-10")

    told, all_of_it = (
        json.loads(account(*month, "--json", *more).stdout) for more in ((), ("--internal",))
    )
    shown = [account(*month, "--format", form).stdout for form in ("table", "csv", "json")]

    assert (told["internal"], all_of_it["internal"]) == (False, True)
    assert len(all_of_it["lines"]) == len(told["lines"]) + 1
    assert (told["opening"], told["closing"]) == (all_of_it["opening"], all_of_it["closing"])
    assert not [text for text in shown if "variance" in text]
    assert account(*month, "--internal").stdout.count("price_variance") == 2


@pytest.mark.parametrize("width", [72, 80, 100, 120])
def test_the_table_fits_the_terminal(used: str, width: int) -> None:
    with Ledger.open(used) as ledger:
        statement = ledger.statement("acme", "2026-10")

    lines = statement_grid(statement, width=width).text().splitlines()

    assert max(map(len, lines)) <= width
    assert any("4 x 1024x1024 high" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "param"),
    [
        (("statement", "acme", "--month", "10"), 2, "month"),
        (("statement", "acme", "--month", "2026-10", "--as-of", "yesterday"), 2, "as-of"),
        (("statement", "acme", "--month", "2026-10", "--as-of", "2026-10-01T00:00"), 2, "as-of"),
        (("statement", "acme", "--month", "2026-10", "--by", "written"), 2, "by"),
        (("statement", "acme"), 2, "month"),
        (("statement", "nobody", "--month", "2026-10"), 1, "account"),
        (("show", "acme", "--as-of", "noon"), 2, "as-of"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(
    account: Account, arguments: tuple[str, ...], exit_code: int, param: str
) -> None:
    result = account(*arguments, "--json")

    assert result.exit_code == exit_code
    assert json.loads(result.stderr)["error"]["param"] == param
    assert result.stdout == ""
