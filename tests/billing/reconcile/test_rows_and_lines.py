"""A call of several rows and lines: which line stands for which row, and what is left; pure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing.reconciliation.actions import CarriedItem, Reason
from billing.reconciliation.books.recognition import Charge, booking_key
from billing.reconciliation.classes import ClassName
from billing.reconciliation.findings import Findings
from billing.statement import StatementLine
from tests.billing.reconcile.small_cases import (
    AT,
    MARCH,
    SHA256,
    UNIT,
    actions,
    charge,
    classes,
    line,
    run,
)

PRICE = 2 * UNIT
SECOND = charge(transfer_id="capture_2", hold_id="hold_2", occurred_at=AT + timedelta(seconds=1))
REFUND = ("refund", "duplicate_capture", PRICE)
COST = ("cost", "duplicate_capture", -PRICE)


def correction(amount_nanos: int, subject: int | str | None = None) -> Charge:
    """Of the call's cost: by hand, or what a reconciliation booked about a line or a charge."""
    key = None if subject is None else booking_key(SHA256, subject, MARCH)
    facts = {"key": key, "kind": "adjustment", "images": 0, "price_nanos": 0}
    return charge(transfer_id=f"fix_{amount_nanos}", amount_nanos=amount_nanos, **facts)


def refunds(*amounts: int) -> list[Charge]:
    return [charge(amount_nanos=-each, kind="refund", price_nanos=0) for each in amounts]


def given_back(*amounts: int) -> list[StatementLine]:
    """Lines from number 3 on."""
    return [
        line(number, amount_nanos=each, status="refunded")
        for number, each in enumerate(amounts, start=3)
    ]


def decided(class_name: ClassName, reason: Reason) -> CarriedItem:
    """What an earlier run of the month noted about the call."""
    return CarriedItem(
        month=MARCH, class_name=class_name, reason=reason, amount_nanos=0, request_id="r1"
    )


def told(found: Findings) -> list[tuple[str, int | None, int]]:
    """Class, line, and what the statement has beyond the ledger."""
    return [
        (each.class_name, each.line, int(each.difference.scaleb(9))) for each in found.in_order()
    ]


@pytest.mark.parametrize(
    ("corrections", "proposed"),
    [
        ([], [REFUND, COST]),
        ([correction(-PRICE)], [REFUND]),  # taken off by hand
        ([correction(-UNIT, "capture_2")], [("cost", "price_variance", -UNIT), REFUND]),
        # Neither is about the second charge: what they change is the first one's.
        ([correction(-7)], [("cost", "price_variance", 7), REFUND, COST]),
        ([correction(-PRICE, "capture_1")], [("cost", "price_variance", PRICE), REFUND, COST]),
    ],
)
def test_the_cost_of_a_second_charge_is_taken_off_once(
    corrections: list[Charge], proposed: list[tuple[str, str, int]]
) -> None:
    found = run(charges=[charge(), SECOND, *corrections], lines=[line()])
    assert actions(found) == proposed


@pytest.mark.parametrize(
    ("corrections", "back", "proposed"),
    [
        ([], 0, [REFUND, COST]),
        ([], UNIT, [("refund", "duplicate_capture", UNIT), COST]),
        ([], PRICE, [COST]),
        ([correction(-PRICE, "capture_2")], PRICE, []),
    ],
)
def test_what_a_second_charge_gave_back_is_not_given_back_again(
    corrections: list[Charge], back: int, proposed: list[tuple[str, str, int]]
) -> None:
    found = run(
        charges=[charge(), SECOND, *corrections], lines=[line()], given_back={"capture_2": back}
    )
    assert actions(found) == proposed
    assert classes(found) == ["duplicate_capture"] * bool(proposed)
    words = f"refund {(PRICE - back) / 10**9} USD to acme" if back < PRICE else "take its cost off"
    assert {each.proposal for each in found.discrepancies} <= {
        f"{words}: the call was captured twice"
    }


def test_the_first_charge_is_compared_whatever_the_second_came_to() -> None:
    found = run(charges=[charge(), SECOND._replace(amount_nanos=UNIT)], lines=[line()])
    assert told(found) == [("duplicate_capture", None, -UNIT)]


def test_an_id_in_two_accounts_proposes_nothing() -> None:
    found = run(charges=[charge(), SECOND._replace(account="beta")], lines=[line()])
    assert (classes(found), actions(found)) == (["duplicate_capture"], [])
    assert found.discrepancies[0].proposal.startswith("find out: charges of different accounts")


@pytest.mark.parametrize(
    ("cost", "price", "is_decided", "proposed"),
    [
        (0, 0, False, [("carry", "duplicate_capture", 0)]),
        (0, 0, True, []),
        (0, PRICE, True, [REFUND, ("carry", "duplicate_capture", 0)]),
        (PRICE, 0, True, [COST]),
    ],
)
def test_a_second_charge_is_noted_only_when_there_is_nothing_to_give_back(
    *, cost: int, price: int, is_decided: bool, proposed: list[tuple[str, str, int]]
) -> None:
    noted = [decided("duplicate_capture", "duplicate_capture")] * is_decided
    second = SECOND._replace(amount_nanos=cost, price_nanos=price)
    found = run(charges=[charge(), second], lines=[line()], opening=noted)
    assert actions(found) == proposed
    assert [each.class_name for each in found.carried] == ["duplicate_capture"] * (not proposed)


@pytest.mark.parametrize(
    ("rows", "lines", "left"),
    [
        ((3, 1), (1, 3), []),
        ((3, 1), (1, 2, 3), [("missing_from_ledger", 4, -2)]),
        # One row of an amount stands for one line of it.
        ((1, 3), (1, 1, 3), [("missing_from_ledger", 4, -1)]),
        ((1, 1, 5), (1, 1, 2), [("amount_mismatch", 3, 5), ("missing_from_ledger", 5, -2)]),
        # What the lines do not come to is a matter of the first that has a row.
        ((3, 1, 7), (2, 1, 3), [("amount_mismatch", 4, 7), ("missing_from_ledger", 3, -2)]),
        ((4,), (1, 3), []),
        ((5,), (1, 3), [("amount_mismatch", 3, 4), ("missing_from_ledger", 4, -3)]),
    ],
)
def test_a_line_that_gives_back_is_matched_with_the_row_of_its_amount(
    rows: tuple[int, ...], lines: tuple[int, ...], left: list[tuple[str, int | None, int]]
) -> None:
    found = run(charges=[charge(), *refunds(*rows)], lines=[line(), *given_back(*lines)])
    assert told(found) == left


@pytest.mark.parametrize(
    ("corrections", "matched", "left"),
    [
        # What was booked from the refund comes to the refund: the charge lies in another month.
        ([correction(-UNIT, 3)], 1, [("wrong_period", 2, PRICE)]),
        ([correction(-UNIT, 3), correction(7)], 1, [("amount_mismatch", 2, PRICE - 7)]),
        ([correction(-UNIT, 9), correction(UNIT)], 1, [("amount_mismatch", 2, UNIT)]),
        ([correction(PRICE, 2), correction(-UNIT, 3)], 2, []),
    ],
)
def test_corrections_without_their_charge_stand_for_the_lines_they_were_booked_from(
    corrections: list[Charge], matched: int, left: list[tuple[str, int | None, int]]
) -> None:
    lines = [line(), *given_back(UNIT)]
    found = run(charges=corrections, lines=lines, others=[charge(occurred_at=MARCH.end)])
    assert (told(found), found.count("matched")) == (left, matched)


@pytest.mark.parametrize(("sha256", "stray"), [(SHA256, 3), ("f" * 64, 4)])
def test_of_two_lines_of_one_amount_the_one_it_was_booked_from_is_known(
    sha256: str, stray: int
) -> None:
    booked = correction(-UNIT)._replace(key=booking_key(sha256, 4, MARCH))
    found = run(charges=[booked], lines=given_back(UNIT, UNIT))
    assert told(found) == [("missing_from_ledger", stray, -UNIT)]


@pytest.mark.parametrize(
    ("rows", "lines", "left"),
    [
        (
            [charge()],
            given_back(UNIT),
            [("missing_from_statement", None, -PRICE), ("missing_from_ledger", 3, -UNIT)],
        ),
        (
            refunds(UNIT),
            [line()],
            [("missing_from_statement", None, UNIT), ("missing_from_ledger", 2, PRICE)],
        ),
    ],
)
def test_a_charge_is_not_compared_with_a_refund(
    rows: list[Charge], lines: list[StatementLine], left: list[tuple[str, int | None, int]]
) -> None:
    assert told(run(charges=rows, lines=lines)) == left


def test_what_was_booked_about_the_charge_stands_for_no_line_that_gives_back() -> None:
    about_charge = correction(-UNIT, "capture_1")
    found = run(charges=[charge(), about_charge], lines=[line(), *given_back(UNIT, UNIT)])
    assert ("missing_from_ledger", 4, -UNIT) in told(found)


@pytest.mark.parametrize(
    ("amount", "is_decided", "proposed"),
    [
        (PRICE, False, [("carry", "quantity", 0)]),
        (PRICE, True, []),
        (UNIT, False, [("cost", "quantity", -UNIT), ("carry", "quantity", 0)]),
        (UNIT, True, [("cost", "quantity", -UNIT), ("carry", "quantity", 0)]),
    ],
)
def test_a_difference_in_quantity_is_noted_once_and_its_cost_corrected_when_it_has_one(
    *, amount: int, is_decided: bool, proposed: list[tuple[str, str, int]]
) -> None:
    noted = [decided("quantity_mismatch", "quantity")] * is_decided
    found = run(charges=[charge()], lines=[line(n=1, amount_nanos=amount)], opening=noted)
    assert actions(found) == proposed
    assert [each.class_name for each in found.carried] == ["quantity_mismatch"] * (not proposed)


def test_a_correction_bears_the_id_of_the_line_when_its_charge_has_none() -> None:
    booked = charge(None, key=booking_key(SHA256, 2, MARCH))
    for request_id in ("r1", ""):
        found = run(charges=[booked], lines=[line(2, request_id, amount_nanos=1)])
        assert [each.request_id for each in found.discrepancies[0].actions] == [request_id or None]
