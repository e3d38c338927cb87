"""Canaries: a key, a prompt and a password that must turn up nowhere, whatever goes wrong."""

from __future__ import annotations

import io
import json
import logging
import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openai
import pytest
from click.testing import CliRunner
from openai import OpenAI
from sqlalchemy import text

from billing import Ledger, bill
from billing.cli import main
from billing.database.tables import metadata
from billing.testing import (
    Action,
    Exchange,
    ScriptedProvider,
    close_without_answer,
    error,
    images,
)

KEY = "sk-canary-7f3a9c51"
PROMPT = "canary-prompt-5d2e81 of a blue sphere"
PASSWORD = "canary-password-91bb"
CANARIES = (KEY, "canary-prompt-5d2e81", PASSWORD)


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that any logger of ours says, down to the smallest."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    named = [logging.getLogger(name) for name in ("image_billing", "pricing", "sqlalchemy")]
    before = [each.level for each in named]
    for each in named:
        each.addHandler(handler)
        each.setLevel(logging.DEBUG)
    yield heard
    for each, level in zip(named, before, strict=True):
        each.removeHandler(handler)
        each.setLevel(level)


def kept(ledger: Ledger) -> str:
    """Every value of every table."""
    with ledger.engine.connect() as connection:
        rows = [
            [str(value) for value in row]
            for name in metadata.tables
            for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        ]
    assert rows
    return json.dumps(rows)


def test_neither_key_nor_prompt_is_kept_or_told_whatever_comes_back(
    acme: Ledger, logs: io.StringIO, tmp_path: Path
) -> None:
    # Providers quote what they were sent.
    echo = f"bad {PROMPT} {KEY}"
    answers = [
        images(1, extra={"data": [{"url": "https://x.test/1", "revised_prompt": PROMPT}]}),
        *(error(code, echo) for code in (400, 401, 408, 500)),
        close_without_answer(),
    ]
    told = [repr(acme)]
    with (
        ScriptedProvider(answers) as provider,
        OpenAI(base_url=provider.base_url, api_key=KEY, timeout=1) as sdk,
    ):
        client = bill(sdk, acme, account="acme", tags={"team": "x"})
        told.append(repr(client))
        for number in range(len(answers)):
            try:
                done = client.images.generate(
                    model="gpt-image-2",
                    prompt=PROMPT,
                    size="1024x1024",
                    billing={"key": f"job-{number}"},
                )
            except openai.APIError as failure:
                told.append(repr(failure.billing))  # type: ignore[attr-defined]  # every error after sending has it
            else:
                told.append(repr(done.billing))
        with pytest.raises(Exception, match="size") as refused:
            client.images.generate(model="gpt-image-2", prompt=PROMPT, size="7x7")
        told.append("".join(traceback.format_exception_only(refused.value)))

    month = acme.now().strftime("%Y-%m")
    url = acme.engine.url.render_as_string(hide_password=False)
    commands = (
        ("report", "--month", month, "--json"),
        ("holds", "list", "--json"),
        ("account", "statement", "acme", "--month", month, "--format", "json"),
        ("verify", "--json"),
    )
    told += [CliRunner().invoke(main, [*each, "--database-url", url]).output for each in commands]
    files = [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    for canary in CANARIES:
        assert canary not in kept(acme)
        assert canary not in logs.getvalue()
        assert canary not in "".join(told)
        assert canary not in "".join(files)


def test_the_spool_has_neither_key_nor_prompt(sqlite_url: str, tmp_path: Path) -> None:
    spool, answer = tmp_path / "spool", images(1, extra={"note": PROMPT})

    def break_the_ledger(exchange: Exchange) -> None:
        # Between the hold and the capture, so that what follows can only be spooled.
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as bare, bare:
            bare.execute("ALTER TABLE transfer RENAME TO gone")
        answer.play(exchange)

    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="t")
        with (
            ScriptedProvider([Action("break", break_the_ledger)]) as provider,
            OpenAI(base_url=provider.base_url, api_key=KEY) as sdk,
        ):
            client = bill(sdk, ledger, account="acme", spool=spool)
            done = client.images.generate(model="gpt-image-2", prompt=PROMPT, size="1024x1024")
    assert done.billing.spooled
    lines = "".join(path.read_text() for path in spool.rglob("*") if path.is_file())
    assert done.billing.hold.id in lines
    assert [canary for canary in CANARIES if canary in lines] == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ana:{PASSWORD}@127.0.0.1:1/x",
        f"postgresql+psycopg://ana:{PASSWORD}@127.0.0.1:1/x?connect_timeout=1",
        f"postgresql://127.0.0.1:1/x?password={PASSWORD}&user=ana",
        f"postgresql://ana:{PASSWORD}@127.0.0.1:port/x",
        f"mysql://ana:{PASSWORD}@127.0.0.1/x",
        f"postgresql://ana:{PASSWORD}@[/x",
        f"nonsense ana:{PASSWORD}",
    ],
)
def test_the_password_of_a_database_is_in_no_error_and_no_traceback(url: str) -> None:
    with pytest.raises(Exception) as raised:
        Ledger.open(url)
    told = "".join(traceback.format_exception(raised.value))
    for command in (["db", "current"], ["db", "check"], ["report", "--month", "2026-11"]):
        for json_too in ([], ["--json"]):
            done = CliRunner().invoke(main, [*command, *json_too, "--database-url", url])
            told += done.output + repr(done.exception)
    code = "import sys; from billing import Ledger; Ledger.open(sys.argv[1])"
    bare = subprocess.run(
        [sys.executable, "-c", code, url],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert bare.returncode == 1
    assert PASSWORD not in told + bare.stdout + bare.stderr


def test_an_open_ledger_does_not_tell_its_password(postgres_url: str) -> None:
    url = postgres_url.replace("postgres:@", f"postgres:{PASSWORD}@")
    assert PASSWORD in url
    with Ledger.open(url) as ledger:
        assert PASSWORD not in repr(ledger) + str(ledger) + repr(ledger.engine)
    in_query = f"{postgres_url}&password={PASSWORD}"
    for command in (("db", "current"), ("db", "upgrade"), ("db", "check", "--json")):
        for each in (url, in_query):
            done = CliRunner().invoke(main, [*command, "--database-url", each])
            assert done.exit_code == 0, done.output
            assert PASSWORD not in done.output
