"""Rows by how their idempotency keys begin: queries that use the index of keys where one can be."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    UnaryExpression,
    and_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.sql.operators import custom_op

from billing.database.tables import account, transfer
from billing.ledger.accounts import KEY_SEPARATOR

#: Collations of the C library under which texts sort by the codes of their characters.
_BY_CODE: Final = ("C", "POSIX", "C.UTF-8", "C.utf8")
#: The first version of PostgreSQL whose databases say which library sorts for them.
_TOLD_SINCE: Final = (15,)


def with_key(connection: Connection, prefix: str) -> tuple[ColumnElement[bool], ...]:
    """Rows whose idempotency key begins so, by disjoint conditions: of accounts, and of members.

    The key of a member is stored behind its code.
    """
    own = transfer.c.idem_key
    # LIKE does not use the index of keys, which begins with the account.
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    if not _sorts_by_code(connection):
        of_accounts = own.startswith(prefix, autoescape=True)
    else:
        of_accounts = and_(
            transfer.c.account_id.in_(select(account.c.id)), own >= prefix, own < after
        )
    of_members = _of_members(connection, prefix, after)
    return of_accounts, tuple_(transfer.c.account_id, transfer.c.id).in_(of_members)


def _of_members(connection: Connection, prefix: str, after: str) -> Select[tuple[UUID, UUID]]:
    row, member = transfer.alias("row"), account.alias("member")
    inner, below = (member.c.code.concat(KEY_SEPARATOR + each) for each in (prefix, after))
    begins = and_(row.c.idem_key >= inner, row.c.idem_key < below)
    rows = select(row.c.account_id, row.c.id)
    if connection.dialect.name == "sqlite":
        # The plus keeps it from reading every row there is, to look for its member by this id.
        member_id: ColumnElement[UUID] = UnaryExpression(member.c.id, operator=custom_op("+"))
        return rows.join(member, member.c.parent_id == row.c.account_id).where(
            begins, row.c.member_id == member_id
        )
    if not _sorts_by_code(connection):
        begins = row.c.idem_key.startswith(inner)
    # So does this: else all rows are hashed by their members.
    found = (
        rows.where(row.c.account_id == member.c.parent_id, row.c.member_id == member.c.id, begins)
        .offset(0)
        .lateral("found")
    )
    return select(found.c.account_id, found.c.id).select_from(member.join(found, true()))


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
