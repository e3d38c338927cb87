"""Builds the request of a call as the SDK's own method would build it; sends nothing.

It works on openai 1.109 to 3.x by public means only: the resource class is given a stand-in for its
client, and what it would post is kept for `client.post` with per-request options.
"""

from __future__ import annotations

import io
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn, cast, get_args

import openai
from openai.resources.images import Images

from billing.client.call.plan import Endpoint, Plan, wire_arguments
from billing.client.outcome.proof import sha256_of
from billing.client.sdk.streams import AsyncBilledStream, BilledStream
from pricing import Quote

if TYPE_CHECKING:
    from openai import APIResponse, AsyncAPIResponse, AsyncOpenAI, OpenAI
    from openai.types import ImagesResponse

METHODS: Final[Mapping[Endpoint, str]] = {"generations": "generate", "edits": "edit"}
#: How the caller gets the answer: as the SDK's type, by `with_raw_response`, or by
#: `with_streaming_response`.
View = Literal["plain", "raw", "streaming"]
_RAW_RESPONSE: Final = "X-Stainless-Raw-Response"
#: `stream` asks the SDK for the response before its body is read, so that status and request id
#: survive a body that breaks off; the SDK's own views set the same header.
_ASKED_FOR: Final[Mapping[View, str]] = {"plain": "stream", "raw": "true", "streaming": "stream"}
_IDEMPOTENCY_KEY: Final = "Idempotency-Key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that is ready to go: the path and the arguments of `client.post`."""

    path: str
    arguments: Mapping[str, object]
    body_sha256: str
    view: View = "plain"
    #: It goes out, and fails, as the bare client's.
    is_bare: bool = False
    #: The SDK's `Stream[...]` of the endpoint's events.
    event_stream: object = None

    @property
    def is_handed_out(self) -> bool:
        """The caller reads the answer: a stream of events, or a response with an unread body."""
        return self.view == "streaming" or bool(self.arguments.get("stream"))

    def post(
        self, client: OpenAI, idempotency_key: str | None = None
    ) -> APIResponse[ImagesResponse]:
        """Send it: one POST, no retries, no redirects.

        The body of the answer is not read yet, but for a raw view of a whole answer.
        """
        post = cast("Callable[..., APIResponse[ImagesResponse]]", client.post)
        return post(self.path, **self._with_key(idempotency_key), **self._streaming(BilledStream))

    async def post_async(
        self, client: AsyncOpenAI, idempotency_key: str | None = None
    ) -> AsyncAPIResponse[ImagesResponse]:
        """The same by the async SDK."""
        post = cast("Callable[..., Awaitable[AsyncAPIResponse[ImagesResponse]]]", client.post)
        streaming = self._streaming(AsyncBilledStream)
        return await post(self.path, **self._with_key(idempotency_key), **streaming)

    def _streaming(self, kind: type) -> Mapping[str, object]:
        """The stream that the SDK makes of the answer, of our kind for the SDK's events."""
        if not self.arguments.get("stream"):
            return {}
        (event,) = get_args(self.event_stream)
        return {"stream_cls": kind[event]}  # type: ignore[index]  # both kinds are generic

    def _with_key(self, key: str | None) -> Mapping[str, object]:
        options = _mapping(self.arguments["options"])
        headers = _mapping(options["headers"])
        if key is None or _IDEMPOTENCY_KEY.lower() in {name.lower() for name in headers}:
            return self.arguments
        keyed = {**options, "headers": {**headers, _IDEMPOTENCY_KEY: key}}
        return {**self.arguments, "options": keyed}


class _Built(Exception):
    """Carries a request out of the SDK's method before anything is sent."""

    def __init__(self, path: str, arguments: dict[str, object]) -> None:
        super().__init__(path)
        self.path, self.arguments = path, arguments


class _Drawing:
    """Stands in for the client: what would be posted is kept instead."""

    def post(self, path: str, **arguments: object) -> NoReturn:
        raise _Built(path, arguments)

    get = patch = put = delete = get_api_list = post


def prepare(
    plan: Plan, quote: Quote | None, *, reads_all: bool = False, view: View = "plain"
) -> Prepared:
    """Build the request as the SDK's own method builds it; nothing is sent.

    Without a quote it is the request of the bare client, which repeats and follows as that does.

    Files given as paths are read, as are those that cannot be rewound, so that no attempt fails or
    goes out empty for a reason of ours after the hold. With `reads_all` every file is: the HTTP
    library would read the others while it sends, on the loop of an async caller.

    Raises:
        TypeError: As the SDK does, for missing arguments.
        OSError: A file cannot be read.
    """
    arguments = wire_arguments(plan, quote)
    if plan.is_json_edit:
        arguments["image"] = openai.omit
    built = _built(METHODS[plan.endpoint], arguments)
    event_stream = built.arguments.pop("stream_cls", None)
    if quote is None:
        return bare_posting(built.path, built.arguments, view=view, event_stream=event_stream)
    return posting(
        built.path, built.arguments, reads_all=reads_all, view=view, event_stream=event_stream
    )


def posting(
    path: str,
    arguments: Mapping[str, object],
    *,
    reads_all: bool,
    view: View = "plain",
    event_stream: object = None,
) -> Prepared:
    """The request with these arguments of `client.post`, made to go once.

    Raises:
        TypeError: The body has values that JSON does not have.
        OSError: A file cannot be read.
    """
    options = _mapping(arguments.get("options"))
    body = {**_mapping(arguments.get("body")), **_mapping(options.get("extra_json"))}
    once = {
        **options,
        "headers": {**_mapping(options.get("headers")), _RAW_RESPONSE: _ASKED_FOR[view]},
        "max_retries": 0,
        "follow_redirects": False,
    }
    posted = {**arguments, "options": once}
    if posted.get("files"):
        files = cast("Iterable[tuple[str, object]]", posted["files"])
        posted["files"] = [(name, _in_hand(file, reads_all=reads_all)) for name, file in files]
    return Prepared(
        path=path,
        arguments=posted,
        body_sha256=sha256_of(body),
        view=view,
        event_stream=event_stream,
    )


def bare_posting(
    path: str,
    arguments: Mapping[str, object],
    *,
    view: View = "plain",
    event_stream: object = None,
) -> Prepared:
    """The request with these arguments of `client.post`, to go out as the bare client sends it.

    A plain answer is asked for raw, and parsed by who shows it: that reads a body where the bare
    client does, so that it is repeated likewise.
    """
    if view == "plain" and not arguments.get("stream"):
        view = "raw"
    options = _mapping(arguments.get("options"))
    headers = {**_mapping(options.get("headers")), _RAW_RESPONSE: _ASKED_FOR[view]}
    posted = {**arguments, "options": {**options, "headers": headers}}
    return Prepared(
        path=path,
        arguments=posted,
        body_sha256="",
        view=view,
        is_bare=True,
        event_stream=event_stream,
    )


def _built(method: str, arguments: Mapping[str, object]) -> _Built:
    try:
        getattr(Images(cast("OpenAI", _Drawing())), method)(**arguments)
    except _Built as built:
        return built
    message = f"images.{method} of openai {openai.__version__} posts nothing"
    raise AssertionError(message)


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value or {})


def _in_hand(file: object, *, reads_all: bool) -> object:
    """A file as the SDK takes it, with what must not wait until the request is sent read."""
    if isinstance(file, tuple) and len(file) > 1:
        return file[0], _content(file[1], reads_all=reads_all), *file[2:]
    content = _content(file, reads_all=reads_all)
    if content is file:
        return file
    # The name that the HTTP library would have given it.
    return Path(str(getattr(file, "name", "upload"))).name, content


def _content(file: object, *, reads_all: bool) -> object:
    if isinstance(file, os.PathLike):
        return Path(file).read_bytes()
    if isinstance(file, io.IOBase) and (reads_all or not file.seekable()):
        return cast("io.RawIOBase", file).read()
    return file
