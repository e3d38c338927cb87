"""The HTTP library's response, re-classed so that what the caller reads is heard as it passes.

It stays the caller's `httpx.Response` (httpx2's with openai 3.x) in every way; whichever of the
SDK's ways reads it (an iteration, `read`, `parse`, `iter_lines`), the bytes come through here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from billing.client.streams.behind import AsyncBehind, Behind

    class _Response(Protocol):
        """What httpx and httpx2 have in common, and what is added here."""

        _call: Behind

        def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
            """The decoded body, in pieces."""

        def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
            """The same, async."""


#: By kind of response, the same kind that is heard.
_HEARD: Final[dict[type[_Response], type[_Response]]] = {}


def hear(response: object, call: Behind) -> None:
    """From now on the call hears what is read of this response, and when it is dropped."""
    heard = cast("_Response", response)
    kind = type(heard)
    heard.__class__ = _HEARD.get(kind) or _HEARD.setdefault(kind, _heard(kind))
    heard._call = call  # noqa: SLF001 - ours
    call.watch(response)  # type: ignore[arg-type]  # every response has a status and headers


def call_behind(response: object) -> Behind:
    """The call that hears a response."""
    return cast("_Response", response)._call  # noqa: SLF001 - ours


def _heard(kind: type[_Response]) -> type[_Response]:
    def iter_bytes(self: _Response, chunk_size: int | None = None) -> Iterator[bytes]:
        call = self._call
        try:
            for piece in kind.iter_bytes(self, chunk_size):
                call.check_deadline()
                call.reader.feed(piece)
                yield piece
        except GeneratorExit:  # more may be read later
            raise
        except BaseException as error:  # noqa: BLE001 - it goes on
            shown = call.cut(error)
            raise shown from shown.__cause__
        call.finish()

    async def aiter_bytes(self: _Response, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        call = cast("AsyncBehind", self._call)
        pieces = kind.aiter_bytes(self, chunk_size)
        try:
            while True:
                async with asyncio.timeout(call.limit.left_s() if call.limit else None):
                    piece = await anext(pieces, None)
                if piece is None:
                    break
                call.reader.feed(piece)
                yield piece
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - it goes on
            shown = await call.cut_async(error)
            raise shown from shown.__cause__
        await call.finish_async()

    def dropped(self: _Response) -> None:
        with suppress(Exception):
            self._call.abandon()

    members = {"iter_bytes": iter_bytes, "aiter_bytes": aiter_bytes, "__del__": dropped}
    return type(kind.__name__, (kind,), members)
