"""The calls of the demo. Their source is what the demo shows, so what is shown is what runs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import TYPE_CHECKING, Final

import openai
from openai import OpenAI

from billing.client import bill

if TYPE_CHECKING:
    from billing.client.proxy.clients import BilledClient
    from billing.client.sdk.results import BilledImagesResponse
    from billing.ledger import Ledger

ACCOUNT: Final = "acme"


class CountedPosts:
    """The HTTP client of the SDK, with every POST that leaves it counted."""

    def __init__(self) -> None:
        self.count = 0
        self.client = openai.DefaultHttpxClient(event_hooks={"request": [self._count]})

    def _count(self, request: object) -> None:
        self.count += getattr(request, "method", "") == "POST"


def billed_client(ledger: Ledger, base_url: str, posts: CountedPosts) -> BilledClient:
    """The official SDK under the bill."""
    sdk = OpenAI(base_url=base_url, api_key="sk-any", http_client=posts.client)
    return bill(sdk, ledger, account="acme")


def four_images(client: BilledClient) -> BilledImagesResponse:
    """All four arrive."""
    return client.images.generate(
        model="gpt-image-2",
        prompt="a red fox",
        size="1024x1024",
        quality="high",
        n=4,
    )


def edit_by_address(client: BilledClient, url: str) -> BilledImagesResponse:
    """An edit of an image that has a URL, as JSON."""
    return client.images.edit(
        model="gpt-image-2",
        prompt="make it snow",
        image=url,
        size="1536x864",
        quality="low",
    )


def fewer_than_asked(client: BilledClient) -> BilledImagesResponse:
    """Three are asked for, two arrive."""
    return client.images.generate(
        model="gpt-image-2",
        prompt="a blue fox",
        size="1536x1536",
        n=3,
        extra_headers={"X-Sandbox": "deliver=2"},
    )


def too_many(client: BilledClient) -> BilledImagesResponse:
    """Refused before money or a request moves."""
    return client.images.generate(
        model="gpt-image-2",
        prompt="foxes",
        size="1024x1024",
        n=9,
    )


def refused(client: BilledClient) -> BilledImagesResponse:
    """Refused by the provider."""
    return client.images.generate(
        model="gpt-image-2",
        prompt="a green fox",
        size="1024x1024",
        extra_headers={"X-Sandbox": "status=429"},
    )


def cut(client: BilledClient) -> BilledImagesResponse:
    """The work is done and billed, the connection closes without an answer."""
    return client.images.generate(
        model="gpt-image-2",
        prompt="a white fox",
        size="2048x2048",
        n=2,
        extra_headers={"X-Sandbox": "cut"},
    )


def source_of(function: Callable[..., object], *, result: str = "result") -> str:
    """The statements of a function as a script would have them; empty without source files."""
    try:
        source = dedent(inspect.getsource(function))
    except OSError:
        return ""
    defined = ast.parse(source).body[0]
    assert isinstance(defined, ast.FunctionDef)
    first = defined.body[1].lineno  # behind the docstring
    body = dedent("\n".join(source.splitlines()[first - 1 :]))
    return body.replace("return ", f"{result} = ")
