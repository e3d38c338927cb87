"""What people ask before they press the button: the matrix, the budget, the shape."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, localcontext

import pytest

from pricing import EndpointNotSold, InvalidValue, MoneyError, PriceBook, UnsupportedSize

BOOK = PriceBook.load("openai-gpt-image-2")
PIXAPI = PriceBook.load("pixapi-gpt-image-2")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HIGH = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}

FREE = """
{schema_version: 1, id: free, model: m, currency: USD, quality: {allowed: [q], default: q},
 n: {min: 1, max: 2, default: 1}, sizes: {8x8: t, 16x16: t}, rates: [{effective_from: 2026-01-01,
 basis: contract, source: s, checked: 2026-01-01, generations: {t: {q: "0"}, 16x16: {q: "0.5"}}}]}
"""


def test_the_matrix_has_every_cell_of_every_endpoint_with_the_total_for_n() -> None:
    matrix = BOOK.matrix(4, at=NOON)

    assert len(matrix) == 2 * 11 * 3
    assert {priced.n for priced in matrix} == {4}
    for priced in matrix:
        asked = {
            "model": "gpt-image-2",
            "size": priced.cell.size,
            "quality": priced.cell.quality,
            "n": 4,
        }
        quote = BOOK.quote(asked, endpoint=priced.cell.endpoint, at=NOON)
        assert (priced.cell, priced.total) == (quote.cell, quote.total)


@pytest.mark.parametrize("n", [0, 9, True, 2.0])
def test_a_matrix_of_an_n_that_no_request_may_have_is_refused(n: int) -> None:
    with pytest.raises(InvalidValue, match="from 1 to 8"):
        BOOK.matrix(n)


@pytest.mark.parametrize(
    ("amount", "images", "spent", "left", "calls"),
    [
        ("10", 47, "9.90384", "0.09616", 6),
        ("0.21072", 1, "0.21072", "0", 1),
        ("0.21071", 0, "0", "0.21071", 0),
        ("0", 0, "0", "0", 0),
    ],
)
def test_a_budget_buys_whole_images_and_says_what_is_left(
    amount: str, images: int, spent: str, left: str, calls: int
) -> None:
    with localcontext() as context:
        context.prec = 3
        answer = BOOK.affordable(amount, HIGH)

    assert (answer.images, answer.calls) == (images, calls)
    assert (answer.spent, answer.left) == (Decimal(spent), Decimal(left))
    assert answer.currency == "USD"


def test_nothing_limits_how_many_free_images_a_budget_buys() -> None:
    book = PriceBook.loads(FREE)

    answer = book.affordable("1", {"model": "m", "size": "8x8"})

    assert (answer.images, answer.calls) == (None, None)
    assert (answer.spent, answer.left) == (Decimal(0), Decimal(1))


def test_a_budget_is_an_amount_of_money_from_zero() -> None:
    for below_zero in ("-1", "-0.000000001"):
        with pytest.raises(InvalidValue, match="budget"):
            BOOK.affordable(below_zero, HIGH)
    with pytest.raises(MoneyError):
        BOOK.affordable("ten", HIGH)
    with pytest.raises(UnsupportedSize):
        BOOK.affordable("10", HIGH | {"size": "7x7"})


def test_the_sizes_of_a_shape_come_cheapest_first() -> None:
    wide = BOOK.of_shape("16:9", quality="high", at=NOON)

    assert [(cell.size, str(cell.unit_price)) for cell in wide] == [
        ("1536x864", "0.12936"),
        ("1920x1080", "0.1584"),
        ("3840x2160", "0.40026"),
    ]
    assert BOOK.of_shape("32:18", quality="high", at=NOON) == wide
    assert {cell.quality for cell in BOOK.of_shape("1:1")} == {"medium"}


def test_of_two_sizes_at_one_price_the_larger_comes_first() -> None:
    assert [cell.size for cell in PIXAPI.of_shape("1:1")] == ["1536x1536", "1024x1024", "2048x2048"]


@pytest.mark.parametrize("shape", ["2:1", "16x9", "square", "0:1", "", "16:9:1"])
def test_a_shape_that_no_size_has_lists_those_there_are(shape: str) -> None:
    with pytest.raises(InvalidValue, match=r"4:3, 3:4, 1:1, 16:9, 9:16") as refused:
        BOOK.of_shape(shape)

    assert refused.value.param == "shape"


def test_a_shape_has_one_quality_and_an_endpoint_that_is_sold() -> None:
    with pytest.raises(InvalidValue, match="low, medium, high"):
        BOOK.of_shape("1:1", quality="ultra")
    with pytest.raises(EndpointNotSold):
        PriceBook.loads(FREE).of_shape("1:1", endpoint="edits")
