"""The file format of a catalog, version 1: who pays what, and by which books; it prices nothing.

The models become `catalog.schema.json`, so their docstrings are what an editor shows. The rules
that span several keys are in `catalog_rules`.
"""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from pricing.book import PriceBook
from pricing.book_file import Day, Name, Price, Quality, Size, Tier
from pricing.book_rules import PRICE_PATTERN, canonical_price
from pricing.book_yaml import Document, Path, parse
from pricing.catalog_rules import broken_rules
from pricing.errors import listed
from pricing.file_errors import BookError, BookNotFound, CatalogError, Problem, refuse
from pricing.file_shape import Shape, shape_problems


def _rate(value: object) -> str:
    rate = canonical_price(value)
    if rate is None:
        raise PydanticCustomError(
            "rate", 'a share of the price is text in quotes, such as "0.15": 0.15 is 15 per cent'
        )
    return rate


Rate = Annotated[
    str,
    BeforeValidator(_rate),
    Field(json_schema_extra={"pattern": PRICE_PATTERN, "examples": ["0.15"]}),
]
Code = Annotated[str, Field(min_length=1, max_length=200)]
Endpoint = Literal["generations", "edits"]


class ModelBooks(Shape):
    """Which price books set the price and the cost of a model."""

    price: Name
    """What accounts pay: a bundled id, or a file relative to this one."""
    cost: Name | SkipJsonSchema[None] = None
    """What the provider charges; without it the same book sets both."""


class Override(Shape):
    """The price of one cell from a day on. To change it append another; never edit one in force."""

    model: Name
    endpoint: Endpoint
    size: Size
    quality: Quality
    price: Price
    """Of one image, in the currency of the price book."""
    effective_from: Day
    """The first day, from 00:00 UTC, on which it applies."""


class Plan(Shape):
    """What accounts on a plan may buy, and at what price."""

    sizes: Annotated[list[Tier], Field(min_length=1)] | SkipJsonSchema[None] = None
    """Tiers or exact sizes that are enabled; absent: all."""
    endpoints: Annotated[list[Endpoint], Field(min_length=1)] | SkipJsonSchema[None] = None
    """Endpoints that are sold; absent: all that the book sells."""
    n_max: Annotated[int, Field(ge=1, le=1000)] | SkipJsonSchema[None] = None
    """The largest n of a request; absent: the book's."""
    discount: Rate | SkipJsonSchema[None] = None
    """Share of the book's price that is taken off, 0 to 1. Not together with `markup`."""
    markup: Rate | SkipJsonSchema[None] = None
    """Share of the book's price that is put on. Not together with `discount`."""
    overrides: Annotated[list[Override], Field(default_factory=list)]
    """Prices of single cells; they beat the discount or the mark-up."""


class Account(Shape):
    """What one account has: a plan, prices of its own, or both."""

    plan: Name | SkipJsonSchema[None] = None
    """The name of a plan; absent: the book's prices."""
    overrides: Annotated[list[Override], Field(default_factory=list)]
    """Prices of single cells; they beat those of the plan."""


class Provider(Shape):
    """How a provider behaves when a call goes wrong."""

    bills_5xx: Literal["unknown", "never"] = "unknown"
    """Whether an answer 5xx is charged: `unknown` keeps the money in doubt, `never` releases it."""
    honours_idempotency_keys: bool = False
    """Whether a repeated key is answered without another charge."""


class Ageing(Shape):
    """What becomes of money that has been in doubt for too long; without it, nothing."""

    name: Name
    """Of the policy; stands in the ledger as reason and actor."""
    after_days: Annotated[int, Field(ge=1, le=3650)]
    """How many days after the call fell in doubt."""
    action: Literal["capture", "void"]
    """`capture` pays for all images that were asked for, `void` releases the money."""


class CatalogFile(Shape):
    """A catalog: which books set prices and costs, and who pays what."""

    model_config = ConfigDict(title="Catalog, version 1")

    schema_version: Literal[1]
    """The version of this format."""
    models: Annotated[dict[Name, ModelBooks], Field(min_length=1)]
    """Every model that is sold, by the name that requests use."""
    allow_below_cost: bool = False
    """Whether a price below cost is meant; else `prices margin` fails."""
    plans: Annotated[dict[Name, Plan], Field(default_factory=dict)]
    """Plans by name."""
    accounts: Annotated[dict[Code, Account], Field(default_factory=dict)]
    """Accounts by code; one that is not here pays the book's prices."""
    providers: Annotated[dict[Name, Provider], Field(default_factory=dict)]
    """Providers by name; `default` is for all that are not named."""
    ageing: Ageing | SkipJsonSchema[None] = None
    """The policy for money in doubt; absent: it waits for a statement or a person."""


class BookPair(NamedTuple):
    """The price book and the cost book of a model; the same one when no cost is named."""

    price: PriceBook
    cost: PriceBook


#: Which shape stands at which path; `*` is any key, positions in lists are left out.
_SHAPES: Final[dict[Path, type[Shape]]] = {
    (): CatalogFile,
    ("models", "*"): ModelBooks,
    ("plans", "*"): Plan,
    ("plans", "*", "overrides"): Override,
    ("accounts", "*"): Account,
    ("accounts", "*", "overrides"): Override,
    ("providers", "*"): Provider,
    ("ageing",): Ageing,
}


def read_catalog(
    text: str | bytes, file: str, folder: FilePath
) -> tuple[CatalogFile, dict[str, BookPair]]:
    """The catalog in a YAML text and the books it names, files taken from the folder.

    Raises:
        CatalogError: With all problems of the file, and all of the books it names.
    """
    document = parse(text, file, CatalogError)
    catalog: CatalogFile | None = None
    found: list[tuple[Path, str]] = []
    try:
        catalog = CatalogFile.model_validate(document.data)
    except ValidationError as error:
        found = shape_problems(error, document.data, _shape_at)
    books, prices, problems = _books(document, folder)
    found.extend(broken_rules(document.data, prices))
    problems = [*document.problems, *problems, *(document.problem(*each) for each in found)]
    if catalog is None or problems:
        refuse(CatalogError, list(dict.fromkeys(problems)))
    return catalog, books


def catalog_schema() -> str:
    """The JSON Schema of the file format, as `catalog.schema.json` holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CatalogFile.model_json_schema(),
    }
    return json.dumps(schema, indent=2) + "\n"


def _shape_at(path: Path) -> type[Shape]:
    return _SHAPES[tuple("*" if place == 1 else part for place, part in enumerate(path))]


def _books(
    document: Document, folder: FilePath
) -> tuple[dict[str, BookPair], dict[str, PriceBook], list[Problem]]:
    """The books of every model whose two load, every price book that does, and what is wrong."""
    loaded: dict[str, PriceBook | None] = {}
    problems: list[Problem] = []
    pairs: dict[str, BookPair] = {}
    prices: dict[str, PriceBook] = {}
    models = document.data.get("models") if isinstance(document.data, dict) else None
    for model, named in models.items() if isinstance(models, dict) else ():
        if not isinstance(named, dict):
            continue
        books = []
        for role in ("price", "cost"):
            name = named.get(role, named.get("price"))
            if not isinstance(name, str):
                continue
            if name not in loaded:
                loaded[name] = _load(name, folder, document, ("models", model, role), problems)
            book = loaded[name]
            if book is not None and book.model != model:
                message = f"book {book.id} prices {book.model}, not {model}"
                problems.append(document.problem(("models", model, role), message))
            elif book is not None:
                books.append(book)
                if role == "price":  # plans are held against it, whatever becomes of the cost
                    prices[model] = book
        if len(books) == len(BookPair._fields):
            pairs[model] = BookPair(*books)
    return pairs, prices, problems


def _load(
    name: str, folder: FilePath, document: Document, path: Path, problems: list[Problem]
) -> PriceBook | None:
    bundled = PriceBook.bundled()
    try:
        return PriceBook.load(name if name in bundled else str(folder / name))
    except BookNotFound:
        message = f"no such file, and no bundled book of that id; bundled: {listed(bundled)}"
        problems.append(document.problem(path, message))
    except BookError as error:
        problems.extend(error.problems)
    return None
