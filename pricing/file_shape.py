"""What is wrong with the shape of a file, in words: pydantic's findings as paths and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from pricing.book_yaml import Path
from pricing.errors import listed, shown

_MESSAGES: Final = {
    "missing": "this key is required",
    "string_type": "text is needed; put it in quotes",
    "string_too_short": "text is needed",
    "bool_type": "true or false is needed",
    "int_type": "a whole number is needed",
    "dict_type": "keys and values are needed here",
    "model_type": "keys and values are needed here",
    "list_type": "a list is needed",
    "too_short": "at least one is needed",
}
_PATTERNS: Final = {
    r"^[a-z0-9][a-z0-9._-]{0,99}$": "an id is lower-case letters, digits and . _ -",
    r"^[A-Z][A-Z0-9_]{2,15}$": "a currency is an ISO 4217 code or a unit such as CREDIT",
    r"^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$": "a size is WIDTHxHEIGHT, such as 1024x1024",
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$": "a name is letters, digits and . _ -",
}


class Shape(BaseModel):
    """Keys that a file may have at one place; their docstrings are what an editor shows."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def shape_problems(
    error: ValidationError, data: object, shape_at: Callable[[Path], type[Shape]]
) -> list[tuple[Path, str]]:
    """Each finding as a path and what is allowed there.

    Args:
        error: What pydantic found.
        data: The data it looked at.
        shape_at: The keys that are known at a path of keys, positions in lists left out.
    """
    # A key that may be absent is "this or None" to pydantic, which then says both.
    details = (d for d in error.errors(include_url=False) if d["type"] != "none_required")
    return [_explained(detail, data, shape_at) for detail in details]


def _explained(
    error: ErrorDetails, data: object, shape_at: Callable[[Path], type[Shape]]
) -> tuple[Path, str]:
    path = tuple(_present(error["loc"], data))
    kind, given = error["type"], error["input"]
    if kind == "missing":
        return path, _MESSAGES[kind]
    if kind == "extra_forbidden":
        parent = tuple(part for part in path[:-1] if isinstance(part, str))
        return path, _unknown_key(str(path[-1]), shape_at(parent))
    if kind == "string_pattern_mismatch":
        message = _PATTERNS[error["ctx"]["pattern"]]
    else:
        message = _MESSAGES.get(kind) or error["msg"].removeprefix("Input should be ")
    return path, f"{message}; given {shown(given)}"


def _present(location: tuple[str | int, ...], data: object) -> Iterator[str | int]:
    """The keys of a location that are in the file; pydantic adds the names of its own branches."""
    for part in location:
        if isinstance(data, dict):
            if part in data:
                yield part
                data = data[part]
            elif part == location[-1] and part != "[key]":
                yield part
        elif isinstance(data, list) and isinstance(part, int):
            yield part
            data = data[part]


def _unknown_key(key: str, shape: type[Shape]) -> str:
    known = sorted(shape.model_fields)
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"unknown key; {hint}Known: {listed(known)}"
