"""An October with a capture in it that somebody closed on 4 November, and what comes after it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from billing import Ledger
from billing.database.engines import reading
from pricing import PriceBook
from tests.billing.months import OCTOBER, Calendar, quoted

#: Three days after the end of October: the grace is over.
CLOSING = datetime(2026, 11, 4, tzinfo=UTC)

_BOOKED = text("SELECT idem_key, booked_in FROM transfer WHERE booked_in IS NOT NULL ORDER BY 1")


def open_october(books: Ledger, book: PriceBook) -> None:
    """An account with 100 USD, a hold of two images captured, and one still open."""
    books.open_account("acme", currency="USD")
    books.top_up("acme", "100", key="t")
    hold = books.hold("acme", quoted(book, 2), key="h")
    books.capture(hold.id, images=2, key="c")
    books.hold("acme", quoted(book), key="open", on_deadline="doubt")


def closed_october(books: Ledger, book: PriceBook, clock: Calendar) -> str:
    """The same, closed on 4 November; answers the digest."""
    clock.now = OCTOBER
    open_october(books, book)
    clock.now = CLOSING
    (closed,) = books.close_period("2026-10", actor="ana")
    assert closed.digest is not None
    return closed.digest


def booked_in(books: Ledger) -> dict[str, int]:
    """The month in which each late row was booked, by its key."""
    with reading(books.engine) as connection:
        return {key: int(month) for key, month in connection.execute(_BOOKED)}
