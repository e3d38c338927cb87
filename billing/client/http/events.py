"""Streams over plain HTTP: the provider's events as JSON, with a receipt; their end settles."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Self

from billing.client.http.closing import AsyncClosing, Closing
from billing.client.http.errors import AnswerInDoubt, BadEvent
from billing.client.streams.bodies import hear
from billing.client.streams.open_calls import CallerLeft

if TYPE_CHECKING:
    import httpx

    from billing.client.receipt import Receipt
    from billing.client.streams.behind import AsyncBehind, Behind

_EVENTS: Final = "text/event-stream"


class _Events:
    """What both kinds of stream have: the head of the answer, the receipt, what was said."""

    def __init__(self, call: Behind, response: httpx.Response | None, said: deque[object]) -> None:
        self._call, self._response, self._said = call, response, said
        self._has_spoken = bool(said)
        #: Of the answer; 200 when it comes from the ledger.
        self.status = 200 if response is None else response.status_code
        #: Names in lower case; none when the answer comes from the ledger.
        self.headers: Mapping[str, str] = (
            {} if response is None else {k.lower(): v for k, v in response.headers.items()}
        )
        if response is not None:
            call.reader.said = said
            hear(response, call)

    @property
    def billing(self) -> Receipt:
        """What this call came to; `open` while the stream goes on."""
        return self._call.receipt

    def _taken(self) -> Mapping[str, object] | BadEvent:
        """The next event, or the error that it is."""
        self._has_spoken = True
        said = self._said.popleft()
        if not isinstance(said, Mapping) or said.get("error") or said.get("type") == "error":
            self._said.clear()  # the call is settled by what came before
            return BadEvent(said, status=self.status)
        return said

    def _instead(self) -> Mapping[str, object] | None:
        """What came where no event did: the JSON of a provider that does not stream.

        Raises:
            AnswerInDoubt: Something else came, or an error object.
        """
        if self._has_spoken or self._response is None:
            return None
        self._has_spoken = True
        whole = self._call.reader.whole()
        if isinstance(whole, Mapping) and not whole.get("error"):
            return whole
        kind = self.headers.get("content-type", "of no type")
        is_silent = whole is None or kind.startswith(_EVENTS)
        raise AnswerInDoubt(
            "The stream carried no event"
            if is_silent
            else f"The answer is no stream of events but {kind}",
            billing=self.billing,
            status=self.status,
            body=whole,
        )


class ImageEvents(_Events, Closing):
    """The events of a billed call, each the provider's JSON object as it came.

    Iterate over it: read to its end, closed, left as a context manager or dropped, each settles the
    call. A provider that answers with JSON instead of events is heard as one event.
    """

    def __init__(self, call: Behind, response: httpx.Response | None, said: deque[object]) -> None:
        super().__init__(call, response, said)
        self._pieces: Iterator[bytes] = iter(()) if response is None else response.iter_bytes()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Mapping[str, object]:
        """The next event.

        Raises:
            BadEvent: It is an error, or no JSON object.
            ConnectionFailed: The stream broke off.
            AnswerInDoubt: No event came, and no JSON either.
        """
        while not self._said:
            if self._call.reader.is_done or next(self._pieces, None) is None:
                self._call.finish()
                self._close()
                if (whole := self._instead()) is None:
                    raise StopIteration
                return whole
        taken = self._taken()
        if isinstance(taken, BadEvent):
            shown = self._call.cut(taken)
            self._close()
            raise shown
        return taken

    def close(self) -> None:
        """Close the answer; what had not come by then is in doubt."""
        self._close()
        self._call.finish(CallerLeft())

    def _close(self) -> None:
        if self._response is not None:
            self._response.close()


class AsyncImageEvents(_Events, AsyncClosing):
    """The same, to be read with `async for`."""

    _call: AsyncBehind

    def __init__(
        self, call: AsyncBehind, response: httpx.Response | None, said: deque[object]
    ) -> None:
        super().__init__(call, response, said)
        self._pieces: AsyncIterator[bytes] | None = (
            None if response is None else response.aiter_bytes()
        )

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Mapping[str, object]:
        """The next event, as `ImageEvents`."""
        while not self._said:
            if self._call.reader.is_done or await self._next_piece() is None:
                await self._call.finish_async()
                await self._close()
                if (whole := self._instead()) is None:
                    raise StopAsyncIteration
                return whole
        taken = self._taken()
        if isinstance(taken, BadEvent):
            shown = await self._call.cut_async(taken)
            await self._close()
            raise shown
        return taken

    async def _next_piece(self) -> bytes | None:
        return None if self._pieces is None else await anext(self._pieces, None)

    async def close(self) -> None:
        """Close the answer; what had not come by then is in doubt."""
        await self._close()
        await self._call.finish_async(CallerLeft())

    async def _close(self) -> None:
        if self._response is not None:
            await self._response.aclose()

    def _abandon(self) -> None:
        """What had not come by then is in doubt; nothing is awaited."""
        self._call.abandon()
