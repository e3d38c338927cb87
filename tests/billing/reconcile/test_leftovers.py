"""Files of another month, ids that are billed at two amounts, and holds of the last minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import StatementError
from billing.formats.reconciliation_json import reconciliation_object
from billing.formats.reconciliation_text import reconciliation_text
from billing.reconciliation import list_runs
from billing.reconciliation.books.recognition import booking_key
from tests.billing.reconcile.small_cases import MARCH, UNIT, charge, classes, line, run
from tests.billing.reconcile.statement_story import Story


@pytest.mark.parametrize("count", [1, 12])
def test_a_file_without_a_line_of_the_month_is_classed_and_said_to_be_another_months(
    story: Story, count: int
) -> None:
    for number in range(count):
        story.paid(f"call-{number}")
    story.bill("stranger")
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.paid("april", billed=False)
    held = story.doubted("held")
    story.hands[0] = datetime(2025, 6, 10, tzinfo=UTC)
    found = story.reconcile("2025-04")
    lines = [each for each in found.discrepancies if each.line]
    assert [each.class_name for each in lines] == ["wrong_period"] * (count + 1)
    assert "reconcile it with 2025-03" in lines[-1].proposal
    ours = [each for each in found.discrepancies if not each.line]
    assert [each.class_name for each in ours] == ["missing_from_statement", "hold_unbilled"]
    assert {each.actions for each in ours} == {()}
    assert all("no line of the statement is of 2025-04" in each.proposal for each in ours)
    told = "no line is of 2025-04, the first is of 2025-03: is it another month's statement?"
    assert (found.other_month, found.is_clean) == (told, False)
    assert f"Warning: {told}" in reconciliation_text(found)
    assert reconciliation_object(found)["statement"]["other_month"] == told  # type: ignore[index]
    with pytest.raises(StatementError, match="nothing was booked: no line is of 2025-04"):
        story.post("2025-04")
    assert (list_runs(story.ledger), story.ledger.hold_by_id(held.id).state) == ([], "in_doubt")


def test_lines_before_and_after_a_month_say_nothing_of_its_calls(story: Story) -> None:
    story.paid("march")
    story.hands[0] = datetime(2025, 4, 10, tzinfo=UTC)
    story.paid("april", billed=False)
    story.hands[0] = datetime(2025, 5, 10, tzinfo=UTC)
    story.paid("may")
    story.hands[0] = datetime(2025, 8, 10, tzinfo=UTC)
    found = story.reconcile("2025-04")
    (april,) = [each for each in found.discrepancies if not each.line]
    assert (april.class_name, april.actions) == ("missing_from_statement", ())


def test_a_file_of_another_months_taxes_alone_is_not_clean(story: Story) -> None:
    story.bill("", 1, "1.15", "tax")
    found = story.reconcile("2025-04")
    assert (found.discrepancies, found.is_clean) == ((), False)
    assert found.other_month == "no line is of 2025-04: is it another month's statement?"


def test_nothing_is_booked_from_a_file_without_a_line_of_the_month(story: Story) -> None:
    story.paid("a")
    story.hands[0] += timedelta(hours=1)
    story.bill("", 1, "1.15", "tax")
    story.lines.append("broken")
    found = story.reconcile("2025-02")
    assert (found.statement.outside, found.statement.lines) == (2, 3)
    assert [each.class_name for each in found.carried] == ["wrong_period"]
    assert "none: it belongs to 2025-03" in found.carried[0].proposal
    assert "Warning: no line is of 2025-02, the first is of 2025-03" in reconciliation_text(found)
    with pytest.raises(StatementError, match="nothing was booked: no line is of 2025-02"):
        story.post("2025-02")
    assert list_runs(story.ledger) == []
    story.lines.pop()
    posted = story.post()
    assert (posted.is_clean, posted.statement.outside) == (True, 0)
    assert "Warning" not in reconciliation_text(posted)


def test_a_tax_after_the_months_usage_is_the_months(story: Story) -> None:
    story.paid("a")
    story.hands[0] = datetime(2025, 4, 1, 9, tzinfo=UTC)
    story.bill("", 1, "1.15", "tax")
    found = story.post()
    assert [(each.class_name, each.reason) for each in found.posted] == [("tax_fee_credit", "tax")]
    # By less than a day: time zones alone may explain that.
    assert (found.is_clean, found.statement.outside) == (True, 0)


@pytest.mark.parametrize("other", [UNIT, 3 * UNIT])
def test_of_two_lines_with_an_id_the_one_that_the_ledger_has_stands(other: int) -> None:
    lines = [line(2, amount_nanos=other), line(3, amount_nanos=2 * UNIT)]
    found = run(charges=[charge()], lines=lines)
    assert (classes(found), found.count("matched")) == (["duplicate_line"], 1)
    (twice,) = found.discrepancies
    assert (twice.line, twice.statement_amount) == (2, Decimal(other).scaleb(-9))


def test_of_two_lines_that_both_differ_the_first_stands() -> None:
    lines = [line(2, amount_nanos=UNIT), line(3, amount_nanos=3 * UNIT)]
    found = run(charges=[charge()], lines=lines)
    assert classes(found) == ["amount_mismatch", "duplicate_line"]


def test_a_hold_of_the_last_minutes_is_said_and_left_to_the_next_month(story: Story) -> None:
    story.paid("early")
    story.hands[0] = datetime(2025, 3, 31, 23, 57, tzinfo=UTC)
    held = story.doubted("late")
    story.hands[0] += timedelta(days=20)
    found = story.reconcile()
    (pending,) = found.pending
    assert (pending.hold_id, found.is_clean) == (held.id, True)
    assert "the next month decides" in pending.proposal


def test_a_key_that_stands_for_something_else_stops_nothing(story: Story) -> None:
    story.paid("more", billed=False)
    story.bill("req-more", 2, "0.60")
    story.bill("stranger", 1, "0.25")
    found = story.reconcile()
    key = booking_key(found.statement.sha256, 2, MARCH)
    story.ledger.top_up("acme", "1", key=key)
    posted = story.post()
    assert [each.reason for each in posted.posted] == ["unallocated"]
    assert [each.class_name for each in posted.discrepancies] == ["amount_mismatch"]
    assert story.ledger.verify().ok
