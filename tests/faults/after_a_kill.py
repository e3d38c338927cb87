"""What is found after a caller was killed, and after its key was used once more."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from billing import Ledger
from billing.testing import ScriptedProvider
from tests.faults.caller import Told, calls
from tests.faults.counts import Counts

#: Of the account `acme`, in USD.
FUNDS = Decimal(10_000)


class End(NamedTuple):
    """What is found after a kill, and after the key was used once more."""

    state: str | None
    posts: int
    repeated: str
    posts_in_all: int


OPEN = End("open", 1, "open", 1)
PAID = End("captured", 1, "captured", 1)
#: Where a verb writes and commits: a function, and its file.
WRITE = ("_write_alone", "billing/ledger/ledger.py")


def books_hold(ledger: Ledger) -> None:
    """All money is somewhere, and every invariant holds."""
    found = ledger.verify()
    assert found.ok, found.problems
    balance = ledger.balance("acme")
    assert balance.available + balance.held + balance.in_doubt + balance.posted == FUNDS
    left = ledger.holds()
    assert sum(view.hold.amount for view in left) == balance.held + balance.in_doubt


def check(url: str, provider: ScriptedProvider, end: End, counts: Counts) -> None:
    """Start again, look, use the key once more, let the deadline pass, and look again."""
    counts.runs += 1
    with Ledger.open(url) as ledger:
        books_hold(ledger)
        view = ledger.hold_by_key("acme", "job")
        assert (view and view.state, provider.posts) == (end.state, end.posts)
        assert len(ledger.holds()) == (end.state == "open")
        again: list[Told] = []
        calls(ledger, provider.base_url, ["job"], again.append)
        assert [told.state for told in again] == [end.repeated]
        assert provider.posts == end.posts_in_all
        if view is not None and view.state == "open":
            assert ledger.expire(view.hold.expires_at) == 1
            assert ledger.balance("acme").in_doubt == view.hold.amount
        books_hold(ledger)
