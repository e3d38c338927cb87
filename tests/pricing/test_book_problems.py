"""What does not load: every fault is said at once, where it is, and nothing ever crashes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing import BookError, PriceBook

SMALL = """\
schema_version: 1
id: small
model: m
currency: USD
quality: {allowed: [low, high], default: low}
n: {min: 1, max: 4, default: 1}
sizes:
  512x512: 1K
  1024x1024: 1K
  2048x2048: 4K
rates:
  - effective_from: 2026-01-01
    basis: contract
    source: contract 17
    checked: 2026-01-01
    generations:
      1K: {low: "0.1", high: "0.2"}
      4K: {low: "0.3", high: "0.4"}
"""

BROKEN = """\
schema_version: 1
id: Broken Book
model: m
currency: usd
quality: {allowed: [low, high], default: medium}
n: {min: 1, max: 8, default: 9}
sizes:
  1024x1024: 1K
  2048X2048: 4K
discount: "0.1"
rates:
  - effective_from: 2026-02-01
    basis: guessed
    source: somewhere
    checked: 2026-02-01
    generations:
      1K: {low: 0.1, high: "1e-3"}
      8K: {low: "0.1", high: "0.2"}
  - effective_from: 2026-01-01
    basis: derived
    source: elsewhere
    checked: 2026-02-30
    generations:
      1K: {low: "0.1", low: "0.2"}
      4K: {low: "0.1", high: "0.2"}
"""


def problems_of(text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(BookError) as refused:
        PriceBook.loads(text, file="book.yaml")
    assert all(problem.file == "book.yaml" for problem in refused.value.problems)
    return [(problem.line, problem.path, problem.message) for problem in refused.value.problems]


def test_every_problem_of_a_file_is_reported_at_once_with_line_and_path() -> None:
    found = problems_of(BROKEN)

    assert [(line, path) for line, path, _ in found] == [
        (2, "id"),
        (4, "currency"),
        (5, "quality.default"),
        (6, "n.default"),
        (9, "sizes.2048X2048"),
        (10, "discount"),
        (13, "rates[0].basis"),
        (16, "rates[0].generations.4K.low"),
        (16, "rates[0].generations.4K.high"),
        (17, "rates[0].generations.1K.low"),
        (17, "rates[0].generations.1K.high"),
        (18, "rates[0].generations.8K"),
        (19, "rates[1].effective_from"),
        (22, "rates[1].checked"),
        (24, "rates[1].generations.1K.low"),
        (24, "rates[1].generations.1K.high"),
    ]


def test_two_price_lists_do_not_begin_on_one_day() -> None:
    again = SMALL[SMALL.index("  - effective_from") :]

    found = problems_of(SMALL + again)

    assert [(line, path) for line, path, _ in found] == [(18 + 1, "rates[1].effective_from")]


def test_the_text_of_the_error_is_one_line_a_problem() -> None:
    with pytest.raises(BookError) as refused:
        PriceBook.loads(BROKEN, file="my.yaml")

    lines = str(refused.value).splitlines()

    assert lines[0] == "16 problems in the price book:"
    assert lines[7].startswith("  my.yaml:13: rates[0].basis: 'published', 'derived' or 'contract'")
    assert (refused.value.code, refused.value.param) == ("invalid_book", "book")


ONE_FAULT = [
    # what to replace, by what, line, path, part of the message
    ('low: "0.1"', "low: 0.1", 17, "rates[0].generations.1K.low", "text in quotes"),
    ('low: "0.1"', "low: 1", 17, "rates[0].generations.1K.low", "given 1"),
    ('low: "0.1"', 'low: "1e-1"', 17, "rates[0].generations.1K.low", "digits"),
    ('low: "0.1"', 'low: "-0.1"', 17, "rates[0].generations.1K.low", "digits"),
    ('low: "0.1"', 'low: "NaN"', 17, "rates[0].generations.1K.low", "digits"),
    ('low: "0.1"', "low: .nan", 17, "rates[0].generations.1K.low", "given .nan"),
    ('low: "0.1"', 'low: "0.1234567891"', 17, "rates[0].generations.1K.low", "9 decimals"),
    ('low: "0.1"', 'low: "4000000000"', 17, "rates[0].generations.1K.low", "too large"),
    ('low: "0.1", ', "", 17, "rates[0].generations.1K.low", "512x512, 1024x1024"),
    ('low: "0.1"', "low:", 17, "rates[0].generations.1K.low", "no value"),
    ('low: "0.1"', 'xlow: "0.1", low: "0"', 17, "rates[0].generations.1K.xlow", "low, high"),
    ("      1K:", "      2K:", 17, "rates[0].generations.2K", "tiers: 1K, 4K"),
    ("effective_from: 2026-01-01", "effective_from: soon", 12, "rates[0].effective_from", "YYYY"),
    ("checked: 2026-01-01", 'checked: "2026-02-30"', 15, "rates[0].checked", "YYYY-MM-DD"),
    ("effective_from: 2026-01-01", "effective_on: 2026-01-01", 12, "rates[0].effective_on", "mean"),
    ("basis: contract", "basis: 7", 13, "rates[0].basis", "'contract'"),
    ("    source: contract 17\n", "", 12, "rates[0].source", "required"),
    ("schema_version: 1", "schema_version: 2", 1, "schema_version", "1"),
    ("schema_version: 1", 'schema_version: "1"', 1, "schema_version", "given '1'"),
    ("model: m", "model: 7", 3, "model", "in quotes"),
    ("model: m", "modle: m", 3, "modle", "did you mean model?"),
    ("max: 4", "max: 0", 6, "n.max", "greater than or equal to 1"),
    ("max: 4", "max: 4.0", 6, "n.max", "whole number"),
    ("max: 4", "max: true", 6, "n.max", "whole number"),
    ("max: 4", "max: 0x4", 6, "n.max", "whole number"),
    ("max: 4", "max: 1_0", 6, "n.max", "whole number"),
    ("max: 4", "maximum: 4", 6, "n.maximum", "unknown key"),
    ("min: 1", "min: 5", 6, "n.min", "above max"),
    ("max: 4, default: 1", "max: 4, default: 5", 6, "n.default", "not from 1 to 4"),
    ("[low, high]", "[low, low]", 5, "quality.allowed[1]", "twice"),
    ("[low, high]", "low", 5, "quality.allowed", "a list"),
    ("[low, high]", "[]", 5, "quality.allowed", "at least one"),
    ("[low, high]", "[low, on]", 5, "quality.allowed[1]", "in quotes"),
    ("512x512: 1K", "512x512: 512x512", 8, "sizes.512x512", "not named like a size"),
    ("512x512: 1K", "512x512: [1K]", 8, "sizes.512x512", "text"),
    ("512x512: 1K", "2048x2048: 1K", 10, "sizes.2048x2048", "here twice, first on line 8"),
    ("sizes:\n", "sizes: []\nold:\n", 7, "sizes", "keys and values"),
    (
        "rates:",
        "bounds: {min: '0', max: '0.35'}\nrates:",
        19,
        ".generations.4K.high",
        "above bounds",
    ),
    ("rates:", "bounds: {min: '0.2', max: '1'}\nrates:", 18, ".generations.1K.low", "below bounds"),
    ("rates:", "bounds: {min: '2', max: '1'}\nrates:", 11, "bounds.min", "above max"),
    ("    gen", '    edits: {1K: {low: "1"}}\n    gen', 16, "edits.1K.high", "no price"),
    ("    gen", "    edits: generation\n    gen", 16, "rates[0].edits", "'generations'"),
    ("    gen", "    tokens: {image_out: 30}\n    gen", 16, "tokens.image_out", "in quotes"),
    ("    gen", "    tokens: {out: '30'}\n    gen", 16, "rates[0].tokens.out", "image_out"),
    ("model: m", "model: !!python/name:os.system m", 3, "model", "tag"),
    ("model: m", "model: !!binary m", 3, "model", "tag"),
    ("sizes:\n", "sizes: !!omap\n", 7, "sizes", "tag"),
    ("[low, high]", "!!set [low, high]", 5, "quality.allowed", "tag"),
    ("model: m", "? [a]\n: b\nmodel: m", 3, "", "plain text"),
    ("model: m", "<<: {a: b}\nmodel: m", 3, "<<", "unknown key"),
    ("model: m", 'model: "\\ud800"', 3, "model", "surrogate"),
]


@pytest.mark.parametrize(("old", "new", "line", "path", "part"), ONE_FAULT)
def test_one_fault_is_found_where_it_is(
    old: str, new: str, line: int, path: str, part: str
) -> None:
    assert old in SMALL

    found = problems_of(SMALL.replace(old, new, 1))

    assert [message for where, at, message in found if where == line and at.endswith(path)], found
    assert any(part in message for where, at, message in found if at.endswith(path)), found


NOT_BOOKS = [
    ("", "empty"),
    ("# only a comment", "empty"),
    ("[]", "keys and values"),
    ("text", "keys and values"),
    ("a: [", "not YAML"),
    ("a: 1\n---\nb: 2", "not YAML"),
    ("\x00", "not YAML"),
    (b"\xff\xfe\xff", "not UTF-8"),
    ("[" * 5000, "nested too deeply"),
    ('a: "\\U99999999"', "not YAML"),
    ("a: &a [*a]", "contains itself"),
    ("a: &a {b: *a}", "contains itself"),
    ("%YAML " + "9" * 5000 + ".1\n--- a", "not YAML"),
    ("x" * 1_000_001, "too large"),
]


@pytest.mark.parametrize(("text", "part"), NOT_BOOKS)
def test_what_is_no_book_is_refused_in_words(text: str | bytes, part: str) -> None:
    found = problems_of(text)

    assert any(part in message for _, _, message in found), found


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\nb: 2\nc: ]", 3, "expected the node content"),
        ('a: 1\nb: "\nc', 3, "unexpected end of stream"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("[]", 1, "keys and values"),
    ],
)
def test_what_is_no_yaml_is_refused_at_its_line(text: str, line: int, part: str) -> None:
    (found,) = [each for each in problems_of(text) if part in each[2]]

    assert found[0] == line


def test_an_alias_bomb_is_refused() -> None:
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]

    found = problems_of("\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *levels]))

    assert "unfolds to too much" in found[-1][2]


def test_a_plain_alias_is_fine() -> None:
    text = SMALL.replace('1K: {low: "0.1"', '1K: &row {low: "0.1"').replace(
        '{low: "0.3", high: "0.4"}', "*row"
    )

    assert {str(cell.unit_price) for cell in PriceBook.loads(text).cells()} == {"0.1", "0.2"}


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_random_bytes_never_load_and_never_crash(data: bytes) -> None:
    with pytest.raises(BookError):
        PriceBook.loads(data)
