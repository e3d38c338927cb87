"""From what a client is told to its driver: terms, prices, the provider's ways; needs no SDK."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

from billing.client.call.prices import Prices
from billing.client.call.settling import spool_for
from billing.client.driving.driver import Driver
from billing.client.terms import terms_of
from billing.errors import InvalidEntry
from billing.telemetry import observe
from pricing import Catalog, PriceBook
from pricing.book import DEFAULT_BOOK
from pricing.catalog import ProviderTerms

if TYPE_CHECKING:
    from billing.ledger import Ledger

DriverT = TypeVar("DriverT", bound=Driver)

Book = PriceBook | str | PathLike[str] | None
CatalogOrPath = Catalog | str | PathLike[str] | None


class Told(TypedDict, total=False):
    """What a client may be told; `bill` says what each means."""

    account: str | None
    book: Book
    catalog: CatalogOrPath
    provider: str
    tags: Mapping[str, str] | None
    key: str | None
    deadline_s: float | None
    max_cost: Decimal | str | int | None
    retries: int | None
    spool: str | PathLike[str] | None
    dry_run: bool


_KNOWN: Final = tuple(sorted(Told.__annotations__))
_TERMS: Final = ("account", "deadline_s", "key", "max_cost", "tags")


def driver_told(kind: type[DriverT], ledger: Ledger, told: Told, *, where: str) -> DriverT:
    """The driver of a client; `where` is what errors call the place.

    Raises:
        InvalidEntry: An argument that does not exist, or of the wrong type.
        BookError, CatalogError: The price book or the catalog does not load.
    """
    for name in told:
        if name not in _KNOWN:
            raise InvalidEntry(f"{where}.{name}", told.get(name), f"use {', '.join(_KNOWN)}")
    if kind.uses_threads and ledger.spool.place is None:
        allowed = "open one in a file or on a server: one in memory is its one thread's alone"
        raise InvalidEntry(f"{where}.ledger", "in memory", allowed)
    terms = terms_of({name: told.get(name) for name in _TERMS}, where=where)
    retries = told.get("retries", 0)
    if retries is not None and (type(retries) is not int or retries < 0):
        raise InvalidEntry("retries", retries, "an integer from 0, or None")
    dry_run = told.get("dry_run", False)
    if type(dry_run) is not bool:
        raise InvalidEntry(f"{where}.dry_run", dry_run, "use True or False")
    prices, behaviour = _priced(
        told.get("book"), told.get("catalog"), told.get("provider", "default")
    )
    observe(ledger)
    return kind(
        ledger=ledger,
        prices=prices,
        terms=terms,
        provider=behaviour,
        retries=retries,
        spool=spool_for(ledger, told.get("spool")),
        dry_run=dry_run,
    )


def _priced(book: Book, catalog: CatalogOrPath, provider: str) -> tuple[Prices, ProviderTerms]:
    """What calls cost, and how the provider behaves."""
    if book is not None and catalog is not None:
        raise InvalidEntry("catalog", catalog, "a catalog names its own books; leave `book` out")
    if catalog is not None and not isinstance(catalog, Catalog):
        catalog = Catalog.load(catalog)
    if not isinstance(book, PriceBook):
        book = PriceBook.load(book or DEFAULT_BOOK)
    behaviour = ProviderTerms() if catalog is None else catalog.provider(provider)
    return Prices(book, catalog), behaviour
