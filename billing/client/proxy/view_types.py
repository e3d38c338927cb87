"""What `with_raw_response` and `with_streaming_response` answer with; for type checkers alone.

At run time the views are those of `billing.client.proxy.views`, and their answers the SDK's own.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from openai import APIResponse, AsyncAPIResponse
    from openai._legacy_response import LegacyAPIResponse
    from openai.types import ImagesResponse

    from billing.client.receipt import Receipt
    from billing.client.terms import Billing

    class BilledRaw(LegacyAPIResponse[ImagesResponse]):
        """A raw response, settled."""

        @property
        def billing(self) -> Receipt:
            """What the call came to."""

    class BilledResponse(APIResponse[ImagesResponse]):
        """A response whose body the caller reads."""

        @property
        def billing(self) -> Receipt:
            """What the call came to; `open` while its body is still to be read."""

    class AsyncBilledResponse(AsyncAPIResponse[ImagesResponse]):
        """The same of an async client."""

        @property
        def billing(self) -> Receipt:
            """What the call came to; `open` while its body is still to be read."""


class RawImages(Protocol):
    """`images.with_raw_response`."""

    def generate(self, *, billing: Billing | None = None, **arguments: object) -> BilledRaw:
        """Make images."""

    def edit(self, *, billing: Billing | None = None, **arguments: object) -> BilledRaw:
        """Edit images."""


class AsyncRawImages(Protocol):
    """The same of an async client."""

    async def generate(self, *, billing: Billing | None = None, **arguments: object) -> BilledRaw:
        """Make images."""

    async def edit(self, *, billing: Billing | None = None, **arguments: object) -> BilledRaw:
        """Edit images."""


class StreamingImages(Protocol):
    """`images.with_streaming_response`."""

    def generate(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> AbstractContextManager[BilledResponse]:
        """Make images."""

    def edit(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> AbstractContextManager[BilledResponse]:
        """Edit images."""


class AsyncStreamingImages(Protocol):
    """The same of an async client."""

    def generate(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> AbstractAsyncContextManager[AsyncBilledResponse]:
        """Make images."""

    def edit(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> AbstractAsyncContextManager[AsyncBilledResponse]:
        """Edit images."""
