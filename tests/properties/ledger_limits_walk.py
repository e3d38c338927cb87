"""Steps of a walk that change what accounts may spend, and that open others beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pricing.money import from_nanos
from tests.properties.ledger_accounts import ModelAccount
from tests.properties.ledger_rows import month_number

if TYPE_CHECKING:
    from tests.properties.ledger_draw import Draw
    from tests.properties.ledger_walk import LedgerWalk

UNIT = 1_000_000_000
LIMITS = [None, 0, UNIT, 3 * UNIT, 6 * UNIT, 6 * UNIT]
FLOORS = [0, 0, -UNIT, -20 * UNIT, 3 * UNIT, 200 * UNIT]
ACCOUNTS_MAX = 12


def new_accounts() -> list[ModelAccount]:
    """Prepaid and credit, hard and soft limits, and members under their own."""
    team = ModelAccount("team", limit=6 * UNIT)
    soft = ModelAccount("soft", limit=3 * UNIT, is_soft=True)
    return [
        ModelAccount("prepaid"),
        ModelAccount("credit", floor=-20 * UNIT),
        ModelAccount("hard", limit=4 * UNIT),
        soft,
        ModelAccount("soft/hard", limit=2 * UNIT, parent=soft),
        team,
        ModelAccount("team/hard", limit=UNIT, parent=team),
        ModelAccount("team/soft", limit=UNIT, is_soft=True, parent=team),
    ]


def open_account(walk: LedgerWalk, account: ModelAccount) -> None:
    """One more account or member, closed as far as all others."""
    last = walk.model.months.last_at
    if account.parent is None and last is not None:
        account.recorded_at = last
        account.reach(month_number(last))
    walk.model.accounts[account.code] = account
    walk.codes.append(account.code)
    for books in walk.all_books:
        books.open_account(account)


def another(walk: LedgerWalk, draw: Draw) -> None:
    """Open an account or a member in the middle of a walk, while there are few."""
    if len(walk.codes) >= ACCOUNTS_MAX:
        return
    parent = draw.choice([None, walk.model.accounts["team"], walk.model.accounts["credit"]])
    account = ModelAccount(
        f"new-{len(walk.codes)}",
        floor=0 if parent else draw.choice([0, -3 * UNIT]),
        limit=draw.choice(LIMITS),
        is_soft=draw.one_in(2),
        parent=parent,
    )
    open_account(walk, account)
    walk.touched.add(account.code)
    walk.counted["open"] += 1


def limit(walk: LedgerWalk, draw: Draw) -> None:
    """Another limit for an account or a member, or none, hard or soft; or the last one again."""
    changes = walk.model.changes
    again = changes[-1] if changes and draw.one_in(8) else None
    code, amount, is_soft = again or (draw.choice(walk.codes), draw.choice(LIMITS), draw.one_in(2))
    if again is None:
        walk.model.change_limit(code, amount, is_soft=is_soft)
    key = f"limit-{len(changes)}"
    for books in walk.all_books:
        if again is None:
            books.change_limit(code, amount, is_soft=is_soft, key=key)
        else:
            with books.unchanged(may_lock=True):
                books.change_limit(code, amount, is_soft=is_soft, key=key)
    walk.touched.add(code)
    walk.counted["repeated" if again else "limit"] += 1


def floor(walk: LedgerWalk, draw: Draw) -> None:
    """Another floor: refused of a member, and above what is available."""
    code, amount = draw.choice(walk.codes), draw.choice(FLOORS)
    key = walk.fresh_key()
    reason = walk.model.refusal_of_floor(code, amount)
    if reason is not None:
        walk.refused(
            reason,
            lambda b: b.ledger.change_floor(
                code, from_nanos(amount), key=key, reason="r", actor="a"
            ),
        )
        return
    walk.model.change_floor(code, amount)
    for books in walk.all_books:
        books.change_floor(code, amount, key=key)
    walk.touched.add(code)
    walk.counted["floor"] += 1
