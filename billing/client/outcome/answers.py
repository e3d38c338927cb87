"""What the body of an answer says, read from its bytes: images, usage, errors; it decides nothing.

Everything here was written by the other side, so nothing is taken on trust: wrong types, numbers
out of range and unreadable JSON give an `Answer` that says less, never an exception.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

#: Largest count that is kept: what a signed 64-bit column and a JSON number both hold.
_LARGEST = 2**53
_LONGEST_URL = 4096
_LONGEST_CODE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The facts of one answer's body."""

    #: Items with a non-empty url or b64_json.
    delivered: int = 0
    created: int | None = None
    urls: tuple[str, ...] = ()
    #: Token counts, flattened with dots.
    usage: Mapping[str, int] = field(default_factory=dict)
    #: `error.code` or `error.type`.
    error_code: str | None = None
    #: The body carries an error object.
    is_error: bool = False


NO_ANSWER: Final = Answer()


def read_answer(content: bytes) -> Answer:
    """The facts of a body; an unreadable one delivered nothing."""
    try:
        body: object = json.loads(content)
    except (
        ValueError,
        RecursionError,
    ):  # ValueError: bad JSON, bad encoding, an int of 5000 digits
        return NO_ANSWER
    return answer_of(body) if isinstance(body, dict) else NO_ANSWER


def answer_of(body: Mapping[str, object]) -> Answer:
    """The facts of a body that is an object."""
    items = [item for item in _items(body.get("data")) if _is_deliverable(item)]
    return Answer(
        delivered=len(items),
        created=_count(body.get("created")),
        urls=tuple(_urls(items)),
        usage=dict(_flat(body.get("usage"))),
        error_code=error_code(body.get("error")),
        is_error=bool(body.get("error")),
    )


def error_code(error: object) -> str | None:
    """`code`, else `type`, of an error object."""
    if not isinstance(error, dict):
        return None
    for name in ("code", "type"):
        if isinstance(error.get(name), str | int):
            return plain_text(str(error[name]), longest=_LONGEST_CODE) or None
    return None


def plain_text(text: str, *, longest: int) -> str:
    """Text that every database stores: no NUL, no lone surrogate, not endless."""
    storable = text[:longest].encode("utf-8", "replace").decode("utf-8")
    return storable.replace("\0", "")


def _items(data: object) -> list[Mapping[str, object]]:
    if not isinstance(data, list):
        return []
    return [item for item in data if isinstance(item, dict)]


def _is_deliverable(item: Mapping[str, object]) -> bool:
    images = (item.get("url"), item.get("b64_json"))
    return any(isinstance(image, str) and image.strip() for image in images)


def _urls(items: list[Mapping[str, object]]) -> Iterator[str]:
    """Addresses only: a `data:` URL is the image itself and does not belong in a ledger."""
    for item in items:
        url = item.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            continue
        if len(url) <= _LONGEST_URL:
            yield plain_text(url, longest=_LONGEST_URL)


def _flat(usage: object, prefix: str = "") -> Iterator[tuple[str, int]]:
    if not isinstance(usage, dict):
        return
    for name, value in usage.items():
        path = f"{prefix}{plain_text(str(name), longest=_LONGEST_CODE)}"
        if isinstance(value, dict) and prefix.count(".") < 3:
            yield from _flat(value, f"{path}.")
        elif (count := _count(value)) is not None:
            yield path, count


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST else None
