"""Stand-ins for a client that make one call: watched, or answered with nothing sent.

Nothing of the caller's client is changed: a stand-in is a shallow copy with the same HTTP client
behind it. That a request left nobody unseen has to be certain, so where its way is not the SDK's
and the HTTP library's own (a subclass that sends by itself, a patched method, an identity with a
client of its own) there is no stand-in.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.handover import Answered, Handover, Request

    class _Http:
        """httpx's client, or httpx2's, sync or async."""

        _handover: Handover

        def _send_single_request(self, request: Request) -> object: ...


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
#: By kind of client, the methods of its way that were found to be the library's own.
_OWN_METHODS: Final[dict[type, tuple[object, ...]]] = {}
#: By kind of HTTP client, the same kind with a note to take.
_NOTING: Final[dict[type[_Http], type[_Http]]] = {}


def watched(client: ClientT, handover: Handover) -> ClientT:
    """The client for one call, as it is but for a note when a request leaves.

    A shallow copy with the same HTTP client behind it; nothing of the caller's is changed.
    """
    http = cast("_Http | None", vars(client).get("_client"))
    if http is None or not _goes_the_usual_way(client, http):
        handover.happens()
        return client
    noted = object.__new__(type(client))
    vars(noted).update(vars(client), _client=_noted(http, handover))
    return noted


def watched_http(http: HttpT, handover: Handover) -> HttpT:
    """The same for an HTTP client that is used without the SDK."""
    if not _is_plain(http):
        handover.happens()
        return http
    return cast("HttpT", _noted(cast("_Http", http), handover))


def answering(client: ClientT, content: bytes, content_type: str) -> ClientT | None:
    """The client for one call that is answered with this and sends nothing.

    None where the way of a request is not the SDK's and the HTTP library's own.
    """
    http = cast("_Http | None", vars(client).get("_client"))
    if http is None or not _goes_the_usual_way(client, http):
        return None
    answers = object.__new__(type(client))
    vars(answers).update(vars(client), _client=_with_answer(http, content, content_type))
    return answers


def _goes_the_usual_way(client: object, http: object) -> bool:
    own = vars(client)
    return (
        own.keys().isdisjoint(_SDK_WAY)
        # X.509 identities send by an HTTP client of their own.
        and own.get("workload_identity") is None
        and _come_from(type(client), _SDK_WAY, ("openai",), may_lack=True)
        and _is_plain(http)
    )


def _is_plain(http: object) -> bool:
    own = vars(http)
    is_patched = not own.keys().isdisjoint(_HTTP_WAY)
    return not is_patched and _come_from(type(http), _HTTP_WAY, _HTTP_LIBRARIES)


def _come_from(
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


def _noted(http: _Http, handover: Handover) -> _Http:
    """The same HTTP client once more, with one note to take; both share all they have."""
    kind = type(http)
    noting = _NOTING.get(kind) or _NOTING.setdefault(kind, _noting(kind))
    noted = object.__new__(noting)
    object.__setattr__(noted, "__dict__", vars(http))
    object.__setattr__(noted, "_handover", handover)
    return noted


def _with_answer(http: _Http, content: bytes, content_type: str) -> _Http:
    kind = type(http)
    library = next(found for base in kind.__mro__ if (found := _root(base)) in _HTTP_LIBRARIES)

    def send(_self: _Http, request: Request) -> object:
        response = sys.modules[library].Response(
            200, headers={"content-type": content_type}, content=content, request=request
        )
        response.elapsed = timedelta(0)
        return response

    async def send_async(self: _Http, request: Request) -> object:
        return send(self, request)

    members = {
        "_send_single_request": send_async if hasattr(kind, "aclose") else send,
        "__del__": _nothing,
    }
    answering_kind = cast("type[_Http]", type(kind.__name__, (kind,), members))
    answers = object.__new__(answering_kind)
    object.__setattr__(answers, "__dict__", vars(http))
    return answers


def _root(kind: type) -> str:
    return kind.__module__.partition(".")[0]


def _nothing(_self: _Http) -> None:
    """The caller's client stays open when this one is collected."""


def _noting(kind: type[_Http]) -> type[_Http]:
    """A kind of HTTP client that takes a note where a request leaves for its transport."""

    def send(self: _Http, request: Request) -> object:
        self._handover.happens(request)
        response = cast("Answered", kind._send_single_request(self, request))  # noqa: SLF001 - ours
        self._handover.answered(response)
        return response

    async def send_async(self: _Http, request: Request) -> object:
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
