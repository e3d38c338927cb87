"""`reconcile` for finance scripts, and `reconciled`: files, exit codes, limits, a second person."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing.cli import main
from tests.billing.reconcile.statement_story import HEADER, Story


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    return sqlite_url


def run(story: Story, *options: str) -> Result:
    story.path.write_text("\n".join([HEADER, *story.lines]) + "\n", encoding="utf-8")
    return command(story, "reconcile", str(story.path), "--month", "2025-03", *options)


def command(story: Story, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--database-url", str(story.ledger.engine.url)])


@pytest.mark.parametrize("form", ["json", "csv", "html", "markdown", "xlsx", "table"])
def test_a_file_is_written_before_it_ends_with_three(
    form: str, story: Story, tmp_path: Path
) -> None:
    story.bill("stranger")
    target = tmp_path / "out"
    done = run(story, "--format", form, "-o", str(target))
    assert (done.exit_code, done.stdout) == (3, "")
    assert b"stranger" in target.read_bytes() or form == "xlsx"


def test_the_work_list_can_be_piped(story: Story) -> None:
    story.bill("stranger")
    done = run(story, "--format", "csv")
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (done.exit_code, row["class"], row["difference"]) == (3, "missing_from_ledger", "0.5")


def test_quiet_says_nothing_when_there_is_nothing_to_decide(story: Story, tmp_path: Path) -> None:
    story.paid("a")
    assert (run(story, "--quiet").stdout, run(story, "--quiet").exit_code) == ("", 0)
    assert json.loads(run(story, "--quiet", "--json").stdout)["clean"] is True
    run(story, "--quiet", "-o", str(tmp_path / "out"))
    assert "unexplained 0.00 USD" in (tmp_path / "out").read_text()
    story.bill("stranger")
    assert "stranger" in run(story, "--quiet").stdout


@pytest.mark.parametrize(("limit", "exit_code"), [("0.49", 3), ("0.5", 0), ("7", 0)])
def test_it_fails_over_a_limit_only(limit: str, exit_code: int, story: Story) -> None:
    story.bill("stranger")
    assert run(story, "--fail-over", limit).exit_code == exit_code


def test_a_tax_is_over_a_limit_until_it_is_booked(story: Story) -> None:
    story.paid("a")
    story.bill("", 1, "1.15", "tax")
    for limit, exit_code in (("1.14", 3), ("1.15", 0)):
        assert run(story, "--fail-over", limit, "--quiet").exit_code == exit_code
    assert run(story, "--post", "--actor", "ana").exit_code == 0
    assert run(story, "--fail-over", "0", "--quiet").exit_code == 0
    assert json.loads(run(story, "--json").stdout)["unexplained"] == "0"


def test_what_is_unknown_is_over_every_limit(story: Story) -> None:
    story.bill("broken", 1, "much")
    assert run(story, "--fail-over", "1000000").exit_code == 3


def test_a_second_person_lets_pass_what_is_above_the_limit(story: Story) -> None:
    story.bill("stranger")
    post = ("--post", "--actor", "ana", "--approve-over", "0.1")
    refused = run(story, *post, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stderr)["error"]["code"] == "approval_needed"
    assert run(story, *post, "--approver", "ana").exit_code == 1
    assert run(story, *post, "--approver", "bob").exit_code == 0
    assert command(story, "verify").exit_code == 0


def test_tolerances_are_options_and_are_told(story: Story) -> None:
    story.paid("a", billed=False)
    story.bill("req-a", 2, "0.51")
    assert run(story).exit_code == 3
    done = run(story, "--tolerance", "line=0.01", "--tolerance", "edge=2h")
    assert done.exit_code == 0
    assert "Tolerance of a line: 0.01 USD." in done.stdout
    for wrong in ("line", "colour=1", "line=-1", "edge=soon"):
        assert run(story, "--tolerance", wrong).exit_code == 2


def test_what_was_signed_off_is_listed_with_its_decisions(story: Story) -> None:
    story.bill("stranger")
    assert json.loads(command(story, "reconciled", "--json").stdout) == {"runs": []}
    run(story, "--post", "--actor", "ana")
    (listed,) = json.loads(command(story, "reconciled", "--json").stdout)["runs"]
    assert (listed["number"], listed["actor"], listed["clean"]) == (1, "ana", True)
    shown = command(story, "reconciled", "1")
    assert "unallocated" in shown.stdout
    (item,) = json.loads(command(story, "reconciled", "1", "--json").stdout)["items"]
    assert (item["decision"], item["amount"], item["line"]) == ("cost", "0.5", 2)
    assert command(story, "reconciled", "1", "--month", "2025-04").exit_code == 1
    assert command(story, "reconciled", "2").exit_code == 1


def test_a_closed_month_is_not_touched(story: Story) -> None:
    story.paid("a", billed=False)
    story.bill("req-a", 2, "0.60")
    story.hands[0] = story.hands[0].replace(month=4)
    story.ledger.close_period("2025-03", actor="ana")
    before = command(story, "report", "--month", "2025-03").stdout
    found = story.post()
    assert found.is_clean
    assert command(story, "report", "--month", "2025-03").stdout == before
    april = json.loads(command(story, "report", "--month", "2025-04", "--json").stdout)
    assert [each["amount"] for each in april["cost_corrections"]] == ["0.1"]
    assert story.ledger.verify().ok
