"""`with_raw_response` and `with_streaming_response`, billed: the SDK's own, with `.billing`.

A raw response is settled before it is handed out. A streaming response is settled when it has been
read, or else when its `with` block ends; one that was not read to its end is in doubt.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, cast

from billing.client.proxy.guards import Refusing
from billing.client.sdk.forms import Form
from billing.client.streams.bodies import call_behind
from billing.client.streams.open_calls import AsyncOpenCall, CallerLeft

if TYPE_CHECKING:
    from openai import APIResponse, AsyncAPIResponse, AsyncOpenAI, OpenAI
    from openai.types import ImagesResponse

    from billing.client.call.plan import Endpoint
    from billing.client.sdk.asynchronous import AsyncDriver
    from billing.client.sdk.requests import View
    from billing.client.sdk.sync import SyncDriver
    from billing.client.terms import Billing


class ImagesView(Refusing):
    """`client.images` seen raw or streaming: `generate` and `edit`, billed."""

    def __init__(
        self, wrapped: OpenAI | AsyncOpenAI, driver: SyncDriver | AsyncDriver, view: View
    ) -> None:
        self._wrapped, self._view = wrapped, view
        self._driver: SyncDriver | AsyncDriver = driver

    def _bare(self) -> object:
        return getattr(self._wrapped.images, f"with_{self._view}_response")

    def generate(self, *, billing: Billing | None = None, **arguments: object) -> object:
        """Make images; answers as the SDK does, a coroutine or a context manager included."""
        return self._called("generations", billing, arguments)

    def edit(self, *, billing: Billing | None = None, **arguments: object) -> object:
        """Edit images, likewise."""
        return self._called("edits", billing, arguments)

    def _called(
        self, endpoint: Endpoint, billing: Billing | None, arguments: dict[str, object]
    ) -> object:
        call = cast("Callable[..., object]", self._driver.call)

        def request() -> object:
            form = Form(self._view)
            return call(self._wrapped, endpoint, arguments, billing=billing, form=form)

        if self._view == "raw":
            return request()
        from openai import AsyncOpenAI

        is_async = isinstance(self._wrapped, AsyncOpenAI)
        return AsyncBilledManager(request) if is_async else BilledManager(request)


class ClientView:
    """`client.with_raw_response` and its kind: `images` billed, all else passes."""

    def __init__(self, images: ImagesView, wrapped: object) -> None:
        self._images, self._wrapped = images, wrapped

    def __getattr__(self, name: str) -> object:
        return self._images if name == "images" else getattr(self._wrapped, name)


class BilledManager:
    """Sends the request when it is entered, closes the response when it is left, and settles."""

    def __init__(self, request: Callable[[], object]) -> None:
        self._request = request
        self._response: APIResponse[ImagesResponse] | None = None

    def __enter__(self) -> APIResponse[ImagesResponse]:
        self._response = cast("APIResponse[ImagesResponse]", self._request())
        return self._response

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is not None:
            try:
                self._response.close()
            finally:
                call_behind(self._response.http_response).finish(CallerLeft())


class AsyncBilledManager:
    """The same of an async client."""

    def __init__(self, request: Callable[[], object]) -> None:
        self._request = request
        self._response: AsyncAPIResponse[ImagesResponse] | None = None

    async def __aenter__(self) -> AsyncAPIResponse[ImagesResponse]:
        sent = cast("Awaitable[AsyncAPIResponse[ImagesResponse]]", self._request())
        self._response = await sent
        return self._response

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._response is None:
            return
        call = cast("AsyncOpenCall", call_behind(self._response.http_response))
        if isinstance(exc, GeneratorExit):  # nothing may be awaited any more
            call.abandon()
            return
        try:
            await self._response.close()
        finally:
            await call.finish_async(CallerLeft())
