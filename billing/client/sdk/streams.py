"""The SDK's streams with a receipt: events pass through untouched, and the end of them settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar, cast

from openai import AsyncStream, Stream

from billing.client.streams.bodies import call_behind
from billing.client.streams.open_calls import CallerLeft

if TYPE_CHECKING:
    from billing.client.receipt import Receipt
    from billing.client.streams.behind import AsyncBehind

T = TypeVar("T")


class BilledStream(Stream[T]):
    """An `openai.Stream`, unchanged for who reads it, and its receipt.

    Read to its end, closed, left as a context manager or dropped: each settles the call.
    """

    def __init__(self, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # as the SDK makes one
        # The SDK's generator holds its stream, a circle that only the collector ends, some time. It
        # goes over a twin that does not hold it: a stream that is dropped is gone at once.
        twin = vars(Stream[T](**given))  # type: ignore[arg-type]  # likewise
        self._iterator = twin.pop("_iterator")

    @property
    def billing(self) -> Receipt:
        """What this call came to; `open` while the stream goes on."""
        return call_behind(self.response).receipt

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        call = call_behind(self.response)
        try:
            return super().__next__()
        except StopIteration:
            call.finish()
            raise
        except BaseException as error:  # noqa: BLE001 - it goes on
            shown = call.cut(error)
            raise shown from shown.__cause__

    def close(self) -> None:
        """Close the response; what had not come by then is in doubt."""
        super().close()
        call_behind(self.response).finish(CallerLeft())


class AsyncBilledStream(AsyncStream[T]):
    """An `openai.AsyncStream`, likewise."""

    @property
    def billing(self) -> Receipt:
        """What this call came to; `open` while the stream goes on."""
        return self._call.receipt

    @property
    def _call(self) -> AsyncBehind:
        return cast("AsyncBehind", call_behind(self.response))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        try:
            return await super().__anext__()
        except StopAsyncIteration:
            await self._call.finish_async()
            raise
        except GeneratorExit:  # nothing may be awaited any more; the call ends when it is dropped
            raise
        except BaseException as error:  # noqa: BLE001 - it goes on
            shown = await self._call.cut_async(error)
            raise shown from shown.__cause__

    async def close(self) -> None:
        """Close the response; what had not come by then is in doubt."""
        await super().close()
        await self._call.finish_async(CallerLeft())
