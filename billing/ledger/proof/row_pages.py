"""Rows in order and in pages: what sealing and checking read, whatever the length of a history.

Every page is a query of its own that starts after the last row seen, so memory stays constant on
any engine; inside one reading transaction all pages show the same state of the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import account, rate, transfer
from billing.ledger.accounts import AccountRow
from billing.ledger.proof.canonical import row_hash
from billing.ledger.rows import TransferRow

#: Rows of one page, and the most that one seal covers.
PAGE: Final = 1000
#: Below every version there can be, so that a row with a forged one is read as well.
BEFORE_ALL: Final = -(2**63)

_NAMES: Final = tuple(column.name for column in transfer.c)
_WIDTH: Final = len(_NAMES)
_cost_rate = rate.alias("cost_rate")

_of_account = transfer.c.account_id == bindparam("of_account")
_transfers = (
    select(transfer)
    .where(_of_account, transfer.c.version > bindparam("after"))
    .order_by(transfer.c.version)
    .limit(bindparam("page", PAGE))
)
_versions = _transfers.with_only_columns(transfer.c.version)
_priced = (
    _transfers.add_columns(rate.c.unit_price, rate.c.currency, _cost_rate.c.unit_price)
    .outerjoin(rate, rate.c.id == transfer.c.rate_id)
    .outerjoin(_cost_rate, _cost_rate.c.id == transfer.c.cost_rate_id)
)
_accounts = (
    select(account)
    .where(account.c.id > bindparam("after", type_=account.c.id.type))
    .order_by(account.c.id)
    .limit(PAGE)
)


class PricedRow(NamedTuple):
    """A transfer with what its rates say; None where there is no such rate."""

    row: TransferRow
    unit_price: int | None
    currency: str | None
    unit_cost: int | None


def accounts_in_order(connection: Connection) -> Iterator[AccountRow]:
    """Every account, by id, which is the order they were opened in."""
    after = UUID(int=0)
    while page := connection.execute(_accounts, {"after": after}).mappings().all():
        yield from (AccountRow(**found) for found in page)
        after = page[-1]["id"]


def transfers_after(connection: Connection, account_id: UUID, version: int) -> list[TransferRow]:
    """The next page of an account's transfers, in the order of their versions."""
    found = connection.execute(_transfers, {"of_account": account_id, "after": version})
    return [TransferRow(*columns) for columns in found]


def priced_after(
    connection: Connection, account_id: UUID, version: int, *, limit: int = PAGE
) -> list[PricedRow]:
    """The same with what their rates say.

    Raises:
        ValueError: a row holds what no program of ours writes, such as a month of thirteen.
    """
    bound = {"of_account": account_id, "after": version, "page": limit}
    found = connection.execute(_priced, bound)
    return [PricedRow(TransferRow(*columns[:_WIDTH]), *columns[_WIDTH:]) for columns in found]


def version_after(connection: Connection, account_id: UUID, version: int) -> int | None:
    """The next version there is, read without the rest of its row."""
    bound = {"of_account": account_id, "after": version, "page": 1}
    return connection.execute(_versions, bound).scalar_one_or_none()


def hash_of(row: TransferRow) -> bytes:
    """The hash of a transfer as seals hold it."""
    return row_hash("transfer", dict(zip(_NAMES, row, strict=True)))
