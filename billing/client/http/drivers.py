"""Drive the calls of `ImageCalls` and `AsyncImageCalls`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, ClassVar, cast

from billing.client.call.machine import Machine
from billing.client.call.plan import Endpoint
from billing.client.call.steps import LedgerStep, Prepare, Send, Step, Wait
from billing.client.driving.async_drive import AsyncDrive
from billing.client.driving.driver import Driver, drive
from billing.client.driving.ledger_threads import LedgerThreads
from billing.client.http.events import AsyncImageEvents, ImageEvents
from billing.client.http.exchange import Origin, send_once, send_once_async
from billing.client.http.requests import FIELDS, HttpRequest, build_request
from billing.client.http.results import ImageAnswer, answer_of
from billing.client.outcome.exchange import Exchange
from billing.client.streams.open_calls import AsyncOpenCall, OpenCall
from billing.client.streams.stored_calls import StoredCall, stored_events
from billing.client.transport.stand_ins import library_of

if TYPE_CHECKING:
    import httpx

    from billing.client.streams.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpDriver(Driver):
    """Drives the calls of `ImageCalls`."""

    def call(
        self,
        http: httpx.Client,
        origin: Origin,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> ImageAnswer | ImageEvents:
        """Make one billed call."""

        def perform(step: Step[object]) -> object:
            match step:
                case LedgerStep():
                    return step.run(self.ledger)
                case Prepare():
                    return build_request(step.plan, step.quote)
                case Send():
                    return send_once(http, origin, step, cast("HttpRequest", step.request))
                case Wait():
                    time.sleep(step.seconds)
                    return None
            raise AssertionError(step)

        machine = _machine(self, http, endpoint, given, billing)
        ended = drive(machine, perform)
        if isinstance(ended.exchange, Exchange) and ended.exchange.is_handed_out:
            response = _response(ended.exchange)
            return ImageEvents(OpenCall(machine, self.ledger), response, deque())
        answer = answer_of(ended)
        if not given.get("stream"):
            return answer
        return ImageEvents(StoredCall(ended.receipt), None, _stored(answer, endpoint))


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncHttpDriver(Driver):
    """Drives the calls of `AsyncImageCalls`."""

    uses_threads: ClassVar[bool] = True

    threads: LedgerThreads = field(default_factory=LedgerThreads, repr=False, compare=False)

    async def call(
        self,
        http: httpx.AsyncClient,
        origin: Origin,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> ImageAnswer | AsyncImageEvents:
        """Make one billed call."""

        async def send(step: Send) -> Exchange:
            return await send_once_async(http, origin, step, cast("HttpRequest", step.request))

        machine = _machine(self, http, endpoint, given, billing)
        driven = AsyncDrive(
            self, machine, prepare=lambda step: build_request(step.plan, step.quote), send=send
        )
        ended = await driven.ended()
        if isinstance(ended.exchange, Exchange) and ended.exchange.is_handed_out:
            response = _response(ended.exchange)
            return AsyncImageEvents(AsyncOpenCall(driven), response, deque())
        answer = answer_of(ended)
        if not given.get("stream"):
            return answer
        return AsyncImageEvents(StoredCall(ended.receipt), None, _stored(answer, endpoint))


def _machine(
    driver: Driver,
    http: httpx.Client | httpx.AsyncClient,
    endpoint: Endpoint,
    given: Mapping[str, object],
    billing: Mapping[str, object] | None,
) -> Machine:
    return driver.machine_of(
        endpoint,
        given,
        arguments=FIELDS[endpoint],
        sender=_name_of(http),
        retries=driver.retries or 0,
        billing=billing,
    )


def _response(exchange: Exchange) -> httpx.Response:
    """The answer that the caller reads."""
    return cast("httpx.Response", cast("Opened", exchange.answer).response)


def _stored(answer: ImageAnswer, endpoint: Endpoint) -> deque[object]:
    """What the ledger has kept of an answer, as events."""
    return deque(stored_events(endpoint, answer.body["created"], answer.data))


def _name_of(http: object) -> str:
    """The HTTP library and its version, for the evidence."""
    library = library_of(type(http)) or "http"
    return f"{library} {_version(library)}".strip()


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
