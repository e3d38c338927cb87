"""Fixtures: a ledger whose clock the test sets, a book long in force, calls made in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from billing import Capture, Hold, Ledger
from pricing import PriceBook

BOOK = """
schema_version: 1
id: test-book
model: gpt-image-2
currency: {currency}
quality: {{allowed: [low, high], default: high}}
n: {{min: 1, max: 8, default: 1}}
sizes: {{768x1024: 1K, 1024x1024: 1K, 2048x2048: 4K}}
rates:
  - effective_from: 2024-01-01
    basis: contract
    source: tests
    checked: 2024-01-01
    generations:
      1K: {{low: "0.004020001", high: "0.21072"}}
      4K: {{low: "0.01191", high: "{dear}"}}
    edits: generations
  - effective_from: 2025-03-15
    basis: contract
    source: tests
    checked: 2024-01-01
    generations:
      1K: {{low: "0.005", high: "0.3"}}
      4K: {{low: "0.01191", high: "{dear}"}}
    edits: generations
"""

SetClock = Callable[[datetime], None]
Make = Callable[..., Capture]


@pytest.fixture
def hands() -> list[datetime]:
    return [datetime(2025, 3, 10, 12, tzinfo=UTC)]


@pytest.fixture
def set_clock(hands: list[datetime]) -> SetClock:
    """Set the ledger's clock."""

    def set_to(at: datetime) -> None:
        hands[0] = at

    return set_to


@pytest.fixture
def ledger(ledger_url: str, hands: list[datetime]) -> Iterator[Ledger]:
    """Accounts `acme` and `beta` in USD and `gamma` in EUR, with much credit each; both engines."""
    with Ledger.open(ledger_url, clock=lambda: hands[0]) as opened:
        for code, currency in (("acme", "USD"), ("beta", "USD"), ("gamma", "EUR")):
            opened.open_account(code, currency=currency, floor="-6000000000")
        yield opened


@pytest.fixture
def books() -> dict[str, PriceBook]:
    return {
        currency: PriceBook.loads(BOOK.format(currency=currency, dear="0.42816"))
        for currency in ("USD", "EUR")
    }


@pytest.fixture
def dear_book() -> PriceBook:
    """A book in which an image may cost a hundred million."""
    return PriceBook.loads(BOOK.format(currency="USD", dear="100000000.000000001"))


@pytest.fixture
def hold(ledger: Ledger, books: dict[str, PriceBook], hands: list[datetime]) -> Callable[..., Hold]:
    """Hold money for a call at the clock's time."""

    def make(
        key: str,
        *,
        account: str = "acme",
        size: str = "1024x1024",
        quality: str = "high",
        n: int = 1,
        endpoint: str = "generations",
        book: PriceBook | None = None,
        on_deadline: str = "expire",
    ) -> Hold:
        book = book or books[ledger.account(account).currency]
        fields = {"model": "gpt-image-2", "size": size, "quality": quality, "n": n}
        quote = book.quote(fields, endpoint=endpoint, at=hands[0])
        return ledger.hold(account, quote, key=key, on_deadline=on_deadline)  # type: ignore[arg-type]  # text

    return make


@pytest.fixture
def capture(ledger: Ledger, hold: Callable[..., Hold]) -> Make:
    """A whole call: held and captured at the clock's time; `images` defaults to all."""

    def make(key: str, *, images: int | None = None, n: int = 1, **facts: object) -> Capture:
        held = hold(key, n=n, **facts)
        return ledger.capture(held.id, images=images or n, key=f"{key}/capture")

    return make


@pytest.fixture
def full_month(
    ledger: Ledger, books: dict[str, PriceBook], capture: Make, set_clock: SetClock
) -> Ledger:
    """March 2025 with everything: two currencies, a member, refunds over the edge, adjustments."""
    set_clock(datetime(2025, 2, 27, 9, 30, tzinfo=UTC))
    earlier = capture("february", n=2)
    set_clock(datetime(2025, 3, 1, tzinfo=UTC))
    first = capture("first", n=4, images=3)
    ledger.open_account("acme-web", currency="USD", parent="acme")
    ledger.open_account("=evil|", currency="USD", floor="-10")
    capture("member", account="acme-web", quality="low", n=7)
    capture("hostile", account="=evil|", endpoint="edits", size="2048x2048")
    capture("euro", account="gamma", n=2)
    set_clock(datetime(2025, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC))
    fields = {"model": "gpt-image-2", "size": "768x1024", "quality": "low", "n": 1}
    quote = books["USD"].quote(fields, at=ledger.now())
    ledger.charge("beta", quote, images=1, key="c", request_id="+req", tags={"team": "=1+1"})
    ledger.refund(first.id, "0.1", key="same month", reason="blurred")
    ledger.refund(earlier.id, "0.21072", key="earlier month", reason="blank")
    ledger.adjust("acme", "-1.5", key="fee", reason="bank fee", actor="ana")
    ledger.adjust("gamma", "0.25", key="gift", reason="goodwill", actor="ana")
    set_clock(datetime(2025, 4, 1, tzinfo=UTC))
    capture("april")
    set_clock(datetime(2025, 4, 2, tzinfo=UTC))
    return ledger


@pytest.fixture
def coins(ledger: Ledger, set_clock: SetClock) -> Ledger:
    """An account in credits that bought 1000 and used 2 images and a half of one."""
    set_clock(datetime(2025, 3, 5, tzinfo=UTC))
    ledger.open_account("coins", currency="CREDIT")
    ledger.top_up("coins", "1000", key="bought")
    book = PriceBook.loads(BOOK.format(currency="CREDIT", dear="40"))
    quote = book.quote({"model": "gpt-image-2", "size": "2048x2048", "n": 2}, at=ledger.now())
    paid: Capture = ledger.capture(ledger.hold("coins", quote, key="h").id, images=2, key="c")
    ledger.refund(paid.id, "20", key="r", reason="half of it was blank")
    ledger.adjust("coins", "5", key="gift", reason="goodwill", actor="ana")
    return ledger
