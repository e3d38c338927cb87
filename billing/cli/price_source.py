"""Who sets the price of a `quote`: a price book, or a catalog for an account; it prints nothing.

The ledger is opened only to compare an account's plan, and only when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click
from click.core import ParameterSource

from billing.cli import screen
from billing.cli.options import INPUT_FILE
from pricing import MissingParameter, PlanMismatch, PriceBook, Quote

if TYPE_CHECKING:
    from pricing import Catalog
    from pricing.seller import Seller

Decorated = TypeVar("Decorated", bound=Callable[..., object])

_SQLITE: Final = "sqlite:///"
_DEFAULT_FILE: Final = "image-billing.db"
_DEFAULT_MODEL: Final = "gpt-image-2"


def catalog_option(command: Decorated) -> Decorated:
    """`--catalog`: who pays what."""
    return click.option(
        "--catalog",
        "catalog_file",
        metavar="FILE",
        type=INPUT_FILE,
        envvar="IMAGE_BILLING_CATALOG",
        show_envvar=True,
        help="Books, plans and accounts.",
    )(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Prices as one account pays them."""

    seller: Seller
    catalog: Catalog | None
    account: str | None
    #: None: each request at its own instant.
    at: datetime | None

    @property
    def book(self) -> PriceBook | None:
        """The one book there is without a catalog."""
        return self.seller if isinstance(self.seller, PriceBook) else None

    def quote(self, request: Mapping[str, object], endpoint: str) -> Quote:
        """The price of a request."""
        if self.catalog is None:
            return self.seller.quote(request, endpoint=endpoint, at=self.at)
        return self.catalog.quote(request, account=self.account, endpoint=endpoint, at=self.at)


def source_of(
    *,
    book: str,
    catalog_file: str | None,
    account: str | None,
    database_url: str | None,
    model: str | None,
    at: datetime | None,
) -> Source:
    """The prices that the options ask for.

    A catalog decides unless `--book` is given and no account is named.

    Raises:
        PricingError: For a book or a catalog that does not load, a model it does not have, or an
            account whose plan is another in the ledger.
    """
    if catalog_file is not None and (account is not None or not _book_was_given()):
        from pricing import Catalog

        catalog = Catalog.load(catalog_file)
        if account is not None:
            known, plan = _in_ledger(account, database_url)
            catalog.check_plan(account, plan)
            is_asked = known is False or (known is None and bool(catalog.accounts))
            if is_asked and account not in catalog.accounts:
                _note_unknown(account, "the catalog")
        seller = catalog.seller(account, model or _only_model(catalog))
        return Source(seller=seller, catalog=catalog, account=account, at=at)
    if account is not None:
        known, plan = _in_ledger(account, database_url)
        if plan is not None:
            raise PlanMismatch(account, ledger=plan, catalog=None, has_catalog=False)
        if known is False:
            _note_unknown(account, "the ledger")
    return Source(seller=PriceBook.load(book), catalog=None, account=account, at=at)


def _book_was_given() -> bool:
    source = click.get_current_context().get_parameter_source("book")
    return source is ParameterSource.COMMANDLINE


def _only_model(catalog: Catalog) -> str:
    """What a request without a model means: the one there is, or the model of the default book."""
    models = catalog.models
    if len(models) == 1:
        return models[0]
    if _DEFAULT_MODEL in models:
        return _DEFAULT_MODEL
    raise MissingParameter("model", allowed=models)


def _note_unknown(account: str, where: str) -> None:
    """A misspelt account would lose its plan in silence."""
    note = f"note: {where} does not know the account {account!r}: this is the book's price, no plan"
    screen.say(note, err=True)


def _in_ledger(account: str, url: str | None) -> tuple[bool | None, str | None]:
    """Whether the ledger knows an account, and its plan; None when there is no ledger to ask."""
    if not _there_is_a_ledger(url):
        return None, None
    # SQLAlchemy: most of a second that a quote without an account never spends.
    from billing import AccountNotFound, Ledger

    with Ledger.open(url) as ledger:
        try:
            return True, ledger.account(account).plan
        except AccountNotFound:
            return False, None


def _there_is_a_ledger(url: str | None) -> bool:
    """Whether there is a database to ask: a quote does not create one."""
    if url is None:
        return Path(_DEFAULT_FILE).exists()
    if url.startswith(_SQLITE):
        return Path(url.removeprefix(_SQLITE).partition("?")[0]).exists()
    return True
