"""Steps of a walk that nobody should ask for: each is refused by name and leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.properties.ledger_books import Books
from tests.properties.ledger_calls import CELLS, quote

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk

Make = Callable[[Books], object]


def step(walk: LedgerWalk, draw: Draw) -> None:
    """Draw one of them, and see it refused."""
    calls = [*_of_arguments(walk), *_of_holds(walk)]
    walk.refused(*draw.choice(calls))


def _of_arguments(walk: LedgerWalk) -> list[tuple[str, Make]]:
    now = walk.model.now
    fresh, old = quote(CELLS[0], 2, now), quote(CELLS[0], 2, now - timedelta(days=2))
    naive, soon = now.replace(tzinfo=None), now + timedelta(hours=1)
    return [
        ("AccountNotFound", lambda b: b.ledger.top_up("nobody", 1, key="k")),
        ("AccountNotFound", lambda b: b.ledger.hold("nobody", fresh, key="k")),
        ("InvalidEntry", lambda b: b.ledger.top_up("team", -1, key="k")),
        ("InvalidEntry", lambda b: b.ledger.top_up("team", 1, key="")),
        ("InvalidEntry", lambda b: b.ledger.adjust("team", 0, key="k", reason="r", actor="a")),
        ("InvalidEntry", lambda b: b.ledger.adjust("team", 1, key="k", reason=" ", actor="a")),
        (
            "InvalidEntry",
            lambda b: b.ledger.correct_cost("team", 0, key="k", reason="r", actor="a"),
        ),
        ("InvalidEntry", lambda b: b.ledger.close_period("2026-01", actor=" ")),
        ("InvalidEntry", lambda b: b.ledger.reopen_period("2026-01", actor="a", reason="")),
        ("InvalidEntry", lambda b: b.ledger.charge("team", fresh, images=3, key="k")),
        (
            "InvalidEntry",
            lambda b: b.ledger.charge("team", fresh, images=1, key="k", occurred_at=naive),
        ),
        (
            "InvalidEntry",
            lambda b: b.ledger.charge("team", fresh, images=1, key="k", occurred_at=soon),
        ),
        ("QuoteExpired", lambda b: b.ledger.hold("credit", old, key="k")),
        ("QuoteExpired", lambda b: b.ledger.charge("credit", old, images=1, key="k")),
        ("HoldNotFound", lambda b: b.ledger.void("hold_none", key="k", reason="r")),
        ("TransferNotFound", lambda b: b.ledger.refund("capture_none", 1, key="k", reason="r")),
        (
            "AccountExists",
            lambda b: b.ledger.open_account("team", currency="USD", monthly_limit="9"),
        ),
    ]


def _of_holds(walk: LedgerWalk) -> list[tuple[str, Make]]:
    if not walk.model.holds:
        return []
    name, hold = next(reversed(walk.model.holds.items()))
    before = hold.row.occurred_at - timedelta(days=1)
    found: list[tuple[str, Make]] = [
        ("InvalidEntry", lambda b: b.ledger.capture(b.ids[name], images=0, key="k")),
        ("TransferNotFound", lambda b: b.ledger.refund(b.ids[name], 1, key="k", reason="r")),
    ]
    if hold.ended_by in (None, "expire") and before < walk.model.now:
        found.append(
            (
                "InvalidEntry",
                lambda b: b.ledger.capture(b.ids[name], images=1, key="k", occurred_at=before),
            )
        )
    return found
