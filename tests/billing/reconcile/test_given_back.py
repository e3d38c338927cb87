"""What a statement gives back: of a hold that it captures, and of another month's call; once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.reconciliation import Reconciliation
from tests.billing.reconcile.small_cases import UNIT, actions, call, charge, classes, line, run
from tests.billing.reconcile.statement_story import Story

MARCH, APRIL = "2025-03", "2025-04"
#: Refunds made by hand in March, what April's statement gives back, and which of it is a credit.
BY_HAND = [
    ([], ["0.25", "0.25"], ["0.25", "0.25"]),
    (["0.25"], ["0.25"], []),
    (["0.25"], ["0.25", "0.25"], ["0.25"]),
    (["0.25", "0.25"], ["0.25"], []),
    (["0.25"], ["0.5"], ["0.5"]),
    (["0.25"], ["0.5", "0.25"], ["0.5"]),
    (["0.25", "0.5"], ["0.5", "0.25"], []),
    (["0.5"], ["0.25", "0.25"], ["0.25", "0.25"]),
]


def back(story: Story, request_id: str, amount: str) -> None:
    story.bill(request_id, int(Decimal(amount) * 4), amount, "refunded")


def costs(found: Reconciliation) -> list[str]:
    """What a run booked beside captures."""
    assert {each.reason for each in found.posted if each.kind == "cost"} <= {"credit"}
    return [str(-each.cost) for each in found.posted if each.kind == "cost" and each.cost]


def is_settled(story: Story, month: str) -> bool:
    """Whether two more runs find nothing to decide and book nothing."""
    more = [story.post(month) for _time in range(2)]
    return all((each.is_clean, each.posted) == (True, ()) for each in more)


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize(
    ("parts", "given", "disputed"),
    [
        (["0.25", "0.25"], ["0.25", "0.25"], []),
        (["0.75"], [], ["-0.75"]),
        (["0.5", "0.5"], ["0.5"], ["-0.5"]),
        (["0.25", "0.5"], ["0.25"], ["-0.5"]),
    ],
)
def test_a_hold_is_given_back_what_it_was_billed_and_the_rest_is_disputed_at_once(
    story: Story, parts: list[str], given: list[str], disputed: list[str], *, is_reversed: bool
) -> None:
    story.doubted("h", request_id="req-h")
    story.bill("req-h")
    for part in parts:
        story.hands[0] = story.hands[0].replace(minute=story.hands[0].minute + 1)
        back(story, "req-h", part)
    if is_reversed:
        story.lines.reverse()
    story.later(days=10)
    found = story.post()
    assert (found.is_clean, sorted(costs(found))) == (True, given)
    assert {each.account for each in found.posted} == {"acme"}
    carried = [(each.class_name, str(each.statement_amount)) for each in found.carried]
    assert carried == [("duplicate_line", each) for each in disputed]
    assert is_settled(story, MARCH)


@pytest.mark.parametrize(("by_hand", "parts", "given"), BY_HAND)
@pytest.mark.parametrize("is_march_first", [False, True])
def test_another_months_call_is_given_back_whatever_was_refunded_by_hand(
    story: Story, by_hand: list[str], parts: list[str], given: list[str], *, is_march_first: bool
) -> None:
    held = story.paid("m", 4)
    paid = story.ledger.hold_by_id(held.id).ending
    assert paid is not None
    for turn, amount in enumerate(by_hand):
        story.ledger.refund(paid.id, amount, key=f"back-{turn}", reason="blurred")
    march = list(story.lines)
    story.at("2025-04-10T12:00")
    if is_march_first:
        assert story.post(MARCH).is_clean
        given = parts  # what no line of March gave back was taken off there
    story.paid("april")
    for part in parts:
        back(story, "req-m", part)
    del story.lines[0]
    found = story.post(APRIL)
    assert (found.is_clean, costs(found)) == (True, given)
    assert {each.account for each in found.posted} <= {"acme"}
    assert is_settled(story, APRIL)
    april, story.lines[:] = list(story.lines), march
    assert story.post(MARCH).is_clean
    assert is_settled(story, MARCH)
    story.lines[:] = april
    assert is_settled(story, APRIL)
    billed = Decimal("1.50") - sum(map(Decimal, parts))
    assert story.reconcile(APRIL).proof.ledger + story.reconcile(MARCH).proof.ledger == billed


def test_what_an_earlier_month_gave_back_counts_against_the_charge(story: Story) -> None:
    story.paid("m", 4)
    back(story, "req-m", "0.75")
    assert costs(story.post(MARCH)) == ["0.75"]
    story.at("2025-04-10T12:00")
    story.paid("april")
    del story.lines[:2]
    back(story, "req-m", "0.25")
    back(story, "req-m", "0.25")
    found = story.post(APRIL)
    assert (costs(found), found.is_clean) == (["0.25"], True)
    assert [(each.class_name, each.line) for each in found.carried] == [("duplicate_line", 4)]
    assert is_settled(story, APRIL)


@pytest.mark.parametrize("request_id", ["req-m", "stranger"])
def test_a_refund_on_the_statements_of_two_months_is_booked_once(
    story: Story, request_id: str
) -> None:
    story.paid("m", 4)
    back(story, request_id, "0.25")
    refund = story.lines[-1]
    assert [str(each.cost) for each in story.post(MARCH).posted] == ["-0.25"]
    story.at("2025-04-10T12:00")
    story.paid("april")
    story.lines[:] = [story.lines[-1], refund]
    found = story.post(APRIL)
    assert (found.posted, found.is_clean) == ((), True)
    assert [each.class_name for each in found.carried] == ["duplicate_line"]
    assert "the statement of 2025-03 has it too" in found.carried[0].proposal
    assert is_settled(story, APRIL)


def test_refunds_that_echo_our_key_go_beyond_the_charge_no_more_than_others() -> None:
    lines = [line(2, "", key="job")]
    lines += [line(number, "", key="job", status="refunded") for number in (3, 4)]
    own = charge(None)
    found = run(charges=[own], lines=lines, holders=[("job", own.transfer_id)])
    assert classes(found) == ["missing_from_ledger", "duplicate_line"]
    assert actions(found) == [("cost", "credit", -2 * UNIT), ("carry", "dispute", 2 * UNIT)]
    held = call()
    found = run(calls=[held], lines=lines, holders=[("job", held.hold_id)])
    assert classes(found) == ["missing_from_ledger", "duplicate_line", "hold_only"]
