"""Every way in which an answer fails to arrive whole, as a client meets it."""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from http.client import HTTPResponse, IncompleteRead, RemoteDisconnected
from typing import cast

import pytest
from openai import APIConnectionError, OpenAI

from billing.testing import (
    ScriptedProvider,
    close_listener,
    close_without_answer,
    drip,
    empty_200,
    error_object_200,
    half_body_then_close,
    half_body_then_stall,
    html_200,
    ignore_body,
    images,
    never_accepting,
    nobody_listening,
    reply,
    reset_without_answer,
    stall,
    truncated_json,
)


def post(
    provider: ScriptedProvider, body: bytes = b"{}", *, timeout: float = 5.0
) -> tuple[int, bytes, HTTPResponse]:
    request = urllib.request.Request(
        provider.base_url + "/images/generations",
        data=body,
        headers={"Content-Type": "application/json"},
    )
    with cast("HTTPResponse", urllib.request.urlopen(request, timeout=timeout)) as answer:
        return answer.status, answer.read(), answer


def generate(client: OpenAI) -> object:
    return client.images.generate(model="gpt-image-2", prompt="a pear", size="1024x1024")


def test_a_bare_sdk_posts_three_times_when_the_connection_breaks() -> None:
    with (
        ScriptedProvider(itertools.repeat(close_without_answer())) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test") as client,
        pytest.raises(APIConnectionError),
    ):
        generate(client)

    assert provider.posts == 3


def test_close_without_answer_is_an_orderly_end() -> None:
    with ScriptedProvider([close_without_answer()]) as provider, pytest.raises(RemoteDisconnected):
        post(provider)


def test_reset_without_answer_is_a_reset() -> None:
    with (
        ScriptedProvider([reset_without_answer()]) as provider,
        pytest.raises(ConnectionResetError),
    ):
        post(provider)


def test_half_body_then_close_promises_more_than_it_sends() -> None:
    with (
        ScriptedProvider([half_body_then_close(2)]) as provider,
        pytest.raises(IncompleteRead) as broken,
    ):
        post(provider)

    assert broken.value.expected is not None
    assert abs(broken.value.expected - len(broken.value.partial)) <= 1


def test_half_body_then_stall_leaves_the_client_to_its_timeout() -> None:
    with ScriptedProvider([half_body_then_stall()]) as provider, pytest.raises(TimeoutError):
        post(provider, timeout=0.2)


def test_truncated_json_is_complete_for_http_and_broken_for_json() -> None:
    with ScriptedProvider([truncated_json()]) as provider:
        _, body, _ = post(provider)

    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_stall_outlasts_a_read_timeout_and_then_answers() -> None:
    with ScriptedProvider([stall(30), stall(0.05, then=reply(202))]) as provider:
        with pytest.raises(TimeoutError):
            post(provider, timeout=0.2)
        status, _, _ = post(provider)

    assert status == 202


def test_drip_slips_under_a_read_timeout_that_is_shorter_than_the_whole() -> None:
    with ScriptedProvider([drip(0.06, pieces=8)]) as provider:
        started = time.monotonic()
        status, body, _ = post(provider, timeout=0.35)

    assert time.monotonic() - started > 0.4
    assert (status, len(json.loads(body)["data"])) == (200, 1)


def test_the_silent_successes_are_200_without_an_image() -> None:
    with ScriptedProvider([empty_200(), error_object_200(), html_200()]) as provider:
        empty, refused, page = (post(provider) for _ in range(3))

    assert (empty[0], empty[1]) == (200, b"")
    assert (refused[0], list(json.loads(refused[1]))) == (200, ["error"])
    assert page[2].headers.get_content_type() == "text/html"


def test_close_listener_lets_the_first_delivery_in_and_refuses_the_retry() -> None:
    with (
        ScriptedProvider([close_listener()]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test", max_retries=1) as client,
        pytest.raises(APIConnectionError) as lost,
    ):
        generate(client)

    assert provider.posts == 1
    assert type(lost.value.__cause__).__name__ == "ConnectError"


def test_close_listener_may_answer_its_first_request() -> None:
    with ScriptedProvider([close_listener(images(1))]) as provider:
        status, _, _ = post(provider)
        with pytest.raises(urllib.error.URLError):
            post(provider)

    assert (status, provider.posts) == (200, 1)


def test_ignore_body_blocks_a_large_upload_in_the_client() -> None:
    with (
        ScriptedProvider([ignore_body()]) as provider,
        pytest.raises((TimeoutError, urllib.error.URLError)),
    ):
        post(provider, b"x" * 32_000_000, timeout=0.3)

    assert provider.requests[0].body == b""


def test_nobody_listening_refuses_and_never_accepting_times_out() -> None:
    with nobody_listening() as refusing, pytest.raises(urllib.error.URLError) as refused:
        urllib.request.urlopen(refusing)
    with never_accepting() as silent, pytest.raises((TimeoutError, urllib.error.URLError)) as late:
        urllib.request.urlopen(silent, timeout=0.2)

    assert isinstance(refused.value.reason, ConnectionRefusedError)
    assert "timed out" in str(late.value)
