"""The client is the user's own in all but image calls, and no way leads past the bill."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI, OpenAI

import billing.client as client_module
from billing import InvalidEntry, Ledger, Receipt
from billing.client import NotBillable, bill
from billing.client.proxy.clients import BilledClient
from billing.testing import Action, ScriptedProvider, images, reply
from tests.billing.client.calling import Desk

FIELDS: dict[str, Any] = {
    "model": "gpt-image-2",
    "prompt": "a red kite",
    "size": "1024x1024",
    "n": 4,
}


@contextmanager
def scripted(
    acme: Ledger, sdk: Callable[[str], OpenAI], *actions: Action
) -> Iterator[tuple[BilledClient, ScriptedProvider]]:
    """A billed client and the provider that it talks to."""
    with ScriptedProvider(actions) as provider:
        yield bill(sdk(provider.base_url), acme, account="acme"), provider


@pytest.mark.parametrize(
    "way_past",
    [
        lambda client: client.images.create_variation(image=b"png"),
        lambda client: client.post("/images/generations", cast_to=object, body=FIELDS),
        lambda client: client.post(path="images/edits", cast_to=object, body=FIELDS),
        lambda client: client.with_options(timeout=3).images.create_variation(image=b"png"),
    ],
)
def test_no_way_leads_past_the_bill(
    way_past: Callable[[BilledClient], object], acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with scripted(acme, sdk, images(1)) as (client, provider):
        with pytest.raises(NotBillable) as refused:
            way_past(client)
        assert provider.requests == ()
    assert refused.value.code == "not_billable"


def test_everything_else_of_the_client_passes_untouched(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    models = {"object": "list", "data": [{"id": "gpt-image-2", "object": "model"}]}
    with scripted(acme, sdk, *[reply(200, json=models)] * 2) as (client, provider):
        plain = sdk(provider.base_url)
        billed = bill(plain, acme, account="acme")
        assert billed.chat is plain.chat
        assert billed.base_url == plain.base_url
        assert [model.id for model in billed.models.list()] == ["gpt-image-2"]
        assert billed.post("/embeddings", cast_to=object, body={}) == models
        assert "models" in dir(billed)
        billed.max_retries = 7
        assert plain.max_retries == 7
        with client as entered:
            assert entered is client
        assert client.is_closed()


@pytest.mark.parametrize("method", ["copy", "with_options"])
def test_a_copy_with_other_options_is_billed_again(
    method: str, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with scripted(acme, sdk, images(1)) as (client, provider):
        other = getattr(client, method)(timeout=9, max_retries=5)
        assert other.images.generate(**FIELDS).billing.state == "captured"
        assert (other.timeout, client.timeout) == (9, 0.4)
    assert provider.requests[0].headers["x-stainless-read-timeout"] == "9"


def test_an_async_client_passes_all_but_images_too(desk: Desk) -> None:
    models = {"object": "list", "data": [{"id": "gpt-image-2", "object": "model"}]}
    with ScriptedProvider([*[reply(200, json=models)] * 2, images(4)]) as provider:

        async def used() -> Receipt:
            async with AsyncOpenAI(base_url=provider.base_url, api_key="sk-secret") as plain:
                client = bill(plain, desk.ledger, account=desk.account())
                assert client.chat is plain.chat
                assert [model.id async for model in client.models.list()] == ["gpt-image-2"]
                assert await client.post("/embeddings", cast_to=object, body={}) == models
                assert repr(client) == "<billed AsyncOpenAI>"
                with pytest.raises(NotBillable):
                    client.images.create_variation  # noqa: B018 - looking it up is refused
                with pytest.raises(NotBillable):
                    await client.post("/images/generations", cast_to=object, body=FIELDS)
                async with client.with_options(timeout=9) as other:
                    receipt = (await other.images.generate(**FIELDS)).billing
                assert client.is_closed()
                return receipt

        assert desk.loop.run(used()).state == "captured"
        assert provider.posts == 2


def test_a_client_is_billed_once(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    billed = bill(sdk("http://127.0.0.1:1/v1"), acme)
    with pytest.raises(InvalidEntry, match="not yet billed"):
        bill(billed, acme)


@pytest.mark.parametrize("retries", [-1, 1.0, True, "1"])
def test_retries_are_a_whole_number(
    retries: object, acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    with pytest.raises(InvalidEntry, match="retries"):
        bill(sdk("http://127.0.0.1:1/v1"), acme, retries=retries)  # type: ignore[call-overload]


def test_a_copied_proxy_wraps_the_same_client(acme: Ledger, sdk: Callable[[str], OpenAI]) -> None:
    billed = bill(sdk("http://127.0.0.1:1/v1"), acme)
    assert copy.copy(billed).chat is billed.chat


def test_importing_the_wrapper_does_not_import_the_sdk() -> None:
    code = "import sys; from billing.client import bill; print('openai' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_without_the_sdk_the_install_line_is_the_error() -> None:
    code = (
        "import sys; sys.modules['openai'] = None\n"
        "import billing.client as client\n"
        "for use in (lambda: client.bill(None, None), lambda: client.OutcomeInDoubt):\n"
        "    try: use()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    first, second = done.stdout.splitlines()
    for line in (first, second):
        assert line.startswith("MissingExtra ")
        assert "pip install 'image-billing[openai]'" in line


def test_what_neither_the_sdk_nor_the_module_has_is_an_attribute_error(
    acme: Ledger, sdk: Callable[[str], OpenAI]
) -> None:
    billed = bill(sdk("http://127.0.0.1:1/v1"), acme)
    for owner in (billed, billed.with_raw_response, client_module):
        assert not hasattr(owner, "no_such_thing")
    assert not hasattr(billed.images, "_no_such_thing")
    assert repr(billed) == "<billed OpenAI>"
