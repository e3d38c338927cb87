"""The request that a command's options make up, and those options; prices are not looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Final, TypeVar

import click

from billing.cli.options import book_option, whole_number
from pricing import PriceBook
from pricing.book import DEFAULT_BOOK

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of a request as they were given; None was left out."""

    size: str | None
    quality: str | None
    count: str | None
    model: str | None
    aspect_ratio: str | None
    endpoint: str = "generations"

    def fields(self, model: str) -> dict[str, object]:
        """The fields of the request, as a JSON body has them; what is wrong, the seller says.

        Args:
            model: where none was given.
        """
        given: dict[str, object] = {
            "model": self.model or model,
            "size": self.size,
            "quality": self.quality,
            "n": None if self.count is None else whole_number(self.count),
            "aspect_ratio": self.aspect_ratio,
        }
        return {name: value for name, value in given.items() if value is not None}


_GATHERED: Final = tuple(each.name for each in fields(Asked) if each.name != "endpoint")


def request_options(command: Callable[..., Answer]) -> Callable[..., Answer]:
    """What decides a price: `--size`, `--quality`, `--n`, `--model`, as `asked`; and `--book`.

    None is required of click: what is missing or wrong is refused by the price book, which knows
    what is allowed.
    """

    @wraps(command)
    def gathered(**given: object) -> Answer:
        asked = {name: given.pop(name) for name in _GATHERED}
        return command(asked=Asked(**asked), **given)  # type: ignore[arg-type]  # texts, by click

    options = (
        click.option("--size", metavar="WxH", shell_complete=_sizes, help="Such as 1024x1024."),
        click.option(
            "--quality", metavar="Q", shell_complete=_qualities, help="Default: the book's."
        ),
        click.option("--n", "count", metavar="N", help="How many images; default: the book's."),
        click.option("--model", metavar="MODEL", help="Default: the model of the book."),
        book_option,
        # Other image APIs have it, so people try it: refused by name, with what to use instead.
        click.option("--aspect-ratio", "--aspect_ratio", hidden=True),
    )
    decorated: Callable[..., Answer] = gathered
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def _sizes(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [size for size in _book_of(ctx).sizes if size.startswith(typed)]


def _qualities(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [quality for quality in _book_of(ctx).qualities if quality.startswith(typed)]


def _book_of(ctx: click.Context) -> PriceBook:
    return PriceBook.load(ctx.params.get("book") or DEFAULT_BOOK)
