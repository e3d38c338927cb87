"""What a role of PostgreSQL may do so that the ledger works under it, and nothing else.

A service should not own the tables it writes: an owner can switch triggers off. With these rights
every verb works; UPDATE is for the projections (`balance`, `allowance`) only.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from billing.database.tables import metadata
from billing.errors import InvalidEntry

#: Tables whose rows are projections: updated beside the transfers they are folded from.
UPDATED: Final = ("balance", "allowance")

_ABOUT_ROLE: Final = text(
    "SELECT r.rolsuper, EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = 'transfer'::regclass "
    "AND pg_has_role(r.oid, c.relowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = :role"
)


def grant_statements(connection: Connection, role: str) -> list[str]:
    """The statements that give a role what the ledger needs, and take everything else.

    Raises:
        InvalidEntry: this is not PostgreSQL, or the role is unknown, a superuser or the owner.
    """
    if connection.dialect.name != "postgresql":
        allowed = "SQLite has no roles: the permissions of the file are its guard"
        raise InvalidEntry("role", role, allowed)
    found = connection.execute(_ABOUT_ROLE, {"role": role}).one_or_none()
    if found is None:
        raise InvalidEntry("role", role, "make it first: CREATE ROLE name LOGIN")
    is_superuser, is_owner = found
    if is_superuser or is_owner:
        who = "a superuser" if is_superuser else "the owner of the tables"
        raise InvalidEntry("role", role, f"it is {who}, and can switch the guards off")
    return list(_statements(connection, role))


def _statements(connection: Connection, role: str) -> tuple[str, ...]:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    to_role = quoted(role)
    schema = quoted(inspect(connection).default_schema_name or "public")
    tables = ", ".join(quoted(name) for name in sorted(metadata.tables))
    views = ", ".join(quoted(name) for name in sorted(inspect(connection).get_view_names()))
    updated = ", ".join(quoted(name) for name in UPDATED)
    everything = f"{tables}, {views}, {quoted('alembic_version')}"
    return (
        f"REVOKE ALL ON {everything} FROM {to_role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to_role}",
        f"GRANT SELECT ON {everything} TO {to_role}",
        f"GRANT INSERT ON {tables} TO {to_role}",
        f"GRANT UPDATE ON {updated} TO {to_role}",
    )
