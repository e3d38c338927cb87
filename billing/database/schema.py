"""The schema of the ledger's database: where it stands, and bringing it up to date.

The revisions travel in the wheel as `billing/_migrations`; in a checkout they are `migrations/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from billing.database.engines import database_url, parsed_url, place_of, reading, shown_url, writing
from billing.database.errors import NO_RIGHT, NO_SCHEMA, RightMissing, first_line, state_of
from billing.errors import InvalidEntry, LedgerBehind

#: Key of the PostgreSQL advisory lock that lets one upgrade run at a time ("image-bi" in ASCII).
_UPGRADE_LOCK: Final = 0x696D6167652D6269
_WHO_AND_WHERE: Final = text(
    "SELECT current_user, quote_ident(current_user), quote_ident(current_schema())"
)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database stands at, or None for an empty database."""
    with reading(engine) as connection:
        return _revision_of(connection)


def head_revision() -> str:
    """The revision that this release needs."""
    head, _known = _revisions()
    return head


def check(engine: Engine) -> None:
    """Return when the schema is the one this release needs.

    Raises:
        LedgerBehind: it is older, newer or absent; the message gives the command to run.
    """
    found = current_revision(engine)
    if found != head_revision():
        raise behind(engine, found)


def behind(engine: Engine, found: str | None) -> LedgerBehind:
    """The error of a database that stands at `found`."""
    mend = f"Run: {_upgrade_command(engine.url)}"
    if _is_unknown(found):
        mend = "A newer release made it: update image-billing."
    return LedgerBehind(found=found, needed=head_revision(), mend=mend)


def upgrade(engine: Engine) -> str:
    """Bring the schema up to date in one transaction, safe to run from many processes at once.

    Returns:
        The revision the database stands at afterwards.
    """
    found = current_revision(engine)
    if found == head_revision() or _is_unknown(found):
        check(engine)
        return head_revision()
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        with _as_a_role_that_may(connection, found):
            command.upgrade(config, "head")
    check(engine)
    return head_revision()


@contextmanager
def _as_a_role_that_may(connection: Connection, found: str | None) -> Iterator[None]:
    """What a role lacks that may not upgrade from `found`, in our words."""
    role = schema = grantee = None
    if connection.dialect.name == "postgresql":
        role, grantee, schema = connection.execute(_WHO_AND_WHERE).one()
    try:
        yield
    except DBAPIError as error:
        if state_of(error.orig) not in (NO_RIGHT, NO_SCHEMA):
            raise
        mend = "Run it as the role that owns the tables, which is the one that upgraded before"
        if found is None:
            mend = (
                "An empty database is upgraded by its owner, or by a role that was given: "
                f"GRANT USAGE, CREATE ON SCHEMA {schema or 'public'} TO {grantee}"
            )
        detail, place = first_line(error.orig), place_of(connection.engine.url)
        raise RightMissing(detail, role=role, place=place, mend=mend) from error


def _is_unknown(revision: str | None) -> bool:
    """A revision that this release has never heard of: a newer release made it."""
    _head, known = _revisions()
    return revision is not None and revision not in known


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    """The newest revision of this release, and all it knows: read once, not at every opening."""
    scripts = ScriptDirectory.from_config(_config())
    head = scripts.get_current_head()
    assert head is not None
    return head, frozenset(script.revision for script in scripts.walk_revisions())


def _upgrade_command(url: URL) -> str:
    """What to paste into a shell: as short as can be, and never with a password."""
    with suppress(InvalidEntry):
        if parsed_url(database_url()).set(drivername=url.drivername) == url:
            return "image-billing db upgrade"
    shown = shown_url(url)
    hint = " (with the password in place of ***)" if "***" in shown else ""
    return f"image-billing db upgrade --database-url {quote(shown)}{hint}"


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    if files("billing").joinpath("_migrations").is_dir():
        config.set_main_option("script_location", "billing:_migrations")
    else:
        location = Path(__file__).parents[2] / "migrations"
        config.set_main_option("script_location", str(location).replace("%", "%%"))
    return config
