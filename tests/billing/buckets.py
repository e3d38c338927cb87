"""The four buckets of an account, as tests compare them, and a quote that moves money in them."""

from __future__ import annotations

from decimal import Decimal

from billing import Balance, Ledger
from billing.ledger.account_statement import Buckets
from pricing import PriceBook, Quote

HIGH = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
BUCKETS = ("available", "held", "in_doubt", "posted")


def quote(book: PriceBook, n: int = 4) -> Quote:
    """`n` images of high quality, now; four cost 0.84288 USD."""
    return book.quote({**HIGH, "n": n})


def buckets(ledger: Ledger, account: str = "acme") -> tuple[str, ...]:
    """What an account has now, as it is written: available, held, in doubt, posted."""
    now = ledger.balance(account)
    return tuple(f"{b:f}" for b in (now.available, now.held, now.in_doubt, now.posted))


def figures(balance: Balance | Buckets) -> tuple[Decimal, ...]:
    """The same four of any balance, as numbers."""
    return tuple(getattr(balance, name) for name in BUCKETS)
