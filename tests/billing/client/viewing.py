"""Calls in the SDK's views, billed and bare, sync and async, read by `parse` as users do."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, NamedTuple, TypeAlias

import pytest
from openai import AsyncOpenAI, OpenAI

from tests.billing.client.calling import FIELDS, GENERATE, MODES, Desk, Way

#: A response, a coroutine or a context manager of the SDK, of whatever kind.
Answer: TypeAlias = Any

RAW, STREAMING = VIEWS = ("with_raw_response", "with_streaming_response")
on_both = pytest.mark.parametrize("mode", MODES)
in_both_views = pytest.mark.parametrize("view", VIEWS)


class Seen(NamedTuple):
    """What a caller saw of a call."""

    response: Any = None
    parsed: Any = None
    raised: Exception | None = None

    @property
    def shown(self) -> object:
        """What a program can tell of it."""
        dump = getattr(self.parsed, "model_dump", lambda: self.parsed)()
        return type(self.parsed), dump, getattr(self.response, "status_code", None)


def arguments_of(way: Way) -> dict[str, Any]:
    return {"method": way.method, **FIELDS, **way.billed}


def bare_arguments_of(way: Way) -> dict[str, Any]:
    return {"method": way.method, **FIELDS, "quality": "medium", **way.bare}


def asked(images_view: Answer, arguments: dict[str, Any]) -> Answer:
    """What the method of a view returns: a response, a coroutine or a context manager."""
    named = dict(arguments)
    return getattr(images_view, named.pop("method"))(**named)


def seen(
    desk: Desk, client: OpenAI | AsyncOpenAI, view: str, arguments: dict[str, Any] | None = None
) -> Seen:
    """Ask in this view and read the answer by `parse`, as users do."""
    kept: list[Any] = []
    try:
        answer = asked(getattr(client.images, view), arguments or arguments_of(GENERATE))
        parsed = read(desk, answer, kept)
    except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
        return Seen(next(iter(kept), None), raised=raised)
    return Seen(kept[0], parsed)


def read(desk: Desk, answer: Answer, kept: list[Any]) -> object:
    """The parsed answer; the response is kept as soon as it is there."""
    return desk.done(parsed_async(answer, kept)) if is_async(answer) else parsed_of(answer, kept)


def is_async(answer: object) -> bool:
    return isinstance(answer, Coroutine) or hasattr(answer, "__aenter__")


def parsed_of(answer: Answer, kept: list[Any]) -> object:
    if not hasattr(answer, "__enter__"):
        kept.append(answer)
        return answer.parse()
    with answer as response:
        kept.append(response)
        return response.parse()


async def parsed_async(answer: Answer, kept: list[Any]) -> object:
    if isinstance(answer, Coroutine):
        kept.append(await answer)
        return kept[0].parse()
    async with answer as response:
        kept.append(response)
        return await response.parse()
