from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from billing import Ledger
from pricing import PriceBook
from tests.billing.months import quoted

Run = Callable[..., Result]
Account = Callable[..., Result]

MONEY = ["available", "held", "in_doubt", "posted", "floor"]
LIMIT = ["monthly_limit", "limit_kind", "month", "month_spent", "parent", "plan"]
KEYS = ["code", "currency", *MONEY, *LIMIT, "held_past_deadline"]


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


def test_show_tells_the_plan(account: Account) -> None:
    account("open", "acme", "--plan", "partner")

    assert json.loads(account("show", "acme", "--json").stdout)["plan"] == "partner"
    assert account("show", "acme").stdout.splitlines()[-1] == "plan partner"


@pytest.mark.parametrize("amount", ["-5", "0"])
def test_what_is_put_in_is_above_zero(account: Account, amount: str) -> None:
    account("open", "acme")

    refused = account("top-up", "acme", amount, "--key", "k", "--json")

    error = json.loads(refused.stderr)["error"]
    assert (refused.exit_code, error["param"]) == (2, "amount")
    assert "give an amount above zero" in error["message"]


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
    assert result.exit_code == 2
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


def test_a_member_takes_its_parents_currency_unless_another_is_given(account: Account) -> None:
    account("open", "acme", "--currency", "EUR")

    member = json.loads(account("open", "web", "--parent", "acme", "--json").stdout)
    other = account("open", "app", "--parent", "acme", "--currency", "USD", "--json")
    orphan = account("open", "app", "--parent", "nobody", "--json")

    assert (member["currency"], member["parent"]) == ("EUR", "acme")
    assert json.loads(other.stderr)["error"]["code"] == "currency_mismatch"
    error = json.loads(orphan.stderr)["error"]
    assert (error["code"], error["param"]) == ("account_not_found", "parent")
    assert (other.exit_code, orphan.exit_code) == (1, 1)


def test_members_stand_below_the_account_whose_money_they_spend(account: Account) -> None:
    for code, *terms in (("zoo",), ("acme",), ("zebra", "--parent", "acme"), ("b", "--plan", "p")):
        account("open", code, *terms)

    shown = account("list").stdout.splitlines()
    listed = json.loads(account("list", "--json").stdout)["accounts"]

    assert [line[:8].rstrip() for line in shown[1:]] == ["acme", "  zebra", "b", "zoo"]
    assert [(each["code"], each["parent"]) for each in listed][:2] == [
        ("acme", None),
        ("zebra", "acme"),
    ]


def test_opening_with_another_limit_or_parent_is_refused(account: Account) -> None:
    account("open", "acme")
    terms = ("web", "--parent", "acme", "--monthly-limit", "5")
    assert account("open", *terms).exit_code == account("open", *terms).exit_code == 0

    for other in (
        ("web", "--parent", "acme", "--monthly-limit", "6"),
        (*terms, "--limit-kind", "soft"),
        ("web", "--monthly-limit", "5"),
    ):
        refused = account("open", *other, "--json")
        assert refused.exit_code == 1
        assert json.loads(refused.stderr)["error"]["code"] == "account_exists"


def test_what_the_month_has_spent_is_shown_beside_the_limit(
    account: Account, ledger: Ledger, book: PriceBook
) -> None:
    account("open", "acme", "--floor", "-1", "--monthly-limit", "0.2")
    ledger.hold("acme", quoted(book, 2, at=None), key="a")

    lines = account("show", "acme").stdout.splitlines()
    shown = json.loads(account("show", "acme", "--json").stdout)

    assert "0.10536 USD of the hard limit of 0.20 USD spent and held" in lines[2]
    assert (shown["month_spent"], shown["monthly_limit"]) == ("0.10536", "0.2")


def test_a_crossed_soft_limit_is_listed_with_what_crossed_it(
    account: Account, ledger: Ledger, book: PriceBook
) -> None:
    account("open", "acme", "--floor", "-9", "--monthly-limit", "0.1", "--limit-kind", "soft")
    account("open", "web", "--parent", "acme", "--monthly-limit", "0.2", "--limit-kind", "soft")
    assert json.loads(account("alerts", "--json").stdout) == {"alerts": []}
    row = ledger.hold("web", quoted(book, 2, at=None), key="a")

    listed = json.loads(account("alerts", "acme", "--json").stdout)["alerts"]
    lines = account("alerts").stdout.splitlines()

    month = row.recorded_at.strftime("%Y-%m")
    assert listed == [
        {
            "account": "acme",
            "month": month,
            "over": "0.00536",
            "currency": "USD",
            "transfer_id": row.id,
            "recorded_at": row.recorded_at.isoformat(),
        }
    ]
    assert lines[0].split() == ["account", "month", "over", "by"]
    assert [line.split() for line in lines[1:]] == [["acme", month, "0.00536", "USD", row.id]]
    assert account("alerts", "web").stdout == ""
    assert account("alerts", "nobody").exit_code == 1
    assert "above it" in account("show", "acme").stdout


def test_a_limit_is_changed_with_who_and_why_and_its_changes_are_listed(account: Account) -> None:
    account("open", "acme", "--monthly-limit", "5")
    account("open", "web", "--parent", "acme")
    why = ("--reason", "new contract", "--actor", "ana")

    changed = json.loads(account("limit", "acme", "--monthly-limit", "8", *why, "--json").stdout)
    again = ("limit", "acme", "--monthly-limit", "none", *why, "--key", "k", "--json")
    repeated = [json.loads(account(*again).stdout)["repeated"] for _ in range(2)]
    floor = account("floor", "acme", "-20", *why)
    web = account("limit", "web", "--monthly-limit", "2", "--limit-kind", "soft", *why)

    assert (changed["monthly_limit"], changed["limit_kind"], changed["number"]) == ("8", "hard", 1)
    assert (changed["reason"], changed["actor"]) == ("new contract", "ana")
    assert repeated == [False, True]
    assert floor.stdout == "acme: no monthly limit, floor -20.00 USD\n"
    assert web.stdout == "web: soft monthly limit 2.00 USD\n"
    told = json.loads(account("limit", "acme", "--json").stdout)
    opened, listed = told["opened"], told["changes"]
    assert (opened["monthly_limit"], opened["limit_kind"], opened["floor"]) == ("5", "hard", "0")
    assert [(each["monthly_limit"], each["floor"]) for each in listed] == [
        ("8", "0"),
        (None, "0"),
        (None, "-20"),
    ]
    lines = account("limit", "acme").stdout.splitlines()
    assert lines[0].split() == ["at", "limits", "by", "why"]
    assert "hard monthly limit 5.00 USD, floor 0.00 USD" in lines[1]
    assert lines[1].endswith("opened with")
    assert "hard monthly limit 8.00 USD, floor 0.00 USD" in lines[2]
    of_member = account("limit", "web").stdout.splitlines()
    assert "no monthly limit  " in of_member[1]
    assert "soft monthly limit 2.00 USD" in of_member[2]
    shown = json.loads(account("show", "acme", "--json").stdout)
    assert (shown["monthly_limit"], shown["floor"]) == (None, "-20")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "param"),
    [
        (("limit", "acme", "--monthly-limit", "8", "--actor", "ana"), 2, None),
        (("limit", "acme", "--monthly-limit", "ten", "--actor", "a", "--reason", "r"), 2, "monthl"),
        (("floor", "acme", "5", "--actor", "ana", "--reason", "r"), 1, "floor"),
        (("limit", "nobody"), 1, "account"),
    ],
)
def test_a_change_of_limits_that_cannot_be_is_refused_by_name(
    account: Account, arguments: tuple[str, ...], exit_code: int, param: str | None
) -> None:
    account("open", "acme")
    refused = account(*arguments, "--json")
    assert refused.exit_code == exit_code
    found = json.loads(refused.stderr)["error"]["param"]
    assert found == param or (param is not None and found.startswith(param))
