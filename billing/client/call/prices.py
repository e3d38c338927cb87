"""Where a billed call's price comes from: one book for everybody, or a catalog by account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pricing import Catalog, PriceBook, Quote


@dataclass(frozen=True, slots=True)
class Prices:
    """The book, or the catalog when there is one."""

    book: PriceBook
    catalog: Catalog | None = None

    def quote(
        self, request: Mapping[str, object], *, account: str, endpoint: str, at: datetime
    ) -> Quote:
        """What the account pays for the request; fully checked."""
        if self.catalog is None:
            return self.book.quote(request, endpoint=endpoint, at=at)
        return self.catalog.quote(request, account=account, endpoint=endpoint, at=at)

    def check_plan(self, account: str, plan: str | None) -> None:
        """Refuse an account whose plan in the ledger is not the catalog's.

        Raises:
            PlanMismatch: Names both.
        """
        if self.catalog is not None:
            self.catalog.check_plan(account, plan)

    def cost_book(self, model: str) -> PriceBook:
        """The book that the provider charges us by."""
        return self.book if self.catalog is None else self.catalog.books(model).cost
