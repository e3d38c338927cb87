"""Sends a prepared request once and says what came back; takes no billing decision.

Exceptions are told apart by class name: the HTTP library under the SDK is httpx in its 1.x and 2.x,
httpx2 in its 3.x.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

import openai

from billing.client.answers import read_answer
from billing.client.handover import Handover, watched
from billing.client.outcomes import Reply
from billing.client.prepared import Prepared

if TYPE_CHECKING:
    from openai import APIResponse, OpenAI
    from openai.types import ImagesResponse

    #: What `APIResponse` and the HTTP library's response have in common.
    class _Head(Protocol):
        @property
        def status_code(self) -> int: ...
        @property
        def headers(self) -> Mapping[str, str]: ...


SDK: Final = f"openai {openai.__version__}"
_CHAIN_LIMIT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One attempt: the facts, and either the response or the exception for the caller."""

    reply: Reply
    response: APIResponse[ImagesResponse] | None = None
    error: BaseException | None = None


def post_once(client: OpenAI, prepared: Prepared) -> Exchange:
    """Send the request once, no retries, no redirects; whatever happens comes back as a value.

    Also KeyboardInterrupt and its kind: they are settled before they go on.
    """
    response: APIResponse[ImagesResponse] | None = None
    handover = Handover()
    try:
        response = prepared.post(watched(client, handover))
        content = response.read()
    except openai.APIStatusError as error:
        return Exchange(reply=_refusal(error), error=error)
    except BaseException as error:  # noqa: BLE001 - it goes on after it is settled
        if response is not None:
            response.close()
        if handover.never_happened(_names(error)):
            return Exchange(reply=_unsent(error), error=error)
        shown = as_sdk_error(error)
        return Exchange(reply=_broken(shown, response), error=shown)
    reply = Reply(
        status=response.status_code,
        request_id=response.headers.get("x-request-id"),
        answer=read_answer(content),
    )
    return Exchange(reply=reply, response=response)


def as_sdk_error(error: BaseException) -> BaseException:
    """The exception as the bare SDK shows it: transport errors wrapped, all others untouched.

    A body that breaks off outside the SDK's own try arrives here unwrapped.
    """
    names = {base.__name__ for base in type(error).__mro__}
    if isinstance(error, openai.OpenAIError) or not names & {"TimeoutException", "RequestError"}:
        return error
    request = error.request  # type: ignore[attr-defined]  # both are httpx errors by name
    wrapped = (
        openai.APITimeoutError(request=request)
        if "TimeoutException" in names
        else openai.APIConnectionError(request=request)
    )
    wrapped.__cause__ = error
    return wrapped


def _refusal(error: openai.APIStatusError) -> Reply:
    return Reply(
        status=error.status_code,
        request_id=error.response.headers.get("x-request-id"),
        answer=read_answer(error.response.content),
        error=_names(error),
    )


def _unsent(error: BaseException) -> Reply:
    return Reply(error=_names(error), is_broken=True, is_unsent=True)


def _broken(error: BaseException, response: APIResponse[ImagesResponse] | None) -> Reply:
    """What is known when no complete answer arrived; the head may have."""
    head = _head_behind(error) if response is None else response
    return Reply(
        status=head.status_code if head is not None else None,
        request_id=head.headers.get("x-request-id") if head is not None else None,
        error=_names(error),
        is_broken=True,
    )


def _head_behind(error: BaseException) -> _Head | None:
    """The response whose body broke off while the SDK was reading it, for an error status."""
    for link in _chain(error, context=True):
        response = getattr(link, "response", None)
        if response is not None:
            return cast("_Head", response)
    return None


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(type(link).__name__ for link in _chain(error))


def _chain(error: BaseException, *, context: bool = False) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(_CHAIN_LIMIT):
        if link is None:
            return
        yield link
        link = link.__cause__ or (link.__context__ if context else None)
