"""Knows whether a request was handed to the transport, and how far that got; it sends nothing.

What fails before is no matter of the wire: a key that cannot be fetched, a header that cannot be
written, a hook of the caller's that raises, a closed client. The proof has to be positive, so where
the way of a request is not the SDK's and the HTTP library's own (a subclass that sends by itself, a
patched method, an identity with a client of its own) every request counts as handed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from socket import SHUT_RDWR
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:

    class Request(Protocol):
        """What httpx and httpx2 have in common."""

        extensions: dict[str, object]

    class Answered(Protocol):
        """What every response has, the SDK's too; its body need not have been read."""

        @property
        def status_code(self) -> int:
            """Of the head."""

        @property
        def headers(self) -> Mapping[str, str]:
            """Names in any case."""

    class _Socket(Protocol):
        def shutdown(self, how: int, /) -> None: ...

    class _Stream(Protocol):
        def get_extra_info(self, name: str) -> _Socket: ...


#: The trace events of httpcore, without the protocol before the first dot.
_CONNECTING: Final = "connect_tcp.started"
_HEADERS_BEGUN: Final = "send_request_headers.started"
_HEADERS_WRITTEN: Final = "send_request_headers.complete"
_HEADERS_FAILED: Final = "send_request_headers.failed"
_NOTED: Final = frozenset({_CONNECTING, _HEADERS_BEGUN, _HEADERS_WRITTEN, _HEADERS_FAILED})
#: The request breaks a rule of HTTP, such as a line break in a header; found before it is written.
_UNWRITABLE: Final = "LocalProtocolError"

#: So that what the caller sees at the deadline is the deadline.
_AFTER_THE_DEADLINE_S: Final = 0.5

_Trace = Callable[[str, Mapping[str, object]], object]


class CallAbandoned(Exception):
    """The caller no longer waits, so the request is not sent any more."""


class Handover:
    """How far one request got, and the head of its answer; shared by the threads of one call."""

    def __init__(self, *, limit_s: float | None = None) -> None:
        self.head: Answered | None = None
        #: The status of each request of which a byte was written, None while there is no answer.
        self.went_out: list[int | None] = []
        self._limit_s = limit_s
        self._trace: _Trace | None = None
        self._lock = Lock()
        self._is_abandoned = False
        self._is_handed = False
        self._connecting = 0
        self._begun = 0
        self._written = 0
        self._unwritable = 0

    def never_happened(self, names: tuple[str, ...]) -> bool:
        """No byte of the request was written, by an exception with these class names in its chain.

        It never reached the transport, or that was still connecting, or it refused the headers
        before the first byte.
        """
        refused = _UNWRITABLE in names and self._unwritable > 0 and not self._written
        is_connecting = self._connecting > 0 and not self._begun
        return refused or is_connecting or not self._is_handed

    def answered(self, head: Answered) -> None:
        """The head of an answer arrived."""
        self.head = head
        if self.went_out and self.went_out[-1] is None:
            self.went_out.pop()
        self.went_out.append(head.status_code)

    def abandon(self) -> None:
        """From here on nothing is handed over; what has been is cut off if its answer began."""
        with self._lock:
            self._is_abandoned = True
        if self.head is not None:
            cut_off(self.head)

    def happens(self, request: Request | None = None, *, is_async: bool = False) -> None:
        """From here on bytes may leave.

        Raises:
            CallAbandoned: `abandon` came first.
        """
        with self._lock:
            if self._is_abandoned:
                raise CallAbandoned
            self._is_handed = True
        if request is not None:
            self._limit(request)
            theirs = cast("_Trace | None", request.extensions.get("trace"))
            if self._trace is None or theirs is not self._trace:  # a redirect brings ours along
                self._trace = self._traced_async(theirs) if is_async else self._traced(theirs)
                request.extensions["trace"] = self._trace

    def _limit(self, request: Request) -> None:
        """Let no single wait outlast the call: who abandons it leaves no thread behind for long."""
        waits = request.extensions.get("timeout")
        if self._limit_s is None or not isinstance(waits, Mapping):
            return
        limit_s = self._limit_s + _AFTER_THE_DEADLINE_S
        request.extensions["timeout"] = {
            name: limit_s if wait is None else min(wait, limit_s) for name, wait in waits.items()
        }

    def _traced(self, theirs: _Trace | None) -> _Trace:
        def trace(event: str, info: Mapping[str, object]) -> object:
            self._note(event)
            return theirs(event, info) if theirs is not None else None

        return trace

    def _traced_async(self, theirs: _Trace | None) -> _Trace:
        async def trace(event: str, info: Mapping[str, object]) -> object:
            self._note(event)
            return await cast("Awaitable[object]", theirs(event, info)) if theirs else None

        return trace

    def _note(self, event: str) -> None:
        kind = event.partition(".")[2]
        if kind not in _NOTED:
            return
        with self._lock:
            if kind == _HEADERS_BEGUN:
                if self._is_abandoned:
                    raise CallAbandoned
                self._begun += 1
                self.went_out.append(None)
        self._connecting += kind == _CONNECTING
        self._written += kind == _HEADERS_WRITTEN
        self._unwritable += kind == _HEADERS_FAILED


def cut_off(answered: Answered) -> None:
    """End the connection of an answer that is still being read, from any thread."""
    # A closed answer has given its connection back, to be used for the next call.
    if not getattr(answered, "is_closed", True):
        with suppress(Exception):  # whatever the transport is, it may not have a socket
            extensions = cast("Request", answered).extensions
            stream = cast("_Stream", extensions["network_stream"])
            stream.get_extra_info("socket").shutdown(SHUT_RDWR)
