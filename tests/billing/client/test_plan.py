"""From arguments to what is quoted and what is sent: pure, no SDK and no wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from billing.client.call.plan import Endpoint, plan_call, wire_arguments
from billing.client.outcome.pauses import LONGEST_S, pause_s
from pricing import InvalidValue, MissingParameter, PriceBook

SDK_ARGUMENTS = {"model", "prompt", "size", "quality", "n", "image", "mask", "user", "complexity"}
ASKED = {"model": "gpt-image-2", "prompt": "a red kite", "size": "1024x1024"}
URL = "https://x.test/a.png"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Omit:
    """Stands for the SDK's sentinel, which is known by its class name."""


def planned(endpoint: Endpoint = "generations", **given: object) -> dict[str, object]:
    """The request that would be quoted."""
    plan = plan_call(endpoint, {**ASKED, **given}, sdk_arguments=SDK_ARGUMENTS)
    return dict(plan.request)


def test_the_request_is_quoted_without_what_only_the_sdk_or_the_transport_knows() -> None:
    assert planned(complexity="low", timeout=3, extra_headers={"a": "b"}, extra_query={}) == ASKED


def test_a_misspelt_field_reaches_the_quote_that_refuses_it() -> None:
    assert planned(qualty="high") == {**ASKED, "qualty": "high"}
    assert planned(aspect_ratio="1:1") == {**ASKED, "aspect_ratio": "1:1"}


def test_the_sdks_sentinels_mean_left_out_and_none_does_not() -> None:
    assert planned(quality=Omit(), n=None) == {**ASKED, "n": None}


def test_resolved_fields_go_on_the_wire_even_when_they_were_left_out(book: PriceBook) -> None:
    plan = plan_call("generations", {**ASKED, "user": "u"}, sdk_arguments=SDK_ARGUMENTS)
    wire = wire_arguments(plan, book.quote(plan.request))
    assert wire == {**ASKED, "quality": "medium", "n": 1, "user": "u"}


def test_a_call_without_a_prompt_has_a_price_and_is_refused(book: PriceBook) -> None:
    asked = {"model": "gpt-image-2", "size": "1024x1024"}
    plan = plan_call("generations", asked, sdk_arguments=SDK_ARGUMENTS)
    with pytest.raises(MissingParameter) as refused:
        wire_arguments(plan, book.quote(plan.request))
    assert refused.value.param == "prompt"


def test_a_stream_is_planned_like_a_whole_answer() -> None:
    assert planned(stream=True) == {**ASKED, "stream": True}
    assert planned(stream=False) == {**ASKED, "stream": False}


@pytest.mark.parametrize(
    ("inputs", "body"),
    [
        ({"image": URL}, {"image": URL}),
        ({"image": {"image_url": URL}}, {"image": {"image_url": URL}}),
        ({"image": [URL, URL]}, {"images": [URL, URL]}),
        ({"images": [URL, {"file_id": "f"}]}, {"images": [URL, {"file_id": "f"}]}),
        ({"images": (URL,)}, {"images": (URL,)}),
        ({"image": URL, "images": [URL]}, {"image": URL, "images": [URL]}),
        ({"image": URL, "mask": URL}, {"image": URL, "mask": URL}),
        ({"image": Omit(), "extra_body": {"image": URL}}, {"image": URL}),
        ({"image": URL, "extra_body": {"watermark": 1}}, {"image": URL, "watermark": 1}),
    ],
)
def test_an_edit_of_addresses_is_planned_as_json(
    inputs: dict[str, object], body: dict[str, object]
) -> None:
    plan = plan_call("edits", {**ASKED, **inputs}, sdk_arguments=SDK_ARGUMENTS)
    assert plan.is_json_edit
    assert plan.arguments["extra_body"] == body
    assert plan.arguments["extra_headers"] == {"Content-Type": "application/json"}
    assert not {"image", "images", "mask"} & set(plan.arguments)


@pytest.mark.parametrize(
    "image", [b"png", ("a.png", b"png"), [b"png", ("a.png", b"png")], Path("a.png")]
)
def test_an_edit_of_files_stays_an_upload(image: object) -> None:
    plan = plan_call("edits", {**ASKED, "image": image}, sdk_arguments=SDK_ARGUMENTS)
    assert not plan.is_json_edit
    assert plan.arguments["image"] == image


@pytest.mark.parametrize(
    "inputs",
    [{"image": [URL, b"png"]}, {"image": URL, "mask": b"png"}, {"images": [b"png"]}],
)
def test_files_and_addresses_in_one_edit_are_refused(inputs: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        planned("edits", **inputs)


def test_the_headers_of_the_caller_stay_with_a_json_edit() -> None:
    given = {**ASKED, "image": URL, "extra_headers": {"Idempotency-Key": "k"}}
    plan = plan_call("edits", given, sdk_arguments=SDK_ARGUMENTS)
    assert plan.arguments["extra_headers"] == {
        "Content-Type": "application/json",
        "Idempotency-Key": "k",
    }


@pytest.mark.parametrize(
    ("headers", "attempt", "pause"),
    [
        ({"retry-after": "3"}, 1, 3.0),
        ({"retry-after-ms": "250", "retry-after": "3"}, 1, 0.25),
        ({"retry-after": "3600"}, 1, None),
        ({"retry-after": str(LONGEST_S)}, 1, LONGEST_S),
        ({"retry-after": "-5"}, 1, 0.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=7), usegmt=True)}, 1, 7.0),
        ({"retry-after": "soon"}, 1, 0.5),
        ({"retry-after": "nan"}, 1, 0.5),
        ({}, 3, 2.0),
        ({}, 40, 8.0),
    ],
)
def test_a_pause_is_what_the_provider_asks_for_and_never_shorter(
    headers: dict[str, str], attempt: int, pause: float | None
) -> None:
    assert pause_s(headers, attempt=attempt, now=NOW) == pause
