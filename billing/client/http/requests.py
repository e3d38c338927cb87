"""Builds the body of a call over plain HTTP, as the API documents it; sends nothing.

Every file is read here, before the hold: no attempt fails, goes out empty or blocks a loop because
of a file.
"""

from __future__ import annotations

import io
import mimetypes
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from billing.client.call.plan import Endpoint, Plan, wire_arguments
from billing.client.outcome.proof import sha256_of
from pricing import InvalidValue, Quote

_EITHER: Final = ("background", "output_compression", "partial_images", "stream", "user")
#: What the API takes beside the fields that a price book knows; it cannot change the price.
FIELDS: Final[Mapping[Endpoint, frozenset[str]]] = {
    "generations": frozenset({*_EITHER, "moderation", "style"}),
    "edits": frozenset({*_EITHER, "input_fidelity"}),
}
_FILES: Final = ("image", "mask")
_EXTRA: Final = ("extra_body", "extra_headers", "extra_query")
_A_FILE: Final = "bytes, an open file, a path, (name, content), or an address"

#: A field of an upload, as every HTTP library takes it: name, content, content type.
Upload = tuple[str, tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request that is ready to go, for any HTTP library."""

    path: str
    #: Of a JSON body, or of an upload without its files.
    fields: Mapping[str, object]
    files: tuple[Upload, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    #: Seconds, or what the HTTP library takes; None: as the client says.
    timeout: object = None
    body_sha256: str

    @property
    def is_stream(self) -> bool:
        """The caller reads the answer, event by event."""
        return bool(self.fields.get("stream"))

    def parts(self) -> dict[str, object]:
        """The body, by the names of the HTTP library's arguments."""
        if not self.files:
            return {"json": self.fields}
        return {"data": dict(_form(self.fields)), "files": list(self.files)}

    def headers_with(self, key: str | None) -> dict[str, str]:
        """The headers of an attempt; the caller's own `Idempotency-Key` stays."""
        given = {name.lower() for name in self.headers}
        keyed = {} if key is None or "idempotency-key" in given else {"Idempotency-Key": key}
        return {**self.headers, **keyed}


def build_request(plan: Plan, quote: Quote | None) -> HttpRequest:
    """The request of a planned and quoted call; without a quote, of what was asked for.

    Raises:
        MissingParameter: Without a prompt there is a price, but no image.
        InvalidValue: A file that is none.
        OSError: A file cannot be read.
        TypeError: A value that JSON does not have.
    """
    arguments = wire_arguments(plan, quote)
    extra = {name: _mapping(name, arguments.pop(name, None)) for name in _EXTRA}
    timeout = arguments.pop("timeout", None)
    files: tuple[Upload, ...] = ()
    if plan.endpoint == "edits" and not plan.is_json_edit:
        if arguments.get("image") is None:
            raise InvalidValue("image", None, allowed=_A_FILE)
        given: dict[str, object] = {
            name: arguments.pop(name) for name in _FILES if name in arguments
        }
        files = tuple(_uploads(given))
    fields = {**arguments, **extra["extra_body"]}
    headers = {name: str(value) for name, value in extra["extra_headers"].items()}
    return HttpRequest(
        path=f"images/{plan.endpoint}",
        fields=fields,
        files=files,
        headers=headers,
        query=extra["extra_query"],
        timeout=timeout,
        body_sha256=sha256_of(fields),
    )


def _mapping(name: str, value: object) -> Mapping[str, object]:
    if value is None or isinstance(value, Mapping):
        return cast("Mapping[str, object]", value or {})
    raise InvalidValue(name, value, allowed="a mapping of names to values")


def _uploads(given: Mapping[str, object]) -> Iterator[Upload]:
    for name, value in given.items():
        if isinstance(value, list):
            yield from ((f"{name}[]", _read(name, each)) for each in value)
        elif value is not None:
            yield name, _read(name, value)


def _read(name: str, file: object) -> tuple[str, bytes, str]:
    """Name, content and content type of a file, read to its end."""
    if isinstance(file, tuple) and len(file) in (2, 3) and isinstance(file[0], str):
        file_name, content = file[0], file[1]
        kind = file[2] if len(file) == 3 else None
    else:
        file_name = Path(str(getattr(file, "name", file if _is_path(file) else "upload"))).name
        content, kind = file, None
    guessed = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    return file_name, _content(name, content), str(kind or guessed)


def _content(name: str, content: object) -> bytes:
    if _is_path(content):
        return Path(cast("os.PathLike[str]", content)).read_bytes()
    if isinstance(content, io.IOBase):
        content = cast("io.RawIOBase", content).read()
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    raise InvalidValue(name, type(content).__name__, allowed=_A_FILE)


def _is_path(file: object) -> bool:
    return isinstance(file, os.PathLike)


def _form(fields: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Fields of an upload as text; lists under `name[]`; null is left out."""
    for name, value in fields.items():
        if isinstance(value, list | tuple):
            yield f"{name}[]", [_text(name, each) for each in value]
        elif value is not None:
            yield name, _text(name, value)


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise InvalidValue(name, value, allowed="text, a number, true or false beside an upload")
