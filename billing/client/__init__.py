"""`bill()`: the user's own `openai.OpenAI` with image calls quoted, held, sent once and settled.

Importing this module needs no SDK; calling `bill` does (`pip install 'image-billing[openai]'`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING

from billing.client.errors import AboveMaxCost, NotBillable
from billing.client.prices import Prices
from billing.client.receipt import Receipt
from billing.client.terms import Billing, default_terms
from billing.errors import InvalidEntry, MissingExtra
from pricing import Catalog, PriceBook

if TYPE_CHECKING:
    from openai import OpenAI

    from billing.client.doubt import OutcomeInDoubt
    from billing.client.proxy import BilledClient
    from billing.ledger import Ledger

__all__ = ["AboveMaxCost", "Billing", "NotBillable", "OutcomeInDoubt", "Receipt", "bill"]

#: The prices that apply when `bill` is given no book.
DEFAULT_BOOK = "openai-gpt-image-2"


def bill(
    client: OpenAI,
    ledger: Ledger,
    *,
    account: str | None = None,
    book: PriceBook | str | PathLike[str] | None = None,
    catalog: Catalog | str | PathLike[str] | None = None,
    tags: Mapping[str, str] | None = None,
    max_cost: Decimal | str | int | None = None,
    retries: int = 0,
) -> BilledClient:
    """Put a client under the bill.

    `images.generate` and `images.edit` of the answer take the SDK's arguments and `billing=`,
    return the SDK's `ImagesResponse` with a `.billing` (a `Receipt`), and raise the SDK's
    exceptions, with `.billing` on each that was raised after the request was sent.

    Args:
        client: The SDK's client as you made it; it is not changed. Its own retries are not used for
            image calls: each could be a paid generation.
        ledger: Where the money is held and settled; one short transaction before and one after.
        account: Who pays, unless a call's `billing` says otherwise.
        book: A price book, the id of a bundled one or a path; default `openai-gpt-image-2`.
        catalog: A catalog or its path: prices, costs and plans by account. Instead of a book.
        tags: Kept with every hold.
        max_cost: No call may be quoted above this, in the currency of the book.
        retries: How often a call that ended in a void (refused, 429, never sent) goes again. What
            may have been charged is never repeated.

    Raises:
        MissingExtra: The SDK is not installed.
        NotBillable: `AsyncOpenAI`, which is not supported yet.
        BookError, CatalogError: The price book or the catalog does not load.
    """
    try:
        import openai
    except ImportError:
        raise MissingExtra("openai", "bill()") from None
    from billing.client.proxy import BilledClient
    from billing.client.sync import Driver

    given: object = client
    if isinstance(given, openai.AsyncOpenAI):
        raise NotBillable("AsyncOpenAI", "only the sync client openai.OpenAI is supported so far")
    if not isinstance(given, openai.OpenAI):
        raise InvalidEntry("client", type(given).__name__, "pass an openai.OpenAI, not yet billed")
    if type(retries) is not int or retries < 0:
        raise InvalidEntry("retries", retries, "an integer from 0")
    if book is not None and catalog is not None:
        raise InvalidEntry("catalog", catalog, "a catalog names its own books; leave `book` out")
    if catalog is not None and not isinstance(catalog, Catalog):
        catalog = Catalog.load(catalog)
    if not isinstance(book, PriceBook):
        book = PriceBook.load(book or DEFAULT_BOOK)
    prices = Prices(book, catalog)
    terms = default_terms(account=account, tags=tags, max_cost=max_cost)
    return BilledClient(client, Driver(ledger=ledger, prices=prices, terms=terms, retries=retries))


def __getattr__(name: str) -> object:
    # `OutcomeInDoubt` is an `openai.APIError`, so it exists only where the SDK does.
    if name == "OutcomeInDoubt":
        try:
            from billing.client.doubt import OutcomeInDoubt
        except ImportError:
            raise MissingExtra("openai", "OutcomeInDoubt") from None
        return OutcomeInDoubt
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
