"""`image-billing import`: texts, JSON, exit codes, and files that are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result

from billing import Ledger
from tests.billing.importing import usage_files
from tests.billing.importing.usage_files import usage_file

Run = Callable[..., Result]

line = partial(usage_files.line, at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())


@pytest.fixture
def bring(run: Run, sqlite_url: str, tmp_path: Path) -> Run:
    """`image-billing import FILE` on a ledger whose account `acme` may spend 100 USD."""
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD", floor="-100")

    def invoke(lines: list[str], *options: str) -> Result:
        path = usage_file(tmp_path, lines)
        return run("import", str(path), *options, "--database-url", sqlite_url)

    return invoke


def test_a_file_is_imported_once_and_said_so(bring: Run) -> None:
    lines = [line("a"), line("b", quality="low"), line("", status="tax", n="")]
    first, again = bring(lines), bring(lines)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.stdout.splitlines() == [
        "account  calls  images   amount  refunded",
        "acme         2       4  0.11712      0.00  USD",
        "3 lines: 2 imported",
    ]
    assert first.stderr == "note: no usage, left to reconcile: 1 tax\n"
    assert again.stdout == "3 lines: 0 imported, 2 in the ledger before, not again\n"


def test_two_equal_lines_of_a_new_file_are_not_said_to_be_in_the_ledger(bring: Run) -> None:
    done = bring([line("a"), line("a"), line("b")])
    assert done.stdout.splitlines()[-1] == (
        "3 lines: 2 imported, 1 further up in the file, not again"
    )


def test_a_dry_run_in_json_says_what_would_be(bring: Run) -> None:
    lines = [line("a", amount="0.4"), line("a", amount="0.1", n=1, status="refunded")]

    tried = json.loads(bring(lines, "--trust-amounts", "--dry-run", "--json").stdout)
    done = json.loads(bring(lines, "--trust-amounts", "--json").stdout)

    assert tried == done | {"dry_run": True}
    assert done == {
        "dry_run": False,
        "lines": 2,
        "imported": 1,
        "refunded": 1,
        "already": 0,
        "repeated": 0,
        "carried": 0,
        "left": {},
        "totals": [
            {
                "account": "acme",
                "calls": 1,
                "images": 2,
                "amount": "0.4",
                "refunded": "0.1",
                "currency": "USD",
            }
        ],
    }


def test_a_refused_file_lists_accounts_and_lines(bring: Run) -> None:
    lines = [line("a", account="beta"), line("b", n=0), line("c")]

    told, object_ = bring(lines), bring(lines, "--json")

    assert (told.exit_code, object_.exit_code) == (1, 1)
    assert told.stderr.splitlines()[1:] == [
        "  no account 'beta'; open it with: image-billing account open beta --currency USD",
        "  line 3: n: '0' is not a whole number from 1",
    ]
    found = json.loads(object_.stderr)
    assert (found["error"]["code"], found["error"]["param"]) == ("import_refused", "file")
    assert [(each["account"], each["lines"]) for each in found["accounts"]] == [("beta", 1)]
    assert [(each["line"], each["error"]["code"]) for each in found["errors"]] == [
        (3, "unreadable_line")
    ]
    assert found["refused"] == 1


@pytest.mark.parametrize("trust", [(), ("--trust-amounts",)])
def test_a_month_that_was_imported_reconciles_with_the_file(
    run: Run, bring: Run, sqlite_url: str, tmp_path: Path, trust: tuple[str, ...]
) -> None:
    at = "2026-10-05T10:00:00Z"
    lines = [
        line("a", at=at, n=4, amount="0.84"),
        line("b", at=at, n=1, amount="0.01", quality="low"),
        line("a", at="2026-10-06T10:00:00Z", n=1, amount="-0.21", status="refunded"),
    ]
    assert bring(lines, *trust).exit_code == 0

    statement = str(tmp_path / "usage.csv")
    terms = ("--month", "2026-10", "--json", "--database-url", sqlite_url)
    done = run("reconcile", statement, *terms)

    found = json.loads(done.stdout)
    assert (done.exit_code, found["unexplained"], found["discrepancies"]) == (0, "0", [])


def test_a_catalog_or_another_book_sets_the_prices(bring: Run, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(
        "schema_version: 1\n"
        "models: {gpt-image-2: {price: openai-gpt-image-2}}\n"
        'plans: {half: {discount: "0.5"}}\n'
        "accounts: {acme: {plan: half}}\n"
    )
    half = bring([line("a", n=1)], "--catalog", str(catalog), "--json")
    whole = bring(
        [line("b", n=1)],
        *("--catalog", str(catalog), "--book", "openai-gpt-image-2", "--json"),
    )
    amounts = [json.loads(each.stdout)["totals"][0]["amount"] for each in (half, whole)]
    assert amounts == ["0.02634", "0.05268"]


def test_a_file_that_is_not_there_is_bad_usage(run: Run) -> None:
    assert run("import", "nothing.csv").exit_code == 2
