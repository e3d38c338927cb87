"""`image-billing db` as roles that may not do what they ask, on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, make_url, text

from billing import Ledger

Run = Callable[..., Result]


class Database:
    """One database, its superuser, and roles of this test's own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._name = make_url(url).database
        self._made: list[str] = []

    def sql(self, *statements: str) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def role(self, name: str) -> str:
        made = f"{name}_{self._name}"
        self._made.append(made)
        self.sql(f"CREATE ROLE {made} LOGIN")
        return made

    def url_of(self, role: str) -> str:
        return make_url(self.url).set(username=role).render_as_string(hide_password=False)

    def may(self, role: str, right: str, table: str = "transfer") -> bool:
        engine = create_engine(self.url)
        asked = {"role": role, "right": right, "name": table}
        with engine.connect() as connection:
            found = connection.scalar(
                text("SELECT has_table_privilege(:role, :name, :right)"), asked
            )
        engine.dispose()
        return bool(found)

    def drop_roles(self) -> None:
        for role in self._made:
            self.sql(f"DROP OWNED BY {role} CASCADE")
        for role in self._made:
            self.sql(f"DROP ROLE {role}")


@pytest.fixture
def ledger_db(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url)
    yield made
    made.drop_roles()


@pytest.fixture
def empty_db(empty_postgres_url: str) -> Iterator[Database]:
    made = Database(empty_postgres_url)
    yield made
    made.drop_roles()


def refusal(result: Result) -> tuple[str, str]:
    """Code and message of a refusal, which is one line without a traceback."""
    assert (result.exit_code, result.stdout) == (1, "")
    error = json.loads(result.stderr)["error"]
    assert "\n" not in error["message"]
    return error["code"], error["message"]


def test_a_grant_by_a_role_that_may_read_is_refused_and_grants_nothing(
    run: Run, ledger_db: Database
) -> None:
    app, reader = ledger_db.role("app"), ledger_db.role("reader")
    ledger_db.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")

    tried = run("db", "grant", app, "--database-url", ledger_db.url_of(reader), "--json")

    code, message = refusal(tried)
    assert code == "grant_refused"
    assert "it still may not SELECT, INSERT on account" in message
    assert "as the owner of the tables (postgres)" in message
    assert not ledger_db.may(app, "SELECT")


def test_a_grant_by_a_role_without_grant_option_says_who_may(run: Run, ledger_db: Database) -> None:
    app, reader = ledger_db.role("app"), ledger_db.role("reader")
    ledger_db.sql(f"GRANT SELECT ON alembic_version TO {reader}")

    tried = run("db", "grant", app, "--database-url", ledger_db.url_of(reader), "--json")

    code, message = refusal(tried)
    assert code == "grant_refused"
    assert "permission denied for table" in message
    assert "as the owner of the tables (postgres)" in message


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        ("GRANT UPDATE, DELETE ON transfer TO PUBLIC", "UPDATE, DELETE"),
        ("GRANT UPDATE (amount) ON transfer TO {helper}; GRANT {helper} TO {app}", "UPDATE"),
        ("GRANT TRUNCATE ON transfer TO {helper}; GRANT {helper} TO {app}", "TRUNCATE"),
        (
            "ALTER ROLE {app} NOINHERIT; GRANT DELETE ON transfer TO {helper}; "
            "GRANT {helper} TO {app}",
            "DELETE",
        ),
        (
            "GRANT DELETE ON transfer TO {helper} WITH GRANT OPTION; SET ROLE {helper}; "
            "GRANT DELETE ON transfer TO {app}",
            "DELETE",
        ),
    ],
)
def test_a_role_that_keeps_a_right_from_elsewhere_is_refused_by_table_and_right(
    run: Run, ledger_db: Database, statement: str, right: str
) -> None:
    app, helper = ledger_db.role("app"), ledger_db.role("helper")
    ledger_db.sql(*statement.format(app=app, helper=helper).split("; "))

    tried = run("db", "grant", app, "--database-url", ledger_db.url, "--json")

    code, message = refusal(tried)
    assert code == "grant_refused"
    assert f"it still may {right} on transfer" in message
    assert not ledger_db.may(app, "INSERT")

    taken = statement.partition(" TO PUBLIC")[0].replace("GRANT", "REVOKE")
    if "PUBLIC" in statement:
        ledger_db.sql(f"{taken} FROM PUBLIC")
        again = run("db", "grant", app, "--database-url", ledger_db.url)
        assert (again.exit_code, ledger_db.may(app, "INSERT")) == (0, True)


def test_an_upgrade_by_a_role_that_may_not_create_says_what_it_needs(
    run: Run, empty_db: Database
) -> None:
    owner = empty_db.role("owner")
    url = ("--database-url", empty_db.url_of(owner), "--json")

    code, message = refusal(run("db", "upgrade", *url))
    assert code == "right_missing"
    assert f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}" in message

    empty_db.sql("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    assert refusal(run("db", "upgrade", *url))[0] == "right_missing"

    empty_db.sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
    assert run("db", "upgrade", *url).exit_code == 0


def test_an_older_ledger_is_upgraded_by_its_owner_and_says_so(
    run: Run, ledger_db: Database
) -> None:
    other = ledger_db.role("other")
    ledger_db.sql(
        f"GRANT SELECT ON alembic_version TO {other}",
        "UPDATE alembic_version SET version_num='0009'",
    )

    tried = run("db", "upgrade", "--database-url", ledger_db.url_of(other), "--json")

    code, message = refusal(tried)
    assert code == "right_missing"
    assert "as the role that owns the tables" in message


@pytest.mark.parametrize(
    "command",
    ["account list", "account open acme", "db current", "db check", "db upgrade", "verify"],
)
def test_a_service_before_its_grant_is_told_of_the_grant(
    run: Run, ledger_db: Database, command: str
) -> None:
    app = ledger_db.role("app")

    tried = run(*command.split(), "--database-url", ledger_db.url_of(app), "--json")

    code, message = refusal(tried)
    assert code == "right_missing"
    assert f"image-billing db grant {app}" in message
    assert "image-billing db grants" in message


def test_a_service_without_a_right_is_told_of_the_grant_by_a_verb_too(
    run: Run, ledger_db: Database
) -> None:
    with Ledger.open(ledger_db.url) as ledger:
        ledger.open_account("acme", currency="USD")
    app = ledger_db.role("app")
    assert run("db", "grant", app, "--database-url", ledger_db.url).exit_code == 0
    ledger_db.sql(f"REVOKE INSERT ON transfer FROM {app}")

    verb = ("account", "top-up", "acme", "1", "--key", "k")
    tried = run(*verb, "--database-url", ledger_db.url_of(app), "--json")

    code, message = refusal(tried)
    assert code == "right_missing"
    assert f"image-billing db grant {app}" in message


def test_sqlite_has_no_roles_and_no_file_is_made(run: Run, empty_folder: Path) -> None:
    code, message = refusal(
        run("db", "grant", "nosuch", "--database-url", "sqlite:///x.db", "--json")
    )

    assert code == "invalid_value"
    assert "SQLite has no roles" in message
    assert list(empty_folder.iterdir()) == []


def test_the_url_is_told_as_it_is_typed_and_without_the_password(
    run: Run, empty_postgres_url: str
) -> None:
    parsed = make_url(empty_postgres_url)
    folder = parsed.query["host"]
    typed = f"postgresql://postgres:hunter2@/{parsed.database}?host={folder}"

    told = run("db", "current", "--database-url", typed)

    shown = typed.replace("hunter2", "***")
    assert told.stdout.startswith(f"{shown}: no ledger yet (image-billing db upgrade makes one), ")
