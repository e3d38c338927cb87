"""What keeps image calls from reaching an API past the bill; everything else passes.

A path counts however it is spelt, by the address that it makes with the client's base URL:
`/images/./generations` is sent as `/images/generations`. In a dry run such calls pass too, and are
written down.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from posixpath import normpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from billing.client.errors import NotBillable

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.driving.driver import Driver

INSTEAD: Final = "use images.generate or images.edit"
_IMAGE_PATH: Final = re.compile(r"(?:^|/)images/(?:generations|edits|variations)\b")


class Refusing:
    """What a resource does with all that is not billed."""

    _driver: Driver

    @abstractmethod
    def _bare(self) -> object:
        """The SDK's own resource."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return unbilled(f"images.{name}", lambda: getattr(self._bare(), name), self._driver)


def unbilled(what: str, find: Callable[[], object], driver: Driver) -> object:
    """A way past the bill: refused, or in a dry run the SDK's own with a note of each call."""
    refused = NotBillable(what, INSTEAD)
    if not driver.dry_run:
        raise refused
    found = find()
    if not callable(found):
        return found

    def sent(*positional: object, **named: object) -> object:
        driver.note_passed(refused)
        return found(*positional, **named)

    return sent


def guarded(
    name: str, send: Callable[..., object], client: OpenAI | AsyncOpenAI, driver: Driver
) -> Callable[..., object]:
    """The SDK's method that sends to any path, sync or async, refused for image paths."""

    def sent(*positional: object, **named: object) -> object:
        path = image_path_of(client, positional, named)
        if path is None:
            return send(*positional, **named)
        passed = unbilled(f"{name}({path!r})", lambda: send, driver)
        assert callable(passed)
        return passed(*positional, **named)

    return sent


def image_path_of(
    client: OpenAI | AsyncOpenAI, positional: tuple[object, ...], named: Mapping[str, object]
) -> str | None:
    """The path among a method's arguments, if it leads to the image API from this client."""
    base = str(client.base_url)
    for value in (*positional, *named.values()):
        path = value if isinstance(value, str) else getattr(value, "url", None)
        if isinstance(path, str) and _leads_to_images(base, path):
            return path
    return None


def _leads_to_images(base: str, path: str) -> bool:
    is_whole = bool(urlsplit(path).scheme)
    address = _plain(path if is_whole else f"{base.rstrip('/')}/{path.lstrip('/')}")
    # A base URL may have such a name in it, whatever is sent below it.
    start = 0 if is_whole else len(_plain(base))
    return any(found.end() > start for found in _IMAGE_PATH.finditer(address))


def _plain(path: str) -> str:
    """As a server may read it."""
    return normpath(unquote(path).replace("\\", "/")).casefold()
