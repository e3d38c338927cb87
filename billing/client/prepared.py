"""Builds the request of a call as the SDK's own method would build it; sends nothing.

It works on openai 1.109 to 3.x by public means only: the resource class is given a stand-in for its
client, and what it would post is kept for `client.post` with per-request options.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, cast

import openai
from openai.resources.images import Images

from billing.client.plan import Endpoint, Plan, wire_arguments
from billing.client.proof import sha256_of
from pricing import Quote

if TYPE_CHECKING:
    from openai import APIResponse, OpenAI
    from openai.types import ImagesResponse

METHODS: Final[Mapping[Endpoint, str]] = {"generations": "generate", "edits": "edit"}
#: Asks the SDK for the response before its body is read, so that status and request id survive a
#: body that breaks off; `with_streaming_response` sets the same header.
_STREAMED: Final = {"X-Stainless-Raw-Response": "stream"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that is ready to go: the path and the arguments of `client.post`."""

    path: str
    arguments: Mapping[str, object]
    body_sha256: str

    def post(self, client: OpenAI) -> APIResponse[ImagesResponse]:
        """Send it: one POST, no retries, no redirects; the body of the answer is not read yet."""
        post = cast("Callable[..., APIResponse[ImagesResponse]]", client.post)
        return post(self.path, **self.arguments)


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


def prepare(plan: Plan, quote: Quote) -> Prepared:
    """Build the request as the SDK's own method builds it; nothing is sent.

    Files given as paths are read, as are those that cannot be rewound, so that no attempt fails or
    goes out empty for a reason of ours after the hold.

    Raises:
        TypeError: As the SDK does, for missing arguments.
        OSError: A file cannot be read.
    """
    arguments = wire_arguments(plan, quote)
    if plan.is_json_edit:
        arguments["image"] = openai.omit
    built = _built(METHODS[plan.endpoint], arguments)
    options = _mapping(built.arguments["options"])
    body = {**_mapping(built.arguments.get("body")), **_mapping(options.get("extra_json"))}
    once = {
        **options,
        "headers": {**_mapping(options.get("headers")), **_STREAMED},
        "max_retries": 0,
        "follow_redirects": False,
    }
    posted = {**built.arguments, "options": once}
    if posted.get("files"):
        files = cast("Iterable[tuple[str, object]]", posted["files"])
        posted["files"] = [(name, _in_hand(file)) for name, file in files]
    return Prepared(path=built.path, arguments=posted, body_sha256=sha256_of(body))


def _built(method: str, arguments: Mapping[str, object]) -> _Built:
    try:
        getattr(Images(cast("OpenAI", _Drawing())), method)(**arguments)
    except _Built as built:
        return built
    message = f"images.{method} of openai {openai.__version__} posts nothing"
    raise AssertionError(message)


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value or {})


def _in_hand(file: object) -> object:
    """A file as the SDK takes it, with paths and streams that cannot be rewound read to bytes."""
    if isinstance(file, os.PathLike):
        path = Path(file)
        return path.name, path.read_bytes()
    if isinstance(file, tuple) and len(file) > 1:
        return file[0], _content(file[1]), *file[2:]
    return _content(file)


def _content(file: object) -> object:
    if isinstance(file, os.PathLike):
        return Path(file).read_bytes()
    if isinstance(file, io.IOBase) and not file.seekable():
        return cast("io.RawIOBase", file).read()
    return file
