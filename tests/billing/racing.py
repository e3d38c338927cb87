"""Many who want money for ten images at once: what they may spend, and how each of them tries."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from billing import BudgetExceeded, InsufficientFunds, Ledger
from billing.database import schema
from billing.database.engines import open_engine
from pricing import PriceBook
from tests.billing.months import PRICE, quoted

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Purse:
    """Money for exactly ten images: who may spend it, and how the eleventh is refused."""

    spenders: tuple[str, ...]
    refusal: str
    #: Whose limit or floor refuses.
    owner: str = "acme"
    limit: int | None = None
    member_limit: int | None = None
    images: int = 1000

    def open(self, ledger: Ledger) -> None:
        """Open the accounts of this purse and fill it."""
        limit = None if self.limit is None else PRICE * self.limit
        own = None if self.member_limit is None else PRICE * self.member_limit
        ledger.open_account("acme", currency="USD", monthly_limit=limit)
        ledger.top_up("acme", PRICE * self.images, key="t")
        for spender in self.spenders:
            if spender != "acme":
                ledger.open_account(spender, currency="USD", parent="acme", monthly_limit=own)

    def check(self, ledger: Ledger, outcomes: Sequence[str]) -> None:
        """Exactly ten were let in, the others were refused for the one right reason."""
        refused = len(outcomes) - 10
        assert Counter(outcomes) == {"held": 10, f"{self.refusal} {self.owner}": refused}
        assert ledger.balance("acme").held == 10 * PRICE
        assert sum(ledger.balance(spender).held for spender in self.spenders) == 10 * PRICE
        assert ledger.verify().problems == ()


MEMBERS = ("app", "batch", "web")
PURSES = {
    "the floor": Purse(("acme",), "insufficient_funds", images=10),
    "a monthly limit": Purse(("acme",), "budget_exceeded", limit=10),
    "a member's limit": Purse(("web",), "budget_exceeded", "web", member_limit=10),
    "the limit of the parent of many": Purse(MEMBERS, "budget_exceeded", limit=10),
}


def at_once(workers: int, work: Callable[[int], Answer]) -> list[Answer]:
    """Let so many threads begin at the same moment; what each of them answers."""
    barrier = threading.Barrier(workers)

    def one(index: int) -> Answer:
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


def attempt(ledger: Ledger, account: str, book: PriceBook, key: str) -> str:
    """Hold one image; `held`, or which limit of whom refused."""
    try:
        ledger.hold(account, quoted(book, at=None), key=key)
    except (InsufficientFunds, BudgetExceeded) as refused:
        return f"{refused.code} {refused.account}"
    return "held"


class Lane:
    """What a racing process knows of the others: when all of them are ready."""

    barrier: threading.Barrier


def enter(barrier: threading.Barrier) -> None:
    """Begin a racing process."""
    Lane.barrier = barrier


def spend(number: int, url: str, spenders: Sequence[str], *, group_writer: bool) -> list[str]:
    """One process: three threads of four attempts each, in a ledger of its own."""
    book = PriceBook.load("openai-gpt-image-2")
    with Ledger.open(url, group_writer=group_writer) as ledger:
        Lane.barrier.wait()

        def one(thread: int) -> list[str]:
            names = [f"{number}-{thread}-{turn}" for turn in range(4)]
            turns = enumerate(names, start=number + thread)
            return [attempt(ledger, spenders[i % len(spenders)], book, key) for i, key in turns]

        return [outcome for outcomes in at_once(3, one) for outcome in outcomes]


def upgrade(_number: int, url: str) -> str:
    """One process: bring a database up to date."""
    engine = open_engine(url)
    Lane.barrier.wait()
    try:
        return schema.upgrade(engine)
    finally:
        engine.dispose()


def open_fresh(_number: int, url: str) -> str:
    """One process: open a ledger on a file that is not there yet."""
    Lane.barrier.wait()
    with Ledger.open(url) as ledger:
        return ledger.open_account("acme", currency="USD").opened_at.isoformat()
