"""The roles of `db grants` on a real PostgreSQL: what each may do, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from billing import Ledger
from billing.cli import main
from billing.database.engines import reading
from billing.database.grants import FUNCTIONS, REVISION, VIEWS, WRITES, Roles, grant_script
from billing.database.tables import metadata
from pricing import PriceBook

#: insufficient_privilege
NO_RIGHT = "42501"
TABLES = (*sorted(metadata.tables), REVISION)
EVERY_RIGHT = (
    *("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"),
    *("REFERENCES", "TRIGGER", "MAINTAIN"),
)


class Server:
    """A ledger on PostgreSQL that was granted to three roles of this test's own."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        name = self.url.database
        self.roles = Roles(owner=f"o_{name}", application=f"a_{name}", reporting=f"r_{name}")

    def run(self, *statements: str, role: str | None = None) -> None:
        with closing_engine(self.url_of(role)) as engine, engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def grant(self) -> None:
        self.run(*(each for _, section in grant_script(self.roles) for each in section))

    def url_of(self, role: str | None) -> URL:
        return self.url.set(username=role) if role else self.url

    def text_of(self, role: str) -> str:
        return self.url_of(role).render_as_string(hide_password=False)

    def refused(self, role: str, *statements: str) -> None:
        with closing_engine(self.url_of(role)) as engine:
            for statement in statements:
                with engine.connect() as connection:
                    with pytest.raises(DBAPIError) as caught:
                        connection.exec_driver_sql(statement)
                    assert getattr(caught.value.orig, "sqlstate", None) == NO_RIGHT, statement

    def rights(self, role: str) -> dict[str, set[str]]:
        """What a role may do to each table and view."""
        ask = text("SELECT has_table_privilege(:role, :name, :right)")
        with closing_engine(self.url) as engine, engine.connect() as connection:
            return {
                name: {
                    right
                    for right in EVERY_RIGHT
                    if connection.scalar(ask, {"role": role, "name": name, "right": right})
                }
                for name in (*TABLES, *VIEWS)
            }


@contextmanager
def closing_engine(url: URL) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def server(postgres_url: str) -> Iterator[Server]:
    made = Server(postgres_url)
    with Ledger.open(postgres_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
    made.grant()
    yield made
    for role in (made.roles.reporting, made.roles.application, made.roles.owner):
        made.run(f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")


def test_every_table_view_and_function_has_stated_rights(postgres_url: str) -> None:
    assert set(WRITES) == set(metadata.tables)
    assert set(WRITES.values()) <= {"INSERT", "INSERT, UPDATE"}
    with Ledger.open(postgres_url) as ledger, reading(ledger.engine) as connection:
        kinds = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        found: dict[str, set[str]] = {}
        for name, kind in connection.exec_driver_sql(kinds):
            found.setdefault(kind, set()).add(name)
        functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert set(connection.exec_driver_sql(functions).scalars()) == set(FUNCTIONS)
    assert found.keys() == {"r", "v", "i"}
    assert found["r"] == set(TABLES)
    assert found["v"] == set(VIEWS)


def test_the_rights_on_the_server_are_the_stated_ones(server: Server) -> None:
    reads = {name: {"SELECT"} for name in (*TABLES, *VIEWS)}
    writes = {name: {"SELECT", *rights.split(", ")} for name, rights in WRITES.items()}

    assert server.rights(server.roles.reporting) == reads
    assert server.rights(server.roles.application) == reads | writes


def test_granting_again_changes_nothing_and_takes_what_was_added(server: Server) -> None:
    before = server.rights(server.roles.application)
    server.run(
        f"GRANT UPDATE (amount), DELETE ON transfer TO {server.roles.application}",
        "GRANT TRUNCATE ON seal TO PUBLIC",
    )
    server.grant()

    assert server.rights(server.roles.application) == before
    server.refused(server.roles.application, "UPDATE transfer SET amount = 0")


def test_every_kind_of_work_goes_under_the_application_role(
    server: Server, book: PriceBook
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    with Ledger.open(server.text_of(server.roles.application)) as ledger:
        ledger.open_account("beta", currency="USD", floor="-5")
        hold = ledger.hold("acme", quote, key="job")
        paid = ledger.capture(hold.id, images=1, key="job/capture")
        ledger.refund(paid.id, "0.01", key="back", reason="asked for")
        ledger.change_limit("acme", "5", key="limit", reason="asked for", actor="ana")
        ledger.seal()
        assert ledger.verify().ok


@pytest.mark.parametrize("table", TABLES)
def test_the_application_role_changes_no_row_and_no_rule(server: Server, table: str) -> None:
    column = "version_num" if table == REVISION else next(iter(metadata.tables[table].columns)).name
    statements = [
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} ADD COLUMN extra text",
        f"ALTER TABLE {table} OWNER TO CURRENT_USER",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION billing_append_only()",
        f"CREATE INDEX mine ON {table} ({column})",
        f"DROP TABLE {table} CASCADE",
        f"CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
    ]
    if "UPDATE" not in WRITES.get(table, ""):
        statements.append(f"UPDATE {table} SET {column} = {column}")
    if table == REVISION:
        statements.append(f"INSERT INTO {table} VALUES ('0001')")
    server.refused(server.roles.application, *statements)
    server.refused(
        server.roles.reporting,
        *statements,
        f"INSERT INTO {table} SELECT * FROM {table}",
        f"UPDATE {table} SET {column} = {column}",
        f"SELECT * FROM {table} FOR UPDATE",
    )


def test_neither_role_can_make_become_or_replicate_anything(server: Server) -> None:
    for role in (server.roles.application, server.roles.reporting):
        server.refused(
            role,
            "SET session_replication_role = replica",
            "CREATE TABLE mine (a int)",
            "CREATE TEMPORARY TABLE transfer (a int)",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "DROP FUNCTION billing_transfer_rules() CASCADE",
            "CREATE ROLE mine",
            f"ALTER ROLE {role} SUPERUSER",
            f"ALTER ROLE {role} REPLICATION",
            "SET ROLE postgres",
            f"SET ROLE {server.roles.owner}",
            f"GRANT {server.roles.owner} TO {role}",
            "SELECT pg_create_physical_replication_slot('mine')",
            "CREATE PUBLICATION mine FOR TABLE transfer",
            "SELECT pg_read_file('postgresql.conf')",
            "COPY transfer TO PROGRAM 'cat'",
            "COPY transfer TO '/tmp/transfers'",
            "SELECT passwd FROM pg_shadow",
            "LOCK TABLE transfer IN ACCESS EXCLUSIVE MODE",
        )
        url = server.url_of(role).set(drivername="postgresql")
        dsn = url.update_query_dict({"replication": "true"}).render_as_string(hide_password=False)
        with pytest.raises(psycopg.OperationalError, match="REPLICATION"):
            psycopg.connect(dsn)


def test_the_reporting_role_reads_what_a_report_needs(server: Server) -> None:
    url = server.text_of(server.roles.reporting)
    for command in (
        ("report", "--month", "2026-11", "--json"),
        ("account", "show", "acme"),
        ("account", "statement", "acme", "--month", "2026-11"),
        ("holds", "list"),
        ("verify",),
    ):
        done = CliRunner().invoke(main, [*command, "--database-url", url], catch_exceptions=False)
        assert done.exit_code == 0, done.output

    tried = ["account", "top-up", "acme", "1", "--key", "k", "--database-url", url]
    refused = CliRunner().invoke(main, tried, catch_exceptions=False)
    assert refused.exit_code == 1
    assert "permission denied" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_owner_upgrades_and_owns_all_there_is(server: Server) -> None:
    owner = server.roles.owner
    url = server.text_of(owner)
    with pytest.raises(DBAPIError, match="still here"):
        server.run(
            "DO $$ BEGIN ALTER TABLE transfer ADD COLUMN extra text; CREATE TABLE extra (a int); "
            "CREATE OR REPLACE VIEW alert AS SELECT * FROM alert; RAISE 'still here'; END $$",
            role=owner,
        )

    upgraded = CliRunner().invoke(main, ["db", "upgrade", "--database-url", url])

    assert upgraded.exit_code == 0
    server.refused(owner, "SET session_replication_role = replica", "CREATE ROLE mine")


@pytest.mark.parametrize("right", ["SUPERUSER", "REPLICATION", "BYPASSRLS", "IN ROLE pg_monitor"])
def test_a_role_that_may_do_more_is_not_granted(postgres_url: str, right: str) -> None:
    server = Server(postgres_url)
    server.run(f"CREATE ROLE {server.roles.application} LOGIN {right}")
    try:
        with pytest.raises(DBAPIError, match="may do more"):
            server.grant()
    finally:
        server.run(f"DROP ROLE {server.roles.application}")


def test_the_command_prints_what_the_tests_ran_and_asks_no_database() -> None:
    done = CliRunner().invoke(main, ["db", "grants", "--owner", "o", "--application", "a"])

    script = grant_script(Roles(owner="o", application="a", reporting="billing_report"))
    assert done.exit_code == 0
    for about, statements in script:
        assert f"-- {about}.\n" in done.stdout
        assert "".join(f"{statement};\n" for statement in statements) in done.stdout


@pytest.mark.parametrize("name", ["", 'a"; DROP TABLE transfer; --', "a'b", "pg_monitor", "a\nb"])
def test_a_name_that_could_be_more_than_a_name_is_refused(name: str) -> None:
    for option in ("--owner", "--application", "--reporting", "--schema"):
        done = CliRunner().invoke(main, ["db", "grants", option, name])
        assert (done.exit_code, done.stdout) == (2, "")
    same = CliRunner().invoke(main, ["db", "grants", "--owner", "a", "--application", "a"])
    assert same.exit_code == 2
