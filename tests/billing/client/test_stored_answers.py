"""A captured key that is repeated raw or as a stream: the stored answer in that form, no POST."""

from __future__ import annotations

from typing import Any

import pytest
from openai import OpenAI

from billing import OutcomeInDoubt, bill
from billing.client.sdk.forms import AlreadyAnswered
from billing.testing import ScriptedProvider, error, images
from tests.billing.client.calling import FIELDS, MODES, URL, Desk, receipt_on
from tests.billing.client.viewing import STREAMING

on_both = pytest.mark.parametrize("mode", MODES)
URLS = [f"https://images.invalid/{number}.png" for number in (1, 2, 3)]


@on_both
@pytest.mark.parametrize("method", ["generate", "edit"])
def test_it_has_the_stored_addresses_and_the_first_receipt(
    method: str, mode: str, desk: Desk
) -> None:
    asked: Any = {**FIELDS, "billing": {"key": "job-1"}}
    if method == "edit":
        asked["image"] = URL
    with ScriptedProvider([images(3)]) as provider:
        client: Any = desk.billed(mode, provider.base_url, desk.account())
        first = desk.done(getattr(client.images, method)(**asked)).billing

        raw = desk.done(getattr(client.images.with_raw_response, method)(**asked))
        viewed, parsed = desk.done(_viewed(client, method, asked, mode))
        stream = desk.done(getattr(client.images, method)(**asked, stream=True))
        events = desk.done(_events(stream, mode))
        assert provider.posts == 1

    assert [image.url for image in raw.parse().data] == URLS
    assert [image.url for image in parsed.data] == URLS
    assert [event.url for event in events] == URLS
    assert {event.type.rpartition(".")[2] for event in events} == {"completed"}
    for answer in (raw, viewed, stream):
        receipt = receipt_on(answer)
        assert (receipt.repeated, receipt.hold, receipt.images) == (True, first.hold, 3)
    assert raw.status_code == 200


@on_both
@pytest.mark.parametrize("changed", [{"stream": True}, {}], ids=["stream", "raw"])
def test_a_key_in_doubt_raises_in_every_form(
    changed: dict[str, Any], mode: str, desk: Desk
) -> None:
    with ScriptedProvider([error(500)]) as provider:
        client: Any = desk.billed(mode, provider.base_url, desk.account())
        desk.call(client, billing={"key": "job-1"})
        view = client.images if changed else client.images.with_raw_response
        with pytest.raises(OutcomeInDoubt):
            desk.done(view.generate(**FIELDS, **changed, billing={"key": "job-1"}))
        assert provider.posts == 1


def test_a_client_that_sends_by_itself_is_not_trusted_with_it(desk: Desk) -> None:
    class Own(OpenAI):
        """Might send whatever HTTP client it has."""

        def request(self, *positional: Any, **named: Any) -> Any:  # noqa: ANN401 - as the SDK's
            return super().request(*positional, **named)

    with (
        ScriptedProvider([images(3)]) as provider,
        Own(base_url=provider.base_url, api_key="sk-secret") as own,
    ):
        client = bill(own, desk.ledger, account=desk.account(), key="job-1")
        client.images.generate(**FIELDS)
        with pytest.raises(AlreadyAnswered) as raised:
            client.images.with_raw_response.generate(**FIELDS)
        assert provider.posts == 1
    assert raised.value.billing.repeated


async def _viewed(client: Any, method: str, asked: Any, mode: str) -> tuple[Any, Any]:  # noqa: ANN401 - the SDK's own
    view = getattr(getattr(client.images, STREAMING), method)
    if mode == "sync":
        with view(**asked) as response:
            return response, response.parse()
    async with view(**asked) as response:
        return response, await response.parse()


async def _events(stream: Any, mode: str) -> list[Any]:  # noqa: ANN401 - as above
    return [*stream] if mode == "sync" else [event async for event in stream]
