"""Calls that a provider gives back in parts: whatever the order of the file, on either road."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from billing import Ledger
from billing.reconciliation.lines.line_level import match_carefully, match_lines
from pricing import PriceBook
from tests.billing.reconcile.roads import found_by, in_parts
from tests.billing.reconcile.small_cases import UNIT, actions, charge, line, run
from tests.billing.reconcile.statement_story import BOOK, Story

#: Of one call: images that we charged for and refunded, then those that lines bill and give back.
CALLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.booleans(),
        st.integers(0, 2),
        st.lists(st.integers(1, 3), max_size=3),
    ),
    min_size=1,
    max_size=4,
)


def test_a_refund_is_the_same_credit_before_its_charge_line_and_after_it(story: Story) -> None:
    for turn, order in enumerate(itertools.permutations(range(3))):
        story.paid(f"call-{turn}", 4, billed=False)
        parts = [(4, "1.00", ""), (1, "0.25", "refunded"), (2, "0.50", "refunded")]
        for place in order:
            story.bill(f"req-call-{turn}", *parts[place])
    found = story.post()
    assert {(each.kind, each.reason) for each in found.posted} == {("cost", "credit")}
    assert (len(found.posted), found.is_clean, found.carried) == (12, True, ())
    again = story.post()
    assert (again.posted, again.is_clean) == ((), True)


def test_a_newer_revision_adds_the_refund_that_the_older_had_not(story: Story) -> None:
    story.paid("call", 4)
    story.bill("req-call", 1, "0.25", "refunded")
    story.post()
    story.lines.reverse()
    story.bill("req-call", 1, "0.25", "refunded")
    found = story.post()
    assert [str(each.cost) for each in found.posted] == ["-0.25"]
    assert found.is_clean


def test_a_refunded_line_is_matched_with_a_refund_and_not_with_the_charge() -> None:
    refund = charge(amount_nanos=-2 * UNIT, kind="refund")
    lines = [line(2), line(3, status="refunded")]
    assert run(charges=[charge(), refund], lines=lines).discrepancies == []
    half = charge(amount_nanos=-UNIT, kind="refund")
    assert run(charges=[charge(), half, half], lines=lines).discrepancies == []
    [discrepancy] = run(charges=[charge()], lines=lines).discrepancies
    assert discrepancy.class_name == "missing_from_ledger"
    assert discrepancy.statement_amount == Decimal("-0.42144")
    assert discrepancy.proposal == "book it: the provider gives back a call's cost"


def test_what_goes_beyond_the_charge_is_given_back_twice() -> None:
    refunds = [line(number, status="refunded") for number in (3, 4)]
    for lines in itertools.permutations([line(2), *refunds]):
        found = run(charges=[charge()], lines=lines)
        assert actions(found) == [("cost", "credit", -2 * UNIT), ("carry", "dispute", 2 * UNIT)]


def test_what_a_customer_got_back_of_a_call_without_a_cost_waits_for_the_provider(
    story: Story,
) -> None:
    paid = story.paid("call")
    captured = story.ledger.hold_by_id(paid.id).ending
    assert captured is not None
    refund = story.ledger.refund(captured.id, "0.25", key="back", reason="blurred")

    [young] = story.reconcile().pending
    assert young.proposal == f"wait: what {refund.id} gave back may still be given back to us"
    story.later(days=4)
    [old] = story.reconcile().discrepancies
    back = f"put 0.25 USD back on the cost: no line gives back what {refund.id} did"
    assert old.proposal == back
    assert story.post().is_clean
    assert (story.post().posted, story.reconcile().is_clean) == ((), True)


def test_each_part_is_matched_with_the_refund_of_its_amount() -> None:
    back = [charge(amount_nanos=-amount, kind="refund") for amount in (3, 1)]
    parts = [
        line(number, amount_nanos=amount, status="refunded")
        for number, amount in ((3, 1), (4, 2), (5, 3))
    ]
    for lines in itertools.permutations([line(2), *parts]):
        [credit] = run(charges=[charge(), *back], lines=lines).discrepancies
        assert (credit.class_name, credit.line) == ("missing_from_ledger", 4)


@settings(max_examples=15, deadline=None)
@given(calls=CALLS, shuffle=st.randoms(use_true_random=False))
def test_every_road_finds_the_same_of_refunds(
    calls: list[tuple[int, bool, int, list[int]]], shuffle: Random
) -> None:
    hands = [line().created_at]
    with TemporaryDirectory() as folder, Ledger.open("sqlite://", clock=lambda: hands[0]) as ledger:
        ledger.open_account("acme", currency="USD")
        ledger.top_up("acme", "100", key="top-up")
        story = Story(ledger, PriceBook.loads(BOOK), hands, Path(folder, "statement.csv"))
        for number, call in enumerate(calls):
            add_call(story, number, *call)
        shuffle.shuffle(story.lines)
        careful = found_by(story, match_carefully)
        assert found_by(story, match_lines) == careful
        assert found_by(story, in_parts) == careful


def add_call(
    story: Story, number: int, ours: int, has_refund: bool, n: int, back: list[int]
) -> None:
    if ours:
        paid = story.paid(f"call-{number}", ours, billed=False)
        captured = story.ledger.hold_by_id(paid.id).ending
        assert captured is not None
        if has_refund:
            story.ledger.refund(captured.id, "0.25", key=f"{number}/refund", reason="blurred")
    if n:
        story.bill(f"req-call-{number}", n)
    for images in back:
        story.bill(f"req-call-{number}", images, status="refunded")
