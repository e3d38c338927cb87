from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]
Account = Callable[..., Result]

MONEY = ["available", "held", "in_doubt", "posted", "floor"]
LIMIT = ["monthly_limit", "limit_kind", "month", "month_spent", "parent"]
KEYS = ["code", "currency", *MONEY, *LIMIT]


@pytest.fixture
def account(run: Run, ledger_url: str) -> Account:
    """`image-billing account ...` on an empty ledger, on both engines."""
    run("db", "upgrade", "--database-url", ledger_url)

    def invoke(*arguments: str) -> Result:
        return run("account", *arguments, "--database-url", ledger_url)

    return invoke


def test_show_as_json_has_the_promised_keys_as_flat_text(account: Account) -> None:
    account("open", "acme")
    account("top-up", "acme", "100.5", "--key", "invoice-17")

    result = account("show", "acme", "--json")

    shown = json.loads(result.stdout)
    assert list(shown) == KEYS
    assert shown["available"] == "100.5"
    assert all(isinstance(shown[key], str) for key in MONEY)
    assert (shown["monthly_limit"], shown["parent"]) == (None, None)


def test_a_member_shows_its_parents_money_and_its_own_limit(account: Account) -> None:
    account("open", "acme", "--monthly-limit", "50")
    account("top-up", "acme", "100", "--key", "invoice-17")
    account("open", "team", "--parent", "acme", "--monthly-limit", "5", "--limit-kind", "soft")

    shown = json.loads(account("show", "team", "--json").stdout)
    told = account("show", "team").stdout.splitlines()

    assert (shown["available"], shown["parent"]) == ("100", "acme")
    assert (shown["monthly_limit"], shown["limit_kind"]) == ("5", "soft")
    assert shown["month_spent"] == "0"
    assert (
        told[2]
        == f"team: 0.00 USD of the soft limit of 5.00 USD spent and held in {shown['month']}"
    )
    assert told[3] == "available to all that spend the money of acme"


def test_the_same_key_puts_money_in_once(account: Account) -> None:
    account("open", "acme")

    first = account("top-up", "acme", "100", "--key", "k", "--json")
    second = account("top-up", "acme", "100", "--key", "k", "--json")
    other = account("top-up", "acme", "99", "--key", "k", "--json")

    one, two = json.loads(first.stdout), json.loads(second.stdout)
    assert one["transfer"]["id"] == two["transfer"]["id"]
    assert (one["transfer"]["repeated"], two["transfer"]["repeated"]) == (False, True)
    assert two["balance"]["available"] == "100"
    assert other.exit_code == 1
    assert json.loads(other.stderr)["error"]["code"] == "idempotency_conflict"


def test_opening_with_other_terms_is_refused(account: Account) -> None:
    assert account("open", "acme", "--floor", "-50").exit_code == 0
    assert account("open", "acme", "--floor", "-50").exit_code == 0

    other = account("open", "acme", "--floor", "-60", "--json")

    assert other.exit_code == 1
    assert json.loads(other.stderr)["error"]["code"] == "account_exists"


def test_figures_align_in_the_list(account: Account) -> None:
    account("open", "acme")
    account("open", "longer-name", "--currency", "CREDIT", "--floor", "-0.125")

    lines = account("list").stdout.splitlines()

    assert lines[0].split() == ["account", "available", "held", "in", "doubt", "posted", "floor"]
    assert [line.index(".") for line in lines[1:]] == [lines[1].index(".")] * 2
    assert lines[2].endswith("-0.125  CREDIT")


def test_the_list_as_json_has_the_keys_of_show(account: Account) -> None:
    assert json.loads(account("list", "--json").stdout) == {"accounts": []}
    account("open", "acme")

    listed = json.loads(account("list", "--json").stdout)

    assert [list(each) for each in listed["accounts"]] == [KEYS]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1e3", "invalid_amount"),
        ("ten", "invalid_amount"),
        ("0.0000000001", "amount_out_of_range"),
        ("0", "invalid_value"),
    ],
)
def test_an_amount_that_is_not_exact_money_is_refused_by_name(
    account: Account, amount: str, code: str
) -> None:
    account("open", "acme")

    result = account("top-up", "acme", amount, "--key", "k", "--json")

    error = json.loads(result.stderr)["error"]
    assert result.exit_code == 1
    assert (error["param"], error["code"]) == ("amount", code)


def test_an_unknown_account_is_refused_with_the_command_that_opens_it(account: Account) -> None:
    result = account("show", "nobody")

    assert result.exit_code == 1
    assert "image-billing account open nobody" in result.stderr
    assert result.stdout == ""


def test_a_top_up_without_a_key_is_bad_usage(account: Account) -> None:
    result = account("top-up", "acme", "1", "--json")

    error = json.loads(result.stderr)["error"]
    assert result.exit_code == 2
    assert (error["code"], error["param"]) == ("usage", "key")
