from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from sqlalchemy import Connection, create_engine, make_url, text

from billing.database import schema

Run = Callable[..., Result]


def test_upgrade_says_from_which_revision_to_which(run: Run) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")

    head = schema.head_revision()
    assert first.stdout == f"sqlite:///image-billing.db: from nothing to {head}\n"
    assert second.stdout == f"sqlite:///image-billing.db: at {head} already\n"


def test_upgrade_as_json_has_from_and_to(run: Run, ledger_url: str) -> None:
    run("db", "upgrade", "--database-url", ledger_url)

    again = json.loads(run("db", "upgrade", "--database-url", ledger_url, "--json").stdout)

    assert again["from"] == again["to"] == schema.head_revision()
    assert set(again) == {"database", "from", "to"}


def test_current_and_check_make_no_file_of_a_missing_one(run: Run, empty_folder: Path) -> None:
    current, check = run("db", "current", "--json"), run("db", "check")

    found = json.loads(current.stdout)
    assert (found["revision"], found["up_to_date"]) == (None, False)
    assert check.exit_code == 1
    assert "image-billing db upgrade" in check.stderr
    assert list(empty_folder.iterdir()) == []


def test_current_and_check_leave_an_empty_file_alone(run: Run, empty_folder: Path) -> None:
    file = empty_folder / "notes.txt"
    file.touch()

    run("db", "current", "--database-url", "sqlite:///notes.txt")
    check = run("db", "check", "--database-url", "sqlite:///notes.txt")

    assert check.exit_code == 1
    assert file.read_bytes() == b""


def test_the_command_that_mends_a_schema_can_be_pasted(run: Run, empty_postgres_url: str) -> None:
    url = make_url(empty_postgres_url.replace(":@", "@")).update_query_dict(
        {"application_name": "a b"}
    )
    secret = url.set(password="hunter2").render_as_string(hide_password=False)
    open_ = url.render_as_string(hide_password=False)

    from_environment = run("account", "list", env={"IMAGE_BILLING_DATABASE_URL": secret})
    given = run("account", "list", "--database-url", open_)
    with_password = run("account", "list", "--database-url", secret)

    assert from_environment.stderr.endswith("Run: image-billing db upgrade\n")
    assert "Run: image-billing db upgrade --database-url 'postgresql" in given.stderr
    *_, pasted = shlex.split(given.stderr)
    assert make_url(pasted).query["application_name"] == "a b"
    assert "' (with the password in place of ***)" in with_password.stderr
    assert "hunter2" not in with_password.stderr


def test_check_passes_on_an_upgraded_database(run: Run, ledger_url: str) -> None:
    run("db", "upgrade", "--database-url", ledger_url)

    check = run("db", "check", "--database-url", ledger_url)
    current = run("db", "current", "--database-url", ledger_url)

    assert (check.exit_code, check.stderr) == (0, "")
    assert f"at {schema.head_revision()}" in current.stdout
    told = json.loads(run("db", "check", "--database-url", ledger_url, "--json").stdout)
    assert (told["revision"], told["up_to_date"]) == (schema.head_revision(), True)


def test_a_password_is_never_printed(run: Run) -> None:
    url = "postgresql://user:hunter2@127.0.0.1:1/none"

    result = run("db", "current", "--database-url", url)

    assert result.exit_code == 75
    assert "hunter2" not in result.output


def test_the_help_says_where_the_option_of_the_database_stands(run: Run) -> None:
    said = " ".join(run("--help").stdout.split())

    _, _, example = said.partition("behind the command: image-billing ")
    arguments = example.partition(".")[0].replace("URL", "sqlite:///x.db").split()
    assert run("account", "open", "acme", "--database-url", "sqlite:///x.db").exit_code == 0
    assert run(*arguments).exit_code == 0
    assert run(*arguments[-2:], *arguments[:-2]).exit_code == 2


def test_another_kind_of_database_is_refused_by_name(run: Run) -> None:
    result = run("db", "upgrade", "--database-url", "mysql://localhost/x", "--json")

    assert result.exit_code == 2
    assert json.loads(result.stderr)["error"]["param"] == "database-url"


def test_granting_a_role_prints_or_runs_the_same_statements(run: Run, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    role = f"app_{engine.url.database}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
    url = ("--database-url", postgres_url)

    printed = run("db", "grant", role, "--print", *url)
    with engine.connect() as connection:
        assert not may(connection, role, "SELECT")
    granted = run("db", "grant", role, *url, "--json")

    statements = json.loads(granted.stdout)["statements"]
    assert printed.stdout == "".join(f"{statement};\n" for statement in statements)
    with engine.begin() as connection:
        rights = [may(connection, role, right) for right in ("SELECT", "INSERT", "UPDATE")]
        assert rights == [True, True, False]
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    engine.dispose()


def test_an_unknown_role_and_sqlite_are_refused(run: Run, postgres_url: str) -> None:
    run("db", "upgrade")

    unknown = run("db", "grant", "nobody", "--database-url", postgres_url, "--json")
    sqlite = run("db", "grant", "nobody", "--json")

    assert json.loads(unknown.stderr)["error"]["param"] == "role"
    assert "SQLite has no roles" in json.loads(sqlite.stderr)["error"]["message"]


def may(connection: Connection, role: str, right: str) -> bool:
    question = text("SELECT has_table_privilege(:role, 'transfer', :right)")
    return bool(connection.execute(question, {"role": role, "right": right}).scalar())
