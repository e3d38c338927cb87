"""Billed image calls over plain HTTP, for programs without the SDK.

It needs `pip install 'image-billing[http]'`, or an HTTP client of yours.

The same quotes, holds, outcome table and evidence as `bill`; only the sending is another.

    calls = ImageCalls(ledger, base_url=..., api_key=..., account="acme")
    answer = calls.generate(model="gpt-image-2", prompt="a kite", size="1024x1024")
    answer.data, answer.billing
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Self, Unpack, cast

from billing.client.async_drive import AsyncDrive, ledger_threads
from billing.client.driver import Driver, drive
from billing.client.exchange import Exchange
from billing.client.http_errors import (
    AnswerInDoubt,
    BadStatus,
    CallFailed,
    ConnectionFailed,
    TimedOut,
)
from billing.client.http_exchange import Origin, send_once, send_once_async
from billing.client.http_request import FIELDS, HttpRequest, build_request, refuse_streams
from billing.client.http_results import ImageAnswer, answer_of
from billing.client.machine import Machine
from billing.client.plan import Endpoint
from billing.client.steps import LedgerStep, Prepare, Send, Step, Wait
from billing.client.terms import Billing
from billing.client.told import Told, driver_told
from billing.errors import MissingExtra

if TYPE_CHECKING:
    import httpx

    from billing.ledger import Ledger

__all__ = [
    "AnswerInDoubt",
    "AsyncImageCalls",
    "BadStatus",
    "CallFailed",
    "ConnectionFailed",
    "ImageAnswer",
    "ImageCalls",
    "TimedOut",
]

#: Of a client that is made here: a large picture takes minutes, a connection does not.
_TIMEOUT_S: Final = 600.0
_CONNECT_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _HttpDriver(Driver):
    """Drives the calls of `ImageCalls`."""

    def call(
        self,
        http: httpx.Client,
        origin: Origin,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> ImageAnswer:
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

        return answer_of(drive(_machine(self, http, endpoint, given, billing), perform))


@dataclass(frozen=True, slots=True, kw_only=True)
class _AsyncHttpDriver(Driver):
    """Drives the calls of `AsyncImageCalls`."""

    uses_threads: ClassVar[bool] = True

    threads: ThreadPoolExecutor = field(default_factory=ledger_threads, repr=False, compare=False)

    async def call(
        self,
        http: httpx.AsyncClient,
        origin: Origin,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> ImageAnswer:
        """Make one billed call."""

        async def send(step: Send) -> Exchange:
            return await send_once_async(http, origin, step, cast("HttpRequest", step.request))

        machine = _machine(self, http, endpoint, given, billing)
        driven = AsyncDrive(
            self, machine, prepare=lambda step: build_request(step.plan, step.quote), send=send
        )
        return answer_of(await driven.ended())


def _machine(
    driver: Driver,
    http: httpx.Client | httpx.AsyncClient,
    endpoint: Endpoint,
    given: Mapping[str, object],
    billing: Mapping[str, object] | None,
) -> Machine:
    refuse_streams(given)
    return driver.machine_of(
        endpoint,
        given,
        arguments=FIELDS[endpoint],
        sender=_name_of(http),
        retries=driver.retries or 0,
        billing=billing,
    )


class ImageCalls:
    """Image calls that are quoted, held, sent once and settled. Safe to share between threads."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        base_url: str,
        api_key: str | None = None,
        http: httpx.Client | None = None,
        **told: Unpack[Told],
    ) -> None:
        """Args as of `bill`, and where the calls go.

        Args:
            ledger: Where the money is held and settled.
            base_url: Such as `https://api.openai.com/v1`.
            api_key: Goes out as a bearer token; None where the HTTP client brings its own.
            http: An `httpx.Client` (or httpx2's) of yours, which you close; by default one is
                made and closed with this object.
            told: `account`, `book`, `catalog`, `provider`, `tags`, `key`, `deadline_s`,
                `max_cost`, `retries` (None is 0 here), `spool` and `dry_run`.

        Raises:
            MissingExtra: httpx is not installed, and no client was given.
            InvalidEntry: An argument of the wrong type.
        """
        self._driver = driver_told(_HttpDriver, ledger, told, where="ImageCalls")
        self._origin = Origin(base_url=base_url, api_key=api_key)
        self._own = _httpx("ImageCalls").Client(timeout=_timeout()) if http is None else None
        self._http: httpx.Client = http or cast("httpx.Client", self._own)

    def generate(self, *, billing: Billing | None = None, **fields: object) -> ImageAnswer:
        """Make images: the fields of the API, and `billing`.

        `extra_headers`, `extra_query`, `extra_body` and `timeout` are about the transport.

        Raises:
            PricingError: The request cannot be priced; no money and no request moved.
            BillingError: The ledger or the terms refuse; no request moved.
            CallFailed: What came back, or that nothing did, with `.billing`.
        """
        return self._driver.call(self._http, self._origin, "generations", fields, billing=billing)

    def edit(self, *, billing: Billing | None = None, **fields: object) -> ImageAnswer:
        """Edit images, as `generate`.

        `image` is an address or a list of them: then the request is JSON. Or it is bytes, an open
        file, a path or (name, content), or a list of those: then it is an upload.
        """
        return self._driver.call(self._http, self._origin, "edits", fields, billing=billing)

    def close(self) -> None:
        """Close the HTTP client that was made here."""
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()


class AsyncImageCalls:
    """The same as coroutines; the ledger's part of them runs in threads."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        base_url: str,
        api_key: str | None = None,
        http: httpx.AsyncClient | None = None,
        **told: Unpack[Told],
    ) -> None:
        """Args as of `ImageCalls`; `http` is an `httpx.AsyncClient`."""
        self._driver = driver_told(_AsyncHttpDriver, ledger, told, where="AsyncImageCalls")
        self._origin = Origin(base_url=base_url, api_key=api_key)
        made = None if http is not None else _httpx("AsyncImageCalls")
        self._own = None if made is None else made.AsyncClient(timeout=_timeout())
        self._http: httpx.AsyncClient = http or cast("httpx.AsyncClient", self._own)

    async def generate(self, *, billing: Billing | None = None, **fields: object) -> ImageAnswer:
        """Make images, as `ImageCalls.generate`."""
        return await self._driver.call(
            self._http, self._origin, "generations", fields, billing=billing
        )

    async def edit(self, *, billing: Billing | None = None, **fields: object) -> ImageAnswer:
        """Edit images, as `ImageCalls.edit`."""
        return await self._driver.call(self._http, self._origin, "edits", fields, billing=billing)

    async def close(self) -> None:
        """Close the HTTP client that was made here."""
        if self._own is not None:
            await self._own.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()


def _httpx(what: str) -> ModuleType:
    try:
        return import_module("httpx")
    except ImportError:
        raise MissingExtra("http", f"{what} without an HTTP client") from None


def _timeout() -> httpx.Timeout:
    import httpx

    return httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S)


def _name_of(http: object) -> str:
    """The HTTP library and its version, for the evidence."""
    library = next(
        (name for kind in type(http).__mro__ if (name := _root(kind)) in _LIBRARIES), "http"
    )
    return f"{library} {_version(library)}".strip()


_LIBRARIES: Final = ("httpx", "httpx2")


def _root(kind: type) -> str:
    return kind.__module__.partition(".")[0]


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
