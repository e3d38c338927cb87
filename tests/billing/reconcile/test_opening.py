"""Items that signed-off runs carried: decisions of this month, and openings of others."""

from __future__ import annotations

import pytest

from billing.period import Month
from billing.reconciliation.actions import CarriedItem, Reason
from billing.reconciliation.classes import ClassName
from billing.reconciliation.findings import Findings
from tests.billing.reconcile.small_cases import MARCH, UNIT, charge, classes, line, run

AMOUNT = 2 * UNIT


def item(
    class_name: ClassName, reason: Reason, amount: int, month: Month = MARCH, rid: str = "r1"
) -> CarriedItem:
    return CarriedItem(
        month=month,
        class_name=class_name,
        reason=reason,
        amount_nanos=amount,
        request_id=rid,
    )


def parts(found: Findings) -> tuple[int, int, int]:
    return found.opening_nanos, found.carried_nanos, found.unexplained_nanos


def test_a_dispute_that_was_signed_off_is_not_asked_again_and_counts_once() -> None:
    decided = item("duplicate_line", "dispute", -AMOUNT)
    lines = [line(2), line(3), line(4)]
    found = run(charges=[charge()], lines=lines, opening=[decided])
    assert classes(found) == ["duplicate_line"]
    assert [each.class_name for each in found.carried] == ["duplicate_line"]


@pytest.mark.parametrize("status", ["credit", "refunded"])
def test_a_dispute_is_made_up_for_by_what_a_later_statement_gives_back(status: str) -> None:
    disputed = item("duplicate_line", "dispute", -AMOUNT, MARCH.previous)
    found = run(lines=[line(status=status)], opening=[disputed])
    assert (classes(found), found.resolved) == ([], [disputed])
    assert parts(found) == (-AMOUNT, 0, 0)


def test_a_call_that_was_too_young_is_made_up_for_by_its_line_a_month_later() -> None:
    young = item("pending", "timing", AMOUNT, MARCH.previous)
    late = [charge(occurred_at=MARCH.previous.start)]
    for others in (late, []):
        found = run(lines=[line()], others=others, opening=[young])
        assert (classes(found), found.resolved) == ([], [young])
        assert parts(found) == (AMOUNT, 0, 0)


def test_a_charge_that_another_months_statement_billed_is_no_missing_line() -> None:
    for month in (MARCH.previous, MARCH.next):
        billed = item("wrong_period", "timing", -AMOUNT, month)
        found = run(charges=[charge()], opening=[billed])
        assert (classes(found), found.resolved) == ([], [billed])


def test_another_amount_makes_up_for_nothing() -> None:
    young = item("pending", "timing", AMOUNT + 1, MARCH.previous)
    found = run(lines=[line()], opening=[young])
    assert (classes(found), found.resolved) == (["missing_from_ledger"], [])


def test_what_nothing_makes_up_for_is_carried_on_from_earlier_months_alone() -> None:
    for month, carried in ((MARCH.previous, AMOUNT), (MARCH.next, 0)):
        found = run(opening=[item("pending", "timing", AMOUNT, month)])
        assert (classes(found), parts(found)) == ([], (carried, carried, 0))


def test_a_note_without_an_amount_ends_with_its_month() -> None:
    noted = item("quantity_mismatch", "quantity", 0, MARCH.previous)
    found = run(opening=[noted])
    assert (classes(found), found.carried, parts(found)) == ([], [], (0, 0, 0))
