"""`image-billing period`, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from billing import Ledger
from tests.billing.months import OCTOBER, Calendar

Run = Callable[..., Result]


@pytest.fixture
def october(ledger_url: str) -> str:
    """The URL of a ledger with calls in a month that is long over."""
    with Ledger.open(ledger_url, clock=Calendar(OCTOBER.replace(year=2025))) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="t")
    return ledger_url


def test_a_month_is_closed_listed_reopened_and_reported(run: Run, october: str) -> None:
    asked = ("--database-url", october)

    closed = run("period", "close", "2025-10", "--actor", "ana", "--json", *asked)
    (change,) = json.loads(closed.stdout)["closed"]
    report = json.loads(run("report", "--month", "2025-10", "--json", *asked).stdout)

    assert list(change) == [
        *("month", "number", "kind", "forced", "actor", "reason", "recorded_at", "digest", "books")
    ]
    assert (change["month"], change["kind"], change["forced"]) == ("2025-10", "close", False)
    assert report["period"]["state"] == "closed"
    assert report["period"]["digest"] == change["digest"]

    reopened = run("period", "reopen", "2025-10", "--actor", "bo", "--reason", "late bill", *asked)
    listed = run("period", "list", *asked).stdout
    found = json.loads(run("period", "list", "--json", *asked).stdout)

    assert reopened.stdout.startswith("2025-10: reopened at ")
    assert [line.split()[:2] for line in listed.splitlines()[1:3]] == [
        ["2025-10", "closed"],
        ["2025-10", "reopened"],
    ]
    assert "Closed through 2025-09." in listed
    assert [each["kind"] for each in found["changes"]] == ["close", "reopen"]
    assert found["closed_through"] == "2025-09"


def test_a_ledger_without_a_closing_says_so(run: Run, october: str) -> None:
    assert run("period", "list", "--database-url", october).stdout == "No month is closed.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("close", "2998-12", "--actor", "ana"), "period_not_over", 1),
        (("close", "2025-10", "--actor", "ana", "--grace", "999999d"), "period_in_grace", 1),
        (("close", "2025-10", "--actor", "ana", "--grace", "soon"), "invalid_value", 2),
        (("close", "2025-13", "--actor", "ana"), "invalid_value", 2),
        (("close", "2025-10", "--actor", ""), "invalid_value", 2),
        (("close", "2025-10"), "usage", 2),
        (("reopen", "2025-10", "--actor", "bo", "--reason", "why"), "period_not_closed", 1),
    ],
)
def test_what_is_refused_says_why_and_writes_nothing(
    run: Run, october: str, arguments: tuple[str, ...], code: str, exit_code: int
) -> None:
    refused = run("period", *arguments, "--json", "--database-url", october)

    assert refused.exit_code == exit_code
    assert json.loads(refused.stderr)["error"]["code"] == code
    with Ledger.open(october) as ledger:
        assert ledger.period_changes() == []


def test_out_of_order_names_the_command_that_comes_first(run: Run, ledger_url: str) -> None:
    with Ledger.open(ledger_url, clock=Calendar(OCTOBER.replace(year=2025))) as ledger:
        ledger.open_account("acme", currency="USD")
    asked = ("--actor", "ana", "--database-url", ledger_url)
    run("period", "close", "2025-10", *asked)

    refused = run("period", "close", "2025-12", *asked)
    again = run("period", "close", "2025-10", *asked)

    assert refused.exit_code == again.exit_code == 1
    assert "Run: image-billing period close 2025-11" in refused.stderr
    assert "2025-10 is closed, since" in again.stderr


def test_months_before_the_first_charge_are_closed_without_a_line(
    run: Run, ledger_url: str
) -> None:
    with Ledger.open(ledger_url, clock=Calendar(OCTOBER.replace(year=2025))) as ledger:
        ledger.open_account("acme", currency="USD")
    asked = ("--database-url", ledger_url)
    run("period", "close", "2025-10", "--actor", "dario", *asked)

    before = run("period", "close", "2025-09", "--actor", "ana", *asked)
    listed = json.loads(run("period", "list", "--json", *asked).stdout)

    assert before.exit_code == 1
    assert "2025-09 is closed, since" in before.stderr
    assert "by dario" in before.stderr
    assert [each["month"] for each in listed["changes"]] == ["2025-10"]
