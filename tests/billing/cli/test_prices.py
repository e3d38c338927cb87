from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from pricing import PriceBook

Run = Callable[..., Result]

CONTRACT = """\
schema_version: 1
id: contract
model: gpt-image-3
currency: CREDIT
quality: {allowed: [low, max], default: low}
n: {min: 1, max: 4, default: 1}
sizes: {1024x1024: 1K, 2048x1152: 2K}
rates:
  - effective_from: 2026-01-01
    basis: contract
    source: order form 7
    checked: 2026-01-01
    generations:
      1K: {low: "1", max: "12.5"}
      2K: {low: "2", max: "100"}
"""


def test_the_price_list_groups_sizes_by_tier_and_aligns_its_prices(run: Run) -> None:
    result = run("prices", "show")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "gpt-image-2   USD per image"
    assert "generations and edits, same prices" in lines
    assert "1K  1024x768     4:3  0.00402  0.03612  0.14445" in lines
    assert "    1536x864    16:9  0.00360  0.03234  0.12936" in lines
    assert "4K  2048x2048    1:1  0.01191  0.10704  0.42816" in lines
    assert max(map(len, lines)) <= 80
    assert lines == [line.rstrip() for line in lines]


def test_a_book_of_another_model_and_unit_is_shown_from_its_file(
    run: Run, empty_folder: Path
) -> None:
    (empty_folder / "contract.yaml").write_text(CONTRACT)

    shown = run("prices", "show", "contract.yaml").stdout
    quoted = run("quote", "--book", "contract.yaml", "--size", "1024x1024", "--quality", "max")

    assert "gpt-image-3   CREDIT per image" in shown
    assert "    max" in shown.splitlines()[3]
    assert "2K  2048x1152   16:9  2.00  100.00" in shown
    assert "edits are not sold" in shown
    assert "1 x 1024x1024 max (1K)   12.50 each   12.50 CREDIT" in quoted.stdout


def test_the_list_as_json_names_every_bundled_book(run: Run) -> None:
    result = run("prices", "list", "--json")

    books = json.loads(result.stdout)["books"]
    assert [each["id"] for each in books] == list(PriceBook.bundled())
    assert run("prices", "list").stdout.splitlines()[1].startswith(books[0]["id"])


def test_the_price_list_as_json_has_every_cell(run: Run, book: PriceBook) -> None:
    shown = json.loads(run("prices", "show", "--json").stdout)

    assert len(shown["cells"]) == len(book.cells("generations")) + len(book.cells("edits"))
    assert list(shown["cells"][0]) == ["endpoint", "size", "tier", "quality", "unit_price"]
    assert list(shown["cells"][0].values()) == ["generations", "1024x768", "1K", "low", "0.00402"]
    assert (shown["digest"], shown["version"]) == (book.digest, "2026-04-21")


def test_check_says_ok_for_good_files(run: Run, empty_folder: Path) -> None:
    (empty_folder / "contract.yaml").write_text(CONTRACT)

    result = run("prices", "check", "contract.yaml")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "contract.yaml: ok\n", "")


def test_check_prints_every_problem_of_every_file_with_its_line(
    run: Run, empty_folder: Path
) -> None:
    (empty_folder / "good.yaml").write_text(CONTRACT)
    (empty_folder / "bad.yaml").write_text(
        CONTRACT.replace('"12.5"', "12.5").replace("currency: CREDIT", "currency: credit")
    )

    result = run("prices", "check", "good.yaml", "bad.yaml", "missing.yaml")
    as_json = run("prices", "check", "good.yaml", "bad.yaml", "--json")

    assert (result.exit_code, as_json.exit_code) == (2, 1)
    assert result.stdout == "good.yaml: ok\n"
    assert "bad.yaml:4:" in result.stderr
    assert "bad.yaml:14:" in result.stderr
    assert "missing.yaml:1:" in result.stderr
    found = json.loads(as_json.stdout)
    assert found["ok"] is False
    assert [file["ok"] for file in found["files"]] == [True, False]
    assert [each["line"] for each in found["files"][1]["problems"]] == [4, 14]
    assert json.loads(as_json.stderr)["error"]["code"] == "invalid_book"


def test_the_schema_is_json_either_way(run: Run) -> None:
    plain, as_json = run("prices", "schema"), run("prices", "schema", "--json")

    assert plain.stdout == as_json.stdout
    assert json.loads(plain.stdout)["type"] == "object"


def test_a_book_whose_first_prices_lie_ahead_can_be_shown_and_not_quoted(
    run: Run, empty_folder: Path
) -> None:
    (empty_folder / "ahead.yaml").write_text(CONTRACT.replace("from: 2026", "from: 2999"))

    shown = run("prices", "show", "ahead.yaml")
    quoted = run("quote", "--book", "ahead.yaml", "--size", "1024x1024", "--json")

    assert "in force from 2999-01-01" in shown.stdout
    assert json.loads(quoted.stderr)["error"]["code"] == "no_price_in_force"
