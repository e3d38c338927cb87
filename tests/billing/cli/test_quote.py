from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from pricing import PriceBook

Run = Callable[..., Result]

KEYS = {
    *("model", "endpoint", "size", "tier", "quality", "n", "currency", "unit_price", "total"),
    *("book", "quoted_at", "id", "expires_at"),
}
SQUARE = ("quote", "--size", "1024x1024")


def error_of(result: Result) -> dict[str, str]:
    assert result.stdout == ""
    told = json.loads(result.stderr)
    assert set(told) == {"error"}
    assert set(told["error"]) == {"message", "type", "param", "code"}
    assert told["error"]["type"] == "invalid_request_error"
    error: dict[str, str] = told["error"]
    return error


def test_quote_as_json_has_the_promised_keys_and_money_as_text(run: Run, book: PriceBook) -> None:
    result = run(*SQUARE, "--quality", "high", "--n", "4", "--json")

    quote = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(quote) == KEYS
    assert (quote["unit_price"], quote["total"], quote["currency"]) == (
        *("0.21072", "0.84288"),
        "USD",
    )
    assert quote["book"] == {"id": book.id, "version": "2026-04-21", "digest": book.digest}


def test_quote_for_people_names_tier_cell_and_book(run: Run) -> None:
    result = run(*SQUARE, "--quality", "high", "--n", "4")

    first, second = result.stdout.splitlines()
    assert first == "4 x 1024x1024 high (1K)   0.21072 each   0.84288 USD"
    assert "book openai-gpt-image-2 of 2026-04-21" in second
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "param", "code", "named"),
    [
        (["quote"], "size", "missing_required_parameter", "1024x1024"),
        ([*SQUARE, "--aspect-ratio", "16:9"], "aspect_ratio", "unknown_parameter", "size"),
        ([*SQUARE, "--aspect_ratio", "16:9"], "aspect_ratio", "unknown_parameter", "size"),
        ([*SQUARE, "--quality", "ultra"], "quality", "invalid_value", "low, medium, high"),
        ([*SQUARE, "--n", "9"], "n", "invalid_value", "from 1 to 8"),
        ([*SQUARE, "--n", "0"], "n", "invalid_value", "from 1 to 8"),
        ([*SQUARE, "--n", "-1"], "n", "invalid_value", "from 1 to 8"),
        ([*SQUARE, "--n", "2.0"], "n", "invalid_value", "'2.0'"),
        ([*SQUARE, "--n", "abc"], "n", "invalid_value", "'abc'"),
        ([*SQUARE, "--n", "9" * 5000], "n", "invalid_value", "from 1 to 8"),
        (["quote", "--size", "1024x1025"], "size", "unsupported_size", "Nearest: 1024x1024"),
        ([*SQUARE, "--model", "gpt-image-9"], "model", "unknown_model", "gpt-image-2"),
        ([*SQUARE, "--endpoint", "variations"], "endpoint", "invalid_value", "generations, edits"),
        ([*SQUARE, "--at", "2020-01-01"], "at", "no_price_in_force", "2026-04-21"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_the_field_and_what_is_allowed(
    run: Run, arguments: list[str], param: str, code: str, named: str
) -> None:
    result = run(*arguments, "--json")

    error = error_of(result)
    assert result.exit_code == 1
    assert (error["param"], error["code"]) == (param, code)
    assert named in error["message"]


@pytest.mark.parametrize(
    ("arguments", "param", "code", "named"),
    [
        ([*SQUARE, "--at", "2026-10-01T10:00"], "at", "invalid_value", "no offset"),
        ([*SQUARE, "--at", "soon"], "at", "invalid_value", "2026-11-01"),
        ([*SQUARE, "--book", "no-such-book"], "book", "book_not_found", "openai-gpt-image-2"),
    ],
)
def test_what_an_option_cannot_have_is_bad_usage_and_says_what_it_can(
    run: Run, arguments: list[str], param: str, code: str, named: str
) -> None:
    result = run(*arguments, "--json")

    error = error_of(result)
    assert result.exit_code == 2
    assert (error["param"], error["code"]) == (param, code)
    assert named in error["message"]


def test_a_refusal_for_people_is_one_line_on_stderr(run: Run) -> None:
    result = run("quote")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: size is required. Allowed: 1024x768")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("budget", "images", "calls"),
    [("0.06", "1 image", "1 call"), ("60", "1,138 images", "143 calls")],
)
def test_a_budget_counts_in_words_that_agree(
    run: Run, budget: str, images: str, calls: str
) -> None:
    asked = ("--budget", budget, "--size", "1024x1024", "--quality", "medium")
    first, second, *_origin = run("quote", *asked).stdout.splitlines()
    assert first.startswith(f"{images} of 1024x1024 medium")
    assert second.endswith(f"left, {calls}")


def test_a_day_means_its_first_instant_in_utc(run: Run) -> None:
    result = run(*SQUARE, "--at", "2026-10-01", "--json")

    assert json.loads(result.stdout)["quoted_at"] == "2026-10-01T00:00:00+00:00"
