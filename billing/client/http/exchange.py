"""Sends a prepared request once over plain HTTP and says what came back; decides nothing.

Exceptions are told apart by class name, so that httpx and httpx2 both do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from billing.client.http.errors import BadStatus, ConnectionFailed, TimedOut
from billing.client.http.requests import HttpRequest
from billing.client.outcome.answers import read_answer
from billing.client.outcome.exchange import (
    DeadlinePassed,
    Exchange,
    broken_by,
    closing_behind,
    names_of,
)
from billing.client.outcome.table import Reply
from billing.client.streams.opened import Limit, Opened
from billing.client.transport.handover import Handover
from billing.client.transport.sending import made_within, made_within_async
from billing.client.transport.stand_ins import watched_http

if TYPE_CHECKING:
    import httpx

    from billing.client.call.steps import Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where requests go, and as whom."""

    base_url: str
    api_key: str | None

    def url(self, path: str) -> str:
        """Of an endpoint."""
        return f"{self.base_url.rstrip('/')}/{path}"

    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {} if self.api_key is None else {"Authorization": f"Bearer {self.api_key}"}

    def __repr__(self) -> str:
        return f"<{self.base_url}>"


def send_once(http: httpx.Client, origin: Origin, step: Send, request: HttpRequest) -> Exchange:
    """Send the request once, no retries, no redirects; as `made_within` says."""
    return made_within(step.timeout_s, _Attempt(origin, step, request), http)


async def send_once_async(
    http: httpx.AsyncClient, origin: Origin, step: Send, request: HttpRequest
) -> Exchange:
    """The same in the caller's task."""
    return await made_within_async(step.timeout_s, _Attempt(origin, step, request), http)


class _Attempt:
    """One POST, and what is known of it at every moment."""

    def __init__(self, origin: Origin, step: Send, request: HttpRequest) -> None:
        self.origin, self.request = origin, request
        self.key, self.timeout_s = step.idempotency_key, step.timeout_s
        self.limit = Limit.within(step.timeout_s)
        self.handover = Handover(limit_s=step.timeout_s)
        self.exchange: Exchange | None = None

    def made(self, http: httpx.Client) -> Exchange:
        """Make it."""
        response: httpx.Response | None = None
        try:
            response = watched_http(http, self.handover).send(
                self.built(http), stream=True, follow_redirects=False
            )
            if self.is_handed_out(response):
                self.exchange = self.opened(response)
                return self.exchange
            self.exchange = answered(response, response.read())
        except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
            if response is not None:
                response.close()
            self.exchange = self.failed(error)
        return self.exchange

    async def made_async(self, http: httpx.AsyncClient) -> Exchange:
        """Make it, with the async client."""
        response: httpx.Response | None = None
        try:
            response = await watched_http(http, self.handover).send(
                self.built(http), stream=True, follow_redirects=False
            )
            if self.is_handed_out(response):
                return self.opened(response)
            return answered(response, await response.aread())
        except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
            closing = closing_behind(error)
            if closing is not None:  # then nothing may be awaited any more
                return self.failed(closing)
            if response is not None:
                await response.aclose()
            return self.failed(error)

    def is_handed_out(self, response: httpx.Response) -> bool:
        """The caller reads this answer: a stream, unless it is refused."""
        return self.request.is_stream and response.is_success

    def opened(self, response: httpx.Response) -> Exchange:
        """An answer that the caller reads."""
        # The connection keeps the handover, and must not keep what the caller may drop.
        self.handover.head = None
        status, headers = response.status_code, _lower(response.headers)
        shown = partial(as_call_error, status=status)
        return Exchange(
            reply=Reply(status=status, request_id=headers.get("x-request-id")),
            headers=headers,
            answer=Opened(response=response, limit=self.limit, shown=shown),
            is_handed_out=True,
        )

    def built(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The request as it goes out."""
        parts = self.request.parts()
        if self.request.timeout is not None:
            parts["timeout"] = self.request.timeout
        return http.build_request(
            "POST",
            self.origin.url(self.request.path),
            headers={**self.origin.headers(), **self.request.headers_with(self.key)},
            params=self.request.query or None,  # type: ignore[arg-type]  # checked by the library
            **parts,  # type: ignore[arg-type]  # by its argument names
        )

    def failed(self, error: BaseException) -> Exchange:
        """No whole answer."""
        head = self.handover.head
        shown = as_call_error(error, status=None if head is None else head.status_code)
        if self.handover.never_happened(names_of(shown)):
            return broken_by(shown, is_unsent=True)
        reply = Reply(
            status=None if head is None else head.status_code,
            request_id=None if head is None else head.headers.get("x-request-id"),
            error=names_of(shown),
            is_broken=True,
        )
        return Exchange(
            reply=reply, headers={} if head is None else _lower(head.headers), error=shown
        )

    def overdue(self) -> Exchange:
        """The deadline came first."""
        assert self.timeout_s is not None
        return self.failed(DeadlinePassed(self.timeout_s))


def as_call_error(error: BaseException, *, status: int | None) -> BaseException:
    """What the caller sees: errors of the transport as ours, all others untouched."""
    names = {base.__name__ for base in type(error).__mro__}
    if isinstance(error, DeadlinePassed) or "TimeoutException" in names:
        return TimedOut(error, status=status)
    return ConnectionFailed(error, status=status) if "RequestError" in names else error


def answered(response: httpx.Response, content: bytes) -> Exchange:
    """A whole answer, whatever it is: JSON if it can be read, else an error of its own."""
    status, headers = response.status_code, _lower(response.headers)
    error: Exception | None = None
    body: object = None
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as problem:
        body, error = content.decode("utf-8", "replace"), problem
    is_success = 200 <= status < 300
    if not is_success:
        error = BadStatus(status=status, body=body, headers=headers)
    reply = Reply(
        status=status,
        request_id=headers.get("x-request-id"),
        answer=read_answer(content),
        error=() if is_success else names_of(error) if error else (),
    )
    return Exchange(reply=reply, headers=headers, answer=body, error=error)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
