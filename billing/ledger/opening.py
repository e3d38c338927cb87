"""Opening an account: its terms, its balance of zero, a member's allowance beside its parent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args

from sqlalchemy import Connection, insert

from billing.database.tables import account, allowance, balance
from billing.errors import AccountNotFound, EntryRefused, InvalidEntry
from billing.ledger.accounts import CODE, AccountRow, Payer, find_account, find_by_id
from billing.ledger.asking import check_storable
from billing.ledger.closing.periods import Periods, keep_others_out
from billing.ledger.ids import new_id, new_tag
from billing.ledger.limit_rows import limits_at
from billing.ledger.opening_errors import AccountExists
from billing.ledger.orders import month_number
from billing.ledger.transfers import LimitKind
from pricing.money import from_nanos

#: Later than all that was ever recorded.
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9_]{2,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an account is opened with; money in nano-units."""

    currency: str
    floor: int
    plan: str | None
    month_limit: int | None
    limit_kind: LimitKind
    #: The code of the account whose money a member spends.
    parent: str | None

    def check(self) -> None:
        """Refuse terms that no account can have.

        Raises:
            InvalidEntry: names the one at fault.
        """
        if not isinstance(self.currency, str) or not _CURRENCY.fullmatch(self.currency):
            allowed = "an ISO 4217 code or an upper-case unit, e.g. USD"
            raise InvalidEntry("currency", self.currency, allowed)
        if self.plan is not None:
            check_storable("plan", self.plan)
        if self.limit_kind not in get_args(LimitKind):
            raise InvalidEntry("limit_kind", self.limit_kind, "use hard or soft")
        if self.month_limit is not None and self.month_limit < 0:
            raise InvalidEntry("monthly_limit", from_nanos(self.month_limit), "0 or more")
        if self.parent is not None and self.floor != 0:
            allowed = "a member spends its parent's money: the floor is the parent's"
            raise InvalidEntry("floor", from_nanos(self.floor), allowed)


def open_account(connection: Connection, code: str, terms: Terms, *, now: datetime) -> AccountRow:
    """Open an account with a balance of zero; the same terms again answer with the first one.

    Raises:
        AccountExists: it is open with other terms.
        AccountNotFound: there is no such parent.
        InvalidEntry: the code or a term is not one.
    """
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise InvalidEntry("code", code, "1 to 128 printable characters, no space at either end")
    terms.check()
    parent = None if terms.parent is None else _parent(connection, code, terms)
    found = find_account(connection, code)
    if found is not None:
        return _same_terms(connection, found, terms, parent)
    tag = new_tag()
    row = AccountRow(
        id=new_id(tag),
        tag=tag,
        code=code,
        currency=terms.currency,
        floor=terms.floor,
        plan=terms.plan,
        opened_at=now,
        parent_id=None if parent is None else parent.id,
        month_limit=terms.month_limit,
        limit_kind=terms.limit_kind,
    )
    connection.execute(insert(account), row._asdict())
    _begin_at_zero(connection, row)
    return row


def _begin_at_zero(connection: Connection, row: AccountRow) -> None:
    limit = {"month_limit": row.month_limit, "limit_kind": row.limit_kind}
    if row.parent_id is None:
        empty = dict.fromkeys(("available", "held", "in_doubt", "posted", "forced", "version"), 0)
        figures = {"account_id": row.id, "floor": row.floor, **empty, **limit}
        connection.execute(insert(balance), {**figures, **_closed(connection)})
        return
    empty = dict.fromkeys(("held", "in_doubt", "posted"), 0)
    figures = {"account_id": row.parent_id, "member_id": row.id, **empty, **limit}
    connection.execute(insert(allowance), figures)


def _closed(connection: Connection) -> dict[str, object]:
    """What the closing of months has left in every balance."""
    keep_others_out(connection, is_closing=False)
    periods = Periods.of(connection)
    last: dict[str, object] = {}
    if periods.last_at is not None:
        # As in every other balance: an account's clock and its month never run backwards.
        last = {"recorded_at": periods.last_at, "month": month_number(periods.last_at)}
    return {"closed_through": periods.closed_through, **last}


def _parent(connection: Connection, code: str, terms: Terms) -> AccountRow:
    parent = find_account(connection, terms.parent or "")
    if parent is None:
        raise AccountNotFound(terms.parent or "", param="parent")
    if parent.parent_id is not None:
        allowed = f"it has a parent itself; {code!r} needs one with money of its own"
        raise EntryRefused("parent", terms.parent, allowed)
    parent.expect(terms.currency)
    return parent


def _same_terms(
    connection: Connection, row: AccountRow, terms: Terms, parent: AccountRow | None
) -> AccountRow:
    """The account, when these are the terms it was opened with, or those it has by now."""
    purse = None if row.parent_id is None else find_by_id(connection, row.parent_id)
    payer = Payer(row) if purse is None else Payer(purse, row)
    now = limits_at(connection, payer, _LAST)
    asked = _in_words(terms, terms.floor, terms.month_limit, terms.limit_kind, parent)
    opened = _in_words(row, row.floor, row.month_limit, row.limit_kind, purse)
    floor = row.floor if purse is not None else now.floor
    stands = _in_words(row, floor, now.month_limit, now.limit_kind, purse)
    if asked not in (opened, stands):
        found = {term: (is_, asked[term]) for term, is_ in stands.items() if is_ != asked[term]}
        raise AccountExists(row.code, found)
    return row


def _in_words(
    of: AccountRow | Terms,
    floor: int,
    limit: int | None,
    kind: LimitKind,
    parent: AccountRow | None,
) -> dict[str, str]:
    """Terms by name, as they are compared and told."""
    return {
        "currency": of.currency,
        "floor": f"{from_nanos(floor):f}",
        "plan": of.plan or "none",
        "monthly limit": f"{'none' if limit is None else format(from_nanos(limit), 'f')} {kind}",
        "parent": "none" if parent is None else parent.code,
    }
