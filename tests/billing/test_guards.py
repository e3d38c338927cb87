"""The guards are listed, present and on; a service's role cannot get past them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from billing import Evidence, InvalidEntry, Ledger
from billing.database.engines import reading, writing
from billing.database.grants import grant_statements
from billing.database.tables import metadata
from billing.ledger.proof import guards
from billing.reconciliation import reconcile
from pricing import PriceBook
from tests.billing.tampering import story

#: With the first column of its key.
KEYS = {
    "account": "id",
    "rate": "id",
    "period_event": "month",
    "recon_run": "number",
    "recon_item": "run",
}
APPEND_ONLY = ("transfer", "evidence", "seal", "limit_change", *KEYS)
PROJECTIONS = ("balance", "allowance", "rollup")
#: insufficient_privilege
NO_RIGHT = "42501"


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Ledger]:
    """A ledger on PostgreSQL with one account that holds 100 USD, as its owner sees it."""
    with Ledger.open(postgres_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="first-top-up")
        yield ledger


@pytest.fixture
def app_url(postgres: Ledger) -> Iterator[str]:
    """The URL of a service's own role, which has what `db grant` gives and nothing else."""
    with writing(postgres.engine) as connection:
        role = f"app_{postgres.engine.url.database}"
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        for statement in grant_statements(connection, role):
            connection.exec_driver_sql(statement)
    yield (
        make_url(str(postgres.engine.url)).set(username=role).render_as_string(hide_password=False)
    )
    with writing(postgres.engine) as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


def test_the_list_of_guards_is_what_an_upgrade_makes(ledger: Ledger) -> None:
    with reading(ledger.engine) as connection:
        assert guards.found(connection) == guards.expected(connection.dialect.name)


def test_every_table_has_its_guards(ledger: Ledger) -> None:
    names = guards.expected(ledger.engine.dialect.name)
    for table in metadata.tables:
        assert [name for name in names if name.startswith(f"{table}_")], table


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER transfer_no_update",
        "DROP TRIGGER seal_no_replace",
        "DROP TRIGGER balance_no_delete",
    ],
)
def test_a_dropped_guard_of_sqlite_is_named(acme: Ledger, statement: str) -> None:
    broken(acme, statement, name=statement.rpartition(" ")[2])


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_guard_that_was_made_harmless_is_named(acme: Ledger) -> None:
    with acme.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER rate_no_update")
    harmless = "CREATE TRIGGER rate_no_update BEFORE UPDATE ON rate WHEN 0 BEGIN SELECT 1; END"
    broken(acme, harmless, name="rate_no_update")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("ALTER TABLE transfer DISABLE TRIGGER USER", "transfer_append_only_rows"),
        (
            "ALTER TABLE seal DISABLE TRIGGER seal_append_only_truncate",
            "seal_append_only_truncate",
        ),
        ("ALTER TABLE rate ENABLE TRIGGER rate_append_only_rows", "rate_append_only_rows"),
        (
            "ALTER TABLE evidence ENABLE REPLICA TRIGGER evidence_append_only_rows",
            "evidence_append_only_rows",
        ),
        ("DROP TRIGGER account_append_only_rows ON account", "account_append_only_rows"),
        (
            "CREATE OR REPLACE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
            "function billing_append_only",
        ),
    ],
)
def test_what_an_owner_does_to_a_guard_of_postgresql_is_named(
    postgres: Ledger, statement: str, name: str
) -> None:
    broken(postgres, statement, name=name)


def test_every_verb_works_under_the_granted_role(
    postgres: Ledger, app_url: str, book: PriceBook, tmp_path: Path
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024"})
    with Ledger.open(app_url) as app:
        app.open_account("acme2", currency="USD", floor="-1")
        app.top_up("acme2", "100", key="t")
        story(app, book, "acme2")
        hold = app.hold("acme", quote, key="job")
        app.add_evidence(hold.id, Evidence(request_id="r"))
        app.expire(now=hold.expires_at)
        app.change_floor("acme2", "-2", key="c", reason="asked for", actor="ana")
        app.capture(hold.id, images=1, key="late")
        app.close_period("2025-12", actor="ana")
        app.reopen_period("2025-12", actor="ana", reason="a bill was missing")
        with writing(app.engine) as connection:
            app.within(connection).top_up("acme", "1", key="within")
        sign_off(app, tmp_path)
        assert app.seal().transfers > 0
        assert app.verify().ok
        assert app.balance("acme").version == 5
        app.holds()


def test_the_granted_role_cannot_change_history_nor_its_guards(
    postgres: Ledger, app_url: str
) -> None:
    for table in (*APPEND_ONLY, *PROJECTIONS):
        key = KEYS.get(table, "account_id")
        statements = [
            f"UPDATE {table} SET {key} = {key}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"ALTER TABLE {table} ADD COLUMN extra text",
            f"DROP TRIGGER {table}_append_only_rows ON {table}",
            f"DROP TABLE {table} CASCADE",
            f"CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
        ]
        if table in PROJECTIONS:
            statements = statements[1:]  # what is folded from the rows is updated with them
        refused(app_url, *statements)


def test_the_granted_role_has_no_way_round(postgres: Ledger, app_url: str) -> None:
    refused(
        app_url,
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION billing_append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$",
        "DROP FUNCTION billing_append_only() CASCADE",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "SET ROLE postgres",
        "UPDATE pg_trigger SET tgenabled = 'D'",
        "INSERT INTO transfer SELECT * FROM transfer ON CONFLICT (account_id, id) "
        "DO UPDATE SET amount = 0",
        "MERGE INTO transfer t USING transfer s ON t.id = s.id WHEN MATCHED THEN DELETE",
        "COPY transfer TO PROGRAM 'cat'",
        "LOCK TABLE transfer IN ACCESS EXCLUSIVE MODE",
    )


@pytest.mark.parametrize("begins", ["WITH many AS (SELECT 1) ", ""])
def test_a_temporary_table_does_not_stand_before_a_real_one(
    postgres: Ledger, app_url: str, book: PriceBook, begins: str
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    postgres.hold("acme", quote, key="job")
    names = [column.name for column in metadata.tables["transfer"].columns]
    forged = {"id": "gen_random_uuid()", "version": "950", "idem_key": "'two'", "amount": "2"}
    engine = create_engine(make_url(app_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        for table in ("balance", "account", "rate", "transfer"):
            statement = f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM public.{table}"
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE pg_temp.rate SET unit_price = 1")
        with pytest.raises(DBAPIError, match="breaks a rule of the ledger: rate_id"):
            connection.exec_driver_sql(
                f"{begins}INSERT INTO public.transfer ({', '.join(names)}) "
                f"SELECT {', '.join(forged.get(name, name) for name in names)} "
                "FROM public.transfer WHERE idem_key = 'job'"
            )
    engine.dispose()


def test_even_the_owner_is_refused_in_replica_mode(
    postgres: Ledger, book: PriceBook, tmp_path: Path
) -> None:
    story(postgres, book)
    postgres.open_account("member", currency="USD", parent="acme")
    postgres.change_limit("acme", "5", key="c", reason="asked for", actor="ana")
    postgres.seal()
    postgres.close_period("2025-12", actor="ana")
    sign_off(postgres, tmp_path)
    with writing(postgres.engine) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in (*APPEND_ONLY, *PROJECTIONS):
            column = KEYS.get(table, "account_id")
            statements = [f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]
            if table in APPEND_ONLY:
                statements.append(f"UPDATE {table} SET {column} = {column}")
            for statement in statements:
                with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
                    connection.execute(text(statement))


def test_grants_are_refused_where_they_would_prove_nothing(
    postgres: Ledger, sqlite_url: str
) -> None:
    with reading(postgres.engine) as connection:
        owner = str(connection.execute(text("SELECT current_user")).scalar())
        with pytest.raises(InvalidEntry, match="superuser"):
            grant_statements(connection, owner)
        with pytest.raises(InvalidEntry, match="make it first"):
            grant_statements(connection, "nobody")
    with (
        Ledger.open(sqlite_url) as ledger,
        reading(ledger.engine) as connection,
        pytest.raises(InvalidEntry, match="SQLite has no roles"),
    ):
        grant_statements(connection, "app")


def test_a_member_of_the_owner_is_not_granted(postgres: Ledger) -> None:
    with rolled_back(postgres) as connection:
        for statement in (
            "CREATE ROLE the_owner",
            "ALTER TABLE transfer OWNER TO the_owner",
            "CREATE ROLE app_in_group IN ROLE the_owner",
        ):
            connection.execute(text(statement))
        with pytest.raises(InvalidEntry, match="owner of the tables"):
            grant_statements(connection, "app_in_group")


def sign_off(ledger: Ledger, folder: Path) -> None:
    """A run that decided something."""
    head = "request_id,created_at,model,size,quality,n,amount,currency,status"
    statement = folder / "statement.csv"
    statement.write_text(f"{head}\n,2026-01-05T00:00:00Z,,,,,1.50,USD,tax\n", encoding="utf-8")
    assert reconcile(ledger, statement, "2026-01", post=True, actor="ana").posted


def broken(ledger: Ledger, statement: str, *, name: str) -> None:
    with ledger.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    problems = ledger.verify().problems
    assert {each.kind for each in problems} == {"guard"}
    assert name in [each.detail.partition(" is ")[0].partition(" was ")[0] for each in problems]


def refused(url: str, *statements: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        for statement in statements:
            with engine.connect() as connection:
                with pytest.raises(DBAPIError) as caught:
                    connection.execute(text(statement))
                assert getattr(caught.value.orig, "sqlstate", None) == NO_RIGHT, caught.value
    finally:
        engine.dispose()


@contextmanager
def rolled_back(ledger: Ledger) -> Iterator[Connection]:
    with ledger.engine.connect() as connection:
        yield connection
        connection.rollback()
