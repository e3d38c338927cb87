"""Stand-ins for an SDK client that make one call: watched, or answered with nothing sent.

Nothing of the caller's client is changed: a stand-in is a shallow copy with the same HTTP client
behind it. Where a request may leave in another way than the SDK's own (a subclass that sends by
itself, a patched method, an identity with a client of its own) there is no stand-in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from billing.client.transport.stand_ins import come_from, is_plain, noted, with_answer

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.transport.handover import Handover
    from billing.client.transport.stand_ins import Http

ClientT = TypeVar("ClientT", "OpenAI", "AsyncOpenAI")

#: The methods through which a request goes; older releases have fewer.
_WAY: Final = ("post", "request", "_send_request", "_send_with_auth_retry")


def watched(client: ClientT, handover: Handover) -> ClientT:
    """The client for one call, as it is but for a note when a request leaves.

    A shallow copy with the same HTTP client behind it; nothing of the caller's is changed.
    """
    http = cast("Http | None", vars(client).get("_client"))
    if http is None or not _goes_the_usual_way(client, http):
        handover.happens()
        return client
    return _behind(client, noted(http, handover))


def answering(client: ClientT, content: bytes, content_type: str) -> ClientT | None:
    """The client for one call that is answered with this and sends nothing.

    None where the way of a request is not the SDK's and the HTTP library's own.
    """
    http = cast("Http | None", vars(client).get("_client"))
    if http is None or not _goes_the_usual_way(client, http):
        return None
    return _behind(client, with_answer(http, content, content_type))


def _behind(client: ClientT, http: Http) -> ClientT:
    """The client once more, with that HTTP client."""
    copied = object.__new__(type(client))
    vars(copied).update(vars(client), _client=http)
    return copied


def _goes_the_usual_way(client: object, http: object) -> bool:
    own = vars(client)
    return (
        own.keys().isdisjoint(_WAY)
        # X.509 identities send by an HTTP client of their own.
        and own.get("workload_identity") is None
        and come_from(type(client), _WAY, ("openai",), may_lack=True)
        and is_plain(http)
    )
