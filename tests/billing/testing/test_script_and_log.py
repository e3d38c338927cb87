"""What the script says is answered in order, and the log says what came."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.client import HTTPResponse
from typing import cast

import pytest
from openai import OpenAI

from billing import testing
from billing.testing import (
    ScriptedProvider,
    error,
    images,
    redirect,
    reply,
    stall,
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


def test_images_has_k_deliverable_items_then_the_null_ones() -> None:
    with ScriptedProvider([images(2, n_null=1, extra={"quality": "high"})]) as provider:
        status, body, answer = post(provider)

    payload = json.loads(body)
    assert status == 200
    assert [bool(item["url"]) for item in payload["data"]] == [True, True, False]
    assert payload["quality"] == "high"
    assert answer.headers["x-request-id"] == "req_" + "1".rjust(32, "0")


def test_images_in_base64_are_complete_png_files() -> None:
    with (
        ScriptedProvider([images(1, b64=True)]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test", max_retries=0) as client,
    ):
        result = client.images.generate(model="gpt-image-2", prompt="a pear")

    assert result.data is not None
    assert (result.data[0].b64_json or "").startswith("iVBORw0KGgo")


def test_the_log_holds_time_method_path_headers_and_body() -> None:
    before = datetime.now(UTC)
    with ScriptedProvider([reply(200, json={"ok": True})]) as provider:
        post(provider, b'{"n": 3}')
        (request,) = provider.requests

    assert before <= request.received_at <= datetime.now(UTC)
    assert (request.method, request.path) == ("POST", "/v1/images/generations")
    assert request.headers["content-type"] == "application/json"
    assert request.body == b'{"n": 3}'
    assert request.json() == {"n": 3}
    assert (request.number, request.action) == (1, "reply 200")


def test_actions_are_played_in_order_one_per_request() -> None:
    with ScriptedProvider([reply(201), error(429, code="slow_down"), images(1)]) as provider:
        first = post(provider)[0]
        with pytest.raises(urllib.error.HTTPError) as refusal:
            post(provider)
        third = post(provider)[0]

    with refusal.value as answer:
        assert json.loads(answer.read())["error"]["code"] == "slow_down"
    assert (first, refusal.value.code, third) == (201, 429, 200)


def test_an_exhausted_script_answers_500_and_records_the_request() -> None:
    with ScriptedProvider([images(1)]) as provider:
        post(provider)
        with pytest.raises(urllib.error.HTTPError) as refusal:
            post(provider)

    with refusal.value as answer:
        message = json.loads(answer.read())["error"]["message"]
    assert message == (
        "The script is exhausted: request 2 (POST /v1/images/generations) has no action left."
    )
    assert [request.number for request in provider.unexpected] == [2]


def test_an_endless_script_serves_parallel_clients_and_counts_every_post() -> None:
    with ScriptedProvider(itertools.repeat(images(1))) as provider:
        threads = [threading.Thread(target=post, args=(provider,)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert provider.posts == 20
    assert sorted(request.number for request in provider.requests) == list(range(1, 21))


def test_a_followed_redirect_is_a_second_request_in_the_log() -> None:
    with ScriptedProvider([redirect(302), images(1)]) as provider:
        status, _, _ = post(provider)

    assert status == 200
    assert [request.method for request in provider.requests] == ["POST", "GET"]
    assert provider.posts == 1


def test_a_redirect_names_the_location_it_was_given() -> None:
    with (
        ScriptedProvider([redirect(307, "https://elsewhere.invalid/")]) as provider,
        pytest.raises(urllib.error.HTTPError) as refusal,
    ):
        post(provider)

    with refusal.value as answer:
        assert (answer.code, answer.headers["location"]) == (307, "https://elsewhere.invalid/")


def test_a_header_of_none_is_left_out_and_others_override() -> None:
    headers = {"x-request-id": None, "retry-after": "7", "Content-Type": "text/plain"}
    with ScriptedProvider([reply(200, body=b"x", headers=headers)]) as provider:
        _, _, answer = post(provider)

    assert answer.headers["x-request-id"] is None
    assert answer.headers["retry-after"] == "7"
    assert answer.headers.get_all("content-type") == ["text/plain"]


def test_stop_ends_long_waits_at_once_and_may_be_repeated() -> None:
    provider = ScriptedProvider([stall(60)]).start()
    client = socket.create_connection(("127.0.0.1", provider.port))
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    while not provider.requests:
        time.sleep(0.005)

    started = time.monotonic()
    provider.stop()
    provider.stop()
    client.close()

    assert time.monotonic() - started < 5


def test_a_provider_that_never_started_stops_quietly() -> None:
    provider = ScriptedProvider([])

    provider.stop()

    assert provider.requests == ()


def test_the_public_names_are_sorted_and_exist() -> None:
    assert list(testing.__all__) == sorted(testing.__all__)
    assert all(hasattr(testing, name) for name in testing.__all__)
