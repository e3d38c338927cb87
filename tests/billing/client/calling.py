"""Every way to make a call: sync and async, generation, edit by address and edit by upload.

One ledger, one client of each kind and one event loop serve all; every call has an account of its
own, so that what it did to the money is seen alone.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Mapping
from contextvars import copy_context
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack, overload

import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI

from billing import Ledger, Receipt, bill
from pricing import Catalog

T = TypeVar("T")

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}
UNIT = Decimal("0.05268")
URL = "https://x.test/a.png"
MODES = ("sync", "async")
_AS_JSON = {
    "image": openai.omit if hasattr(openai, "omit") else None,
    "extra_headers": {"Content-Type": "application/json"},
    "extra_body": {"image": URL},
}


class Way(NamedTuple):
    """One way to ask for images."""

    name: str
    method: str
    #: The arguments of a billed call.
    billed: dict[str, Any]
    #: Those by which the bare SDK sends the same.
    bare: dict[str, Any]

    def __str__(self) -> str:
        return self.name


GENERATE = Way("generate", "generate", {}, {})
WAYS = (
    GENERATE,
    Way("edit_by_address", "edit", {"image": URL}, _AS_JSON),
    Way("edit_by_upload", "edit", {"image": b"a picture"}, {"image": b"a picture"}),
)


class Told(TypedDict, total=False):
    """What a test may tell `bill`."""

    catalog: Catalog
    deadline_s: float
    dry_run: bool
    retries: int | None


class Desk:
    """Makes calls, billed and bare."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.loop = asyncio.Runner()
        self.loop.run(asyncio.sleep(0))  # its context is of now, not of a test with terms in force
        self._sync = OpenAI(base_url="http://127.0.0.1:1/v1", api_key="sk-secret")
        self._async = AsyncOpenAI(base_url="http://127.0.0.1:1/v1", api_key="sk-secret")
        self._serial = itertools.count(1)

    def close(self) -> None:
        self._sync.close()
        self.loop.run(self._async.close())
        self.loop.close()

    def account(self) -> str:
        """An account of its own with 100 USD."""
        code = f"account-{next(self._serial)}"
        self.ledger.open_account(code, currency="USD")
        self.ledger.top_up(code, "100", key="first-top-up")
        return code

    def sdk(self, mode: str, base_url: str, *, timeout: float = 10) -> OpenAI | AsyncOpenAI:
        """The SDK's client of this kind, for a provider; with the SDK's own retries on."""
        client = self._sync if mode == "sync" else self._async
        return client.with_options(base_url=base_url, timeout=timeout)

    def billed(
        self,
        mode: str,
        base_url: str,
        account: str,
        *,
        timeout: float = 10,
        **told: Unpack[Told],
    ) -> OpenAI | AsyncOpenAI:
        """A billed client of this kind."""
        client = self.sdk(mode, base_url, timeout=timeout)
        return bill(client, self.ledger, account=account, **told)

    @overload
    def done(self, answer: Coroutine[Any, Any, T]) -> T: ...
    @overload
    def done(self, answer: T) -> T: ...
    def done(self, answer: T | Coroutine[Any, Any, T]) -> T:
        """The answer, awaited if need be."""
        if isinstance(answer, Coroutine):
            # In the caller's context, as a task that the caller starts.
            done: T = self.loop.run(answer, context=copy_context())
            return done
        return answer

    def call(
        self, client: OpenAI | AsyncOpenAI, way: Way = GENERATE, **more: Mapping[str, object]
    ) -> object:
        """What a billed call answered with, or raised."""
        return self.outcome(client, way.method, {**FIELDS, **way.billed, **more})

    def bare(self, client: OpenAI | AsyncOpenAI, way: Way = GENERATE) -> object:
        """The same of the bare SDK with its retries off."""
        client = client.with_options(max_retries=0)
        # The billed call names the quality that it was quoted for.
        return self.outcome(client, way.method, {**FIELDS, "quality": "medium", **way.bare})

    def outcome(
        self, client: OpenAI | AsyncOpenAI, method: str, arguments: dict[str, Any]
    ) -> object:
        """What a method answered with these very arguments, or raised."""
        try:
            return self.done(getattr(client.images, method)(**arguments))
        except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
            return raised


def receipt_on(outcome: object) -> Receipt:
    """The receipt that a result or an exception carries."""
    receipt = getattr(outcome, "billing", None)
    assert isinstance(receipt, Receipt), repr(outcome)
    return receipt


def total(ledger: Ledger, account: str) -> Decimal:
    """All the money of an account, wherever it is."""
    now = ledger.balance(account)
    return now.available + now.held + now.in_doubt + now.posted


def staying(client: OpenAI | AsyncOpenAI) -> OpenAI | AsyncOpenAI:
    """The same client, which follows no redirect."""
    if isinstance(client, AsyncOpenAI):
        return client.with_options(http_client=DefaultAsyncHttpxClient(follow_redirects=False))
    return client.with_options(http_client=DefaultHttpxClient(follow_redirects=False))
