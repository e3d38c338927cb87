"""Steps of a walk in which time settles holds: deadlines that pass, and what stays in doubt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pricing import AgeingPolicy
from tests.properties import ledger_months_walk

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk


def expire(walk: LedgerWalk, draw: Draw) -> None:
    """Every deadline that has passed is acted on."""
    ledger_months_walk.catch_up(walk, draw)
    due = walk.model.due()
    for name in due:
        row = walk.model.pass_deadline(name)
        walk.touched.add(row.code)
        walk.counted[f"deadline: {row.kind}"] += 1
    for books in walk.all_books:
        assert books.ledger.expire() == len(due)
    walk.counted["expire"] += bool(due)


def age(walk: LedgerWalk, draw: Draw) -> None:
    """A policy settles what has been in doubt for days, each hold once, as it says."""
    ledger_months_walk.catch_up(walk, draw)
    policy = AgeingPolicy("walked", draw.randint(1, 3), draw.choice(["capture", "void"]))
    model = walk.model
    rows = [
        model.release(name, "void")
        if policy.action == "void"
        else model.capture(name, model.holds[name].n)
        for name in model.aged(model.now - timedelta(days=policy.after_days))
    ]
    walk.touched.update(row.code for row in rows)
    for books in walk.all_books:
        for row, answer in zip(rows, books.ledger.age(policy), strict=True):
            books.took(row, answer)
    walk.counted["age"] += bool(rows)
