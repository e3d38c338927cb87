"""Every class of difference, one small case each: pure, no ledger and no files."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from billing.reconciliation.books.recognition import Charge, booking_key
from billing.statement import BadLine, StatementLine
from tests.billing.reconcile.small_cases import (
    AT,
    MARCH,
    NOW,
    SHA256,
    UNIT,
    actions,
    booked_as,
    call,
    charge,
    classes,
    line,
    run,
)


def test_a_line_and_a_capture_that_agree_are_matched_and_nothing_is_left() -> None:
    found = run(charges=[charge()], lines=[line()])
    assert [(row.class_name, row.lines) for row in found.summary()] == [("matched", 1)]
    assert (found.discrepancies, found.unexplained_nanos) == ([], 0)


def test_another_amount_is_an_amount_mismatch_of_the_difference() -> None:
    found = run(charges=[charge()], lines=[line(amount_nanos=2 * UNIT + 1)])
    [discrepancy] = found.discrepancies
    assert discrepancy.class_name == "amount_mismatch"
    assert discrepancy.hold_id == "hold_1"
    assert discrepancy.proposal.startswith("adjust the cost by 0.000000001 USD")
    assert (actions(found), found.unexplained_nanos) == ([("cost", "price_variance", 1)], 1)


def test_a_capture_without_a_line_is_missing_from_the_statement() -> None:
    found = run(charges=[charge(), charge("last")], lines=[line(2, "last")])
    [discrepancy] = found.discrepancies
    assert discrepancy.class_name == "missing_from_statement"
    assert discrepancy.ledger_amount == Decimal("0.42144")
    assert actions(found) == [("cost", "not_billed", -2 * UNIT)]
    assert (found.adjusted_nanos, found.open_nanos) == (-2 * UNIT, 0)


def test_what_only_silence_shows_is_not_proposed_while_the_statement_is_not_complete() -> None:
    paid, last = [charge(), charge("last")], line(2, "last")
    cut: list[StatementLine | BadLine] = [last, BadLine(3, ("n: x",), "", "USD", 0)]
    for lines, words in (
        (cut, "1 line cannot be read"),
        ([], "the statement bills no call at all"),
    ):
        found = run(charges=paid, lines=lines)
        missing = [each for each in found.in_order() if each.request_id == "r1"]
        assert [(each.class_name, each.actions) for each in missing] == [
            ("missing_from_statement", ())
        ]
        assert words in missing[0].proposal
    early = run(
        charges=paid,
        lines=[last._replace(created_at=AT - timedelta(seconds=1))],
        now=AT + timedelta(days=4),
    )
    assert "the statement ends" in early.in_order()[0].proposal


def test_a_young_capture_without_a_line_may_still_be_billed() -> None:
    found = run(charges=[charge()], now=AT + timedelta(hours=71))
    [young] = found.pending
    assert (young.class_name, young.proposal[:4]) == ("pending", "wait")
    assert [(each.kind, each.reason) for each in young.actions] == [("carry", "timing")]
    assert (found.discrepancies, found.unexplained_nanos) == ([], 0)
    assert found.carried_nanos == 2 * UNIT


def test_a_line_without_a_capture_is_missing_from_the_ledger() -> None:
    found = run(lines=[line()])
    assert classes(found) == ["missing_from_ledger"]
    assert actions(found) == [("cost", "unallocated", 2 * UNIT)]


def test_two_differences_never_cancel_each_other() -> None:
    found = run(charges=[charge("ours")], lines=[line(request_id="theirs")])
    assert classes(found) == ["missing_from_statement", "missing_from_ledger"]
    assert (found.adjusted_nanos, found.unexplained_nanos) == (0, 4 * UNIT)


@pytest.mark.parametrize("charges", [[charge()], []])
def test_the_same_id_again_on_the_statement_is_a_duplicate_line(charges: list[Charge]) -> None:
    found = run(charges=charges, lines=[line(2), line(3), line(4)])
    again = [each for each in found.discrepancies if each.class_name == "duplicate_line"]
    assert [each.line for each in again] == [3, 4]


@pytest.mark.parametrize(
    ("state", "booking"),
    [("in_doubt", "capture"), ("open", "capture"), ("expired", "capture"), ("voided", "cost")],
)
def test_a_line_for_a_hold_that_was_not_captured_proposes_the_capture(
    state: str, booking: str | None
) -> None:
    found = run(lines=[line(n=1, amount_nanos=UNIT)], calls=[call(request_id="r1", state=state)])
    [discrepancy] = found.discrepancies
    assert (discrepancy.class_name, booked_as(discrepancy)) == ("hold_only", booking)
    told = "capture 1 of 2" if booking == "capture" else "book the cost: billed, but the hold"
    assert discrepancy.proposal.startswith(told)
    assert (found.adjusted_nanos, found.open_nanos) == (UNIT, 0)


def test_a_hold_that_a_line_has_by_id_is_no_candidate_by_fingerprint() -> None:
    held = call(request_id="r1")
    found = run(lines=[line(), line(3, request_id="")], calls=[held], in_doubt=[held])
    assert classes(found) == ["missing_from_ledger", "hold_only"]


def test_a_line_without_an_id_is_matched_by_fingerprint_and_booked_only_when_accepted() -> None:
    for accept, booking in ((False, None), (True, "capture")):
        found = run(lines=[line(request_id="")], in_doubt=[call()], accept=accept)
        [discrepancy] = found.discrepancies
        assert discrepancy.class_name == "matched_by_fingerprint"
        assert (discrepancy.hold_id, booked_as(discrepancy)) == ("hold_1", booking)


@pytest.mark.parametrize(
    ("change", "matches"),
    [
        ({"created_at": AT + timedelta(minutes=5)}, True),
        ({"created_at": AT - timedelta(minutes=5)}, True),
        ({"created_at": AT + timedelta(minutes=5, microseconds=1)}, False),
        ({"created_at": AT - timedelta(minutes=5, microseconds=1)}, False),
        ({"n": 1, "amount_nanos": UNIT}, True),
        ({"n": 3, "amount_nanos": 3 * UNIT}, False),
        ({"amount_nanos": 2 * UNIT + 1}, False),
        ({"account": "acme"}, True),
        ({"account": "beta"}, False),
        ({"endpoint": "edits"}, False),
        ({"model": "gpt-image-1"}, False),
        ({"size": "768x1024"}, False),
        ({"quality": "low"}, False),
        ({"status": "refunded"}, False),
        ({"request_id": "unknown"}, True),
    ],
)
def test_a_fingerprint_is_everything_but_the_id(change: dict[str, object], matches: bool) -> None:
    found = run(lines=[line(**{"request_id": "", **change})], in_doubt=[call()])
    assert ("matched_by_fingerprint" in classes(found)) == matches


def test_two_known_ids_that_differ_are_two_calls() -> None:
    found = run(lines=[line(request_id="theirs")], in_doubt=[call(request_id="ours")])
    assert classes(found) == ["missing_from_ledger", "hold_unbilled"]
    # Yet nothing is given back before somebody says whose call the line bills.
    assert booked_as(found.in_order()[1]) is None


def test_fingerprints_match_one_to_one_and_leave_no_line_that_could_have_matched() -> None:
    def minutes(count: int) -> datetime:
        return AT + timedelta(minutes=count)

    lines = [
        line(2, request_id="", created_at=minutes(8)),
        line(3, request_id="", created_at=minutes(4)),
        line(4, request_id="", created_at=minutes(0)),
    ]
    calls = [
        call("hold_2", occurred_at=minutes(4)),
        call("hold_1", occurred_at=minutes(0)),
    ]
    found = run(lines=lines, in_doubt=calls)
    pairs = {each.line: each.hold_id for each in found.discrepancies}
    assert pairs == {4: "hold_1", 3: "hold_2", 2: None}


def test_a_hold_of_the_same_n_is_preferred() -> None:
    calls = [call("hold_big", n=8), call("hold_same", occurred_at=AT + timedelta(minutes=1))]
    found = run(lines=[line(request_id="")], in_doubt=calls)
    assert found.discrepancies[0].hold_id == "hold_same"


@pytest.mark.parametrize(
    ("occurred_at", "now", "unbilled"),
    [
        (AT, AT + timedelta(hours=72), True),
        (AT, AT + timedelta(hours=72, microseconds=-1), False),
        # The last five minutes of a month are decided with the next month's statement.
        (MARCH.end - timedelta(minutes=5, microseconds=1), NOW, True),
        (MARCH.end - timedelta(minutes=5), NOW, False),
        (MARCH.start - timedelta(minutes=5), NOW, True),
        (MARCH.start - timedelta(minutes=5, microseconds=1), NOW, False),
    ],
)
def test_a_hold_in_doubt_without_a_line_after_the_lag_is_unbilled(
    occurred_at: datetime, now: datetime, unbilled: bool
) -> None:
    paid, billed = charge("last"), line(2, "last", created_at=MARCH.end)
    first = line(3, "first", created_at=MARCH.start + timedelta(hours=23))
    in_doubt = [call(occurred_at=occurred_at)]
    charges = [paid, charge("first")]
    found = run(charges=charges, lines=[billed, first], in_doubt=in_doubt, now=now)
    assert classes(found) == ["hold_unbilled"] * unbilled
    if unbilled:
        assert booked_as(found.discrepancies[0]) == "void"
        assert found.discrepancies[0].proposal == "void: release 0.42144 USD"


def test_a_line_whose_capture_lies_in_another_month_waits_to_be_carried() -> None:
    other = charge(occurred_at=MARCH.start - timedelta(microseconds=1))
    found = run(lines=[line()], others=[other])
    assert classes(found) == ["wrong_period"]
    assert (found.carried_nanos, found.open_nanos) == (-2 * UNIT, 0)
    assert found.unexplained_nanos == 2 * UNIT


def test_another_amount_in_another_month_leaves_the_difference_open() -> None:
    found = run(lines=[line()], others=[charge(occurred_at=MARCH.end, amount_nanos=UNIT)])
    assert classes(found) == ["wrong_period"]
    assert (found.unexplained_nanos, found.open_nanos) == (2 * UNIT, UNIT)


def test_what_a_run_of_this_month_booked_in_another_is_corrected_beside_it() -> None:
    other = charge(occurred_at=MARCH.end, amount_nanos=UNIT, key=booking_key(SHA256, 2, MARCH))
    found = run(lines=[line()], others=[other])
    assert ([each.class_name for each in found.carried], classes(found)) == (
        ["wrong_period"],
        ["amount_mismatch"],
    )
    (action,) = found.discrepancies[0].actions
    assert (action.amount_nanos, action.what, action.occurred_at) == (UNIT, "2~2", MARCH.end)
    assert (found.unexplained_nanos, found.carried_nanos, found.open_nanos) == (UNIT, -UNIT, 0)


def test_what_a_reconciliation_booked_late_is_carried_in_both_months() -> None:
    key = booking_key(SHA256, 2, MARCH)
    billed_here = run(lines=[line()], others=[charge(occurred_at=MARCH.end, key=key)])
    booked_here = run(charges=[charge(key=booking_key("f" * 64, 2, MARCH.previous))])
    for found, sign in ((billed_here, -1), (booked_here, 1)):
        assert found.discrepancies == []
        assert [each.class_name for each in found.carried] == ["wrong_period"]
        assert (found.carried_nanos, found.unexplained_nanos) == (sign * 2 * UNIT, 0)


def test_a_line_without_an_id_is_known_again_by_the_key_it_was_booked_under() -> None:
    booked = charge(None, key=booking_key(SHA256, 7, MARCH))
    found = run(charges=[booked], lines=[line(7, request_id="")])
    assert [row.class_name for row in found.summary()] == ["matched"]
    late = line(8, request_id="", created_at=AT + timedelta(minutes=6))
    assert classes(run(charges=[booked], lines=[late])) == [
        "missing_from_statement",
        "missing_from_ledger",
    ]


@pytest.mark.parametrize(("status", "effect"), [("tax", 1), ("fee", 1), ("credit", -1)])
def test_lines_that_are_no_usage_are_unexplained_until_they_are_booked(
    status: str, effect: int
) -> None:
    found = run(lines=[line(status=status)])
    assert classes(found) == ["tax_fee_credit"]
    assert actions(found) == [("cost", status, effect * 2 * UNIT)]
    assert (found.adjusted_nanos, found.unexplained_nanos) == (effect * 2 * UNIT, 2 * UNIT)


def test_an_invoice_total_is_checked_against_its_lines_wherever_it_stands() -> None:
    total = line(2, request_id="", status="total")
    right = run(charges=[charge()], lines=[total, line(3)])
    assert (right.discrepancies, right.unexplained_nanos) == ([], 0)
    assert [row.class_name for row in right.summary()] == ["matched"]
    wrong = run(charges=[charge()], lines=[total._replace(amount_nanos=UNIT), line(3)])
    assert (classes(wrong), actions(wrong)) == (["rounding"], [])
    assert (wrong.unexplained_nanos, wrong.open_nanos) == (UNIT, -UNIT)
    cent = run(charges=[charge()], lines=[total._replace(amount_nanos=2 * UNIT + 10**7), line(3)])
    assert actions(cent) == [("cost", "rounding", 10**7)]


def test_a_line_that_cannot_be_read_is_listed_and_the_run_goes_on() -> None:
    found = run(charges=[charge()], lines=[BadLine(2, ("n: x", "size: empty")), line(3)])
    [discrepancy] = found.discrepancies
    assert (discrepancy.class_name, discrepancy.line) == ("unparseable", 2)
    assert discrepancy.proposal == "mend the line: n: x; size: empty"


def test_discrepancies_stand_in_the_order_of_their_classes_then_lines() -> None:
    lines = [line(4, "c"), line(3, "b"), line(2, "a", amount_nanos=1)]
    found = run(charges=[charge("a")], lines=lines)
    assert [(each.class_name, each.line) for each in found.in_order()] == [
        ("amount_mismatch", 2),
        ("missing_from_ledger", 3),
        ("missing_from_ledger", 4),
    ]
