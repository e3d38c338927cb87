"""`image-billing report`, from the command line to the file."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing import Capture, Ledger
from billing.cli import main

Run = Callable[..., Result]


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def run(ledger: Ledger, capture: Callable[..., Capture]) -> Run:
    """Run `report` over three calls in March 2025."""
    capture("a", n=4, images=3)
    capture("b", account="beta", size="2048x2048", quality="low")
    capture("c", account="gamma")

    def report(*options: str) -> Result:
        url = str(ledger.engine.url)
        return CliRunner().invoke(
            main, ["report", "--month", "2025-03", *options, "--database-url", url]
        )

    return report


def test_a_piped_report_is_an_aligned_table_with_totals_by_currency(run: Run) -> None:
    done = run()
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Usage of 2025-03 (UTC): the month is over and not closed"
    keys = ["account", "model", "size", "quality"]
    assert lines[2].split() == [*keys, "calls", "asked", "images", "amount", "share"]
    assert [line.split()[-1] for line in lines if line.startswith("total")] == ["EUR", "USD"]
    assert len({line.rindex(".") for line in lines[4:7]}) == 1
    assert "In doubt: nothing." in lines


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (("--month", "2998-12"), "provisional: the month has not begun"),
        (
            ("--from", "2998-12-03", "--to", "2998-12-09"),
            "provisional: its first day has not begun",
        ),
    ],
)
def test_what_has_not_begun_is_said_to_be_so(
    ledger: Ledger, span: tuple[str, ...], said: str
) -> None:
    url = str(ledger.engine.url)
    done = CliRunner().invoke(main, ["report", *span, "--database-url", url])
    assert done.stdout.splitlines()[0].endswith(f"(UTC): {said}")


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
@pytest.mark.parametrize("by", ["currency", "currency,account", "size"])
def test_every_totals_line_says_its_currency(by: str, form: str, run: Run) -> None:
    text = run("--by", by, "--format", form).stdout
    rows = text[text.index('id="rows"') :] if form == "html" else text
    assert re.findall(r"total (?:EUR|USD)\b", rows) == ["total EUR", "total USD"]


def test_the_total_of_one_currency_is_just_that_beside_a_column_of_it(run: Run) -> None:
    alone = run("--where", "currency=USD", "--by", "size").stdout
    assert "total USD" not in alone
    assert "\ntotal " in alone
    assert "\ntotal USD " in run("--where", "currency=USD", "--by", "currency").stdout


def test_json_and_csv_carry_the_same_figures(run: Run) -> None:
    found = json.loads(run("--json").stdout)
    assert found == json.loads(run("--format", "json").stdout)
    assert [(row["account"], row["images"], row["amount"]) for row in found["rows"]] == [
        ("acme", 3, "0.63216"),
        ("beta", 1, "0.01191"),
        ("gamma", 1, "0.21072"),
    ]
    rows = [line.split(",") for line in run("--format", "csv").stdout.splitlines()]
    assert [(row[0], int(row[5]), row[6]) for row in rows[1:]] == [
        (row["account"], row["images"], row["amount"]) for row in found["rows"]
    ]


def test_rows_have_the_keys_that_were_asked_for(run: Run) -> None:
    found = json.loads(run("--by", "day, tier", "--json").stdout)
    keys = {"day", "tier", "calls", "images", "amount", "currency"}
    assert all(keys <= set(row) for row in found["rows"])
    assert len(found["rows"]) == 3


def test_filters_of_one_dimension_add_and_of_two_narrow(run: Run) -> None:
    where = ("--where", "account=acme", "--where", "account=beta", "--where", "quality=low")
    found = json.loads(run(*where, "--json").stdout)
    assert [row["account"] for row in found["rows"]] == ["beta"]


def test_a_report_goes_to_a_file_byte_for_byte(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "march.csv"
    done = run("--format", "csv", "-o", str(target))
    assert (done.exit_code, done.stdout) == (0, "")
    assert target.read_bytes() == run("--format", "csv").stdout_bytes
    assert b"\r" not in target.read_bytes()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_same_cells_are_drawn_with_bold_totals(
    run: Run, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run().stdout
    for variable, value in (("TERM", "xterm"), ("COLUMNS", "100"), ("NO_COLOR", "")):
        monkeypatch.setenv(variable, value)
    options = ["--month", "2025-03", "--database-url", str(ledger.engine.url)]
    with contextlib.redirect_stdout(Terminal()) as screen:
        main(["report", *options], standalone_mode=False)
        main(["report", *options, "--where", "size=none"], standalone_mode=False)
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert "\x1b[1m" in screen.getvalue()
    words = [word for word in drawn.split() if "\u2500" not in word]
    assert words[: words.index("Held:")] == [
        word for word in plain[: plain.index("Held:")].split() if "---" not in word
    ]
    assert "No usage." in drawn


@pytest.mark.parametrize(
    ("options", "exit_code", "param"),
    [
        (["--month", "2025-3"], 2, "month"),
        (["--by", "colour"], 2, "by"),
        (["--where", "acme"], 2, "where"),
        (["--where", "account=nobody"], 1, "account"),
        (["--format", "xml"], 2, "format"),
    ],
)
def test_what_cannot_be_reported_is_refused_by_name(
    options: list[str], exit_code: int, param: str, run: Run
) -> None:
    done = run(*options, "--json")
    assert done.exit_code == exit_code
    assert json.loads(done.stderr)["error"]["param"] == param


def test_a_file_that_cannot_be_written_is_an_expected_error(run: Run, tmp_path: Path) -> None:
    done = run("-o", str(tmp_path / "no-such-folder" / "report.txt"))
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
