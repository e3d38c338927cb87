"""`image-billing quote`: one price, all of them, a budget, a shape, a file, an account."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result

from billing import Ledger
from billing.cli import main

Json = dict[str, object]
Run = Callable[..., Result]

CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: venice-gpt-image-2, cost: openai-gpt-image-2}
plans:
  starter: {sizes: [1K], endpoints: [generations]}
  partner: {discount: "0.15"}
accounts:
  acme: {plan: partner}
  small: {plan: starter}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line in an empty folder, without settings from the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("IMAGE_BILLING_CATALOG", "IMAGE_BILLING_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    return lambda *words, text="": CliRunner().invoke(main, ["quote", *words], input=text)


def answer(result: Result, *, code: int = 0) -> Json:
    assert result.exit_code == code, result.output
    return cast("Json", json.loads(result.stdout))


def refusal(result: Result, *, exit_code: int = 1) -> Json:
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    return cast("Json", json.loads(result.stderr)["error"])


def test_one_request_has_the_documented_keys(run: Run) -> None:
    shown = answer(run("--size", "1024x1024", "--quality", "high", "--n", "4", "--json"))

    keys = "model endpoint size tier quality n currency unit_price total book quoted_at"
    assert set(keys.split()) <= set(shown)
    assert (shown["unit_price"], shown["total"]) == ("0.21072", "0.84288")
    assert "plan" not in shown


def test_one_request_for_people_is_a_sum_and_where_it_comes_from(run: Run) -> None:
    shown = run("--size", "1024x1024", "--quality", "high", "--n", "4").stdout

    assert "4 x 1024x1024 high (1K)   0.21072 each   0.84288 USD" in shown
    assert "book openai-gpt-image-2 of 2026-04-21" in shown


@pytest.mark.parametrize(
    ("words", "code", "param"),
    [
        ([], "missing_required_parameter", "size"),
        (["--size", "1024x1024", "--aspect-ratio", "1:1"], "unknown_parameter", "aspect_ratio"),
        (["--size", "7x7"], "unsupported_size", "size"),
        (["--size", "1024x1024", "--n", "9"], "invalid_value", "n"),
        (["--size", "1024x1024", "--at", "2020-01-01"], "no_price_in_force", "at"),
        (["--all", "--n", "0"], "invalid_value", "n"),
        (["--all", "--n", "four"], "invalid_value", "n"),
        (["--shape", "5:4"], "invalid_value", "shape"),
        (["--budget", "10"], "missing_required_parameter", "size"),
    ],
)
def test_what_cannot_be_priced_is_refused_by_name(
    run: Run, words: list[str], code: str, param: str
) -> None:
    error = refusal(run(*words, "--json"))

    assert (error["code"], error["param"]) == (code, param)


@pytest.mark.parametrize(
    ("words", "code", "param"),
    [
        (["--budget", "ten", "--size", "1024x1024"], "invalid_amount", "budget"),
        (["--size", "1024x1024", "--book", "nowhere.yaml"], "book_not_found", "book"),
        (["--size", "1024x1024", "--catalog", "nowhere.yaml"], "usage", "catalog"),
        (["--file", "absent.csv"], "usage", "file"),
    ],
)
def test_what_the_command_line_has_wrong_is_bad_usage(
    run: Run, words: list[str], code: str, param: str
) -> None:
    error = refusal(run(*words, "--json"), exit_code=2)

    assert (error["code"], error["param"]) == (code, param)


def test_all_cells_are_there_with_the_total_for_n(run: Run) -> None:
    shown = answer(run("--all", "--n", "4", "--json"))

    cells = cast("list[Json]", shown["cells"])
    assert len(cells) == 66
    assert cells[8] == {
        "endpoint": "generations",
        "size": "1024x1024",
        "tier": "1K",
        "quality": "high",
        "unit_price": "0.21072",
        "total": "0.84288",
    }
    assert shown["currency"] == "USD"
    assert cast("Json", shown["book"])["id"] == "openai-gpt-image-2"


def test_the_matrix_for_people_shows_equal_endpoints_once(run: Run) -> None:
    same, different = run("--all").stdout, run("--all", "--book", "fal-gpt-image-2").stdout

    assert same.count("1024x1024") == 1
    assert different.count("1024x1024") == 2


def test_a_budget_says_how_many_images_and_what_is_left(run: Run) -> None:
    words = ["--budget", "10", "--size", "1024x1024", "--quality", "high"]
    shown = answer(run(*words, "--json"))

    assert (shown["images"], shown["spent"], shown["left"]) == (47, "9.90384", "0.09616")
    assert "47 images" in run(*words).stdout


def test_the_sizes_of_a_shape_come_cheapest_first(run: Run) -> None:
    words = ["--shape", "16:9", "--quality", "high"]
    shown = answer(run(*words, "--json"))

    assert shown["sizes"] == [
        {"size": "1536x864", "tier": "1K", "unit_price": "0.12936"},
        {"size": "1920x1080", "tier": "2K", "unit_price": "0.1584"},
        {"size": "3840x2160", "tier": "4K", "unit_price": "0.40026"},
    ]
    assert "cheapest first" in run(*words).stdout


def test_two_questions_at_once_are_bad_usage(run: Run) -> None:
    result = run("--all", "--shape", "1:1")

    assert result.exit_code == 2
    assert "--all and --shape" in result.stderr


@pytest.mark.parametrize("from_stdin", [True, False])
def test_a_file_is_added_up_and_its_bad_lines_are_listed(
    run: Run, tmp_path: Path, *, from_stdin: bool
) -> None:
    text = "size,quality,n\n1024x1024,high,4\n7x7,high,1\n1024x1024,high,2\n"
    (tmp_path / "requests.csv").write_text(text)
    words = ("--file", "-" if from_stdin else "requests.csv")

    result = run(*words, "--json", text=text)
    shown = answer(result, code=3)

    assert (shown["lines"], shown["refused"]) == (3, 1)
    assert shown["totals"] == [
        {
            "model": "gpt-image-2",
            "endpoint": "generations",
            "size": "1024x1024",
            "quality": "high",
            "calls": 2,
            "images": 6,
            "amount": "1.26432",
        }
    ]
    assert (shown["total"], shown["currency"]) == ("1.26432", "USD")
    (bad,) = cast("list[Json]", shown["errors"])
    assert (bad["line"], cast("Json", bad["error"])["code"]) == (3, "unsupported_size")
    assert result.stderr == ""


def test_a_file_for_people_has_the_sum_on_stdout_and_bad_lines_on_stderr(run: Run) -> None:
    result = run("--file", "-", text='{"size": "1024x1024"}\n{"size": "7x7"}\n')

    assert result.exit_code == 3
    assert "total" in result.stdout
    assert "0.05268" in result.stdout
    assert result.stderr.startswith("line 2: size: '7x7' is not offered")


def test_a_file_without_a_fault_ends_with_0_and_one_without_the_columns_with_1(run: Run) -> None:
    assert run("--file", "-", text="size\n1024x1024\n").exit_code == 0
    assert refusal(run("--file", "-", "--json", text="colour\nred\n"))["param"] == "file"


def test_an_account_sees_its_plan_and_we_see_the_margin(run: Run) -> None:
    words = ("--size", "1024x1024", "--quality", "high", "--account", "acme")
    shown = answer(run(*words, "--catalog", "catalog.yaml", "--json"))

    assert {key: shown[key] for key in ("plan", "price", "cost", "margin", "unit_price")} == {
        "plan": "partner",
        "price": "0.221",
        "cost": "0.21072",
        "margin": "0.01028",
        "unit_price": "0.221",
    }
    assert shown["total"] == shown["price"]
    assert "plan partner (plan discount 0.15)" in run(*words, "--catalog", "catalog.yaml").stdout


def test_the_catalog_may_come_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGE_BILLING_CATALOG", "catalog.yaml")

    acme = answer(run("--size", "1024x1024", "--account", "acme", "--json"))
    anyone = answer(run("--size", "1024x1024", "--json"))
    book = answer(run("--size", "1024x1024", "--book", "openai-gpt-image-2", "--json"))

    assert [each["unit_price"] for each in (acme, anyone, book)] == ["0.221", "0.26", "0.05268"]


def test_what_a_plan_does_not_enable_is_refused_in_every_answer(run: Run) -> None:
    small = ("--account", "small", "--catalog", "catalog.yaml", "--json")

    for words in (["--size", "2048x2048"], ["--size", "2048x2048", "--budget", "5"]):
        error = refusal(run(*words, *small))
        assert error["code"] == "size_not_enabled"
        assert "account 'small'" in str(error["message"])
    assert refusal(run("--size", "1024x1024", "--endpoint", "edits", *small))["code"] == (
        "endpoint_not_sold"
    )
    cells = cast("list[Json]", answer(run("--all", *small))["cells"])
    assert {cell["tier"] for cell in cells} == {"1K"}


def test_the_plan_in_the_ledger_must_be_that_of_the_catalog(run: Run, sqlite_url: str) -> None:
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD", plan="starter")
        ledger.open_account("small", currency="USD")
        ledger.open_account("stranger", currency="USD", plan="partner")
    words = ("--size", "1024x1024", "--database-url", sqlite_url, "--json")

    mismatch = refusal(run(*words, "--account", "acme", "--catalog", "catalog.yaml"))
    no_catalog = refusal(run(*words, "--account", "stranger"))

    assert (mismatch["code"], mismatch["param"]) == ("plan_mismatch", "plan")
    assert no_catalog["code"] == "plan_mismatch"
    assert "no catalog was given: --catalog FILE" in str(no_catalog["message"])
    assert run(*words, "--account", "small", "--catalog", "catalog.yaml").exit_code == 0
    unknown = run(*words, "--account", "nobody", "--catalog", "catalog.yaml")
    assert unknown.exit_code == 0
    assert "note: the catalog does not know the account 'nobody'" in unknown.stderr


def test_a_quote_for_an_account_creates_no_database(run: Run, tmp_path: Path) -> None:
    words = ("--size", "1024x1024", "--account", "acme", "--catalog", "catalog.yaml")

    for more in ((), ("--database-url", "sqlite:///other.db")):
        assert run(*words, *more).exit_code == 0

    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == []


@pytest.mark.parametrize(
    "words", ["--size 1024x1024 --json", "--all", "--account acme --size 1024x1024 --json"]
)
def test_a_quote_imports_no_sqlalchemy_without_a_ledger(words: str, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom billing.cli import main\n"
        f"try: main(['quote', *{words.split()!r}])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert not {'sqlalchemy', 'openai', 'alembic'} & set(sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)

    assert done.returncode == 0, done.stderr.decode()
