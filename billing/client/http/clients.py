"""The clients over plain HTTP: where calls go, who closes what, and a method for each endpoint."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal, Unpack, cast, overload

from billing.client.driving.told import Told, driver_told
from billing.client.http.closing import AsyncClosing, Closing
from billing.client.http.drivers import AsyncHttpDriver, HttpDriver
from billing.client.http.events import AsyncImageEvents, ImageEvents
from billing.client.http.exchange import Origin
from billing.client.http.results import ImageAnswer
from billing.client.terms import Billing
from billing.errors import MissingExtra

if TYPE_CHECKING:
    import httpx

    from billing.ledger import Ledger

#: How a stream is not asked for.
_Whole = Literal[False] | None
#: Of a client that is made here: a large picture takes minutes, a connection does not.
_TIMEOUT_S: Final = 600.0
_CONNECT_S: Final = 5.0


class ImageCalls(Closing):
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
        self._driver = driver_told(HttpDriver, ledger, told, where="ImageCalls")
        self._origin = Origin(base_url=base_url, api_key=api_key)
        self._own = _httpx("ImageCalls").Client(timeout=_timeout()) if http is None else None
        self._http: httpx.Client = http or cast("httpx.Client", self._own)

    @overload
    def generate(
        self, *, stream: Literal[True], billing: Billing | None = ..., **fields: object
    ) -> ImageEvents: ...
    @overload
    def generate(
        self,
        *,
        stream: _Whole = ...,
        billing: Billing | None = ...,
        **fields: object,
    ) -> ImageAnswer: ...
    def generate(
        self, *, billing: Billing | None = None, **fields: object
    ) -> ImageAnswer | ImageEvents:
        """Make images: the fields of the API, and `billing`.

        `extra_headers`, `extra_query`, `extra_body` and `timeout` are about the transport. With
        `stream=True` the answer is read event by event.

        Raises:
            PricingError: The request cannot be priced; no money and no request moved.
            BillingError: The ledger or the terms refuse; no request moved.
            CallFailed: What came back, or that nothing did, with `.billing`.
        """
        return self._driver.call(self._http, self._origin, "generations", fields, billing=billing)

    @overload
    def edit(
        self, *, stream: Literal[True], billing: Billing | None = ..., **fields: object
    ) -> ImageEvents: ...
    @overload
    def edit(
        self,
        *,
        stream: _Whole = ...,
        billing: Billing | None = ...,
        **fields: object,
    ) -> ImageAnswer: ...
    def edit(
        self, *, billing: Billing | None = None, **fields: object
    ) -> ImageAnswer | ImageEvents:
        """Edit images, as `generate`.

        `image` is an address or a list of them: then the request is JSON. Or it is bytes, an open
        file, a path or (name, content), or a list of those: then it is an upload.
        """
        return self._driver.call(self._http, self._origin, "edits", fields, billing=billing)

    def close(self) -> None:
        """Close the HTTP client that was made here."""
        if self._own is not None:
            self._own.close()


class AsyncImageCalls(AsyncClosing):
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
        self._driver = driver_told(AsyncHttpDriver, ledger, told, where="AsyncImageCalls")
        self._origin = Origin(base_url=base_url, api_key=api_key)
        made = None if http is not None else _httpx("AsyncImageCalls")
        self._own = None if made is None else made.AsyncClient(timeout=_timeout())
        self._http: httpx.AsyncClient = http or cast("httpx.AsyncClient", self._own)

    @overload
    async def generate(
        self, *, stream: Literal[True], billing: Billing | None = ..., **fields: object
    ) -> AsyncImageEvents: ...
    @overload
    async def generate(
        self,
        *,
        stream: _Whole = ...,
        billing: Billing | None = ...,
        **fields: object,
    ) -> ImageAnswer: ...
    async def generate(
        self, *, billing: Billing | None = None, **fields: object
    ) -> ImageAnswer | AsyncImageEvents:
        """Make images, as `ImageCalls.generate`."""
        return await self._driver.call(
            self._http, self._origin, "generations", fields, billing=billing
        )

    @overload
    async def edit(
        self, *, stream: Literal[True], billing: Billing | None = ..., **fields: object
    ) -> AsyncImageEvents: ...
    @overload
    async def edit(
        self,
        *,
        stream: _Whole = ...,
        billing: Billing | None = ...,
        **fields: object,
    ) -> ImageAnswer: ...
    async def edit(
        self, *, billing: Billing | None = None, **fields: object
    ) -> ImageAnswer | AsyncImageEvents:
        """Edit images, as `ImageCalls.edit`."""
        return await self._driver.call(self._http, self._origin, "edits", fields, billing=billing)

    async def close(self) -> None:
        """Close the HTTP client that was made here."""
        if self._own is not None:
            await self._own.aclose()

    def _abandon(self) -> None:
        """Leave the HTTP client to the collector: nothing may be awaited any more."""


def _httpx(what: str) -> ModuleType:
    try:
        return import_module("httpx")
    except ImportError:
        raise MissingExtra("http", f"{what} without an HTTP client") from None


def _timeout() -> httpx.Timeout:
    import httpx

    return httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_S)
