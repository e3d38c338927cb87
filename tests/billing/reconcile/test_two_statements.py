"""One call on the statements of two months: the second line is disputed, its cost booked once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing import Evidence
from billing.reconciliation import Reconciliation
from tests.billing.reconcile.statement_story import Story, classes

MARCH, APRIL, MAY = "2025-03", "2025-04", "2025-05"


def post(story: Story, month: str, *lines: str) -> Reconciliation:
    """Sign a month off with a file of these lines."""
    story.lines[:] = lines
    return story.post(month)


def call_of(story: Story, time: str, key: str = "a") -> str:
    """A call that is paid then; the answer is its line."""
    story.at(time)
    story.paid(key)
    return story.lines[-1]


def cost(story: Story) -> Decimal:
    """What all calls cost us, corrections and all."""
    found = story.reconcile(MARCH).proof.ledger, story.reconcile(APRIL).proof.ledger
    return sum(found, Decimal(0))


def test_a_call_of_two_statements_is_a_duplicate_of_the_second(story: Story) -> None:
    march = call_of(story, "2025-03-31T23:00")
    assert post(story, MARCH, march).is_clean
    april = call_of(story, "2025-04-10T12:00", "b")
    story.at("2025-05-20T12:00")
    story.lines[:] = [april, march]
    (second,) = story.reconcile(APRIL).discrepancies
    assert (second.class_name, second.line) == ("duplicate_line", 3)
    assert "the statement of 2025-03 (run 1, statement.csv) has it too" in second.proposal
    assert second.ledger_amount == 0
    for _time in range(2):
        found = story.post(APRIL)
        assert (found.posted, found.is_clean) == ((), True)
        assert [each.class_name for each in found.carried] == ["duplicate_line"]
        assert "in dispute: billed twice: the statement of 2025-03" in found.carried[0].proposal
    third = story.reconcile(APRIL)
    assert (third.is_clean, third.proof.carried, cost(story)) == (True, Decimal("-0.5"), Decimal(1))
    assert post(story, MARCH, march).is_clean


def test_a_credit_note_of_a_later_month_ends_the_dispute(story: Story) -> None:
    march = call_of(story, "2025-03-31T23:00")
    post(story, MARCH, march)
    post(story, APRIL, call_of(story, "2025-04-10T12:00", "b"), march)
    may = call_of(story, "2025-05-10T12:00", "c")
    found = post(story, MAY, may, f"{march.replace(',2025-03-31', ',2025-05-12')}refunded")
    assert (found.is_clean, found.posted, len(found.resolved)) == (True, (), 1)


def test_a_call_that_its_own_month_had_no_line_for_is_billed_late_and_no_duplicate(
    story: Story,
) -> None:
    march = call_of(story, "2025-03-31T23:00")
    other = call_of(story, "2025-03-31T12:00", "other")
    assert [each.class_name for each in post(story, MARCH, other).pending] == ["pending"]
    april = call_of(story, "2025-04-10T12:00", "b")
    found = post(story, APRIL, april, march)
    assert ([each.class_name for each in found.carried], len(found.resolved)) == (
        ["wrong_period"],
        1,
    )
    may = call_of(story, "2025-05-10T12:00", "c")
    again = post(story, MAY, may, march)
    assert [each.class_name for each in again.carried] == ["duplicate_line"]
    assert "the statement of 2025-04 (run 2" in again.carried[0].proposal
    assert again.posted == ()


def test_a_call_that_was_recorded_after_the_run_is_no_duplicate(story: Story) -> None:
    post(story, MARCH, call_of(story, "2025-03-31T12:00", "other"))
    story.at("2025-03-31T23:00")
    held = story.hold("late")
    april = call_of(story, "2025-04-10T12:00", "b")
    evidence = Evidence(request_id="req-late")
    story.ledger.capture(
        held.id, images=2, key="late/c", evidence=evidence, occurred_at=held.occurred_at
    )
    late = april.replace("req-b", "req-late")
    assert [each.class_name for each in post(story, APRIL, april, late).carried] == ["wrong_period"]


def test_a_file_of_two_months_is_no_second_statement_of_itself(story: Story) -> None:
    march = call_of(story, "2025-03-10T12:00")
    april = call_of(story, "2025-04-10T12:00", "b")
    for month in (MARCH, APRIL, MARCH, APRIL):
        found = post(story, month, march, april)
        told = [each.class_name for each in found.carried if each.line]
        assert (told, found.is_clean, found.posted) == (["wrong_period"], True, ())


def test_files_that_overlap_are_said_to_be_a_reason(story: Story) -> None:
    march = call_of(story, "2025-03-10T12:00")
    post(story, MARCH, march)
    april = call_of(story, "2025-04-10T12:00", "b")
    (twice,) = post(story, APRIL, march, april).carried
    assert (twice.class_name, twice.proposal.endswith("unless the files overlap")) == (
        "duplicate_line",
        True,
    )


def test_a_call_of_the_month_that_the_month_before_billed_is_the_second_one(story: Story) -> None:
    line = call_of(story, "2025-04-01T00:01")
    assert post(story, MARCH, line, line.replace("req-a", "x").replace("04-01", "03-01")).posted
    again = call_of(story, "2025-04-10T12:00", "b")
    found = post(story, APRIL, line, again)
    assert [(each.class_name, each.line) for each in found.carried] == [
        ("duplicate_line", 2),
        ("wrong_period", None),
    ]
    assert "the statement of 2025-03 (run 1) has it too" in found.carried[0].proposal
    assert (found.posted, [each.month.month for each in found.resolved]) == ((), [3])
    for _time in range(2):
        again_found = post(story, APRIL, line, again)
        assert (again_found.is_clean, again_found.posted) == (True, ())


def test_a_hold_captured_from_one_statement_is_a_duplicate_on_another(story: Story) -> None:
    story.at("2025-03-31T23:58")
    held = story.doubted("a", request_id="req-a")
    story.bill("req-a")
    line = story.lines.pop()
    april = call_of(story, "2025-04-10T12:00", "b")
    story.at("2025-05-20T12:00")
    assert [each.kind for each in post(story, APRIL, april, line).posted] == ["capture"]
    for _time in range(2):
        found = post(story, MARCH, line, line.replace("req-a", "x"))
        assert [each.class_name for each in found.carried] == ["duplicate_line", "wrong_period"]
    assert (found.posted, story.ledger.hold_by_id(held.id).state) == ((), "captured")


def test_what_was_taken_off_and_billed_late_is_not_booked_a_third_time(story: Story) -> None:
    march = call_of(story, "2025-03-10T12:00")
    other = call_of(story, "2025-03-10T12:00", "other")
    april = call_of(story, "2025-04-10T12:00", "b")
    assert [each.reason for each in post(story, MARCH, other).posted] == ["not_billed"]
    assert [each.reason for each in post(story, APRIL, april, march).posted] == ["billed_late"]
    for _time in range(2):
        found = post(story, MARCH, march, other)
        assert (found.posted, found.is_clean) == ((), True)
        assert [each.class_name for each in found.carried] == ["duplicate_line"]
    assert classes(story.reconcile(MARCH)) == []


def test_a_strangers_line_that_comes_again_is_booked_once(story: Story) -> None:
    march = call_of(story, "2025-03-10T12:00")
    stranger = march.replace("req-a", "stranger")
    assert [each.reason for each in post(story, MARCH, march, stranger).posted] == ["unallocated"]
    april = call_of(story, "2025-04-10T12:00", "b")
    for _time in range(2):
        found = post(story, APRIL, april, stranger)
        assert (found.posted, found.is_clean) == ((), True)
        assert [each.class_name for each in found.carried] == ["duplicate_line"]


@pytest.mark.parametrize("status", ["", "refunded"])
@pytest.mark.parametrize(("first", "second"), [(MARCH, APRIL), (APRIL, MARCH)])
def test_a_strangers_line_of_two_statements_is_said_by_the_second_run_whichever_month_it_is_of(
    story: Story, first: str, second: str, status: str
) -> None:
    lines = {month: call_of(story, f"{month}-10T12:00", month) for month in (MARCH, APRIL)}
    story.at(f"{second}-12T12:00")
    story.bill("stranger", status=status)
    stranger = story.lines[-1]
    story.at("2025-06-10T12:00")
    (left,) = post(story, first, lines[first], stranger).discrepancies
    assert (left.class_name, left.actions) == ("wrong_period", ())
    for posted in (["unallocated"], []):
        found = post(story, second, lines[second], stranger)
        assert ([each.reason for each in found.posted], found.is_clean) == (posted, True)
        (twice,) = found.carried
        assert (twice.class_name, twice.line) == ("duplicate_line", 3)
        assert twice.difference == 0
        assert f"the statement of {first} (run 1, statement.csv) has it too" in twice.proposal
    again = post(story, first, lines[first], stranger)
    assert [each.class_name for each in again.carried] == ["duplicate_line"]
    assert f"the statement of {second}" in again.carried[0].proposal
    told = post(story, second, lines[second], stranger)
    assert [each for each in told.carried if each.line] == []
    assert (told.is_clean, told.posted) == (True, ())


def test_a_call_that_was_taken_off_and_is_billed_late_stays_booked_once(story: Story) -> None:
    march = call_of(story, "2025-03-10T12:00")
    other = call_of(story, "2025-03-10T12:00", "other")
    april = call_of(story, "2025-04-10T12:00", "b")
    assert [each.reason for each in post(story, MARCH, other).posted] == ["not_billed"]
    assert [each.reason for each in post(story, APRIL, april, march).posted] == ["billed_late"]
    for _time in range(2):
        again = post(story, APRIL, april, march)
        assert (again.posted, again.carried, again.is_clean) == ((), (), True)
    revised = post(story, APRIL, march, april)
    assert (revised.posted, revised.is_clean, cost(story)) == ((), True, Decimal("1.5"))
