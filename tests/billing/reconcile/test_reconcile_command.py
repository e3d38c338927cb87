"""`image-billing reconcile`, on SQLite: exit codes, texts, JSON, and refusals."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing.cli import main
from tests.billing.reconcile.statement_story import HEADER, Story


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


def run(story: Story, *options: str) -> Result:
    story.path.write_text("\n".join([HEADER, *story.lines]) + "\n", encoding="utf-8")
    arguments = ["reconcile", str(story.path), "--month", "2025-03", *options]
    url = str(story.ledger.engine.url)
    return CliRunner().invoke(main, [*arguments, "--database-url", url])


def test_a_clean_run_ends_with_zero_and_says_so_in_its_last_line(story: Story) -> None:
    story.paid("a")
    done = run(story)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "unexplained 0.00 USD"


def test_discrepancies_end_with_three_and_are_listed_with_proposals(story: Story) -> None:
    story.paid("a")
    held = story.doubted("b", request_id="req-b")
    story.bill("req-b")
    done = run(story)
    assert done.exit_code == 3
    assert (
        "To be decided:\n"
        "  hold_only, line 3\n"
        "    req-b\n"
        f"    {held.id}\n"
        "    ledger 0.00 USD, statement 0.50 USD\n"
        "    capture 2 of 2\n"
    ) in done.stdout
    assert done.stdout.splitlines()[-1] == "unexplained 0.50 USD"


def test_posting_settles_what_the_statement_decides(story: Story) -> None:
    story.doubted("b", request_id="req-b")
    story.bill("req-b")
    done = run(story, "--post", "--actor", "me")
    assert done.exit_code == 0
    assert "Posted:\n  hold_only, line 2: 0.50 USD\n    capture_" in done.stdout
    assert "Carried:" not in done.stdout
    assert done.stdout.splitlines()[-1] == "unexplained 0.00 USD"


def test_on_a_terminal_the_last_line_is_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")
    story.bill("stranger\x1b[2J")
    piped = run(story).stdout
    url = str(story.ledger.engine.url)
    with contextlib.redirect_stdout(Terminal()) as screen:
        arguments = ["reconcile", str(story.path), "--month", "2025-03"]
        answer = main([*arguments, "--database-url", url], standalone_mode=False)
    assert answer == 3
    assert screen.getvalue().splitlines()[-1].strip() == "unexplained 0.50 USD"
    assert "stranger\u241b[2J" in screen.getvalue()
    assert "\x1b" not in piped + screen.getvalue()


def test_the_lag_is_an_option(story: Story) -> None:
    story.doubted("b")
    story.later(minutes=10)
    assert "hold_unbilled" in run(story, "--settling-lag", "1m").stdout
    assert "hold_unbilled" not in run(story, "--settling-lag", "99999d").stdout
    posted = run(story, "--settling-lag", "0", "--post", "--actor", "me").stdout
    assert "  hold_unbilled: nothing is charged\n    void_" in posted


def test_json_has_the_documented_keys(story: Story) -> None:
    story.paid("a")
    story.bill("stranger")
    done = run(story, "--json")
    assert done.exit_code == 3
    found = json.loads(done.stdout)
    assert found["statement"].keys() == {
        *("id", "sha256", "lines", "skipped", "outside", "other_month")
    }
    assert found["statement"]["skipped"] == {}
    assert found["statement"]["lines"] == 2
    assert found["summary"] == [
        {"class": "matched", "lines": 1, "ledger_amount": "0.5", "statement_amount": "0.5"},
        {
            "class": "missing_from_ledger",
            "lines": 1,
            "ledger_amount": "0",
            "statement_amount": "0.5",
        },
    ]
    (listed,) = found["discrepancies"]
    assert listed == {
        "class": "missing_from_ledger",
        "request_id": "stranger",
        **dict.fromkeys(("hold_id", "transfer_id", "account")),
        "occurred_at": "2025-03-10T12:00:00+00:00",
        **dict.fromkeys(("day", "project", "model", "line_item")),
        "line": 3,
        "ledger_amount": "0",
        "statement_amount": "0.5",
        "difference": "0.5",
        "proposal": listed["proposal"],
        "actions": [
            {
                "kind": "cost",
                "reason": "unallocated",
                "amount": "0.5",
                "images": 0,
                "account": None,
            }
        ],
    }
    assert found["proof"] == {
        "opening": "0",
        "ledger": "0.5",
        "adjustments": "0.5",
        "tolerated": "0",
        "open": "0",
        "statement": "1",
        "carried": "0",
    }
    assert found["tolerances"]["settling_lag"] == 259_200
    assert (found["run"], found["clean"]) == (None, False)
    assert found["unexplained"] == "0.5"


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        (["--post"], 2, "usage"),
        (["--settling-lag", "soon"], 2, "invalid_value"),
        (["--month", "March"], 2, "invalid_value"),
    ],
)
def test_bad_options_are_refused_without_a_traceback(
    options: list[str], exit_code: int, code: str, story: Story
) -> None:
    done = run(story, *options, "--json")
    assert done.exit_code == exit_code
    assert json.loads(done.stderr)["error"]["code"] == code


def test_a_file_that_is_no_statement_is_refused_with_what_it_lacks(story: Story) -> None:
    story.path.write_text("a,b,c\n1,2,3\n")
    url = str(story.ledger.engine.url)
    done = CliRunner().invoke(
        main,
        ["reconcile", str(story.path), "--month", "2025-03", "--database-url", url, "--json"],
    )
    assert done.exit_code == 1
    error = json.loads(done.stderr)["error"]
    assert error["code"] == "statement_unreadable"
    assert "no column request_id" in error["message"]


def test_a_locked_database_is_not_needed_to_look(story: Story, tmp_path: Path) -> None:
    story.paid("a")
    with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        done = run(story)
        writer.execute("ROLLBACK")
    writer.close()
    assert done.exit_code == 0


def test_no_line_is_wider_than_a_terminal_whatever_the_statement_says(story: Story) -> None:
    story.paid("a")
    story.doubted("b", request_id="req-b")
    story.bill("req-b", 3)
    story.bill("req-a", 2, status="charged \x1b[2J once more, and then with very many words")
    before = run(story).stdout
    after = run(story, "--post", "--actor", "me").stdout
    assert max(map(len, (before + after).splitlines())) <= 80
    assert "\x1b" not in before


def test_what_cannot_be_known_is_unknown_and_null_and_never_zero(story: Story) -> None:
    story.paid("a")
    story.bill("b", 1, "9.99 USD")
    told = run(story)
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (3, "unexplained unknown")
    assert json.loads(run(story, "--json").stdout)["unexplained"] is None
