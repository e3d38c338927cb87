"""Accounts with a monthly limit and why it changes, a clock that a test moves, quotes of then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, TypedDict

from billing import Ledger
from billing.ledger.transfers import LimitKind
from pricing import PriceBook, Quote

OCTOBER = datetime(2026, 10, 15, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
#: Of one image, in USD.
PRICE = Decimal("0.05268")


class Why(TypedDict):
    """What every change is given."""

    reason: str
    actor: str


WHY: Final[Why] = {"reason": "a new contract", "actor": "ana"}


@dataclass
class Calendar:
    """What time it is, until the test says otherwise."""

    now: datetime = OCTOBER

    def __call__(self) -> datetime:
        return self.now

    def go(self, **span: float) -> datetime:
        """That much later."""
        self.now += timedelta(**span)
        return self.now


def quoted(book: PriceBook, n: int = 1, *, at: datetime | None = OCTOBER) -> Quote:
    """`n` images at PRICE each; `at` None is now."""
    return book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": n}, at=at)


def limited(books: Ledger, images: int, kind: LimitKind = "hard") -> None:
    """An account `acme` with 100 USD, that may spend what so many images cost a month."""
    books.open_account("acme", currency="USD", monthly_limit=PRICE * images, limit_kind=kind)
    books.top_up("acme", "100", key="t")


def spent(books: Ledger, account: str = "acme") -> tuple[str | None, int]:
    """The month, and how many images at PRICE count in it."""
    now = books.balance(account)
    assert now.month_spent is not None
    images, rest = divmod(now.month_spent, PRICE)
    assert rest == 0
    return now.month, int(images)
