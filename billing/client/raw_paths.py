"""Paths that an HTTP library or a server may take for one of the image API, however they are spelt.

`/images/./generations` is sent as `/images/generations`, and must not go past the bill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import normpath
from urllib.parse import unquote

from billing.client.guards import guarded, image_path


def image_path_of(positional: tuple[object, ...], named: Mapping[str, object]) -> str | None:
    """The path among a method's arguments, plainly spelt, if that is one of the image API."""
    return image_path(_plain(positional, named), {})


def guarded_path(name: str, send: Callable[..., object]) -> Callable[..., object]:
    """The SDK's method that sends to any path, refused for image paths in any spelling."""
    check = guarded(name, lambda *_: None)

    def sent(*positional: object, **named: object) -> object:
        check(*_plain(positional, named))
        return send(*positional, **named)

    return sent


def _plain(positional: tuple[object, ...], named: Mapping[str, object]) -> tuple[str, ...]:
    values = (*positional, *named.values())
    paths = (value if isinstance(value, str) else getattr(value, "url", None) for value in values)
    return tuple(
        normpath(unquote(path).replace("\\", "/")).casefold()
        for path in paths
        if isinstance(path, str)
    )
