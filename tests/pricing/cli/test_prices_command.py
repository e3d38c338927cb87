"""`image-billing prices`: what changes between two books, and what a sale leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
import yaml
from click.testing import CliRunner, Result

from billing.cli import main
from pricing import PriceBook

Json = dict[str, object]
Run = Callable[..., Result]

OLD = "openai-gpt-image-2"
USAGE = """\
request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status
r1,2026-11-01T00:00:00Z,acme,gpt-image-2,generations,1024x1024,high,4,0.8,USD,charged
r2,2026-11-01T00:00:00Z,acme,gpt-image-2,generations,2160x3840,high,1,0.4,USD,charged
r3,2026-11-01T00:00:00Z,acme,gpt-image-2,generations,1024x1024,high,1,-0.2,USD,refunded
"""
CATALOG = """
schema_version: 1
models: {gpt-image-2: {price: venice-gpt-image-2, cost: openai-gpt-image-2}}
plans: {partner: {discount: "0.2"}}
accounts: {acme: {plan: partner}}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line in a folder with a changed book, a month's usage and a catalog."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IMAGE_BILLING_CATALOG", raising=False)
    data = yaml.safe_load(PriceBook.load(OLD).dumps())
    (rates,) = data["rates"]
    rates["generations"]["1024x1024"]["high"] = "0.2"
    del data["sizes"]["2160x3840"], rates["generations"]["2160x3840"]
    (tmp_path / "new.yaml").write_text(yaml.safe_dump(data))
    (tmp_path / "usage.csv").write_text(USAGE)
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    return lambda *words: CliRunner().invoke(main, ["prices", *words])


def answer(result: Result, *, code: int = 0) -> Json:
    assert result.exit_code == code, result.output
    return cast("Json", json.loads(result.stdout))


def test_the_difference_has_old_new_change_and_per_cent(run: Run) -> None:
    shown = answer(run("diff", OLD, "new.yaml", "--json"), code=3)

    assert shown["cells"] == [
        {
            "endpoint": endpoint,
            "size": "1024x1024",
            "quality": "high",
            "old": "0.21072",
            "new": "0.2",
            "change": "-0.01072",
            "percent": "-5.09",
        }
        for endpoint in ("generations", "edits")
    ]
    assert shown["added"] == []
    withdrawn = cast("list[Json]", shown["withdrawn"])
    assert {cell["size"] for cell in withdrawn} == {"2160x3840"}
    assert len(withdrawn) == 6


def test_turned_round_the_withdrawn_size_is_added(run: Run) -> None:
    shown = answer(run("diff", "new.yaml", OLD, "--json"), code=3)

    assert len(cast("list[Json]", shown["added"])) == 6
    assert shown["withdrawn"] == []


def test_two_equal_books_end_with_0(run: Run) -> None:
    shown = answer(run("diff", OLD, OLD, "--json"))

    assert (shown["cells"], shown["added"], shown["withdrawn"]) == ([], [], [])
    assert "no price changes" in run("diff", OLD, OLD).stdout


def test_usage_shows_the_effect_on_the_bill(run: Run) -> None:
    result = run("diff", OLD, "new.yaml", "--usage", "usage.csv", "--json")
    usage = cast("Json", answer(result, code=3)["usage"])

    assert {key: usage[key] for key in ("old", "new", "change", "percent", "calls", "images")} == {
        "old": "0.84288",
        "new": "0.8",
        "change": "-0.04288",
        "percent": "-5.09",
        "calls": 1,
        "images": 4,
    }
    assert (usage["skipped"], usage["unpriced"]) == (1, 1)
    people = run("diff", OLD, "new.yaml", "--usage", "usage.csv")
    assert "0.84288 USD becomes 0.80 USD" in people.stdout
    assert people.stderr.startswith("line 3: ")


def test_markdown_is_a_table_for_a_pull_request(run: Run) -> None:
    lines = run("diff", OLD, "new.yaml", "--markdown").stdout.splitlines()

    assert lines[0].startswith("### Prices of gpt-image-2")
    assert lines[2] == "| endpoint | size | quality | old | new | change | % |"
    assert "| generations | 1024x1024 | high | 0.21072 | 0.20000 | -0.01072 | -5.1 |" in lines
    assert "2 prices change; 6 cells withdrawn (2160x3840)." in lines


def test_a_list_that_was_edited_in_place_is_named(run: Run, tmp_path: Path) -> None:
    book = """schema_version: 1
id: mine
model: m
currency: USD
quality: {allowed: [low], default: low}
n: {min: 1, max: 8, default: 1}
sizes: {1024x1024: 1K}
rates:
  - effective_from: 2026-01-01
    basis: contract
    source: a contract
    checked: 2026-01-01
    generations: {1K: {low: "0.01"}}
"""
    later = book.split("rates:\n")[1].replace("2026-01-01", "2026-06-01")
    (tmp_path / "a.yaml").write_text(book + later)
    (tmp_path / "b.yaml").write_text(book.replace("0.01", "0.02") + later)

    found = json.loads(run("diff", "a.yaml", "b.yaml", "--json").stdout)
    shown = run("diff", "a.yaml", "b.yaml")

    assert (shown.exit_code, found["same"], found["cells"]) == (3, False, [])
    assert (found["edited"], found["usage"]) == (["2026-01-01"], None)
    assert "no price changes" in shown.stdout
    assert "The list of 2026-01-01 is not what it was" in shown.stdout


def test_two_currencies_cannot_be_compared(run: Run) -> None:
    result = run("diff", OLD, "pixapi-gpt-image-2", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stderr)["error"]["code"] == "currency_mismatch"


def test_a_cell_below_cost_fails_and_says_whose_it_is(run: Run) -> None:
    shown = answer(run("margin", "--catalog", "catalog.yaml", "--json"), code=3)

    cells = cast("list[Json]", shown["cells"])
    assert len(cells) == 33
    assert {"model", "endpoint", "size", "quality", "price", "cost", "margin", "percent"} <= set(
        cells[0]
    )
    high = next(c for c in cells if (c["size"], c["quality"]) == ("1024x1024", "high"))
    assert (high["price"], high["cost"], high["margin"], high["percent"]) == (
        "0.26",
        "0.21072",
        "0.04928",
        "18.95",
    )
    below = cast("list[Json]", shown["below_cost"])
    assert {(row["plan"], row["size"], row["quality"]) for row in below} == {
        ("partner", "1024x1024", "high")
    }


def test_below_cost_on_purpose_ends_with_0(run: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text(f"{CATALOG}allow_below_cost: true\n")

    shown = run("margin", "--catalog", "catalog.yaml")

    assert shown.exit_code == 0
    assert "sold below cost, which the catalog allows" in shown.stdout


def test_margins_need_a_catalog_which_may_come_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("margin").exit_code == 2

    monkeypatch.setenv("IMAGE_BILLING_CATALOG", "catalog.yaml")
    assert run("margin").exit_code == 3


def test_check_knows_books_and_catalogs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(CATALOG.replace('"0.2"', "0.2"))

    assert run("check", "new.yaml", "catalog.yaml").exit_code == 0
    result = run("check", "bad.yaml", "new.yaml")
    assert result.exit_code == 1
    assert "bad.yaml:4: plans.partner.discount" in result.stderr
    assert result.stdout == "new.yaml: ok\n"


def test_the_schemas_of_both_kinds_of_file_are_printed(run: Run) -> None:
    assert answer(run("schema"))["title"] == "Price book, version 1"
    assert answer(run("schema", "--catalog"))["title"] == "Catalog, version 1"
