"""Steps of a walk that close and reopen months, and that seal what was written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.ledger.transfers import PeriodChange
from tests.properties import ledger_calls
from tests.properties.ledger_books import Books
from tests.properties.ledger_model import Model
from tests.properties.ledger_rows import month_after, month_before, month_number, start_of

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk

#: One seal covers no more of them.
ROWS_OF_A_SEAL = 1000
#: The ledger's own grace, and others.
GRACES = [timedelta(hours=72), timedelta(hours=72), timedelta(0), timedelta(days=20)]


def close(walk: LedgerWalk, draw: Draw) -> None:
    """Close the month whose turn it is; sometimes another one, which is refused by name."""
    catch_up(walk, draw)
    months, this = walk.model.months, month_number(walk.model.now)
    through = months.closed_through
    if through:
        asked = [*[month_after(through)] * 4, month_after(month_after(through)), through, this]
    else:
        asked = [month_before(this), month_before(month_before(this)), this]
    month, grace, force = draw.choice(asked), draw.choice(GRACES), draw.one_in(4)
    reason = months.refusal_to_close(month, now=walk.model.now, grace=grace, force=force)

    def make(books: Books) -> list[PeriodChange]:
        return books.ledger.close_period(_text(month), actor="ana", grace=grace, force=force)

    if reason is not None:
        walk.refused(reason, make)
        return
    is_forced = walk.model.now < start_of(month_after(month)) + grace
    events = walk.model.close(month, is_forced=is_forced)
    walk.touched.update(walk.codes)
    for books in walk.all_books:
        books.closed(events, make(books))
    walk.counted["close"] += 1


def reopen(walk: LedgerWalk, draw: Draw) -> None:
    """Open the newest closed month; sometimes another one, which is refused by name."""
    catch_up(walk, draw)
    months = walk.model.months
    through = months.closed_through or month_before(month_number(walk.model.now))
    month = draw.choice([through, through, through, month_before(through), month_after(through)])

    def make(books: Books) -> PeriodChange:
        return books.ledger.reopen_period(_text(month), actor="bo", reason="a bill was missing")

    reason = months.refusal_to_reopen(month)
    if reason is not None:
        walk.refused(reason, make)
        return
    event = walk.model.reopen(month)
    walk.touched.update(walk.codes)
    for books in walk.all_books:
        books.reopened(event, make(books))
    walk.counted["reopen"] += 1


def catch_up(walk: LedgerWalk, draw: Draw) -> None:
    """Let every ledger learn what is closed, by a row that it would book in another month.

    Verbs for one learn it by themselves. In those for many, what a ledger did not know yet is
    decided after the rest: the model would have to know what each ledger knows.
    """
    through = walk.model.months.closed_through
    if walk.known_closed == through:
        return
    at = min(walk.model.now, start_of(max(through, walk.known_closed)))
    cost = draw.choice([1, -250_000_000])
    key = walk.fresh_key()
    while ledger_calls.is_within(key):  # a caller's transaction learns it, the ledger does not
        key = walk.fresh_key()
    walk.call(ledger_calls.correct_cost(walk.model, "team", cost, then=at), key)
    walk.known_closed = through


def seal(walk: LedgerWalk, draw: Draw) -> None:
    """Seal what is new in every account; when nothing is, nothing is written.

    Not always: it costs as much as fifty other steps.
    """
    if not draw.one_in(3):
        return
    sealed = _seal(walk.model)
    for books in walk.all_books:
        if sealed == (0, 0, 0):
            with books.unchanged():
                found = books.ledger.seal()
        else:
            found = books.ledger.seal()
        assert (found.accounts, found.seals, found.transfers) == sealed
    walk.counted["seal"] += sealed != (0, 0, 0)


def _seal(model: Model) -> tuple[int, int, int]:
    """Seal every row that is not; how many accounts, seals and rows that makes.

    The first seal of an account, or a member, says how it was opened; a member has no rows.
    """
    accounts = seals = rows = 0
    for account in model.accounts.values():
        versions = 0 if account.parent else len(account.rows)
        is_first, new = account.sealed is None, versions - (account.sealed or 0)
        accounts += is_first or new > 0
        seals += is_first + -(-new // ROWS_OF_A_SEAL)
        rows += new
        account.sealed = versions
    return accounts, seals, rows


def _text(month: int) -> str:
    return f"{month // 100:04}-{month % 100:02}"
