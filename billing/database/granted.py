"""Granting one role the ledger's rights, and looking whether it has them: those, and no others.

PostgreSQL only warns when whoever grants may not, and a REVOKE takes back what the owner gave and
nothing else. So what counts is what the role may do afterwards, as it is read in the same
transaction. Only the ledger's own tables and views are looked at.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from billing.database.errors import NO_RIGHT, GrantRefused, first_line, state_of
from billing.database.grants import REVISION, VIEWS, WRITES, grant_statements

_RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
#: Those that can be given for single columns.
_OF_COLUMNS: Final = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
#: Since PostgreSQL 17.
_MAINTAIN: Final = "MAINTAIN"
_HAS_MAINTAIN: Final = 170000
#: `may`: what it may do as it logs in; `could`: in a column too, or as a role it can become.
_ASKED: Final = text(
    "SELECT asked, has_table_privilege(:role, CAST(:name AS regclass), asked) AS may, "
    "EXISTS (SELECT 1 FROM pg_roles r WHERE pg_has_role(:role, r.oid, 'MEMBER') AND "
    "(has_table_privilege(r.oid, CAST(:name AS regclass), asked) OR CASE "
    "WHEN asked = ANY(CAST(:of_columns AS text[])) "
    "THEN has_any_column_privilege(r.oid, CAST(:name AS regclass), asked) ELSE false END)) "
    "AS could FROM unnest(CAST(:rights AS text[])) AS asked"
)
_OWNER: Final = text(
    "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = CAST('transfer' AS regclass)"
)
_LOOKS_IN: Final = text(
    "SELECT has_schema_privilege(:role, current_schema(), 'USAGE'), current_schema()"
)
_AS_OWNER: Final = "Run it as the owner of the tables ({owner}), or as a superuser"
_TAKE_BACK: Final = (
    "Take it back first, from {role}, from PUBLIC or from a role that {role} is a member of, as "
    "whoever granted it or as a superuser; in psql, \\dp {name} shows who did"
)


def grant(connection: Connection, role: str) -> list[str]:
    """Give a role what a service needs, within the caller's transaction; the statements it took.

    Raises:
        EntryRefused: as `grant_statements`.
        GrantRefused: afterwards the role may do less, or more; roll the transaction back.
    """
    statements = grant_statements(connection, role)
    mend = _AS_OWNER.format(owner=connection.execute(_OWNER).scalar_one())
    try:
        for statement in statements:
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        if state_of(error.orig) != NO_RIGHT:
            raise
        raise GrantRefused(role, f"PostgreSQL says: {first_line(error.orig)}", mend) from error
    _expect_granted(connection, role, mend)
    return statements


def _expect_granted(connection: Connection, role: str, mend: str) -> None:
    """The role may do what the ledger's list says, and nothing else, to any table or view."""
    looks_in, schema = connection.execute(_LOOKS_IN, {"role": role}).one()
    if not looks_in:
        raise GrantRefused(role, f"it may not use the schema {schema}", mend)
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    rights = [*_RIGHTS, _MAINTAIN] if version >= _HAS_MAINTAIN else [*_RIGHTS]
    for name in (*sorted(WRITES), REVISION, *VIEWS):
        asked = {"role": role, "name": name, "rights": rights, "of_columns": [*_OF_COLUMNS]}
        rows = connection.execute(_ASKED, asked).all()
        wanted = {"SELECT", *filter(None, WRITES.get(name, "").split(", "))}
        missing = [row.asked for row in rows if row.asked in wanted and not row.may]
        if missing:
            raise GrantRefused(role, f"it still may not {', '.join(missing)} on {name}", mend)
        beyond = [row.asked for row in rows if row.asked not in wanted and row.could]
        if beyond:
            found = f"it still may {', '.join(beyond)} on {name}"
            raise GrantRefused(role, found, _TAKE_BACK.format(role=role, name=name))
