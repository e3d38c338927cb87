"""A file of requests, priced line by line: what is wrong is collected, nothing is lost."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pricing import CurrencyMismatch, InvalidValue, PriceBook, Quote, quote_lines
from pricing.bulk import BulkQuote
from pricing.csv_rows import ERRORS_MAX

BOOK = PriceBook.load("openai-gpt-image-2")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def price(request: Mapping[str, object], endpoint: str) -> Quote:
    return BOOK.quote(request, endpoint=endpoint, at=NOON)


def bulk(text: str, **options: str) -> BulkQuote:
    return quote_lines(iter(text.splitlines(keepends=True)), price, **options)  # type: ignore[arg-type]  # model only


CSV = """\
model,size,quality,n,prompt,endpoint
gpt-image-2,1024x1024,high,4,"a fox, red",
gpt-image-2,1024x1024,high,2,a dog,generations
gpt-image-2,1024x768,,,"two
lines",edits
gpt-image-2,7x7,high,1,a cat,
gpt-image-2,1024x1024,high,9,a cat,

gpt-image-2,1024x1024,high,four,a cat,
gpt-image-2,1024x1024,high,4
"""


def test_a_csv_of_requests_is_added_up_by_cell() -> None:
    answer = bulk(CSV)

    assert [
        (t.cell.endpoint, t.cell.size, t.cell.quality, t.calls, t.images, t.amount)
        for t in answer.totals
    ] == [
        ("generations", "1024x1024", "high", 2, 6, Decimal("1.26432")),
        ("edits", "1024x768", "medium", 1, 1, Decimal("0.03612")),
    ]
    assert (answer.total, answer.currency) == (Decimal("1.30044"), "USD")


def test_every_bad_line_is_named_and_stops_nothing() -> None:
    answer = bulk(CSV)

    assert [(each.line, each.code, each.param) for each in answer.errors] == [
        (6, "unsupported_size", "size"),
        (7, "invalid_value", "n"),
        (9, "invalid_value", "n"),
        (10, "invalid_value", "file"),
    ]
    assert answer.refused == 4


def test_jsonl_is_recognised_and_a_line_may_be_of_a_batch_file() -> None:
    body = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 2}
    lines = [
        "",
        json.dumps(body | {"prompt": "a fox"}),
        json.dumps({"custom_id": "1", "method": "POST", "url": "/v1/images/edits", "body": body}),
        json.dumps(body | {"endpoint": "edits"}),
        json.dumps(body | {"n": 2.0}),
        json.dumps(body | {"endpoint": ["edits"]}),
        "[1]",
        '{"model": ',
        "[" * 100_000,
    ]

    answer = bulk("\n".join(lines))

    assert [(t.cell.endpoint, t.calls, t.images) for t in answer.totals] == [
        ("generations", 1, 2),
        ("edits", 2, 4),
    ]
    assert [(each.line, each.param) for each in answer.errors] == [
        (5, "n"),
        (6, "endpoint"),
        (7, "line"),
        (8, "line"),
        (9, "line"),
    ]
    assert answer.lines == 8


def test_half_a_line_of_a_batch_file_is_a_request_with_a_field_there_is_not() -> None:
    for half in ({"body": {"size": "1024x1024"}}, {"url": "/v1/images/edits"}):
        (error,) = bulk(json.dumps(half)).errors
        assert (error.code, error.param) == ("unknown_parameter", next(iter(half)))


def test_both_formats_of_the_same_requests_have_the_same_answer() -> None:
    requests = [
        {"model": "gpt-image-2", "size": size, "quality": quality, "n": n}
        for size in BOOK.sizes
        for quality in BOOK.qualities
        for n in (1, 3)
    ]
    rows = [",".join(str(value) for value in request.values()) for request in requests]

    as_csv = bulk("\r\n".join(["model,size,quality,n", *rows]))
    as_json = bulk("\n".join(map(json.dumps, requests)))

    assert as_csv == as_json
    assert as_csv.total == sum(price(request, "generations").total for request in requests)


def test_a_line_without_a_model_means_the_one_that_is_given() -> None:
    assert bulk("size\n1024x1024\n", model="gpt-image-2").total == Decimal("0.05268")
    assert bulk('{"size": "1024x1024"}', model="gpt-image-2").total == Decimal("0.05268")
    assert bulk("size\n1024x1024\n").errors[0].code == "missing_required_parameter"


@pytest.mark.parametrize(
    ("header", "part"),
    [("size,colour", "colour"), ("size,size", "once"), ("prompt", "some of")],
)
def test_columns_that_no_request_has_are_refused_by_name(header: str, part: str) -> None:
    with pytest.raises(InvalidValue, match=part):
        bulk(header + "\n1024x1024,red\n")


def test_an_empty_file_has_no_price_and_no_currency() -> None:
    answer = bulk("model,size\n")

    assert (answer.lines, answer.totals, answer.currency) == (0, (), None)
    assert answer.total == 0


def test_a_byte_order_mark_is_not_part_of_a_name() -> None:
    assert bulk("\ufeffsize,model\n1024x1024,gpt-image-2\n").total == Decimal("0.05268")
    assert bulk('\ufeff{"size": "1024x1024", "model": "gpt-image-2"}').lines == 1


def test_two_currencies_never_add() -> None:
    pixapi = PriceBook.load("pixapi-gpt-image-2")

    def either(request: Mapping[str, object], endpoint: str) -> Quote:
        book = pixapi if request["size"] == "1536x1536" else BOOK
        return book.quote(request, endpoint=endpoint, at=NOON)

    with pytest.raises(CurrencyMismatch) as refused:
        quote_lines(["model,size\n", "gpt-image-2,1536x1536\n", "gpt-image-2,1024x1024\n"], either)
    assert (refused.value.left, refused.value.right) == (pixapi.currency, BOOK.currency)


def test_what_is_not_csv_after_a_good_line_is_a_bad_line() -> None:
    answer = bulk('model,size\ngpt-image-2,1024x1024\ngpt-image-2,"1024"x\ngpt-image-2,1024x1024\n')

    assert [each.line for each in answer.errors] == [3]
    assert answer.totals[0].calls == 2


def test_progress_is_told_every_so_many_lines_of_jsonl_too() -> None:
    told: list[int] = []
    answer = quote_lines(
        ['{"model": "gpt-image-2"}\n', *["{\n"] * 100_000], price, progress=told.append
    )
    assert (answer.lines, answer.refused) == (100_001, 100_001)
    assert told[0] == 100_000


def test_memory_does_not_grow_with_the_file_nor_with_its_errors() -> None:
    def lines(count: int) -> Iterator[str]:
        yield "model,size,quality,n,prompt\n"
        for number in range(count):
            size = "7x7" if number % 10 == 0 else "1024x1024"
            yield f"gpt-image-2,{size},high,{number % 8 + 1},prompt number {number}\n"

    told: list[int] = []
    quote_lines(lines(200), price)
    tracemalloc.start()
    answer = quote_lines(lines(30_000), price, progress=told.append)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_500_000
    assert (answer.lines, answer.refused, len(answer.errors)) == (30_000, 3000, ERRORS_MAX)
    assert told[-1] == 30_000
