"""Lines that no call of the month is known for: what explains them, and what is said; pure."""

from __future__ import annotations

import pytest

from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.books.recognition import booking_key
from billing.reconciliation.classes import ClassName
from billing.statement import StatementLine
from tests.billing.reconcile.small_cases import (
    MARCH,
    SHA256,
    UNIT,
    actions,
    call,
    charge,
    classes,
    line,
    matching_of,
    run,
)

PRICE = 2 * UNIT
BACK = line(3, status="refunded")


def decided(
    class_name: ClassName, amount_nanos: int = 0, *, of_before: bool = False
) -> CarriedItem:
    """What a run of this month, or of the one before, said about the call."""
    return CarriedItem(
        month=MARCH.previous if of_before else MARCH,
        class_name=class_name,
        reason="timing",
        amount_nanos=amount_nanos,
        request_id="r1",
    )


def test_lines_are_found_by_the_key_they_echo_the_first_of_each_kind() -> None:
    stray = matching_of().stray
    for each in (
        line(2, "a"),
        line(3, "b", key="job-1"),
        line(4, "c", key="job-1"),
        line(5, "d", key="job-1", status="refunded"),
        line(6, "e", key="job-2"),
    ):
        assert stray.add(each)
    assert {key: found.line for key, found in stray.keys().items()} == {"job-1": 3, "job-2": 6}
    assert {key: found.line for key, found in stray.refund_keys().items()} == {"job-1": 5}


def test_an_id_is_charged_once_and_given_back_as_often_as_it_is() -> None:
    stray = matching_of().stray
    added = [line(2), line(3), BACK._replace(line=4), BACK._replace(line=5), line(2)]
    assert [stray.add(each) for each in added] == [True, False, True, True, True]
    assert [each.line for each in stray.in_time()] == [2, 4, 5]
    assert stray.request_ids() == ["r1"] * 3


def test_lines_without_an_id_are_all_taken_and_known_to_lack_one() -> None:
    for ids, is_missing in ((["r1"], False), (["r1", "", ""], True)):
        stray = matching_of().stray
        assert all(stray.add(line(number, each)) for number, each in enumerate(ids, start=2))
        assert stray.is_missing_ids == is_missing
        assert stray.request_ids() == ["r1"]


@pytest.mark.parametrize(
    ("lines", "expected", "proposed", "words"),
    [
        ([line()], ["hold_only"], [("capture", "late_capture", 0)], "capture 2 of 2"),
        (
            [line(), BACK],
            ["missing_from_ledger", "hold_only"],
            [("cost", "credit", -PRICE), ("capture", "late_capture", 0)],
            "book it: the provider gives back a call's cost",
        ),
        ([BACK], ["hold_only"], [], "find out: hold_1 is given back, and no line bills it"),
    ],
)
def test_what_is_given_back_to_a_hold_is_a_credit_only_when_a_line_bills_it(
    lines: list[StatementLine],
    expected: list[str],
    proposed: list[tuple[str, str, int]],
    words: str,
) -> None:
    by_id = {"calls": [call(request_id="r1")], "lines": lines}
    echoed = [each._replace(request_id="", key="job-1") for each in lines]
    by_key = {"calls": [call()], "lines": echoed, "holders": [("job-1", "hold_1")]}
    for facts in (by_id, by_key):
        found = run(**facts)  # type: ignore[arg-type]  # of the arguments' own types
        assert (classes(found), actions(found)) == (expected, proposed)
        assert found.in_order()[0].proposal == words
        assert {each.hold_id for each in found.discrepancies} == {"hold_1"}


def test_every_hold_is_looked_for_whether_or_not_the_one_before_was_given_back_to() -> None:
    held = [call(f"hold_{each}", request_id=f"r{each}") for each in (0, 1, 2)]
    lines = [line(number, f"r{number}") for number in (2, 0, 1)]
    found = run(calls=held, lines=[*lines, line(3, "r1", status="refunded")])
    assert sorted(classes(found)) == ["hold_only"] * 3 + ["missing_from_ledger"]


def test_an_id_that_no_line_has_is_that_of_no_line() -> None:
    first = line(1, "theirs")  # of a file without a header
    found = run(lines=[first], calls=[call(request_id="ours")], others=[charge("ours")])
    assert classes(found) == ["missing_from_ledger"]


@pytest.mark.parametrize("amount", [PRICE, 1])
def test_a_charge_that_was_written_off_in_its_month_is_billed_late(amount: int) -> None:
    charged = charge(amount_nanos=amount, occurred_at=MARCH.end)
    taken_off = charged._replace(amount_nanos=-amount, kind="adjustment", transfer_id="fix")
    found = run(lines=[line(amount_nanos=amount)], others=[charged, taken_off])
    assert actions(found) == [("cost", "billed_late", amount)]
    assert found.discrepancies[0].transfer_id == "capture_1"


@pytest.mark.parametrize(
    ("amount", "corrections", "carried"),
    [(0, [], 0), (PRICE, [], -PRICE), (PRICE, [-7], 7 - PRICE)],
)
def test_a_charge_that_stands_in_its_month_is_carried_with_its_corrections(
    amount: int, corrections: list[int], carried: int
) -> None:
    charged = charge(amount_nanos=amount, occurred_at=MARCH.end)
    others = [
        charged._replace(amount_nanos=each, kind="adjustment", transfer_id="fix")
        for each in corrections
    ]
    found = run(lines=[line(amount_nanos=amount)], others=[charged, *others])
    assert (classes(found), actions(found)) == (["wrong_period"], [("carry", "timing", carried)])
    assert found.discrepancies[0].transfer_id == "capture_1"


def test_a_line_is_settled_by_the_booking_from_it_and_by_no_booking_from_another_file() -> None:
    for sha256, settled in ((SHA256, True), ("f" * 64, False)):
        key = booking_key(sha256, 2, MARCH)
        found = run(lines=[line(2, "")], others=[charge(None, occurred_at=MARCH.end, key=key)])
        assert classes(found) == ["missing_from_ledger"] * (not settled)
        assert [each.class_name for each in found.carried] == ["wrong_period"] * settled


@pytest.mark.parametrize(
    ("sha256", "month", "is_billed_elsewhere"),
    [("f" * 64, MARCH.next, True), (SHA256, MARCH.next, False), ("f" * 64, MARCH, False)],
)
def test_only_another_file_of_another_month_bills_a_line_already(
    sha256: str, month: object, *, is_billed_elsewhere: bool
) -> None:
    key = booking_key(sha256, 2, month)  # type: ignore[arg-type]  # a Month
    other = charge(occurred_at=MARCH.end, amount_nanos=UNIT, key=key)
    [found] = run(lines=[line()], others=[other]).discrepancies
    assert found.proposal.endswith("on the statement of 2025-04 already") == is_billed_elsewhere


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (call(unit_nanos=1), "find out: hold_1 of acme fits it in all but the amount"),
        (
            call(state="open", expires_at=MARCH.end),
            "wait: hold_1 of acme, open until 2025-04-01T00:00Z, may be this call",
        ),
        (call(state="open"), "wait: hold_1 of acme, open until its deadline, may be this call"),
    ],
)
def test_a_line_that_a_hold_nearly_fits_waits_for_somebody(held: object, words: str) -> None:
    found = run(lines=[line(2, "theirs")], in_doubt=[held])  # type: ignore[list-item]  # a HeldCall
    [stray] = [each for each in found.discrepancies if each.line == 2]
    assert (stray.class_name, stray.proposal, stray.actions) == ("missing_from_ledger", words, ())
    assert (stray.request_id, stray.hold_id) == ("theirs", "hold_1")


def test_a_line_that_another_month_waited_for_is_made_up_for() -> None:
    waited = decided("pending", PRICE, of_before=True)
    found = run(lines=[line()], opening=[waited])
    assert (classes(found), found.resolved) == ([], [waited])
    assert found.carried[0].proposal == "carried since 2025-02: timing"
    assert run(lines=[line(2, "")], opening=[waited]).resolved == []


def test_a_line_that_is_in_dispute_is_not_disputed_again() -> None:
    for items, disputed in (([], 2), ([decided("duplicate_line", -PRICE)], 1)):
        found = run(lines=[line(2), line(3), line(4)], opening=items)
        assert classes(found).count("duplicate_line") == disputed
        assert [each.proposal for each in found.carried] == ["in dispute: billed twice"] * (
            2 - disputed
        )


@pytest.mark.parametrize(
    ("amount", "is_decided", "proposed"),
    [
        (0, False, [("carry", "unallocated", 0)]),
        (0, True, []),
        (PRICE, True, [("cost", "unallocated", PRICE)]),
    ],
)
def test_a_free_line_that_nobody_knows_is_noted_once(
    *, amount: int, is_decided: bool, proposed: list[tuple[str, str, int]]
) -> None:
    opening = [decided("missing_from_ledger")] * is_decided
    found = run(lines=[line(amount_nanos=amount)], opening=opening)
    assert actions(found) == proposed
    assert [each.proposal for each in found.carried] == ["noted: it is free"] * (not proposed)


def test_a_refund_of_nothing_is_a_credit_of_nothing() -> None:
    found = run(charges=[charge()], lines=[line(), BACK._replace(amount_nanos=0)])
    assert actions(found) == [("carry", "credit", 0)]


def test_a_call_in_another_currency_is_named_unless_the_line_has_a_call_here() -> None:
    [stray] = run(lines=[line()], elsewhere={"r1": "EUR"}).discrepancies
    assert (stray.proposal, stray.actions) == ("find out: the ledger has this call in EUR", ())
    found = run(charges=[charge()], lines=[line(), BACK], elsewhere={"r1": "EUR"})
    assert actions(found) == [("cost", "credit", -PRICE)]
