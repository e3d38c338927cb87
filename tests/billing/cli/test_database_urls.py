"""A database URL that is none, or a database that is no ledger: one sentence that says which."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from billing import InvalidEntry, Ledger, LedgerUnusable

Run = Callable[..., Result]

NO_URLS = [
    *("foo", "sqlite:", "sqlite://x", "sqlite:///%00", "sqlite:///x.db?timeout=soon"),
    *("postgresql://h:port/x", "postgresql://[::1/x", "mysql://h/x", "sqlite+pysqlcipher://:k@/x"),
]


@pytest.mark.parametrize("url", NO_URLS)
def test_what_is_no_database_url_is_refused_as_an_error_object(run: Run, url: str) -> None:
    ended = run("account", "list", "--database-url", url, "--json")

    error = json.loads(ended.stderr)["error"]
    assert (error["code"], error["param"]) == ("invalid_value", "database-url")
    assert "sqlite:///FILE or postgresql://HOST/NAME" in error["message"]
    with pytest.raises(InvalidEntry, match="database-url"):
        Ledger.open(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("foo", "'foo'"),
        ("sqlite://x", "'sqlite://x'"),
        ("postgresql://[::1/x", "'postgresql://[::1/x'"),
        ("ana:hunter2@host/x", "'***@host/x'"),
        ("postgresql://ana:hunter2@h:port/x", "'postgresql://***@h:port/x'"),
        ("postgresql://ana:hunter2/x", "'postgresql://ana:***'"),
        ("host=h password=hunter2", "'host=h password=***'"),
        ("postgresql//h/x?sslpassword=hunter2&a=b", "'postgresql//h/x?sslpassword=***'"),
    ],
)
def test_a_typo_is_shown_and_a_password_is_not(url: str, shown: str) -> None:
    with pytest.raises(InvalidEntry) as refused:
        Ledger.open(url)

    assert shown in refused.value.message
    assert "hunter2" not in refused.value.message


def test_an_option_that_the_server_does_not_know_is_one_line(run: Run) -> None:
    ended = run("account", "list", "--database-url", "postgresql://127.0.0.1:1/x?colour=blue")

    assert ended.exit_code == 1
    assert 'invalid connection option "colour"' in ended.stderr


def test_the_file_that_cannot_be_used_is_named(empty_folder: Path) -> None:
    notes = empty_folder / "notes.txt"
    notes.write_text("no database at all " * 100)

    with pytest.raises(LedgerUnusable, match=r"notes\.txt cannot be used \(file is not a database"):
        Ledger.open(f"sqlite:///{notes}")
    with pytest.raises(LedgerUnusable, match=r"/no/where\.db cannot be used \(unable to open"):
        Ledger.open(f"sqlite:///{empty_folder}/no/where.db")


def test_a_file_that_may_not_be_written_is_named(empty_folder: Path) -> None:
    with Ledger.open("sqlite:///mine.db") as ledger:
        ledger.open_account("acme", currency="USD")

    with (
        Ledger.open(f"sqlite:///file:{empty_folder}/mine.db?mode=ro&uri=true") as ledger,
        pytest.raises(LedgerUnusable, match=r"mine\.db cannot be used .*readonly"),
    ):
        ledger.top_up("acme", "1", key="a")
