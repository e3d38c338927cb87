"""Stand-ins for an HTTP client that make one call: watched, or answered with nothing sent.

Nothing of the caller's client is changed: a stand-in shares all that it has. That a request left
nobody unseen has to be certain, so where its way is not the HTTP library's own (a subclass that
sends by itself, a patched method) there is no stand-in.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from billing.client.transport.handover import Answered, Handover, Request

    class Http:
        """httpx's client, or httpx2's, sync or async."""

        _handover: Handover

        def _send_single_request(self, request: Request) -> object: ...


HttpT = TypeVar("HttpT")

#: The methods through which a request goes; the last is called when the caller's hooks have run.
_HTTP_WAY: Final = (
    "send",
    "_send_handling_auth",
    "_send_handling_redirects",
    "_send_single_request",
)
_HTTP_LIBRARIES: Final = ("httpx", "httpx2")
#: By kind of client, the methods of its way that were found to be the library's own.
_OWN_METHODS: Final[dict[type, tuple[object, ...]]] = {}
#: By kind of HTTP client, the same kind with a note to take.
_NOTING: Final[dict[type[Http], type[Http]]] = {}


def watched_http(http: HttpT, handover: Handover) -> HttpT:
    """The client for one call, as it is but for a note when a request leaves."""
    if not is_plain(http):
        handover.happens()
        return http
    return cast("HttpT", noted(cast("Http", http), handover))


def is_plain(http: object) -> bool:
    """Whether a request goes the HTTP library's own way, where it can be watched."""
    own = vars(http)
    is_patched = not own.keys().isdisjoint(_HTTP_WAY)
    return not is_patched and come_from(type(http), _HTTP_WAY, _HTTP_LIBRARIES)


def library_of(kind: type) -> str | None:
    """The HTTP library that has made this kind of client, or what it is derived from."""
    roots = (base.__module__.partition(".")[0] for base in kind.__mro__)
    return next((root for root in roots if root in _HTTP_LIBRARIES), None)


def come_from(
    kind: type, names: tuple[str, ...], packages: tuple[str, ...], *, may_lack: bool = False
) -> bool:
    """Whether these methods are those of the packages; they may be patched at any time."""
    methods = tuple([getattr(kind, name, None) for name in names])
    if _OWN_METHODS.get(kind) == methods:
        return True
    are_own = all(
        str(getattr(method, "__module__", "")).partition(".")[0] in packages
        for method in methods
        if method is not None or not may_lack
    )
    if are_own:
        _OWN_METHODS[kind] = methods
    return are_own


def noted(http: Http, handover: Handover) -> Http:
    """The same HTTP client once more, with one note to take; both share all they have."""
    kind = type(http)
    noting = _NOTING.get(kind) or _NOTING.setdefault(kind, _noting(kind))
    watched = object.__new__(noting)
    object.__setattr__(watched, "__dict__", vars(http))
    object.__setattr__(watched, "_handover", handover)
    return watched


def with_answer(http: Http, content: bytes, content_type: str) -> Http:
    """The same HTTP client once more, which sends nothing and answers with this."""
    kind = type(http)
    library = library_of(kind)
    assert library is not None, "its way is a library's own"

    def send(_self: Http, request: Request) -> object:
        response = sys.modules[library].Response(
            200, headers={"content-type": content_type}, content=content, request=request
        )
        response.elapsed = timedelta(0)
        return response

    async def send_async(self: Http, request: Request) -> object:
        return send(self, request)

    members = {
        "_send_single_request": send_async if hasattr(kind, "aclose") else send,
        "__del__": _nothing,
    }
    answering_kind = cast("type[Http]", type(kind.__name__, (kind,), members))
    answers = object.__new__(answering_kind)
    object.__setattr__(answers, "__dict__", vars(http))
    return answers


def _nothing(_self: Http) -> None:
    """The caller's client stays open when this one is collected."""


def _noting(kind: type[Http]) -> type[Http]:
    """A kind of HTTP client that takes a note where a request leaves for its transport."""

    def send(self: Http, request: Request) -> object:
        self._handover.happens(request)
        response = cast("Answered", kind._send_single_request(self, request))  # noqa: SLF001 - ours
        self._handover.answered(response)
        return response

    async def send_async(self: Http, request: Request) -> object:
        self._handover.happens(request, is_async=True)
        sent = cast("Awaitable[Answered]", kind._send_single_request(self, request))  # noqa: SLF001
        response = await sent
        self._handover.answered(response)
        return response

    members = {
        "__slots__": ("_handover",),
        "_send_single_request": send_async if hasattr(kind, "aclose") else send,
        "__del__": _nothing,
    }
    return type(kind.__name__, (kind,), members)
