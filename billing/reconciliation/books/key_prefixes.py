"""Rows by how their idempotency keys begin: queries that use the index of keys where one can be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, text, tuple_

from billing.database.tables import account, transfer
from billing.ledger.accounts import KEY_SEPARATOR

#: Members to a query.
_MEMBERS: Final = 100
#: Collations of the C library under which texts sort by the codes of their characters.
_BY_CODE: Final = ("C", "POSIX", "C.UTF-8", "C.utf8")
#: The first version of PostgreSQL whose databases say which library sorts for them.
_TOLD_SINCE: Final = (15,)


def with_key(connection: Connection, prefix: str) -> tuple[ColumnElement[bool], ...]:
    """Rows whose idempotency key begins so, by disjoint conditions: of accounts, and of members.

    The key of a member is stored behind its code.
    """
    if not _sorts_by_code(connection):
        return _by_pattern(prefix)
    # LIKE does not use the index of keys, which begins with the account.
    of_accounts = and_(transfer.c.account_id.in_(select(account.c.id)), *_between(prefix))
    statement = select(account.c.parent_id, account.c.id, account.c.code)
    members = connection.execute(statement.where(account.c.parent_id.is_not(None))).all()
    starts = range(0, len(members), _MEMBERS)
    return of_accounts, *(_of_members(members[at : at + _MEMBERS], prefix) for at in starts)


def _of_members(members: Sequence[Row[UUID | None, UUID, str]], prefix: str) -> ColumnElement[bool]:
    # Each by its own range: joined, PostgreSQL and SQLite read every row for its member.
    return or_(
        *(
            and_(
                transfer.c.account_id == parent_id,
                transfer.c.member_id == own_id,
                *_between(f"{code}{KEY_SEPARATOR}{prefix}"),
            )
            for parent_id, own_id, code in members
        )
    )


def _between(prefix: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return transfer.c.idem_key >= prefix, transfer.c.idem_key < after


def _by_pattern(prefix: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    row, member = transfer.alias("row"), account.alias("member")
    begins = row.c.idem_key.startswith(member.c.code.concat(KEY_SEPARATOR + prefix))
    of_members = (
        select(row.c.account_id, row.c.id)
        .join(member, member.c.parent_id == row.c.account_id)
        .where(begins, row.c.member_id == member.c.id)
    )
    of_accounts = transfer.c.idem_key.startswith(prefix, autoescape=True)
    return of_accounts, tuple_(transfer.c.account_id, transfer.c.id).in_(of_members)


def _sorts_by_code(connection: Connection) -> bool:
    """Whether what begins alike lies together; a language's rules may look past a slash."""
    if connection.dialect.name == "sqlite":
        return True
    version = connection.dialect.server_version_info or (0,)
    library = "datlocprovider" if version >= _TOLD_SINCE else "'c'"
    asked = text(
        f"SELECT {library}, datcollate FROM pg_database WHERE datname = current_database()"  # noqa: S608  # ours
    )
    provider, collation = connection.execute(asked).one()
    return provider == "b" or (provider == "c" and collation in _BY_CODE)
