"""What three roles of PostgreSQL may do with the ledger: own it, write it, read it; nothing else.

A service should not own the tables it writes: an owner can switch triggers off. Every verb works
under the application role; the reporting role reads; the owner is for `db upgrade`. No connection
is needed to print the rights: a test compares the lists below with what an upgrade makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.dialects import postgresql

from billing.database.tables import metadata
from billing.errors import EntryRefused, InvalidEntry

#: What the application does to a table beside reading it. Rows are only ever added; UPDATE is for
#: projections, which are folded from the rows beside them.
WRITES: Final[Mapping[str, str]] = {
    "account": "INSERT",
    "allowance": "INSERT, UPDATE",
    "balance": "INSERT, UPDATE",
    "evidence": "INSERT",
    "limit_change": "INSERT",
    "period_event": "INSERT",
    "rate": "INSERT",
    "recon_item": "INSERT",
    "recon_run": "INSERT",
    "rollup": "INSERT, UPDATE",
    "seal": "INSERT",
    "transfer": "INSERT",
}
VIEWS: Final = ("alert", "posting")
#: What the triggers run; whoever owns them can make them harmless.
FUNCTIONS: Final = (
    "billing_append_only",
    "billing_transfer_rules",
    "billing_transfer_rules_of_many",
)
#: The revision that the schema stands at: all read it, only an upgrade writes it.
REVISION: Final = "alembic_version"

#: As PostgreSQL keeps it, and as `psql` cannot misread it.
_NAME: Final = re.compile(r"(?!pg_)[A-Za-z_][A-Za-z0-9_-]{0,62}")
_ABOUT_ROLE: Final = text(
    "SELECT r.rolsuper, EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = 'transfer'::regclass "
    "AND pg_has_role(r.oid, c.relowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = :role"
)
#: A role that is there already and may do more would make all the rest worthless.
_MAKE_ROLE: Final = """\
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN
    CREATE ROLE {quoted} LOGIN;
  ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}' AND (rolsuper
      OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls))
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = '{quoted}'::regrole)
  THEN
    RAISE EXCEPTION 'role {name} may do more, by an attribute or as a member of another role';
  END IF;
END $$"""
#: Else the first sign would be a table that is not there.
_TABLES_FIRST: Final = """\
DO $$ BEGIN
  IF to_regclass('{table}') IS NULL THEN
    RAISE EXCEPTION 'there is no ledger here yet: run image-billing db upgrade first';
  END IF;
END $$"""
#: What its name is, is known only where it is run. A temporary table could stand before a real one.
_REVOKE_ON_DATABASE: Final = """\
DO $$ BEGIN
  EXECUTE 'REVOKE CREATE, TEMPORARY ON DATABASE ' || quote_ident(current_database())
    || ' FROM PUBLIC';
END $$"""
_quoted = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are untyped


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The names of the three roles, and the schema that the tables are in."""

    owner: str
    application: str
    reporting: str
    schema: str = "public"

    def __post_init__(self) -> None:
        for param, name in asdict(self).items():
            if not _NAME.fullmatch(name):
                allowed = "letters, digits, _ and -, at most 63, not starting with pg_"
                raise InvalidEntry(param, name, allowed)
        if len({self.owner, self.application, self.reporting}) < 3:
            raise InvalidEntry("application", self.application, "each role needs its own name")


def grant_script(roles: Roles) -> list[tuple[str, list[str]]]:
    """Statements in sections, each with what it is for: roles that are missing are made.

    To be run in the ledger's database by a superuser, after `db upgrade` and after each later one.
    Running it twice changes nothing; rights that a role has beyond these on the ledger are taken.
    """
    schema = _quoted(roles.schema)
    return [
        (
            "Run this in the ledger's database, as a superuser, after image-billing db upgrade",
            [_TABLES_FIRST.format(table=f"{schema}.{_quoted(REVISION)}")],
        ),
        ("Roles that can log in and nothing more; give them passwords yourself", _made(roles)),
        (
            "Nobody else has rights here",
            [
                f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
                f"REVOKE ALL ON {_everything(schema)} FROM PUBLIC",
                _REVOKE_ON_DATABASE,
            ],
        ),
        ("The owner: for db upgrade, and for nothing that runs all day", _owned(roles, schema)),
        (
            "The application: reads, adds rows, moves projections",
            _application(roles.application, schema),
        ),
        ("Reporting: reads", _reporting(roles.reporting, schema)),
    ]


def expect_roles(dialect: str, role: str) -> None:
    """Return where a database has roles.

    Raises:
        EntryRefused: this is not PostgreSQL.
    """
    if dialect != "postgresql":
        allowed = "SQLite has no roles: the permissions of the file are its guard"
        raise EntryRefused("role", role, allowed)


def grant_statements(connection: Connection, role: str) -> list[str]:
    """The statements that give one role what the ledger needs, and take everything else.

    Raises:
        EntryRefused: this is not PostgreSQL, or the role is unknown, a superuser or the owner.
    """
    expect_roles(connection.dialect.name, role)
    found = connection.execute(_ABOUT_ROLE, {"role": role}).one_or_none()
    if found is None:
        raise EntryRefused("role", role, "make it first: CREATE ROLE name LOGIN")
    is_superuser, is_owner = found
    if is_superuser or is_owner:
        who = "a superuser" if is_superuser else "the owner of the tables"
        raise EntryRefused("role", role, f"it is {who}, and can switch the guards off")
    schema = inspect(connection).default_schema_name or "public"
    return _application(role, _quoted(schema))


def _made(roles: Roles) -> list[str]:
    names = (roles.owner, roles.application, roles.reporting)
    return [_MAKE_ROLE.format(name=name, quoted=_quoted(name)) for name in names]


def _owned(roles: Roles, schema: str) -> list[str]:
    owner = _quoted(roles.owner)
    return [
        f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {owner}",
        *(f"ALTER TABLE {name} OWNER TO {owner}" for name in _names(schema, _tables())),
        *(f"ALTER VIEW {name} OWNER TO {owner}" for name in _names(schema, VIEWS)),
        *(f"ALTER FUNCTION {name}() OWNER TO {owner}" for name in _names(schema, FUNCTIONS)),
    ]


def _application(role: str, schema: str) -> list[str]:
    by_rights: dict[str, list[str]] = {}
    for table in sorted(metadata.tables.keys() & WRITES.keys()):
        by_rights.setdefault(WRITES[table], []).append(table)
    writes = [
        f"GRANT {rights} ON {', '.join(_names(schema, tables))} TO {_quoted(role)}"
        for rights, tables in by_rights.items()
    ]
    return [*_reporting(role, schema), *writes]


def _reporting(role: str, schema: str) -> list[str]:
    to_role, everything = _quoted(role), _everything(schema)
    return [
        f"REVOKE ALL ON {everything} FROM {to_role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to_role}",
        f"GRANT SELECT ON {everything} TO {to_role}",
    ]


def _tables() -> list[str]:
    return [*sorted(metadata.tables), REVISION]


def _everything(schema: str) -> str:
    return ", ".join(_names(schema, [*_tables(), *VIEWS]))


def _names(schema: str, names: Iterable[str]) -> list[str]:
    return [f"{schema}.{_quoted(name)}" for name in names]
