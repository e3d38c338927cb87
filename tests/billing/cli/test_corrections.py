"""Money corrected by hand from the command line: adjustments, refunds, and budgets that refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import Result

from billing import Ledger
from pricing import PriceBook
from tests.billing.months import quoted

Run = Callable[..., Result]

FEE = ("account", "adjust", "acme", "-1.5", "--reason", "bank fee", "--actor", "ana")


@pytest.fixture
def bill(run: Run, acme: Ledger, ledger_url: str) -> Run:
    """`image-billing ...` on a ledger whose account `acme` has 100 USD."""

    def invoke(*arguments: str) -> Result:
        return run(*arguments, "--database-url", ledger_url)

    return invoke


def refused(result: Result) -> tuple[int, str, str | None]:
    """Exit code, error code and parameter of a refusal in JSON."""
    error = json.loads(result.stderr)["error"]
    return result.exit_code, error["code"], error["param"]


def figures_of(result: Result) -> dict[str, object]:
    """What a refusal in JSON says beside the keys that every one has."""
    error = json.loads(result.stderr)["error"]
    return {name: error[name] for name in error.keys() - {"message", "type", "param", "code"}}


def test_an_adjustment_takes_once_and_says_why_and_who(bill: Run) -> None:
    first = json.loads(bill(*FEE, "--key", "fee-11", "--json").stdout)
    again = bill(*FEE, "--key", "fee-11")

    told = {name: first["transfer"][name] for name in ("kind", "amount", "reason", "actor")}
    assert told == {"kind": "adjustment", "amount": "-1.5", "reason": "bank fee", "actor": "ana"}
    assert first["balance"]["available"] == "98.5"
    assert first["transfer"]["repeated"] is False
    assert again.stdout.startswith("-1.50 USD adjusted in acme before, not again  adjustment_")
    assert "98.50" in again.stdout.splitlines()[-1]


def test_an_adjustment_stops_at_the_floor_and_needs_its_words(bill: Run) -> None:
    short = bill("account", "adjust", "acme", "-101", *FEE[4:], "--key", "k", "--json")
    silent = bill(*FEE[:6], "--key", "k", "--json")
    empty = bill(*FEE[:4], "--reason", " ", "--actor", "ana", "--key", "k", "--json")
    zero = bill("account", "adjust", "acme", "0", *FEE[4:], "--key", "k", "--json")

    assert refused(short) == (1, "insufficient_funds", "account")
    figures = {"asked": "101", "available": "100", "floor": "0", "needed": "1", "fits": 0}
    names = {"account": "acme", "member": None, "currency": "USD"}
    assert figures_of(short) == {**names, **figures}
    assert refused(silent) == (2, "usage", "actor")
    assert refused(empty) == (2, "invalid_value", "reason")
    assert refused(zero) == (2, "invalid_value", "amount")


def test_a_refund_gives_back_once_and_never_more_than_was_paid(
    bill: Run, acme: Ledger, book: PriceBook
) -> None:
    paid = acme.charge("acme", quoted(book, 2, at=None), images=2, key="line-1")
    asked = ("refund", paid.id, "0.1", "--reason", "one was blank", "--actor", "ana")

    first = json.loads(bill(*asked, "--key", "r-1", "--json").stdout)
    again = bill(*asked, "--key", "r-1")
    more = bill(*asked, "--key", "r-2", "--json")
    nameless = bill(*asked[:-1], " ", "--key", "r-3", "--json")

    transfer, balance = first["transfer"], first["balance"]
    assert (transfer["kind"], transfer["amount"], transfer["account"]) == ("refund", "0.1", "acme")
    assert (transfer["reason"], transfer["actor"]) == ("one was blank", "ana")
    assert (balance["posted"], balance["month_spent"]) == ("0.00536", "0.00536")
    assert f"0.10 USD of {paid.id} given back before, not again" in again.stdout
    assert refused(more) == (1, "refund_too_large", "amount")
    assert refused(nameless) == (2, "invalid_value", "actor")


@pytest.mark.parametrize("transfer_id", ["capture_1", "charge_" + "0" * 32, "nothing"])
def test_a_refund_of_what_is_no_payment_is_refused_by_name(bill: Run, transfer_id: str) -> None:
    result = bill("refund", transfer_id, "0.1", "--reason", "r", "--key", "k", "--json")
    assert refused(result) == (1, "transfer_not_found", "transfer_id")


def test_a_hold_is_not_refunded(bill: Run, acme: Ledger, book: PriceBook) -> None:
    hold = acme.hold("acme", quoted(book, at=None), key="a")
    result = bill("refund", hold.id, "0.01", "--reason", "r", "--key", "k", "--json")
    assert refused(result) == (1, "transfer_not_found", "transfer_id")


@pytest.mark.parametrize("spender", ["acme", "web"])
def test_a_call_above_a_hard_limit_is_refused_before_anything_is_sent(
    run: Run, ledger: Ledger, ledger_url: str, spender: str
) -> None:
    ledger.open_account("acme", currency="USD", floor="-9", monthly_limit="0.06")
    ledger.open_account("web", currency="USD", parent="acme")
    order = ("generate", "a fox", "--account", spender, "--size", "1024x1024", "--n", "2")

    result = run(
        *order,
        *("--json", "--database-url", ledger_url),
        env={"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"},
    )

    assert refused(result) == (1, "budget_exceeded", "account")
    figures = {"asked": "0.10536", "spent": "0", "limit": "0.06", "left": "0.06", "fits": 1}
    told = figures_of(result)
    assert told.pop("month") == f"{datetime.now(UTC):%Y-%m}"
    member = "web" if spender == "web" else None
    assert told == {"account": "acme", "member": member, "currency": "USD", **figures}
    message = json.loads(result.stderr)["error"]["message"]
    who = "its member 'web' " if spender == "web" else ""
    assert message.startswith(f"Account 'acme': {who}asked 0.10536 USD, but 0.06 USD is left")
    assert ledger.balance("acme").version == 0
