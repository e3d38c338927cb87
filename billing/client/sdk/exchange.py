"""Sends a prepared request once through the SDK and says what came back; decides nothing.

An answer that the caller reads is given back unread, as soon as its head is there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol, cast

import openai

from billing.client.outcome.answers import NO_ANSWER, Answer, answer_of, read_answer
from billing.client.outcome.exchange import Exchange, broken_by, closing_behind, names_of
from billing.client.outcome.table import Reply
from billing.client.sdk.errors import as_sdk_error, overdue_error
from billing.client.sdk.requests import Prepared
from billing.client.sdk.stand_ins import watched
from billing.client.streams.opened import Limit, Opened
from billing.client.transport.handover import Handover
from billing.client.transport.sending import made_within, made_within_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from openai import APIResponse, AsyncAPIResponse, AsyncOpenAI, OpenAI
    from openai.types import ImagesResponse

    from billing.client.transport.handover import Answered

    class _Http(Protocol):
        content: bytes
        json: Callable[[], object]

    class Response(Protocol):
        """What the SDK's raw responses of all majors have in common."""

        http_response: _Http

        def parse(self) -> object:
            """The SDK's type; of an async response to be awaited."""


SDK: Final = f"openai {openai.__version__}"


def post_once(
    client: OpenAI,
    prepared: Prepared,
    *,
    idempotency_key: str | None = None,
    timeout_s: float | None = None,
) -> Exchange:
    """Send the request once, no retries, no redirects; as `made_within` says."""
    attempt = _Attempt(prepared, idempotency_key, timeout_s)
    return made_within(timeout_s, attempt, client)


async def post_once_async(
    client: AsyncOpenAI,
    prepared: Prepared,
    *,
    idempotency_key: str | None = None,
    timeout_s: float | None = None,
) -> Exchange:
    """The same by the async SDK, in the caller's task."""
    attempt = _Attempt(prepared, idempotency_key, timeout_s)
    return await made_within_async(timeout_s, attempt, client)


class _Attempt:
    """One POST, and what is known of it at every moment."""

    def __init__(
        self, prepared: Prepared, idempotency_key: str | None, timeout_s: float | None
    ) -> None:
        self.prepared, self.timeout_s = prepared, timeout_s
        self.idempotency_key = idempotency_key
        self.limit = Limit.within(timeout_s)
        self.handover = Handover(limit_s=timeout_s)
        self.exchange: Exchange | None = None

    def made(self, client: OpenAI) -> Exchange:
        """Make it."""
        response: APIResponse[ImagesResponse] | None = None
        try:
            response = self.prepared.post(watched(client, self.handover), self.idempotency_key)
            if self.prepared.is_handed_out:
                self.exchange = self.opened(response)
                return self.exchange
            if self.prepared.view == "raw":
                self.exchange = self.raw(response)
                return self.exchange
            response.read()
            answered = self.answered(response, _answer_for_both(response))
            try:
                self.exchange = _with_answer(answered, response.parse())
            except (openai.OpenAIError, ValueError, RecursionError) as error:
                self.exchange = _with_answer(answered, error)
        except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
            if response is not None:
                response.close()
            self.exchange = self.failed(error)
        return self.exchange

    async def made_async(self, client: AsyncOpenAI) -> Exchange:
        """Make it, with the async SDK."""
        response: AsyncAPIResponse[ImagesResponse] | None = None
        try:
            response = await self.prepared.post_async(
                watched(client, self.handover), self.idempotency_key
            )
            if self.prepared.is_handed_out:
                return self.opened(response)
            if self.prepared.view == "raw":
                return self.raw(response)
            await response.read()
            answered = self.answered(response, _answer_for_both(response))
            try:
                return _with_answer(answered, await response.parse())
            except (openai.OpenAIError, ValueError, RecursionError) as error:
                return _with_answer(answered, error)
        except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
            closing = closing_behind(error)
            if closing is not None:  # then nothing may be awaited any more
                return self.failed(closing)
            if response is not None:
                await response.close()
            return self.failed(error)

    def answered(self, response: Answered, answer: Answer = NO_ANSWER) -> Exchange:
        """An answer, as far as it has been read."""
        reply = Reply(
            status=response.status_code,
            request_id=response.headers.get("x-request-id"),
            answer=answer,
        )
        return Exchange(
            reply=reply, headers=response.headers, went_out=tuple(self.handover.went_out)
        )

    def raw(self, response: Answered) -> Exchange:
        """A whole answer, as it is: the SDK has read it for its raw view."""
        http = cast("Response", response).http_response
        return replace(self.answered(response, read_answer(http.content)), answer=response)

    def opened(self, response: Answered) -> Exchange:
        """An answer that the caller reads."""
        # The connection keeps the handover, and must not keep what the caller may drop.
        self.handover.head = None
        shown = _as_it_is if self.prepared.is_bare else as_sdk_error
        opened = Opened(response=response, limit=self.limit, shown=shown)
        return replace(self.answered(response), answer=opened, is_handed_out=True)

    def failed(self, error: BaseException) -> Exchange:
        """An error answer, or no whole answer at all."""
        return replace(self._failed(error), went_out=tuple(self.handover.went_out))

    def _failed(self, error: BaseException) -> Exchange:
        if isinstance(error, openai.APIStatusError):
            return _refusal(error)
        if self.handover.never_happened(names_of(error)):
            return broken_by(error, is_unsent=True)
        shown, head = as_sdk_error(error), self.handover.head
        reply = Reply(
            status=None if head is None else head.status_code,
            request_id=None if head is None else head.headers.get("x-request-id"),
            error=names_of(shown),
            is_broken=True,
        )
        return Exchange(reply=reply, headers={} if head is None else head.headers, error=shown)

    def overdue(self) -> Exchange:
        """The deadline came first."""
        assert self.timeout_s is not None
        return self.failed(overdue_error(self.timeout_s))


def _refusal(error: openai.APIStatusError) -> Exchange:
    reply = Reply(
        status=error.status_code,
        request_id=error.response.headers.get("x-request-id"),
        answer=read_answer(error.response.content),
        error=names_of(error),
    )
    return Exchange(reply=reply, headers=error.response.headers, error=error)


def _answer_for_both(response: object) -> Answer:
    """What the body says; read from JSON once, for us and for the SDK: it may be many megabytes."""
    http = cast("Response", response).http_response
    try:
        body = http.json()
    except (ValueError, RecursionError):
        return NO_ANSWER
    http.json = lambda: body
    return answer_of(body) if isinstance(body, dict) else NO_ANSWER


def _with_answer(answered: Exchange, answer: object) -> Exchange:
    error = answer if isinstance(answer, Exception) else None
    return replace(answered, answer=None if error else answer, error=error)


def _as_it_is(error: BaseException) -> BaseException:
    return error
