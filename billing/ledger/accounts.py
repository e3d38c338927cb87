"""Accounts: opening them, finding them by code or by an id of theirs, and their balance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, insert, select

from billing.database.tables import account, balance
from billing.errors import (
    AccountCurrency,
    AccountExists,
    AccountNotFound,
    HoldNotFound,
    InvalidEntry,
)
from billing.ledger.ids import new_id, new_tag, tag_of
from billing.ledger.transfers import Account, Balance
from pricing.money import from_nanos

_CODE: Final = re.compile(
    r"[^\x00-\x1f\x7f\ud800-\udfff\s](?:[^\x00-\x1f\x7f\ud800-\udfff]{0,126}"
    r"[^\x00-\x1f\x7f\ud800-\udfff\s])?"
)
_CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9_]{2,15}")


class AccountRow(NamedTuple):
    """A row of `account`; immutable, so it may be remembered for the life of the process."""

    id: UUID
    tag: int
    code: str
    currency: str
    floor: int
    plan: str | None
    opened_at: datetime

    def expect(self, currency: str) -> None:
        """Refuse an amount in another currency than this account's.

        Raises:
            AccountCurrency: they differ.
        """
        if currency != self.currency:
            raise AccountCurrency(self.code, held=self.currency, offered=currency)

    def public(self) -> Account:
        """The account as callers see it."""
        return Account(
            code=self.code,
            currency=self.currency,
            floor=from_nanos(self.floor),
            opened_at=self.opened_at,
            plan=self.plan,
        )


class Accounts:
    """The accounts this process has seen. Rows never change, so remembering them is exact."""

    def __init__(self) -> None:
        self._by_code: dict[str, AccountRow] = {}
        self._by_tag: dict[int, AccountRow] = {}

    def by_code(self, connection: Connection, code: str) -> AccountRow:
        """The account with this code.

        Raises:
            AccountNotFound: there is none.
        """
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            raise AccountNotFound(code)
        row = self._by_code.get(code) or self._read(connection, account.c.code == code)
        if row is None:
            raise AccountNotFound(code)
        return row

    def owner_of(self, connection: Connection, hold_id: UUID, *, text: str) -> AccountRow:
        """The account that an id belongs to.

        Raises:
            HoldNotFound: no account has made such an id; `text` is how the caller wrote it.
        """
        tag = tag_of(hold_id)
        row = self._by_tag.get(tag) or self._read(connection, account.c.tag == tag)
        if row is None:
            raise HoldNotFound(text)
        return row

    def _read(self, connection: Connection, where: ColumnElement[bool]) -> AccountRow | None:
        found = connection.execute(select(account).where(where)).one_or_none()
        if found is None:
            return None
        row = AccountRow(**found._mapping)  # noqa: SLF001 - the documented way to a row's mapping
        self._by_code[row.code] = self._by_tag[row.tag] = row
        return row


def open_account(
    connection: Connection, code: str, *, currency: str, floor: int, plan: str | None, now: datetime
) -> AccountRow:
    """Open an account with a balance of zero; the same terms again answer with the first one.

    Raises:
        AccountExists: it is open with other terms.
        InvalidEntry: the code or the currency is not one.
    """
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise InvalidEntry("code", code, "1 to 128 printable characters, no space at either end")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise InvalidEntry("currency", currency, "an ISO 4217 code or an upper-case unit, e.g. USD")
    found = connection.execute(select(account).where(account.c.code == code)).one_or_none()
    if found is not None:
        return _same_terms(AccountRow(**found._mapping), currency, floor, plan)  # noqa: SLF001
    tag = new_tag()
    row = AccountRow(new_id(tag), tag, code, currency, floor, plan, now)
    connection.execute(insert(account), row._asdict())
    empty = dict.fromkeys(("available", "held", "in_doubt", "posted", "forced", "version"), 0)
    connection.execute(insert(balance), {"account_id": row.id, "floor": floor, **empty})
    return row


def list_accounts(connection: Connection) -> Iterator[AccountRow]:
    """Every account, by code."""
    for found in connection.execute(select(account).order_by(account.c.code)):
        yield AccountRow(**found._mapping)  # noqa: SLF001


def balance_of(connection: Connection, row: AccountRow) -> Balance:
    """The balance of an account as the database holds it now."""
    found = connection.execute(select(balance).where(balance.c.account_id == row.id)).one()
    return Balance(
        account=row.code,
        currency=row.currency,
        available=from_nanos(found.available),
        held=from_nanos(found.held),
        in_doubt=from_nanos(found.in_doubt),
        posted=from_nanos(found.posted),
        floor=from_nanos(found.floor),
        version=found.version,
    )


def _same_terms(row: AccountRow, currency: str, floor: int, plan: str | None) -> AccountRow:
    if (row.currency, row.floor, row.plan) != (currency, floor, plan):
        terms = f"currency {row.currency}, floor {from_nanos(row.floor):f}, plan {row.plan or '-'}"
        raise AccountExists(row.code, terms)
    return row
