"""`bill()`: the user's own SDK client with image calls quoted, held, sent once and settled.

Importing this module needs no SDK; calling `bill` does (`pip install 'image-billing[openai]'`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING, overload

from billing.client.driving.told import Book, CatalogOrPath, Told, driver_told
from billing.client.errors import AboveMaxCost, NotBillable
from billing.client.receipt import Receipt, ShadowReceipt
from billing.client.terms import Billing, billing_terms
from billing.errors import InvalidEntry, MissingExtra

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.driving.driver import Driver
    from billing.client.proxy.clients import AsyncBilledClient, BilledClient
    from billing.client.sdk.doubt import OutcomeInDoubt
    from billing.ledger import Ledger

__all__ = [
    "AboveMaxCost",
    "Billing",
    "NotBillable",
    "OutcomeInDoubt",
    "Receipt",
    "ShadowReceipt",
    "bill",
    "billing_terms",
]


@overload
def bill(
    client: OpenAI,
    ledger: Ledger,
    *,
    account: str | None = ...,
    book: Book = ...,
    catalog: CatalogOrPath = ...,
    provider: str = ...,
    tags: Mapping[str, str] | None = ...,
    key: str | None = ...,
    deadline_s: float | None = ...,
    max_cost: Decimal | str | int | None = ...,
    retries: int | None = ...,
    spool: str | PathLike[str] | None = ...,
    dry_run: bool = ...,
) -> BilledClient: ...
@overload
def bill(
    client: AsyncOpenAI,
    ledger: Ledger,
    *,
    account: str | None = ...,
    book: Book = ...,
    catalog: CatalogOrPath = ...,
    provider: str = ...,
    tags: Mapping[str, str] | None = ...,
    key: str | None = ...,
    deadline_s: float | None = ...,
    max_cost: Decimal | str | int | None = ...,
    retries: int | None = ...,
    spool: str | PathLike[str] | None = ...,
    dry_run: bool = ...,
) -> AsyncBilledClient: ...
def bill(
    client: OpenAI | AsyncOpenAI,
    ledger: Ledger,
    *,
    account: str | None = None,
    book: Book = None,
    catalog: CatalogOrPath = None,
    provider: str = "default",
    tags: Mapping[str, str] | None = None,
    key: str | None = None,
    deadline_s: float | None = None,
    max_cost: Decimal | str | int | None = None,
    retries: int | None = 0,
    spool: str | PathLike[str] | None = None,
    dry_run: bool = False,
) -> BilledClient | AsyncBilledClient:
    """Put a client under the bill.

    `images.generate` and `images.edit` of the answer take the SDK's arguments and `billing=`,
    return the SDK's `ImagesResponse` with a `.billing` (a `Receipt`), and raise the SDK's
    exceptions, with `.billing` on each that was raised after the request was sent. Those of an
    `AsyncOpenAI` are coroutines; the ledger's part of them runs in threads.

    Args:
        client: The SDK's client as you made it; it is not changed. Its own retries are not used for
            image calls: each could be a paid generation.
        ledger: Where the money is held and settled; one short transaction before and one after.
        account: Who pays, unless `billing_terms` or a call's `billing` says otherwise, as for all
            terms: `tags`, `key`, `deadline_s` and `max_cost`.
        book: A price book, the id of a bundled one or a path; default `openai-gpt-image-2`.
        catalog: A catalog or its path: prices, costs and plans by account, and how providers
            behave. Instead of a book.
        provider: The name in the catalog of the provider behind this client.
        tags: Kept with every hold; those of a block and of a call are added.
        key: Idempotency key of every call: what was paid under it is never sent again.
        deadline_s: Seconds that a call may take in all. After that its outcome is in doubt, and it
            ends with `openai.APITimeoutError`.
        max_cost: No call may be quoted above this, in the currency of the book.
        retries: How often a call that was certainly not charged, and that the SDK would repeat,
            goes again: 429, no connection. None: as often as the client's `max_retries` says. What
            may have been charged is repeated only for a provider that honours idempotency keys.
        spool: Folder for answers that cannot be booked while the ledger is away; default: the
            ledger's own.
        dry_run: Nothing is refused, changed or booked: every call goes out as the bare client sends
            it, `retries` and `deadline_s` left out. What it would have cost, or why it would have
            been refused, is in `.billing` (a `ShadowReceipt`) and in the spool's folder `shadow`;
            `image-billing shadow` adds it up.

    Raises:
        MissingExtra: The SDK is not installed.
        InvalidEntry: An argument of the wrong type.
        BookError, CatalogError: The price book or the catalog does not load.
    """
    driving, proxy = _kinds(client)
    told = Told(
        account=account,
        book=book,
        catalog=catalog,
        provider=provider,
        tags=tags,
        key=key,
        deadline_s=deadline_s,
        max_cost=max_cost,
        retries=retries,
        spool=spool,
        dry_run=dry_run,
    )
    driver = driver_told(driving, ledger, told, where="bill")
    return proxy(client, driver)


def _kinds(client: object) -> tuple[type[Driver], type[BilledClient | AsyncBilledClient]]:
    """Who drives the calls of such a client, and what stands for it."""
    try:
        import openai
    except ImportError:
        raise MissingExtra("openai", "bill()") from None
    from billing.client.proxy.clients import AsyncBilledClient, BilledClient
    from billing.client.sdk.asynchronous import AsyncDriver
    from billing.client.sdk.sync import SyncDriver

    if isinstance(client, openai.AsyncOpenAI):
        return AsyncDriver, AsyncBilledClient
    if isinstance(client, openai.OpenAI):
        return SyncDriver, BilledClient
    allowed = "pass an openai.OpenAI or AsyncOpenAI, not yet billed"
    raise InvalidEntry("client", type(client).__name__, allowed)


def __getattr__(name: str) -> object:
    # `OutcomeInDoubt` is an `openai.APIError`, so it exists only where the SDK does.
    if name == "OutcomeInDoubt":
        try:
            from billing.client.sdk.doubt import OutcomeInDoubt
        except ImportError:
            raise MissingExtra("openai", "OutcomeInDoubt") from None
        return OutcomeInDoubt
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
