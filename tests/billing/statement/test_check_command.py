"""`image-billing statement check`: what it says of good files and bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing.cli import main
from billing.statement import Statement

SAMPLES = Path(__file__).parent / "samples"


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["statement", "check", *arguments], catch_exceptions=False)


def test_a_good_file_is_told_in_lines_and_sums() -> None:
    file, mapping = SAMPLES / "gateway-de.csv", SAMPLES / "gateway-de.yaml"
    done = check(str(file), "--mapping", str(mapping))
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{Statement.open(file, mapping).id}, by the mapping gateway-de",
        "3 lines, 3 images",
        "from 2025-03-10T12:00:00+00:00 to 2025-03-11T08:00:00+00:00",
        "charged 1234.57 EUR",
        "refunded 0.01 EUR",
        "billed 1234.56 EUR",
        "1 row left out: repeated_header",
        "1 row left out: trailing_total",
    ]


def test_json_has_the_same_with_amounts_as_texts() -> None:
    file = SAMPLES / "openai-costs.csv"
    done = check(str(file), "--json")
    found = json.loads(done.stdout)
    assert found["statement"]["sha256"] == Statement.open(file).sha256
    assert (found["mapping"], found["level"], found["currency"]) == (
        *("openai-costs", "bucket"),
        "USD",
    )
    assert (found["lines"], found["bad_lines"], found["billed"]) == (3, 0, "0.938028")
    assert found["skipped"] == {"empty_amount": 1}


def test_bad_lines_are_listed_and_are_discrepancies(tmp_path: Path) -> None:
    file = tmp_path / "statement.csv"
    header = "request_id,created_at,model,size,quality,n,amount,currency\n"
    file.write_text(header + "r,2025-03-02,m,1024x1024,high,1,x,USD\n" * 30, encoding="utf-8")
    done = check(str(file))
    assert done.exit_code == 3
    assert "30 lines cannot be read:" in done.stdout
    assert "  line 2: created_at: '2025-03-02' has no offset" in done.stdout
    assert "  and 10 more" in done.stdout
    assert len(json.loads(check(str(file), "--json").stdout)["problems"]) == 30


@pytest.mark.parametrize(("mapping", "exit_code"), [("none.yaml", 2), ("canonical", 1)])
def test_what_cannot_be_read_at_all_is_refused(mapping: str, exit_code: int) -> None:
    done = check(str(SAMPLES / "litellm.csv"), "--mapping", mapping)
    assert done.exit_code == exit_code
    assert "Traceback" not in done.output
