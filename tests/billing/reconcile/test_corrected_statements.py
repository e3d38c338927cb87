"""What earlier files booked: known by line or id, and unexplained when a file takes it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.reconciliation.books.recognition import booking_key
from billing.statement import StatementLine
from tests.billing.reconcile.small_cases import (
    AT,
    MARCH,
    SHA256,
    UNIT,
    charge,
    classes,
    line,
    run,
)
from tests.billing.reconcile.statement_story import Story
from tests.billing.reconcile.statement_story import classes as classes_of

OTHER_FILE = "f" * 64


def test_a_charge_that_a_corrected_statement_drops_is_missing_from_it(story: Story) -> None:
    story.doubted("a", request_id="req-a")
    story.bill("req-a")
    assert story.post().is_clean
    story.lines.clear()
    corrected = story.reconcile()
    assert classes_of(corrected) == ["missing_from_statement"]
    assert corrected.carried == ()
    assert corrected.unexplained == Decimal("0.5")
    assert "an earlier file of this month billed it" in corrected.discrepancies[0].proposal


def test_only_the_month_of_the_statement_it_was_booked_from_settles_a_charge() -> None:
    for month, settled in ((MARCH.previous, True), (MARCH.next, True), (MARCH, False)):
        found = run(charges=[charge(key=booking_key(OTHER_FILE, 2, month))])
        assert (found.discrepancies == []) == settled
        assert (found.unexplained_nanos == 0) == settled
        assert [row.class_name for row in found.summary() if row.lines] == [
            "wrong_period" if settled else "missing_from_statement"
        ]


def test_a_key_that_somebody_chose_like_ours_settles_nothing() -> None:
    for key in ("recon/", "recon/by-hand", "recon/a/b/2025-02", "recon/a/2"):
        assert classes(run(charges=[charge(key=key)])) == ["missing_from_statement"]


def test_a_line_that_another_months_statement_billed_already_is_not_settled() -> None:
    other = charge(occurred_at=MARCH.end, key=booking_key(OTHER_FILE, 2, MARCH.next))
    found = run(lines=[line()], others=[other])
    assert classes(found) == ["wrong_period"]
    assert found.discrepancies[0].proposal.endswith("on the statement of 2025-04 already")


@pytest.mark.parametrize("request_id", ["req-a", None])
def test_a_line_without_an_id_is_known_again_though_its_hold_has_one(
    request_id: str | None, story: Story
) -> None:
    story.doubted("a", request_id=request_id)
    story.bill("")
    assert story.post(accept_fingerprints=True).is_clean
    again = story.post(accept_fingerprints=True)
    assert (again.is_clean, again.posted) == (True, ())
    assert [row.class_name for row in again.summary if row.lines] == ["matched"]


def test_the_line_that_a_charge_was_booked_from_comes_before_the_one_with_its_id() -> None:
    booked = charge("r1", key=booking_key(SHA256, 2, MARCH))
    found = run(charges=[booked], lines=[line(2, ""), line(3, "r1")])
    assert [(each.class_name, each.line) for each in found.in_order()] == [("duplicate_line", 3)]


def test_a_charge_of_another_month_is_known_by_its_line_though_it_has_an_id() -> None:
    key = booking_key(SHA256, 2, MARCH)
    other = charge("r1", occurred_at=MARCH.end, key=key)
    found = run(lines=[line(2, "", created_at=MARCH.end)], others=[other])
    assert found.discrepancies == []
    assert [each.class_name for each in found.carried] == ["wrong_period"]


def test_a_statement_that_is_issued_again_with_more_lines_bills_what_it_billed(
    story: Story,
) -> None:
    story.doubted("a")
    story.bill("")
    assert story.post(accept_fingerprints=True).is_clean
    story.later(hours=1)
    assert story.reconcile().is_clean


@pytest.mark.parametrize(
    "lines",
    [
        [line(2, "", amount_nanos=UNIT)],
        [line(2, "", account="beta")],
        [line(2, "", created_at=AT + timedelta(minutes=6))],
        [line(2, "", status="refunded")],
    ],
)
def test_a_line_that_says_something_else_is_not_the_same_line_issued_again(
    lines: list[StatementLine],
) -> None:
    booked = charge(None, key=booking_key(OTHER_FILE, 2, MARCH))
    found = run(charges=[booked], lines=lines)
    assert classes(found) == ["missing_from_statement", "missing_from_ledger"]


@pytest.mark.parametrize("by", ["operator", "fingerprint"])
def test_a_refund_is_matched_by_the_id_in_the_evidence_of_what_it_gives_back(
    by: str, story: Story
) -> None:
    held = story.doubted("a", request_id="req-a")
    if by == "operator":
        story.bill("req-a")
        paid = story.ledger.capture(held.id, images=2, key="by-hand", reason="seen", actor="ops").id
    else:
        story.bill("")
        [posted] = story.post(accept_fingerprints=True).posted
        paid = posted.transfer_id
    story.ledger.refund(paid, "0.5", key="refund", reason="blurred")
    story.bill("req-a", status="refunded")
    assert story.reconcile().is_clean


def test_a_refund_in_another_month_is_found_by_the_same_id(story: Story) -> None:
    held = story.doubted("a", request_id="req-a")
    paid = story.ledger.capture(held.id, images=2, key="by-hand", reason="seen", actor="ops")
    story.bill("req-a")
    story.bill("req-a", status="refunded")
    story.hands[0] += timedelta(days=40)
    story.ledger.refund(paid.id, "0.5", key="refund", reason="blurred")
    assert classes_of(story.reconcile()) == ["wrong_period"]
