"""Knows whether a request was handed to the HTTP library, and how far that got; it sends nothing.

What fails before is no matter of the wire: a key that cannot be fetched, a header that cannot be
written, a closed client. The proof has to be positive, so where the way of a request is not the
SDK's own (a subclass that sends by itself, a patched method, an identity with a client of its own)
every request counts as handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from openai import OpenAI

    class _Request(Protocol):
        extensions: dict[str, object]

    class _Http(Protocol):
        """What httpx and httpx2 have in common."""

        @property
        def is_closed(self) -> bool: ...
        def send(self, request: _Request, **options: object) -> object: ...


#: The methods of the SDK through which a request goes; older releases have fewer.
_WAY: Final = ("post", "request", "_send_request", "_send_with_auth_retry")
#: The trace events of httpcore end like this.
_HEADERS_WRITTEN: Final = ".send_request_headers.complete"
_HEADERS_FAILED: Final = ".send_request_headers.failed"
#: The request breaks a rule of HTTP, such as a line break in a header; found before it is written.
_UNWRITABLE: Final = "LocalProtocolError"

_Trace = Callable[[str, Mapping[str, object]], object]


class Handover:
    """How far one request got."""

    def __init__(self) -> None:
        self._is_handed = False
        self._written = 0
        self._unwritable = 0

    def never_happened(self, names: tuple[str, ...]) -> bool:
        """No byte of the request was written, by an exception with these class names in its chain.

        Either it never reached the HTTP library, or that refused its headers before the first byte.
        """
        refused = _UNWRITABLE in names and self._unwritable > 0 and not self._written
        return refused or not self._is_handed

    def happens(self, request: _Request | None = None) -> None:
        """From here on bytes may leave."""
        self._is_handed = True
        if request is not None:
            theirs = cast("_Trace | None", request.extensions.get("trace"))
            request.extensions["trace"] = self._traced(theirs)

    def _traced(self, theirs: _Trace | None) -> _Trace:
        def trace(event: str, info: Mapping[str, object]) -> object:
            self._written += event.endswith(_HEADERS_WRITTEN)
            self._unwritable += event.endswith(_HEADERS_FAILED)
            return theirs(event, info) if theirs is not None else None

        return trace


def watched(client: OpenAI, handover: Handover) -> OpenAI:
    """The client for one call, as it is but for a note when a request leaves.

    A shallow copy with the same HTTP client behind it; nothing of the caller's is changed.
    """
    if not _goes_the_usual_way(client):
        handover.happens()
        return client
    noted = copy(client)
    inside = vars(noted)
    inside["_client"] = _Noted(cast("_Http", inside["_client"]), handover)
    return noted


def _goes_the_usual_way(client: OpenAI) -> bool:
    own = vars(client)
    methods = [getattr(type(client), name, None) for name in _WAY]
    return (
        callable(getattr(own.get("_client"), "send", None))
        and not own.keys() & set(_WAY)
        # X.509 identities send by an HTTP client of their own.
        and own.get("workload_identity") is None
        and all(_is_the_sdks(method) for method in methods if method is not None)
    )


def _is_the_sdks(method: object) -> bool:
    return str(getattr(method, "__module__", "")).partition(".")[0] == "openai"


class _Noted:
    """The HTTP client, whose `send` takes a note; to isinstance(), which the SDK asks, the same."""

    def __init__(self, http: _Http, handover: Handover) -> None:
        self._http = http
        self._handover = handover

    @property  # type: ignore[misc]  # read-only: nobody assigns it
    def __class__(self) -> type:
        return type(self._http)

    def __getattr__(self, name: str) -> object:
        return getattr(self._http, name)

    def send(self, request: _Request, **options: object) -> object:
        if not self._http.is_closed:  # a closed one refuses before anything else
            self._handover.happens(request)
        return self._http.send(request, **options)
