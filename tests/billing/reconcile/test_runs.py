"""Signed-off runs: stored once, taken up by later runs, told by the report, proved by verify."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing import InvalidEntry
from billing.formats.report_json import report_object
from billing.formats.report_words import notes
from billing.reconciliation import list_runs
from billing.reconciliation.runs.runs import items_of
from billing.report import build_report
from tests.billing.reconcile.statement_story import Story
from tests.billing.tampering import tampered


def twice_billed(story: Story) -> None:
    story.paid("a")
    story.bill("req-a")


def test_a_run_says_what_was_decided_by_whom_about_which_file(story: Story) -> None:
    twice_billed(story)
    story.bill("stranger")
    found = story.post()
    (run,) = list_runs(story.ledger)
    assert run == found.run
    assert (run.number, str(run.month), run.currency, run.lines) == (1, "2025-03", "USD", 3)
    assert (run.statement_sha256, run.statement_name) == (found.statement.sha256, "statement.csv")
    assert (run.actor, run.at, run.is_clean) == ("finance", story.hands[0], True)
    assert (run.proof["statement"], run.proof["unexplained"]) == ("1.5", "0")
    assert run.settings["settling_lag"] == "259200 s"
    assert [(each["decision"], each["reason"]) for each in items_of(story.ledger, 1)] == [
        ("cost", "unallocated"),
        ("carry", "dispute"),
    ]


def test_the_same_statement_with_nothing_new_is_the_same_run(story: Story) -> None:
    twice_billed(story)
    first, again = story.post(), story.post()
    assert again.run is not None
    assert again.run.is_repeated
    assert (again.run.number, len(list_runs(story.ledger))) == (1, 1)
    assert first.run is not None
    assert not first.run.is_repeated


def test_a_clean_run_with_nothing_to_book_can_be_signed_off(story: Story) -> None:
    story.paid("a")
    found = story.post()
    assert (found.posted, len(list_runs(story.ledger, "2025-03"))) == ((), 1)
    assert list_runs(story.ledger, "2025-04") == []


def test_looking_stores_nothing(story: Story) -> None:
    twice_billed(story)
    assert story.reconcile().run is None
    assert list_runs(story.ledger) == []


def test_what_was_carried_is_a_decision_for_every_later_revision(story: Story) -> None:
    twice_billed(story)
    story.post()
    story.paid("b")
    for number in (2, 3):
        found = story.post()
        assert [each.class_name for each in found.carried] == ["duplicate_line"]
        assert found.run is not None
        assert found.run.number == min(number, 2)
    assert [each["decision"] for each in items_of(story.ledger, 2)] == ["carry"]


def test_what_no_revision_carries_any_more_is_settled(story: Story) -> None:
    twice_billed(story)
    story.post()
    story.lines.pop()
    assert story.post().carried == ()
    assert items_of(story.ledger, 2) == []


def test_a_dispute_waits_in_the_next_months_opening(story: Story) -> None:
    twice_billed(story)
    story.post()
    story.lines.clear()
    story.hands[0] = datetime(2025, 4, 20, tzinfo=UTC)
    story.paid("b")
    found = story.post("2025-04")
    assert found.proof.opening == found.proof.carried == Decimal("-0.5")
    assert (found.is_clean, found.proof.ties) == (True, True)


def test_the_report_says_reconciled_while_the_newest_run_is_clean(story: Story) -> None:
    story.paid("a")
    assert build_report(story.ledger, "2025-03").reconciled is None
    run = story.post().run
    report = build_report(story.ledger, "2025-03")
    assert run is not None
    assert report_object(report)["reconciled"] == {
        "statement_sha256": run.statement_sha256,
        "at": run.at.isoformat(),
        "actor": "finance",
    }
    assert f"Statement: {run.statement_sha256}" in list(notes(report))
    assert build_report(story.ledger, "2025-04").reconciled is None
    story.bill("broken", 1, "0.07", "charge")
    story.post()
    assert build_report(story.ledger, "2025-03").reconciled is None


def test_the_report_shows_corrections_of_cost_beside_the_totals(story: Story) -> None:
    story.paid("a", billed=False)
    story.bill("req-a", 2, "0.60")
    story.bill("", 1, "7", "tax")
    story.post()
    report = build_report(story.ledger, "2025-03")
    (corrected,) = report.cost_corrections
    assert (corrected.amount, corrected.corrections) == (Decimal("7.1"), 2)
    assert report.adjustments == ()
    assert "Cost corrected: 7.10 USD by 2 corrections, not in the costs of the rows." in list(
        notes(report)
    )


def test_a_run_that_is_not_there_is_said_so(story: Story) -> None:
    with pytest.raises(InvalidEntry) as refused:
        items_of(story.ledger, 1)
    assert refused.value.param == "run"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE recon_run SET actor = 'eve' WHERE number = 1", "not what was signed off"),
        ("UPDATE recon_item SET amount = 0 WHERE run = 1", "not what was signed off"),
        ("DELETE FROM recon_item WHERE run = 1 AND number = 1", "1 items, 0 are there"),
        ("UPDATE recon_item SET run = 9 WHERE run = 1", "run 9, which is missing"),
    ],
)
def test_verify_names_a_run_that_was_changed(story: Story, statement: str, said: str) -> None:
    twice_billed(story)
    story.post()
    story.paid("b")
    story.post()
    assert story.ledger.verify().ok
    problems = tampered(story.ledger, statement)
    assert {each.kind for each in problems} == {"reconciliation"}
    assert any(said in each.detail for each in problems)


def test_the_database_refuses_to_change_a_run(story: Story) -> None:
    twice_billed(story)
    story.post()
    for statement in (
        "UPDATE recon_run SET is_clean = 1",
        "DELETE FROM recon_run",
        "UPDATE recon_item SET amount = 0",
        "DELETE FROM recon_item",
    ):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            story.ledger.engine.begin() as connection,
        ):
            connection.execute(text(statement))
