"""The billed client: `images.generate` and `images.edit` go through the bill, all else passes.

What would reach an image API past the bill is refused. The wrapped client is neither copied nor
changed. Images made as a tool of another API (`responses`, `batches`) are no image calls, and pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, NoReturn, Self

from billing.client.errors import NotBillable
from billing.client.terms import Billing

if TYPE_CHECKING:
    from openai import OpenAI

    from billing.client.results import BilledImagesResponse
    from billing.client.sync import Driver

    # For type checkers a billed client is an `OpenAI`; at run time it holds one.
    _Base = OpenAI
else:
    _Base = object

_IMAGE_PATH: Final = re.compile(r"(?:^|/)images/(?:generations|edits|variations)\b")
_INSTEAD: Final = "use images.generate or images.edit"
_OWN: Final = frozenset({"_driver", "_wrapped"})


class BilledImages:
    """`client.images`: `generate` and `edit`, billed; everything else is refused."""

    def __init__(self, wrapped: OpenAI, driver: Driver) -> None:
        self._wrapped = wrapped
        self._driver = driver

    def generate(
        self, *, billing: Billing | None = None, **arguments: object
    ) -> BilledImagesResponse:
        """Make images: the arguments of the SDK's `images.generate`, and `billing`."""
        return self._driver.call(self._wrapped, "generations", arguments, billing=billing)

    def edit(self, *, billing: Billing | None = None, **arguments: object) -> BilledImagesResponse:
        """Edit images: the arguments of the SDK's `images.edit`, and `billing`.

        `image` may also be an address or a list of addresses, and `images` a list of addresses or
        objects: the request then goes out as JSON instead of an upload.
        """
        return self._driver.call(self._wrapped, "edits", arguments, billing=billing)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotBillable(f"images.{name}", _INSTEAD)


class BilledClient(_Base):
    """An `openai.OpenAI` whose image calls are quoted, held, sent once and settled.

    `copy` and `with_options` answer a billed client again. Safe to share between threads.
    """

    if TYPE_CHECKING:
        images: BilledImages  # type: ignore[assignment]  # generate and edit, and nothing else
    else:

        @property
        def images(self) -> BilledImages:
            """Image calls, billed."""
            return BilledImages(self._wrapped, self._driver)

    _wrapped: OpenAI
    _driver: Driver

    def __init__(self, wrapped: OpenAI, driver: Driver) -> None:
        object.__setattr__(self, "_wrapped", wrapped)
        object.__setattr__(self, "_driver", driver)

    def __getattr__(self, name: str) -> object:
        if name in _OWN:  # a half-made copy has neither; looking further would not end
            raise AttributeError(name)
        found: object = getattr(self._wrapped, name)
        if name in ("copy", "with_options") and callable(found):
            return self._billed_copy(found)
        if name in ("post", "request") and callable(found):
            return _guarded(name, found)
        if name in ("with_raw_response", "with_streaming_response"):
            return _WithoutImages(name, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._wrapped, name, value)

    def __dir__(self) -> list[str]:
        return dir(self._wrapped)

    def __enter__(self) -> Self:
        self._wrapped.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._wrapped.__exit__(exc_type, exc, exc_tb)

    def __repr__(self) -> str:
        return f"<billed {type(self._wrapped).__name__}>"

    def _billed_copy(self, copy: Callable[..., OpenAI]) -> Callable[..., BilledClient]:
        def billed(**options: object) -> BilledClient:
            return BilledClient(copy(**options), self._driver)

        return billed


class _WithoutImages:
    """Another view of the client, through which no image call may pass."""

    def __init__(self, view: str, wrapped: object) -> None:
        self._view = view
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> object:
        if name == "images":
            raise NotBillable(f"{self._view}.images", _INSTEAD)
        return getattr(self._wrapped, name)


def _guarded(name: str, send: Callable[..., object]) -> Callable[..., object]:
    """The SDK's raw method, refused for image paths."""

    def guarded(*positional: object, **named: object) -> object:
        for value in (*positional, *named.values()):
            path = value if isinstance(value, str) else getattr(value, "url", None)
            if isinstance(path, str) and _IMAGE_PATH.search(path):
                raise NotBillable(f"{name}({path!r})", _INSTEAD)
        return send(*positional, **named)

    return guarded
