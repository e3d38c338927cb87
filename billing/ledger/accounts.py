"""Accounts: finding them by code or by an id of theirs, and whose money a member spends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from billing.database.statements import ID, INT, TEXT, TIME, Kind, Statement, statement
from billing.database.tables import account
from billing.database.wire import Wire
from billing.errors import AccountCurrency, AccountNotFound, HoldNotFound
from billing.ledger.ids import tag_of
from billing.ledger.transfers import Account, LimitKind
from pricing.money import from_nanos

#: Control characters, line ends, overrides of the direction of text, halves of surrogate pairs.
_UNPRINTABLE: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
#: What an account may be called: printable, no space at either end.
CODE: Final = re.compile(rf"[^{_UNPRINTABLE}\s](?:[^{_UNPRINTABLE}]{{0,126}}[^{_UNPRINTABLE}\s])?")
#: Between a member's code and its key; no code contains it.
KEY_SEPARATOR: Final = "\x1f"
#: How the keys of a reconciliation's bookings begin; their reasons quote the provider's charges.
RECONCILED_KEYS: Final = "recon/"
Read = Callable[[], Connection]
#: By a column, `code` or `tag`, and its value.
LookUp = Callable[[str, str | int], "AccountRow | None"]

_KINDS: Final[dict[str, Kind]] = {
    "id": ID,
    "tag": INT,
    **dict.fromkeys(("code", "currency"), TEXT),
    "floor": INT,
    "plan": TEXT,
    "opened_at": TIME,
    "parent_id": ID,
    "month_limit": INT,
    "limit_kind": TEXT,
}


class AccountRow(NamedTuple):
    """A row of `account`; immutable, so it may be remembered for the life of the process."""

    id: UUID
    tag: int
    code: str
    currency: str
    floor: int
    plan: str | None
    opened_at: datetime
    parent_id: UUID | None = None
    month_limit: int | None = None
    limit_kind: LimitKind = "hard"

    def expect(self, currency: str) -> None:
        """Refuse an amount in another currency than this account's.

        Raises:
            AccountCurrency: they differ.
        """
        if currency != self.currency:
            raise AccountCurrency(self.code, held=self.currency, offered=currency)

    def public(self, parent: AccountRow | None = None) -> Account:
        """The account as callers see it."""
        return Account(
            code=self.code,
            currency=self.currency,
            floor=from_nanos(self.floor),
            opened_at=self.opened_at,
            plan=self.plan,
            monthly_limit=None if self.month_limit is None else from_nanos(self.month_limit),
            limit_kind=self.limit_kind,
            parent=None if parent is None else parent.code,
        )


class Payer(NamedTuple):
    """Whose money an order moves, and the member that spends it, if the account has a parent."""

    account: AccountRow
    member: AccountRow | None = None

    @property
    def named(self) -> AccountRow:
        """The account that the caller names."""
        return self.member or self.account

    def stored_key(self, key: str) -> str:
        """An idempotency key as its row has it: members of an account do not share their keys."""
        return key if self.member is None else f"{self.member.code}{KEY_SEPARATOR}{key}"

    def shown_key(self, stored: str) -> str:
        """The key of a row as its caller gave it."""
        return stored if self.member is None else stored.partition(KEY_SEPARATOR)[2]


class Accounts:
    """The accounts this process has seen. Rows never change, so remembering them is exact."""

    def __init__(self, look_up: LookUp | None = None) -> None:
        #: Finds an account in less time than a view of the database takes to open.
        self._look_up = look_up
        self._by_code: dict[str, AccountRow] = {}
        self._by_tag: dict[int, AccountRow] = {}

    def by_code(self, read: Read, code: str) -> AccountRow:
        """The account with this code; `read` is only called for one that is not known yet.

        Raises:
            AccountNotFound: there is none.
        """
        row = self._by_code.get(code) if isinstance(code, str) else None
        if row is None and isinstance(code, str) and CODE.fullmatch(code):
            row = self._read(read, "code", code)
        if row is None:
            raise AccountNotFound(code)
        return row

    def payer(self, read: Read, code: str) -> Payer:
        """Who pays for what the account with this code does.

        Raises:
            AccountNotFound: there is none.
        """
        row = self.by_code(read, code)
        return Payer(row) if row.parent_id is None else Payer(self.by_id(read, row.parent_id), row)

    def payer_of(self, read: Read, account_id: UUID, member_id: UUID | None) -> Payer:
        """Who pays for what a row says, by the ids in the row."""
        member = None if member_id is None else self.by_id(read, member_id)
        return Payer(self.by_id(read, account_id), member)

    def by_id(self, read: Read, account_id: UUID) -> AccountRow:
        """The account with this id, which some row refers to."""
        row = self.find_owner(read, account_id)
        assert row is not None, "every reference to an account has one"
        return row

    def owner_of(self, read: Read, row_id: UUID, *, text: str) -> AccountRow:
        """The account that an id belongs to.

        Raises:
            HoldNotFound: no account has made such an id; `text` is how the caller wrote it.
        """
        row = self.find_owner(read, row_id)
        if row is None:
            raise HoldNotFound(text)
        return row

    def find_owner(self, read: Read, row_id: UUID) -> AccountRow | None:
        """The account that an id belongs to, or None when no account makes such ids."""
        tag = tag_of(row_id)
        return self._by_tag.get(tag) or self._read(read, "tag", tag)

    def _read(self, read: Read, column: str, value: str | int) -> AccountRow | None:
        if self._look_up is not None:
            row = self._look_up(column, value)
        else:
            row = _find(read(), account.c[column] == value)
        if row is not None:
            self._by_code[row.code] = self._by_tag[row.tag] = row
        return row


@cache
def _look_up(dialect: str, column: str) -> Statement:
    opened_at = {
        "sqlite": "opened_at",
        "postgresql": "(extract(epoch FROM opened_at) * 1000000)::bigint",
    }
    columns = ", ".join(AccountRow._fields).replace("opened_at", opened_at[dialect])
    text = f"SELECT {columns} FROM account WHERE {column} = :{column}"  # noqa: S608
    return statement(dialect, text, _KINDS, answers=tuple(_KINDS.values()))


def look_up(wire: Wire, column: str, value: str | int) -> AccountRow | None:
    """The account with this `code` or `tag`, over a wire."""
    found = wire.run(_look_up(wire.dialect, column), {column: value})
    return AccountRow(*found[0]) if found else None


def list_accounts(connection: Connection) -> Iterator[AccountRow]:
    """Every account, by code."""
    for found in connection.execute(select(account).order_by(account.c.code)):
        yield AccountRow(**found._mapping)  # noqa: SLF001


def find_account(connection: Connection, code: str) -> AccountRow | None:
    """The account with this code, as the database has it."""
    return _find(connection, account.c.code == code)


def find_by_id(connection: Connection, account_id: UUID) -> AccountRow | None:
    """The account with this id, as the database has it."""
    return _find(connection, account.c.id == account_id)


def _find(connection: Connection, where: ColumnElement[bool]) -> AccountRow | None:
    found = connection.execute(select(account).where(where)).one_or_none()
    if found is None:
        return None
    return AccountRow(**found._mapping)  # noqa: SLF001 - the documented way to a row's mapping
