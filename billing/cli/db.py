"""`image-billing db`: where the schema stands, bringing it up to date, and what roles may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import Engine

from billing.cli import screen
from billing.cli.options import database_option, json_option
from billing.database import granted, schema
from billing.database.engines import database_url as setting
from billing.database.engines import open_engine, reading, shown_url, writing
from billing.database.grants import Roles, expect_roles, grant_script, grant_statements


@click.group(epilog="Example: image-billing db upgrade")
def db() -> None:
    """The ledger's database: upgrade, current, check, grant, grants."""


@db.command(
    epilog="Example: image-billing db upgrade --database-url postgresql://localhost/billing"
)
@database_option
@json_option
def upgrade(*, database_url: str | None, as_json: bool) -> None:
    """Bring the schema up to date; safe to run twice and from many processes."""
    with _engine(database_url) as engine:
        before = schema.current_revision(engine)
        after = schema.upgrade(engine)
        if as_json:
            screen.print_json({"database": _shown(engine), "from": before, "to": after})
        elif before == after:
            click.echo(f"{_shown(engine)}: at {after} already")
        else:
            click.echo(f"{_shown(engine)}: from {before or 'nothing'} to {after}")


@db.command(epilog="Example: image-billing db current --json")
@database_option
@json_option
def current(*, database_url: str | None, as_json: bool) -> None:
    """Where the schema stands, and what this release needs."""
    with _engine(database_url) as engine:
        found, needed = _revision(engine), schema.head_revision()
        if as_json:
            standing = {"revision": found, "needed": needed, "up_to_date": found == needed}
            screen.print_json({"database": _shown(engine), **standing})
        else:
            stands = (
                f"at {found}" if found else "no ledger yet (image-billing db upgrade makes one)"
            )
            click.echo(f"{_shown(engine)}: {stands}, this release needs {needed}")


@db.command(epilog="Example: image-billing db check && start-the-service")
@database_option
@json_option
def check(*, database_url: str | None, as_json: bool) -> None:
    """Exit 0 when the schema is the one this release needs, else 1."""
    with _engine(database_url) as engine:
        if _revision(engine) is None:
            raise schema.behind(engine, None)
        schema.check(engine)
        if as_json:
            head = schema.head_revision()
            screen.print_json({"database": _shown(engine), "revision": head, "up_to_date": True})
        else:
            click.echo(f"{_shown(engine)}: up to date at {schema.head_revision()}")


@db.command(epilog="Example: image-billing db grant billing_app --print")
@click.argument("role")
@click.option("--print", "only_print", is_flag=True, help="Print the SQL and run nothing.")
@database_option
@json_option
def grant(*, role: str, only_print: bool, database_url: str | None, as_json: bool) -> None:
    """Give a PostgreSQL role the rights that the ledger needs, and no others.

    Run it as the owner of the tables, and let your services connect as ROLE: it can read and add
    rows, and cannot change, delete or empty anything, nor switch a guard off. Run it again after
    an upgrade. Afterwards it looks at what ROLE may really do with the tables: a role that has
    less, or more from elsewhere, is refused, and nothing is changed.
    """
    with _engine(database_url) as engine:
        expect_roles(engine.dialect.name, role)
        schema.check(engine)
        with (reading if only_print else writing)(engine) as connection:
            statements = (grant_statements if only_print else granted.grant)(connection, role)
        if as_json:
            told = {"role": role, "granted": not only_print, "statements": statements}
            screen.print_json({"database": _shown(engine), **told})
        elif only_print:
            click.echo("\n".join(f"{statement};" for statement in statements))
        else:
            click.echo(f"{_shown(engine)}: {role} may read and add rows, and nothing else")


@db.command(epilog="Example: image-billing db grants | psql --dbname billing --single-transaction")
@click.option("--owner", default="billing_owner", show_default=True, help="For db upgrade.")
@click.option("--application", default="billing_app", show_default=True, help="For services.")
@click.option("--reporting", default="billing_report", show_default=True, help="For readers.")
@click.option("--schema", default="public", show_default=True, help="Where the tables are.")
@json_option
def grants(*, owner: str, application: str, reporting: str, schema: str, as_json: bool) -> None:
    """Print the SQL of the three PostgreSQL roles of least privilege; nothing is run.

    The owner upgrades, the application reads and adds rows, reporting reads. Run the SQL as a
    superuser after every `db upgrade`; doing it again changes nothing. No database is asked.
    """
    roles = Roles(owner=owner, application=application, reporting=reporting, schema=schema)
    script = grant_script(roles)
    if as_json:
        sections = [{"about": about, "statements": statements} for about, statements in script]
        screen.print_json({"roles": asdict(roles), "sections": sections})
        return
    for about, statements in script:
        click.echo(f"-- {about}.")
        click.echo("".join(f"{statement};\n" for statement in statements))


def _revision(engine: Engine) -> str | None:
    """Where the schema stands; a question must not make a file, nor a database of an empty one."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file not in (None, "", ":memory:"):
        path = Path(str(file))
        if not path.exists() or path.stat().st_size == 0:
            return None
    return schema.current_revision(engine)


@contextmanager
def _engine(url: str | None) -> Iterator[Engine]:
    engine = open_engine(setting(url))
    try:
        yield engine
    finally:
        engine.dispose()


def _shown(engine: Engine) -> str:
    return shown_url(engine.url)
