"""Misbehaviour on demand: what the client meets, and what is on the statement all the same."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from http.client import IncompleteRead, RemoteDisconnected

import pytest
from openai import APIConnectionError, APIStatusError, APITimeoutError, BadRequestError, OpenAI

from billing.sandbox import Sandbox


def post(sandbox: Sandbox, directive: str, *, n: int = 3) -> tuple[str, bytes]:
    """Content type and body of a 200 to an image request with this `X-Sandbox`."""
    fields = {"model": "gpt-image-2", "prompt": "a pear", "size": "1024x1024", "n": n}
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Bearer sk-test",
        "X-Sandbox": directive,
    }
    request = urllib.request.Request(
        sandbox.base_url + "/images/generations", data=json.dumps(fields).encode(), headers=headers
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        return answer.headers.get_content_type(), answer.read()


def generate(client: OpenAI, directive: str, *, timeout: float = 30.0) -> None:
    client.images.generate(
        model="gpt-image-2",
        prompt="a pear",
        size="1024x1024",
        n=3,
        timeout=timeout,
        extra_headers={"X-Sandbox": directive},
    )


def billed(sandbox: Sandbox) -> list[int]:
    return [line.n for line in sandbox.billed]


@pytest.mark.parametrize(
    ("directive", "delivered", "on_statement"),
    [
        ("", 3, [3]),
        ("deliver=2", 2, [2]),
        ("deliver=0", 0, []),
        ("over-deliver=1", 4, [3]),
        ("over-deliver=1, billed", 4, [4]),
        ("empty", 0, []),
        ("empty,billed", 0, [3]),
        ("empty,billed,deliver=1", 0, [1]),
        ("stall=0.01, deliver=1", 1, [1]),
    ],
)
def test_what_is_delivered_and_what_is_billed(
    sandbox: Sandbox, directive: str, delivered: int, on_statement: list[int]
) -> None:
    _, body = post(sandbox, directive)

    assert len(json.loads(body)["data"]) == delivered
    assert billed(sandbox) == on_statement


def test_cut_bills_and_closes_without_an_answer(sandbox: Sandbox) -> None:
    with pytest.raises(RemoteDisconnected):
        post(sandbox, "cut")

    assert billed(sandbox) == [3]


def test_cut_meets_the_sdk_as_a_connection_error_and_the_next_call_works(
    client: OpenAI, sandbox: Sandbox
) -> None:
    with pytest.raises(APIConnectionError):
        generate(client, "cut")
    generate(client, "")

    assert billed(sandbox) == [3, 3]


def test_cut_body_sends_the_head_with_the_request_id_and_half_of_the_body(
    sandbox: Sandbox,
) -> None:
    fields = {"model": "gpt-image-2", "prompt": "a pear", "size": "1024x1024"}
    request = urllib.request.Request(
        sandbox.base_url + "/images/generations",
        data=json.dumps(fields).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": "Bearer sk-test",
            "X-Sandbox": "cut-body",
        },
    )
    with urllib.request.urlopen(request) as answer:
        request_id = answer.headers["x-request-id"]
        with pytest.raises(IncompleteRead) as broken:
            answer.read()

    assert broken.value.expected is not None
    assert abs(broken.value.expected - len(broken.value.partial)) <= 1
    assert [line.request_id for line in sandbox.billed] == [request_id]


def test_stall_outlasts_the_timeout_of_the_client_and_is_billed(
    client: OpenAI, sandbox: Sandbox
) -> None:
    with pytest.raises(APITimeoutError):
        generate(client, "stall=30", timeout=0.3)

    assert billed(sandbox) == [3]


@pytest.mark.parametrize("status", [302, 400, 402, 408, 429, 500, 503, 529])
def test_any_status_comes_in_the_shape_of_openai_and_bills_nothing(
    client: OpenAI, sandbox: Sandbox, status: int
) -> None:
    with pytest.raises(APIStatusError) as refusal:
        generate(client, f"status={status}")

    assert refusal.value.status_code == status
    assert refusal.value.code == "sandbox"
    assert (refusal.value.request_id or "").startswith("req_")
    assert billed(sandbox) == []


def test_a_500_can_bill_too(client: OpenAI, sandbox: Sandbox) -> None:
    with pytest.raises(APIStatusError):
        generate(client, "status=500,billed")

    assert billed(sandbox) == [3]


def test_an_error_object_can_hide_under_200(sandbox: Sandbox) -> None:
    _, body = post(sandbox, "status=200")

    assert list(json.loads(body)) == ["error"]


def test_html_is_a_page_under_200(sandbox: Sandbox) -> None:
    content_type, body = post(sandbox, "html")

    assert content_type == "text/html"
    assert body.startswith(b"<!doctype html>")
    assert billed(sandbox) == []


def test_an_unknown_directive_is_400_and_lists_the_known_ones(
    client: OpenAI, sandbox: Sandbox
) -> None:
    with pytest.raises(BadRequestError) as refusal:
        generate(client, "explode")

    assert (refusal.value.param, refusal.value.code) == ("X-Sandbox", "invalid_value")
    for known in ("deliver=K", "over-deliver=K", "stall=SECONDS", "cut-body", "billed"):
        assert known in str(refusal.value)
    assert billed(sandbox) == []


@pytest.mark.parametrize(
    "directive",
    [
        "deliver",
        "deliver=4",
        "deliver=-1",
        "over-deliver=0",
        "over-deliver=9",
        "stall=nan",
        "stall=601",
        "stall=long",
        "status=99",
        "status=600",
        "cut=1",
        "cut,empty",
        "deliver=1,over-deliver=1",
    ],
)
def test_a_directive_out_of_range_or_against_another_is_400(
    client: OpenAI, sandbox: Sandbox, directive: str
) -> None:
    with pytest.raises(BadRequestError) as refusal:
        generate(client, directive)

    assert refusal.value.param == "X-Sandbox"
    assert billed(sandbox) == []


def test_stopping_does_not_wait_for_a_stalled_request() -> None:
    sandbox = Sandbox().start()
    failures: list[Exception] = []

    def stalled() -> None:
        try:
            post(sandbox, "stall=60")
        except (OSError, RemoteDisconnected) as error:
            failures.append(error)

    thread = threading.Thread(target=stalled)
    thread.start()
    while not sandbox.billed:
        time.sleep(0.01)

    sandbox.stop()
    thread.join(30)

    assert len(failures) == 1
    assert not thread.is_alive()
