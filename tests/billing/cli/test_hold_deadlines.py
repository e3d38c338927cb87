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
