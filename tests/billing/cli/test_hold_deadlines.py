from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from billing import Ledger
from pricing import PriceBook

Run = Callable[..., Result]
Holds = Callable[..., Result]

CATALOG = """
schema_version: 1
models: {gpt-image-2: {price: openai-gpt-image-2}}
"""
POLICY = "ageing: {name: two-weeks, after_days: 14, action: void}\n"


@pytest.fixture
def holds(run: Run, ledger_url: str) -> Holds:
    """`image-billing holds ...` on the ledger of the test."""

    def invoke(*arguments: str) -> Result:
        return run("holds", *arguments, "--database-url", ledger_url)

    return invoke


@pytest.fixture
def catalog(tmp_path: Path) -> str:
    """A catalog with an ageing policy."""
    file = tmp_path / "catalog.yaml"
    file.write_text(CATALOG + POLICY)
    return str(file)


def sent(acme: Ledger, book: PriceBook, *, days_ago: int) -> str:
    """A hold under which a request was sent, past its deadline since."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4})
    ago = timedelta(days=-days_ago)
    key = f"sent {days_ago}"
    return acme.hold("acme", quote, key=key, expires_in=ago, on_deadline="doubt").id


def test_age_settles_what_is_too_old_and_names_the_policy(
    acme: Ledger, book: PriceBook, holds: Holds, catalog: str
) -> None:
    old, young = sent(acme, book, days_ago=15), sent(acme, book, days_ago=13)

    first = holds("age", "--catalog", catalog, "--json")
    second = holds("age", "--catalog", catalog)

    answer = json.loads(first.stdout)
    (row,) = answer["aged"]
    assert answer["policy"] == "two-weeks"
    assert (row["kind"], row["account"], row["amount"]) == ("void", "acme", "0.84288")
    assert row["actor"] == "ageing policy two-weeks"
    assert second.stdout == "0 holds voided by the ageing policy two-weeks\n"
    states = [acme.hold_by_id(hold_id).state for hold_id in (old, young)]
    assert states == ["voided", "in_doubt"]


def test_expire_ages_too_when_the_catalog_says_so(
    acme: Ledger, book: PriceBook, holds: Holds, catalog: str
) -> None:
    sent(acme, book, days_ago=15)
    plain = holds("expire", "--json")
    with_policy = holds("expire", "--catalog", catalog)
    again = holds("expire", "--catalog", catalog, "--json")
    assert json.loads(plain.stdout) == {"moved": 1}
    assert with_policy.stdout.splitlines()[-1] == "1 hold voided by the ageing policy two-weeks"
    assert json.loads(again.stdout) == {"moved": 0, "aged": []}


def test_age_without_a_policy_is_refused_and_settles_nothing(
    acme: Ledger, book: PriceBook, holds: Holds, tmp_path: Path
) -> None:
    sent(acme, book, days_ago=400)
    (tmp_path / "plain.yaml").write_text(CATALOG)
    for options, code in (((), 2), (("--catalog", str(tmp_path / "plain.yaml")), 1)):
        refused = holds("age", *options, "--json")
        assert refused.exit_code == code
        assert "ageing policy" in json.loads(refused.stderr)["error"]["message"]
    assert len(acme.holds()) == 1


@pytest.mark.parametrize(
    "policy",
    ["{name: x, after_days: 0, action: void}", "{name: x, after_days: 3}", "{after_days: 3, x: 1}"],
)
def test_a_policy_that_says_too_little_is_refused_with_its_line(
    acme: Ledger, holds: Holds, tmp_path: Path, policy: str
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(f"{CATALOG}ageing: {policy}\n")
    refused = holds("age", "--catalog", str(file))
    assert refused.exit_code == 1
    assert "bad.yaml:4" in refused.stderr


def test_a_balance_says_how_much_of_what_is_held_the_list_of_holds_calls_in_doubt(
    acme: Ledger, book: PriceBook, holds: Holds, run: Run, ledger_url: str
) -> None:
    acme.open_account("acme-web", currency="USD", parent="acme")
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 1})
    acme.hold("acme", quote, key="still open", on_deadline="doubt")
    past = {"expires_in": timedelta(days=-1), "on_deadline": "doubt"}
    acme.hold("acme-web", quote, key="of the member", **past)  # type: ignore[arg-type]  # by name
    sent(acme, book, days_ago=1)

    def shown(code: str, *more: str) -> str:
        return run("account", "show", code, *more, "--database-url", ledger_url).stdout

    def told(code: str) -> tuple[str, str, str]:
        found = json.loads(shown(code, "--json"))
        return found["held"], found["held_past_deadline"], found["in_doubt"]

    assert told("acme") == ("1.26432", "1.0536", "0")
    assert told("acme-web") == ("0.21072", "0.21072", "0")
    line = "acme: 1.0536 USD of what is held is past its deadline: in doubt"
    assert line in " ".join(shown("acme").split())
    listed = json.loads(holds("list", "--state", "in-doubt", "--json").stdout)["holds"]
    assert sorted(each["amount"] for each in listed) == ["0.21072", "0.84288"]

    holds("expire")

    assert told("acme") == ("0.21072", "0", "1.0536")
    assert told("acme-web") == ("0", "0", "0.21072")
    assert "past its deadline" not in shown("acme")
    assert "held_past_deadline" not in json.loads(shown("acme", "--as-of", "2026-01-01", "--json"))
