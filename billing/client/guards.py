"""What keeps image calls from reaching an API past the bill; everything else passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from billing.client.errors import NotBillable

_IMAGE_PATH: Final = re.compile(r"(?:^|/)images/(?:generations|edits|variations)\b")
_INSTEAD: Final = "use images.generate or images.edit"


def refuse(what: str) -> NoReturn:
    """Refuse a way that would go past the bill."""
    raise NotBillable(what, _INSTEAD)


class Refusing:
    """What a resource does with all that is not billed."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        refuse(f"images.{name}")


def image_path(positional: tuple[object, ...], named: Mapping[str, object]) -> str | None:
    """The path among a method's arguments, if that is one of the image API."""
    for value in (*positional, *named.values()):
        path = value if isinstance(value, str) else getattr(value, "url", None)
        if isinstance(path, str) and _IMAGE_PATH.search(path):
            return path
    return None


def guarded(name: str, send: Callable[..., object]) -> Callable[..., object]:
    """The SDK's raw method, sync or async, refused for image paths."""

    def sent(*positional: object, **named: object) -> object:
        path = image_path(positional, named)
        if path is not None:
            refuse(f"{name}({path!r})")
        return send(*positional, **named)

    return sent
