"""The file format of a price book, version 1: its shape as models, and the reader of a file.

The models become `price-book.schema.json`, so their docstrings are what an editor shows. The rules
that span several keys are in `book_rules`. This module needs pydantic and PyYAML; nothing imports
it before a book is read.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from pricing.book_rules import PRICE_PATTERN, broken_rules, calendar_day, canonical_price
from pricing.book_yaml import Path, parse
from pricing.file_errors import BookError, refuse
from pricing.file_shape import Shape, shape_problems

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def _price(value: object) -> str:
    price = canonical_price(value)
    if price is None:
        raise PydanticCustomError(
            "price", 'a price is text in quotes, such as "0.18": digits, at most 9 decimals'
        )
    return price


def _day(value: object) -> date:
    day = calendar_day(value)
    if day is None:
        raise PydanticCustomError("day", "a date is a day of the calendar, written YYYY-MM-DD")
    return day


def _plain_text(text: str) -> str:
    # It ends up on terminals and in files of others, which obey some of these.
    if _CONTROL.search(text):
        raise PydanticCustomError("text", "text must have no control characters in it")
    return text


def _edits_kind(value: object) -> str:
    return "<rows>" if isinstance(value, dict) else "<same>"


Price = Annotated[
    str,
    BeforeValidator(_price),
    WithJsonSchema({"type": "string", "pattern": PRICE_PATTERN, "examples": ["0.18"]}),
]
Day = Annotated[date, BeforeValidator(_day)]
BookId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,15}$")]
Size = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}x[1-9][0-9]{0,5}$")]
Tier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
Quality = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
Name = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_plain_text)]
Rows = dict[Tier, dict[Quality, Price]]


class QualityChoice(Shape):
    """Which qualities the model has, and which one an omitted `quality` means."""

    allowed: Annotated[list[Quality], Field(min_length=1)]
    """Every name that a request may use, exactly as it is written here."""
    default: Quality
    """One of `allowed`."""


class CountChoice(Shape):
    """How many images one request may ask for."""

    min: Annotated[int, Field(ge=1, le=1000)]
    """The smallest n that is accepted."""
    max: Annotated[int, Field(ge=1, le=1000)]
    """The largest n that is accepted."""
    default: Annotated[int, Field(ge=1, le=1000)]
    """What an omitted n means."""


class PriceBounds(Shape):
    """What is plausible: a price outside is a misprint, and the book does not load."""

    min: Price
    """The smallest price that can be right."""
    max: Price
    """The largest price that can be right."""


class TokenRates(Shape):
    """Prices of 1,000,000 tokens, for providers that also report usage; they price no request."""

    text_in: Price | SkipJsonSchema[None] = None
    """Prompt text."""
    text_cached_in: Price | SkipJsonSchema[None] = None
    """Prompt text that was cached."""
    image_in: Price | SkipJsonSchema[None] = None
    """Reference images."""
    image_cached_in: Price | SkipJsonSchema[None] = None
    """Reference images that were cached."""
    image_out: Price | SkipJsonSchema[None] = None
    """Images made."""
    text_out: Price | SkipJsonSchema[None] = None
    """Text that the model writes beside the images."""


class RateEntry(Shape):
    """One dated price list. To change a price append one; never edit one that was in force."""

    effective_from: Day
    """The first day, from 00:00 UTC, on which these prices apply."""
    basis: Literal["published", "derived", "contract"]
    """How the prices are known: read off a page, computed from other figures, or agreed upon."""
    source: Name
    """Where they were read: a URL, a document, the name of a contract."""
    checked: Day
    """The day on which someone last compared them with the source."""
    tokens: TokenRates | SkipJsonSchema[None] = None
    """Prices of tokens, where the provider has them."""
    generations: Rows
    """Tier or exact size, then quality: the price of one image. An exact size beats its tier."""
    edits: (
        Annotated[
            Annotated[Literal["generations"], Tag("<same>")] | Annotated[Rows, Tag("<rows>")],
            Discriminator(_edits_kind),
        ]
        | SkipJsonSchema[None]
    ) = None
    """The same for edits; `generations` means the same prices; without it edits are not sold."""


class BookFile(Shape):
    """A price book: what one model can be asked for, and what each image of it costs."""

    model_config = ConfigDict(title="Price book, version 1")

    schema_version: Literal[1]
    """The version of this format."""
    id: BookId
    """The name of the book, which travels with every quote and charge."""
    model: Name
    """The model as requests name it."""
    currency: Currency
    """Of all prices in the book: an ISO 4217 code, or an upper-case unit such as CREDIT."""
    quality: QualityChoice
    n: CountChoice
    sizes: Annotated[dict[Size, Tier], Field(min_length=1)]
    """Each size that is offered, and its tier. Nothing is inferred from the pixels."""
    bounds: PriceBounds | SkipJsonSchema[None] = None
    rates: Annotated[list[RateEntry], Field(min_length=1)]
    """Dated price lists, oldest first: the latest that has begun applies."""


#: Which model stands at which path, positions in lists left out.
_MODELS: Final[dict[Path, type[Shape]]] = {
    (): BookFile,
    ("quality",): QualityChoice,
    ("n",): CountChoice,
    ("bounds",): PriceBounds,
    ("rates",): RateEntry,
    ("rates", "tokens"): TokenRates,
}


def read_book(text: str | bytes, file: str) -> BookFile:
    """The book in a YAML text.

    Raises:
        BookError: With all problems of the file, in the order of its lines.
    """
    document = parse(text, file)
    book: BookFile | None = None
    try:
        book = BookFile.model_validate(document.data)
    except ValidationError as error:
        found = shape_problems(error, document.data, _MODELS.__getitem__)
    else:
        found = []
    found.extend(broken_rules(document.data))
    problems = [*document.problems, *(document.problem(*each) for each in found)]
    if book is None or problems:
        refuse(BookError, list(dict.fromkeys(problems)))
    return book


def book_schema() -> str:
    """The JSON Schema of the file format, as `price-book.schema.json` holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **BookFile.model_json_schema(),
    }
    return json.dumps(schema, indent=2) + "\n"
