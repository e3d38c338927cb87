"""Knows whether a request was handed to the transport, and how far that got; it sends nothing.

What fails before is no matter of the wire: a key that cannot be fetched, a header that cannot be
written, a hook of the caller's that raises, a closed client. The proof has to be positive, so where
the way of a request is not the SDK's and the HTTP library's own (a subclass that sends by itself, a
patched method, an identity with a client of its own) every request counts as handed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from copy import copy
from socket import SHUT_RDWR
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

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

    class _Http:
        """httpx's client, or httpx2's, sync or async."""

        _handover: Handover

        def _send_single_request(self, request: Request) -> object: ...

    class _Socket(Protocol):
        def shutdown(self, how: int, /) -> None: ...

    class _Stream(Protocol):
        def get_extra_info(self, name: str) -> _Socket: ...


ClientT = TypeVar("ClientT", "OpenAI", "AsyncOpenAI")
HttpT = TypeVar("HttpT")

#: The methods of the SDK through which a request goes; older releases have fewer.
_SDK_WAY: Final = ("post", "request", "_send_request", "_send_with_auth_retry")
#: The same of the HTTP library; the last is called when the caller's hooks have run.
_HTTP_WAY: Final = (
    "send",
    "_send_handling_auth",
    "_send_handling_redirects",
    "_send_single_request",
)
_HTTP_LIBRARIES: Final = ("httpx", "httpx2")
#: The trace events of httpcore end like this.
_CONNECTING: Final = ".connect_tcp.started"
_HEADERS_BEGUN: Final = ".send_request_headers.started"
_HEADERS_WRITTEN: Final = ".send_request_headers.complete"
_HEADERS_FAILED: Final = ".send_request_headers.failed"
#: The request breaks a rule of HTTP, such as a line break in a header; found before it is written.
_UNWRITABLE: Final = "LocalProtocolError"

#: So that what the caller sees at the deadline is the deadline.
_AFTER_THE_DEADLINE_S: Final = 0.5

#: By kind of HTTP client, the same kind with a note to take.
_NOTING: Final[dict[type[_Http], type[_Http]]] = {}

_Trace = Callable[[str, Mapping[str, object]], object]


class CallAbandoned(Exception):
    """The caller no longer waits, so the request is not sent any more."""


class Handover:
    """How far one request got, and the head of its answer; shared by the threads of one call."""

    def __init__(self, *, limit_s: float | None = None) -> None:
        self.head: Answered | None = None
        self._limit_s = limit_s
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
            traced = self._traced_async(theirs) if is_async else self._traced(theirs)
            request.extensions["trace"] = traced

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
        with self._lock:
            if self._is_abandoned and event.endswith(_HEADERS_BEGUN):
                raise CallAbandoned
            self._begun += event.endswith(_HEADERS_BEGUN)
        self._connecting += event.endswith(_CONNECTING)
        self._written += event.endswith(_HEADERS_WRITTEN)
        self._unwritable += event.endswith(_HEADERS_FAILED)


def cut_off(answered: Answered) -> None:
    """End the connection of an answer that is still being read, from any thread."""
    # A closed answer has given its connection back, to be used for the next call.
    if not getattr(answered, "is_closed", True):
        with suppress(Exception):  # whatever the transport is, it may not have a socket
            extensions = cast("Request", answered).extensions
            stream = cast("_Stream", extensions["network_stream"])
            stream.get_extra_info("socket").shutdown(SHUT_RDWR)


def watched(client: ClientT, handover: Handover) -> ClientT:
    """The client for one call, as it is but for a note when a request leaves.

    A shallow copy with the same HTTP client behind it; nothing of the caller's is changed.
    """
    http = cast("_Http | None", vars(client).get("_client"))
    if http is None or not _goes_the_usual_way(client, http):
        handover.happens()
        return client
    noted = copy(client)
    vars(noted)["_client"] = _noted(http, handover)
    return noted


def watched_http(http: HttpT, handover: Handover) -> HttpT:
    """The same for an HTTP client that is used without the SDK."""
    if not _is_plain(http):
        handover.happens()
        return http
    return cast("HttpT", _noted(cast("_Http", http), handover))


def _goes_the_usual_way(client: object, http: object) -> bool:
    own = vars(client)
    return (
        not own.keys() & set(_SDK_WAY)
        # X.509 identities send by an HTTP client of their own.
        and own.get("workload_identity") is None
        and all(_comes_from(client, name, "openai") for name in _SDK_WAY if hasattr(client, name))
        and _is_plain(http)
    )


def _is_plain(http: object) -> bool:
    return not vars(http).keys() & set(_HTTP_WAY) and all(
        _comes_from(http, name, *_HTTP_LIBRARIES) for name in _HTTP_WAY
    )


def _comes_from(owner: object, name: str, *packages: str) -> bool:
    method = getattr(type(owner), name, None)
    return str(getattr(method, "__module__", "")).partition(".")[0] in packages


def _noted(http: _Http, handover: Handover) -> _Http:
    """The same HTTP client once more, with one note to take; both share all they have."""
    kind = type(http)
    noting = _NOTING.get(kind) or _NOTING.setdefault(kind, _noting(kind))
    noted = object.__new__(noting)
    object.__setattr__(noted, "__dict__", vars(http))
    object.__setattr__(noted, "_handover", handover)
    return noted


def _noting(kind: type[_Http]) -> type[_Http]:
    """A kind of HTTP client that takes a note where a request leaves for its transport."""

    def send(self: _Http, request: Request) -> object:
        self._handover.happens(request)
        response = cast("Answered", kind._send_single_request(self, request))  # noqa: SLF001 - ours
        self._handover.head = response
        return response

    async def send_async(self: _Http, request: Request) -> object:
        self._handover.happens(request, is_async=True)
        sent = cast("Awaitable[Answered]", kind._send_single_request(self, request))  # noqa: SLF001
        self._handover.head = response = await sent
        return response

    def nothing(_self: _Http) -> None:
        """The caller's client stays open when this one is collected."""

    members = {
        "__slots__": ("_handover",),
        "_send_single_request": send_async if hasattr(kind, "aclose") else send,
        "__del__": nothing,
    }
    return type(kind.__name__, (kind,), members)
