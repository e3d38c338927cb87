"""The billed clients: `images.generate` and `images.edit` go through the bill, all else passes.

What would reach an image API past the bill is refused. The wrapped client is neither copied nor
changed. Images made as a tool of another API (`responses`, `batches`) are no image calls, and pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

from billing.client.errors import NotBillable
from billing.client.proxy.guards import Refusing, guarded, image_path_of
from billing.client.proxy.views import ClientView, ImagesView
from billing.client.terms import Billing

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    # For type checkers a billed client is the SDK's own; at run time it holds one.
    from openai import AsyncOpenAI as _Async
    from openai import OpenAI as _Sync

    from billing.client.driving.driver import Driver
    from billing.client.proxy.view_types import (
        AsyncRawImages,
        AsyncStreamingImages,
        RawImages,
        StreamingImages,
    )
    from billing.client.sdk.asynchronous import AsyncDriver
    from billing.client.sdk.results import BilledImagesResponse
    from billing.client.sdk.sync import SyncDriver

else:
    _Sync = _Async = object

_OWN: Final = frozenset({"_driver", "_wrapped"})
#: The SDK's methods besides `post` that send to any path; each can send a POST.
_SENDING: Final = ("request", "get_api_list")


class BilledImages(Refusing):
    """`client.images`: `generate` and `edit`, billed; everything else is refused."""

    def __init__(self, wrapped: OpenAI, driver: SyncDriver) -> None:
        self._wrapped = wrapped
        self._driver: SyncDriver = driver

    def _bare(self) -> object:
        return self._wrapped.images

    def generate(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> BilledImagesResponse:
        """Make images: the arguments of the SDK's `images.generate`, and `billing`.

        With `stream=True` the answer is the SDK's `Stream`, with `.billing`.
        """
        done = self._driver.call(self._wrapped, "generations", arguments, billing=billing)
        return cast("BilledImagesResponse", done)

    def edit(self, *, billing: Billing | None = None, **arguments: object) -> BilledImagesResponse:
        """Edit images: the arguments of the SDK's `images.edit`, and `billing`.

        `image` may also be an address or a list of addresses, and `images` a list of addresses or
        objects: the request then goes out as JSON instead of an upload.
        """
        done = self._driver.call(self._wrapped, "edits", arguments, billing=billing)
        return cast("BilledImagesResponse", done)

    @property
    def with_raw_response(self) -> RawImages:
        """The same calls, answered with the SDK's raw response."""
        return cast("RawImages", ImagesView(self._wrapped, self._driver, "raw"))

    @property
    def with_streaming_response(self) -> StreamingImages:
        """The same calls, answered with the SDK's response whose body the caller reads."""
        return cast("StreamingImages", ImagesView(self._wrapped, self._driver, "streaming"))


class AsyncBilledImages(Refusing):
    """The same of an async client."""

    def __init__(self, wrapped: AsyncOpenAI, driver: AsyncDriver) -> None:
        self._wrapped = wrapped
        self._driver: AsyncDriver = driver

    def _bare(self) -> object:
        return self._wrapped.images

    async def generate(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> BilledImagesResponse:
        """Make images, as `BilledImages.generate`."""
        done = await self._driver.call(self._wrapped, "generations", arguments, billing=billing)
        return cast("BilledImagesResponse", done)

    async def edit(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> BilledImagesResponse:
        """Edit images, as `BilledImages.edit`; files are read to their end before the hold."""
        done = await self._driver.call(self._wrapped, "edits", arguments, billing=billing)
        return cast("BilledImagesResponse", done)

    @property
    def with_raw_response(self) -> AsyncRawImages:
        """The same calls, answered with the SDK's raw response."""
        return cast("AsyncRawImages", ImagesView(self._wrapped, self._driver, "raw"))

    @property
    def with_streaming_response(self) -> AsyncStreamingImages:
        """The same calls, answered with the SDK's response whose body the caller reads."""
        return cast("AsyncStreamingImages", ImagesView(self._wrapped, self._driver, "streaming"))


class _Billed:
    """What both clients do with everything but images: pass it to the wrapped one."""

    _wrapped: OpenAI | AsyncOpenAI
    _driver: Driver
    images: BilledImages | AsyncBilledImages

    def __init__(self, wrapped: OpenAI | AsyncOpenAI, driver: Driver) -> None:
        object.__setattr__(self, "_wrapped", wrapped)
        object.__setattr__(self, "_driver", driver)

    def __getattr__(self, name: str) -> object:
        if name in _OWN:  # a half-made copy has neither; looking further would not end
            raise AttributeError(name)
        found: object = getattr(self._wrapped, name)
        if name in ("copy", "with_options") and callable(found):
            return self._billed_copy(found)
        if name == "post" and callable(found):
            return self._billed_post(found)
        if name in _SENDING and callable(found):
            return guarded(name, found, self._wrapped, self._driver)
        if name in ("with_raw_response", "with_streaming_response"):
            return ClientView(getattr(self.images, name), found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._wrapped, name, value)

    def __dir__(self) -> list[str]:
        return dir(self._wrapped)

    def __repr__(self) -> str:
        return f"<billed {type(self._wrapped).__name__}>"

    def _billed_post(self, post: Callable[..., object]) -> Callable[..., object]:
        def sent(*positional: object, **named: object) -> object:
            if image_path_of(self._wrapped, positional, named) is None:
                return post(*positional, **named)
            from billing.client.proxy.posts import posted

            driver = cast("SyncDriver | AsyncDriver", self._driver)
            call = cast("Callable[..., object]", posted)
            try:
                return call(self._wrapped, driver, *positional, **named)
            except NotBillable as refused:
                if not driver.dry_run:
                    raise
                driver.note_passed(refused)
            named.pop("billing", None)
            return post(*positional, **named)

        return sent

    def _billed_copy(self, copy: Callable[..., OpenAI | AsyncOpenAI]) -> Callable[..., object]:
        def billed(**options: object) -> object:
            retries = options.get("max_retries")
            # Said of the billed client, so it is meant for billed calls.
            driver = (
                replace(self._driver, retries=retries) if type(retries) is int else self._driver
            )
            return type(self)(copy(**options), driver)

        return billed


class BilledClient(_Billed, _Sync):
    """An `openai.OpenAI` whose image calls are quoted, held, sent once and settled.

    `copy` and `with_options` answer a billed client again. Safe to share between threads.
    """

    _wrapped: OpenAI

    if TYPE_CHECKING:
        images: BilledImages  # type: ignore[assignment]  # generate and edit, and nothing else
    else:

        @property
        def images(self) -> BilledImages:
            """Image calls, billed."""
            return BilledImages(self._wrapped, self._driver)

    def __enter__(self) -> Self:
        self._wrapped.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._wrapped.__exit__(exc_type, exc, exc_tb)


class AsyncBilledClient(_Billed, _Async):
    """An `openai.AsyncOpenAI` whose image calls are quoted, held, sent once and settled.

    `copy` and `with_options` answer a billed client again. Safe to share between tasks and loops.
    """

    _wrapped: AsyncOpenAI

    if TYPE_CHECKING:
        images: AsyncBilledImages  # type: ignore[assignment]  # as above
    else:

        @property
        def images(self) -> AsyncBilledImages:
            """Image calls, billed."""
            return AsyncBilledImages(self._wrapped, self._driver)

    async def __aenter__(self) -> Self:
        await self._wrapped.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self._wrapped.__aexit__(exc_type, exc, exc_tb)
