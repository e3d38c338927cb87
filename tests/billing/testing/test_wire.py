"""The provider speaks HTTP/1.1: uploads, chunks, JSON edits, async clients, odd statuses."""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.error
import urllib.request
from http.client import HTTPResponse
from typing import cast

import pytest
from openai import AsyncOpenAI, OpenAI, omit

from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    images,
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


@pytest.mark.parametrize("status", [204, 304, 529])
def test_statuses_without_body_or_name_are_valid_http(status: int) -> None:
    with ScriptedProvider([reply(status)]) as provider:
        try:
            answered = post(provider)[0]
        except urllib.error.HTTPError as refusal:
            with refusal:
                answered = refusal.code

    assert answered == status


def test_an_async_client_is_served_and_its_cancellation_leaves_one_post() -> None:
    async def cancelled(base_url: str) -> None:
        async with AsyncOpenAI(base_url=base_url, api_key="sk-test", max_retries=0) as client:
            call = client.images.generate(model="gpt-image-2", prompt="a pear")
            await asyncio.wait_for(call, 0.3)

    with ScriptedProvider([stall(30)]) as provider, pytest.raises(TimeoutError):
        asyncio.run(cancelled(provider.base_url))

    assert provider.posts == 1


def test_a_multipart_edit_arrives_byte_for_byte() -> None:
    picture = b"\x89PNG\r\n\r\n" + bytes(range(256)) * 1000
    with (
        ScriptedProvider([images(1)]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test", max_retries=0) as client,
    ):
        client.images.edit(model="gpt-image-2", prompt="a pear", image=("a.png", picture))

    assert picture in provider.requests[0].body


def test_a_json_edit_through_the_sdk_arrives_as_json() -> None:
    with (
        ScriptedProvider([images(1)]) as provider,
        OpenAI(base_url=provider.base_url, api_key="sk-test", max_retries=0) as client,
    ):
        client.images.edit(  # type: ignore[call-overload]  # the SDK has no native JSON edit
            model="gpt-image-2",
            prompt="a pear",
            image=omit,
            extra_headers={"Content-Type": "application/json"},
            extra_body={"image": "https://images.invalid/a.png"},
        )

    (request,) = provider.requests
    assert request.path == "/v1/images/edits"
    assert request.json() == {
        "model": "gpt-image-2",
        "prompt": "a pear",
        "image": "https://images.invalid/a.png",
    }


def test_chunks_and_expect_continue_are_understood() -> None:
    head = (
        b"POST /v1/images/edits HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    with (
        ScriptedProvider([images(1)]) as provider,
        socket.create_connection(("127.0.0.1", provider.port)) as client,
    ):
        client.sendall(head)
        go_on = client.recv(1000)
        for piece in (b"4\r\nabcd\r", b"\n3;x=y\r\nefg", b"\r\n0\r\n\r\n"):
            client.sendall(piece)
            time.sleep(0.01)
        answer = client.recv(1000)

    assert go_on.startswith(b"HTTP/1.1 100 ")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert provider.requests[0].body == b"abcdefg"


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 100\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"]
)
def test_a_body_that_breaks_off_is_recorded_as_far_as_it_came(framing: bytes) -> None:
    with (
        ScriptedProvider([images(1)]) as provider,
        socket.create_connection(("127.0.0.1", provider.port)) as client,
    ):
        client.sendall(b"POST /v1/images/edits HTTP/1.1\r\n" + framing)
        client.shutdown(socket.SHUT_WR)
        client.recv(1000)

    assert provider.requests[0].body == b"abc"


def test_a_connection_without_a_request_uses_no_action() -> None:
    with ScriptedProvider([images(1)]) as provider:
        with socket.create_connection(("127.0.0.1", provider.port)):
            pass
        status, _, _ = post(provider)

    assert (status, len(provider.requests)) == (200, 1)


def test_an_action_of_ones_own_writes_raw_bytes() -> None:
    def play(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nhi")

    with ScriptedProvider([Action("odd", play)]) as provider:
        status, body, _ = post(provider)

    assert (status, body, provider.requests[0].action) == (299, b"hi", "odd")
