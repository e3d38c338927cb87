"""What is refused before money moves: the field is named, what was given, what is allowed."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal
from types import MappingProxyType
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import (
    ABSENT,
    ImageRequest,
    MissingParameter,
    PriceBook,
    RequestError,
    UnknownParameter,
    UnsupportedSize,
)
from pricing.errors import shown
from pricing.request import RequestFields
from pricing.request_checks import FIELD_NAMES

BOOK = PriceBook.load("openai-gpt-image-2")
GOOD: dict[str, object] = {"model": "gpt-image-2", "size": "1024x1024"}
SIZES = ", ".join(BOOK.sizes)
WITHOUT = object()

REFUSED = [
    # field, value, code, part of the message
    ("size", WITHOUT, "missing_required_parameter", SIZES),
    ("size", None, "invalid_value", SIZES),
    ("size", 1024, "invalid_value", SIZES),
    ("size", ["1024x1024"], "invalid_value", SIZES),
    ("size", "", "unsupported_size", SIZES),
    ("size", "auto", "unsupported_size", SIZES),
    ("size", "1024X1024", "unsupported_size", "Nearest: 1024x1024"),
    ("size", "1000x1000", "unsupported_size", "Nearest: 1024x1024, 1536x1536, 2048x2048"),
    ("size", "1920x1088", "unsupported_size", "Nearest: 1920x1080, 1536x864, 3840x2160"),
    ("size", "2k", "unsupported_size", "Nearest: 1920x1080, 1080x1920, 1536x1536."),
    ("size", " 1024x1024", "unsupported_size", SIZES),
    ("size", "0x0", "unsupported_size", SIZES),
    ("size", "9" * 5000 + "x1", "unsupported_size", "..."),
    ("model", WITHOUT, "missing_required_parameter", "gpt-image-2"),
    ("model", None, "invalid_value", "gpt-image-2"),
    ("model", "gpt-image-3", "unknown_model", "gpt-image-2"),
    ("model", "GPT-image-2", "unknown_model", "gpt-image-2"),
    ("quality", None, "invalid_value", "leave the field out"),
    ("quality", "High", "invalid_value", "low, medium, high"),
    ("quality", "auto", "invalid_value", "low, medium, high"),
    ("quality", "xhigh", "invalid_value", "low, medium, high"),
    ("quality", 1, "invalid_value", "low, medium, high"),
    ("quality", {}, "invalid_value", "low, medium, high"),
    ("n", None, "invalid_value", "leave the field out"),
    ("n", True, "invalid_value", "from 1 to 8"),
    ("n", "2", "invalid_value", "from 1 to 8"),
    ("n", 2.0, "invalid_value", "from 1 to 8"),
    ("n", float("nan"), "invalid_value", "nan"),
    ("n", 0, "invalid_value", "from 1 to 8"),
    ("n", 9, "invalid_value", "from 1 to 8"),
    ("n", -3, "invalid_value", "from 1 to 8"),
    ("n", 10**60, "invalid_value", "from 1 to 8"),
    ("n", [10**6000], "invalid_value", "<list>"),
    ("n", [], "invalid_value", "from 1 to 8"),
    ("prompt", None, "invalid_value", "text"),
    ("prompt", 7, "invalid_value", "text"),
    ("image", 7, "invalid_value", "a URL"),
    ("image", None, "invalid_value", "leave the field out"),
    ("images", "https://example.com/a.png", "invalid_value", "a list"),
    ("images", [], "invalid_value", "at least one"),
    ("images", [None], "invalid_value", "a list"),
    ("mask", False, "invalid_value", "a URL"),
    ("output_format", "gif", "invalid_value", "png, jpeg, webp"),
    ("output_format", "PNG", "invalid_value", "png, jpeg, webp"),
    ("output_format", None, "invalid_value", "leave the field out"),
    ("response_format", "base64", "invalid_value", "url, b64_json"),
    ("response_format", [], "invalid_value", "url, b64_json"),
    ("stream", "yes", "invalid_value", "true or false"),
    ("output_compression", "80", "invalid_value", "an integer"),
    ("user", 7, "invalid_value", "text"),
    ("aspect_ratio", "16:9", "unknown_parameter", "size decides both the size and the shape"),
    ("aspect_ratio", "16:9", "unknown_parameter", SIZES),
    ("qualty", "high", "unknown_parameter", "Did you mean quality?"),
    ("Size", "1024x1024", "unknown_parameter", "Did you mean size?"),
    ("num_images", 2, "unknown_parameter", "Did you mean n?"),
    ("seed", 2, "unknown_parameter", "Known: model, size"),
]


@pytest.mark.parametrize(("field", "value", "code", "part"), REFUSED)
def test_a_bad_field_is_named_and_what_is_allowed_is_listed(
    field: str, value: object, code: str, part: str
) -> None:
    request = {**GOOD, field: value} if value is not WITHOUT else {**GOOD}
    if value is WITHOUT:
        del request[field]

    with pytest.raises(RequestError) as refused:
        BOOK.quote(request)

    error = refused.value
    assert (error.code, error.param) == (code, field)
    assert error.message == str(error)
    assert field in error.message
    assert part in error.message
    assert len(error.message) < 500


@pytest.mark.parametrize(("field", "value", "code", "part"), REFUSED)
def test_it_stays_refused_after_the_right_request_was_quoted(
    field: str, value: object, code: str, part: str
) -> None:
    for n in range(1, 9):
        BOOK.quote(GOOD | {"n": n})
    BOOK.quote(GOOD)

    test_a_bad_field_is_named_and_what_is_allowed_is_listed(field, value, code, part)


def test_the_names_are_checked_before_the_values() -> None:
    with pytest.raises(UnknownParameter):
        BOOK.quote({"aspect_ratio": "1:1", "n": 99})


@pytest.mark.parametrize("request_", [None, "1024x1024", 7, [("size", "1024x1024")]])
def test_what_is_no_mapping_is_refused(request_: object) -> None:
    with pytest.raises(RequestError, match="a mapping"):
        BOOK.quote(request_)  # type: ignore[arg-type]  # the point of the test


def test_a_field_that_is_not_text_is_refused() -> None:
    with pytest.raises(UnknownParameter):
        BOOK.quote({**GOOD, 1: 2})  # type: ignore[dict-item]  # the point of the test
    with pytest.raises(UnknownParameter):
        ImageRequest.from_mapping({**GOOD, 1: 2})  # type: ignore[dict-item]  # the same


def test_any_mapping_will_do() -> None:
    assert BOOK.quote(MappingProxyType(GOOD)).total == BOOK.quote(GOOD).total


@given(st.dictionaries(st.sampled_from(FIELD_NAMES), st.none() | st.booleans() | st.text()))
def test_a_request_is_quoted_or_refused_and_nothing_else(fields: dict[str, object]) -> None:
    try:
        quote = BOOK.quote(GOOD | fields)
    except RequestError as error:
        assert error.param in fields  # noqa: PT017 - either outcome is lawful
    else:
        assert quote.total == BOOK.quote(GOOD).total


def test_an_image_request_checks_names_types_and_formats_by_itself() -> None:
    with pytest.raises(UnknownParameter, match="Did you mean quality"):
        ImageRequest(**GOOD, qualty="high")  # type: ignore[arg-type,call-arg]  # the point
    with pytest.raises(MissingParameter):
        ImageRequest(model="gpt-image-2")  # type: ignore[call-arg]  # the point of the test
    with pytest.raises(RequestError, match="an integer"):
        ImageRequest(model="gpt-image-2", size="1024x1024", n=True)
    with pytest.raises(RequestError, match="png, jpeg, webp"):
        ImageRequest(model="gpt-image-2", size="1024x1024", output_format="gif")


def test_an_image_request_is_frozen_and_keeps_what_was_given() -> None:
    request = ImageRequest(model="gpt-image-2", size="1024x1024", images=["a", "b"], user=None)

    with pytest.raises(FrozenInstanceError):
        request.size = "2048x2048"  # type: ignore[misc]  # the point of the test
    assert request.quality is ABSENT
    assert request.images == ("a", "b")
    assert request.as_dict() == {**GOOD, "images": ["a", "b"], "user": None}
    assert repr(request) == (
        "ImageRequest(model='gpt-image-2', size='1024x1024', images=['a', 'b'], user=None)"
    )


def test_an_image_request_survives_copy_and_pickle() -> None:
    request = ImageRequest(model="gpt-image-2", size="1024x1024", n=2)

    assert pickle.loads(pickle.dumps(request)) == request == copy.deepcopy(request)


def test_a_ready_request_is_held_against_the_book() -> None:
    with pytest.raises(UnsupportedSize):
        BOOK.quote(ImageRequest(model="gpt-image-2", size="512x512"))


def test_a_prompt_is_not_needed_for_a_quote() -> None:
    assert BOOK.quote(ImageRequest(model="gpt-image-2", size="1024x1024")).n == 1


def test_the_declared_fields_are_those_that_are_checked() -> None:
    assert set(get_type_hints(RequestFields)) == set(FIELD_NAMES)
    assert set(ImageRequest.__dataclass_fields__) == set(FIELD_NAMES)


def test_errors_survive_pickle() -> None:
    with pytest.raises(UnsupportedSize) as refused:
        BOOK.quote({**GOOD, "size": "1000x1000"})

    again = pickle.loads(pickle.dumps(refused.value))

    assert (str(again), again.nearest) == (str(refused.value), refused.value.nearest)


def test_a_value_that_was_given_is_shown_up_to_a_length_that_a_person_reads() -> None:
    fits, long = "a" * 78, "a" * 79  # and two quotes

    assert shown(fits) == f"'{fits}'"
    assert shown(long) == f"'{long}"[:77] + "..."
    assert len(shown(long)) == 80
    assert shown(Decimal("0.5")) == "Decimal('0.5')"
