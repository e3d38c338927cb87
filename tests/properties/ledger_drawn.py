"""Calls of a walk as they are drawn: for whom, for how much, of which hold, for when."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tests.properties import ledger_calls
from tests.properties.ledger_calls import CELLS, Call

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk

#: How long ago a call was made, or by how much the clock goes on.
PASSING = [timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=6), timedelta(days=3)]


def some_hold(walk: LedgerWalk, draw: Draw) -> str:
    """Mostly one that has not ended, or has only expired; a few are tried again."""
    if draw.one_in(12):
        return draw.newest(walk.model.holds, len(walk.model.holds))
    if walk.model.open and draw.one_in(2):
        return draw.newest(walk.model.open)
    newest = list(itertools.islice(reversed(walk.model.holds), 40))
    lively = [name for name in newest if walk.model.holds[name].ended_by in (None, "expire")]
    return draw.choice(lively[:12] or newest)


def then(walk: LedgerWalk, draw: Draw) -> datetime | None:
    """Now, or a moment ago, or in an earlier month."""
    ago = draw.choice([None, None, *PASSING, timedelta(days=33)])
    return None if ago is None else walk.model.now - ago


def hold(walk: LedgerWalk, draw: Draw) -> Call:
    """Hold for some images, for an account or a member."""
    return ledger_calls.hold(
        walk.model,
        draw.choice(walk.codes),
        draw.choice(CELLS),
        draw.randint(1, 8),
        # No two deadlines are the same, so every ledger passes them in the same order.
        expires_in=timedelta(minutes=draw.randint(1, 40), microseconds=next(walk.serial)),
        on_deadline=draw.choice(["expire", "doubt"]),
    )


def charge(walk: LedgerWalk, draw: Draw) -> Call:
    """Charge for some images, now or for then."""
    code, cell, n = draw.choice(walk.codes), draw.choice(CELLS), draw.randint(1, 8)
    return ledger_calls.charge(walk.model, code, cell, n, then(walk, draw))


def capture(walk: LedgerWalk, draw: Draw) -> Call:
    """Capture some hold, with or without evidence, now or as of when it was begun."""
    hold = some_hold(walk, draw)
    begun = walk.model.holds[hold].row.occurred_at
    return ledger_calls.capture(
        walk.model,
        hold,
        draw.randint(1, walk.model.holds[hold].n + 1),
        then=begun if begun <= walk.model.now and draw.one_in(2) else None,
        has_evidence=draw.one_in(4),
    )
