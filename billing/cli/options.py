"""Options that commands share, and the reading of their text; it opens no database."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

import click

from billing.errors import InvalidEntry
from pricing import MoneyError, PriceBook
from pricing.book import DEFAULT_BOOK
from pricing.money import parse_amount

Decorated = TypeVar("Decorated", bound=Callable[..., object])

#: A file that a command reads: one that is not there is bad usage, in every command.
INPUT_FILE: Final = click.Path(exists=True, dir_okay=False)
#: The same, or `-` for stdin.
INPUT_OR_STDIN: Final = click.Path(exists=True, dir_okay=False, allow_dash=True)

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DURATION = re.compile(r"([0-9]{1,6})([dhms])")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
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


def book_option(command: Decorated) -> Decorated:
    """`--book`: whose prices, where no catalog says so."""
    return click.option(
        "--book",
        metavar="ID|FILE",
        default=DEFAULT_BOOK,
        show_default=True,
        shell_complete=books,
        help="A bundled price book or a YAML file.",
    )(command)


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
    allowed = (
        "use a day or an instant with an offset, such as 2026-11-01 or 2026-11-01T09:30:00+01:00"
    )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidEntry(param, text, allowed) from None
    if _DAY.fullmatch(text):
        return moment.replace(tzinfo=UTC)
    if moment.utcoffset() is None:
        raise InvalidEntry(param, text, f"{allowed}; this one has no offset")
    return moment


def duration(text: str, param: str) -> timedelta:
    """A stretch of time: a number and d, h, m or s, or 0."""
    found = _DURATION.fullmatch(text)
    if found is None and text != "0":
        raise InvalidEntry(param, text, "use a number and d, h, m or s, such as 72h")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]] if found else 0)


def name_or_file(_ctx: click.Context, _param: click.Parameter, given: str | None) -> str | None:
    """What has a name of its own, or is a file that has to be there."""
    if given is not None and Path(given).suffix and not Path(given).exists():
        message = f"File {given!r} does not exist."
        raise click.BadParameter(message)
    return given


def books(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[str]:
    """The bundled books that complete what was typed."""
    return [book_id for book_id in PriceBook.bundled() if book_id.startswith(typed)]
