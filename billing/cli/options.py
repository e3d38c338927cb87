"""Options that commands share, and the reading of their text; it opens no database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeVar

import click

from pricing import InvalidValue, MoneyError, PriceBook
from pricing.money import parse_amount

Decorated = TypeVar("Decorated", bound=Callable[..., object])

DEFAULT_BOOK: Final = "openai-gpt-image-2"

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def json_option(command: Decorated) -> Decorated:
    """`--json`: one object on stdout instead of text for people."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def database_option(command: Decorated) -> Decorated:
    """`--database-url`: which ledger."""
    return click.option(
        "--database-url",
        metavar="URL",
        envvar="IMAGE_BILLING_DATABASE_URL",
        show_envvar=True,
        help="sqlite:///FILE or postgresql://...  [default: sqlite:///image-billing.db]",
    )(command)


def request_options(command: Decorated) -> Decorated:
    """What decides a price: `--size`, `--quality`, `--n`, `--model`, `--book`.

    None is required of click: what is missing or wrong is refused by the price book, which knows
    what is allowed.
    """
    options = (
        click.option("--size", metavar="WxH", shell_complete=_sizes, help="Such as 1024x1024."),
        click.option(
            "--quality", metavar="Q", shell_complete=_qualities, help="Default: the book's."
        ),
        click.option("--n", "count", metavar="N", help="How many images; default: the book's."),
        click.option("--model", metavar="MODEL", help="Default: the model of the book."),
        click.option(
            "--book",
            metavar="ID|FILE",
            default=DEFAULT_BOOK,
            show_default=True,
            shell_complete=books,
            help="A bundled price book or a YAML file.",
        ),
        # Other image APIs have it, so people try it: refused by name, with what to use instead.
        click.option("--aspect-ratio", "--aspect_ratio", hidden=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


def whole_number(text: str) -> int | str:
    """The integer that the text writes plainly, else the text, for the price book to refuse."""
    return int(text) if _WHOLE.fullmatch(text) else text


def amount(text: str, param: str) -> Decimal:
    """An exact amount; a refusal names the option or argument it was given for."""
    try:
        return parse_amount(text)
    except MoneyError as error:
        error.param = param
        raise


def instant(text: str | None, param: str) -> datetime | None:
    """An instant with its offset, or a day, which means its first instant in UTC."""
    if text is None:
        return None
    allowed = "a day or an instant with an offset, such as 2026-11-01 or 2026-11-01T09:30:00+01:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue(param, text, allowed=allowed) from None
    if _DAY.fullmatch(text):
        return moment.replace(tzinfo=UTC)
    if moment.utcoffset() is None:
        raise InvalidValue(param, text, allowed=allowed, why="This one has no offset.")
    return moment


def books(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """The bundled books that complete what was typed."""
    return [book_id for book_id in PriceBook.bundled() if book_id.startswith(typed)]


def _sizes(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [size for size in _book_of(ctx).sizes if size.startswith(typed)]


def _qualities(ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    return [quality for quality in _book_of(ctx).qualities if quality.startswith(typed)]


def _book_of(ctx: click.Context) -> PriceBook:
    return PriceBook.load(ctx.params.get("book") or DEFAULT_BOOK)
