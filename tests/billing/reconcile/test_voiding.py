"""A hold in doubt is given back only when the statement shows that nobody will bill it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing.reconciliation.findings import Findings
from billing.statement import BadLine, StatementLine
from tests.billing.reconcile.small_cases import (
    AT,
    UNIT,
    booked_as,
    call,
    charge,
    classes,
    line,
    run,
)
from tests.billing.reconcile.statement_story import Story

#: The statement goes on after the call: without a doubt, the hold is voided.
LATER = AT + timedelta(minutes=5)


def silent(*lines: StatementLine | BadLine, accept: bool = False) -> Findings:
    """A statement without a line for the call, and with these ones."""
    last = line(99, "last", created_at=LATER)
    paid = charge("last", occurred_at=LATER)
    held = [call(request_id="r1")]
    return run(charges=[paid], lines=[*lines, last], in_doubt=held, accept=accept)


def proposal(found: Findings) -> str:
    [unbilled] = [each for each in found.discrepancies if each.class_name == "hold_unbilled"]
    assert (booked_as(unbilled) == "void") == unbilled.proposal.startswith("void")
    return unbilled.proposal


def test_a_statement_that_goes_on_after_the_call_and_has_no_line_for_it_voids_it() -> None:
    assert proposal(silent()) == "void: release 0.42144 USD"


def test_a_line_that_cannot_be_read_may_be_the_call() -> None:
    assert proposal(silent(BadLine(2, ("n: two",)))) == (
        "keep: it may be billed, 1 line cannot be read"
    )


def test_a_statement_without_calls_is_no_proof() -> None:
    fee = line(2, status="fee", created_at=LATER + timedelta(days=9))
    for lines in ([], [fee]):
        found = run(lines=lines, in_doubt=[call()])
        assert "the statement bills no call at all" in proposal(found)


@pytest.mark.parametrize("status", ["charged", "refunded", "total"])
def test_a_statement_that_ends_before_the_call_could_be_on_it_is_no_proof(status: str) -> None:
    def ending(at: timedelta) -> Findings:
        last = line(2, "x", amount_nanos=1, status=status, created_at=AT + at)
        return run(lines=[last], in_doubt=[call()])

    short = ending(timedelta(minutes=5, microseconds=-1))
    told = "the statement ends at 2025-03-10T12:04:59Z, less than 5 minutes after it"
    assert told in proposal(short)
    assert "the statement ends" not in proposal(ending(timedelta(minutes=5)))
    before = proposal(ending(timedelta(microseconds=-1)))
    assert "the statement ends at 2025-03-10T11:59:59Z, before it" in before


@pytest.mark.parametrize(
    ("change", "may_be_it"),
    [
        ({"amount_nanos": 1}, True),
        ({"n": 3, "amount_nanos": 3 * UNIT}, True),
        ({"quality": "low", "size": "768x1024", "model": "gpt-image-1"}, True),
        ({"request_id": "unknown"}, True),
        ({"account": "acme", "amount_nanos": 1}, True),
        ({"account": "beta"}, False),
        ({"status": "refunded"}, False),
        ({"amount_nanos": 1, "created_at": LATER}, True),
        ({"amount_nanos": 1, "created_at": AT - timedelta(minutes=5)}, True),
        ({"amount_nanos": 1, "created_at": LATER + timedelta(microseconds=1)}, False),
        ({"created_at": AT - timedelta(minutes=5, microseconds=1)}, False),
    ],
)
def test_a_line_left_over_near_the_call_may_be_it_whatever_else_it_says(
    change: dict[str, object], may_be_it: bool
) -> None:
    found = silent(line(2, **{"request_id": "", **change}))
    assert ("line 2 may be it" in proposal(found)) == may_be_it
    assert "missing_from_ledger" in classes(found)


def test_a_fingerprint_that_is_not_accepted_may_be_the_other_call() -> None:
    alike = [call("hold_1"), call("hold_2", account="beta")]
    lines = [line(2, ""), line(3, "last", created_at=LATER)]
    for accept, told in ((False, "keep"), (True, "void")):
        paid = charge("last", occurred_at=LATER)
        found = run(charges=[paid], lines=lines, in_doubt=alike, accept=accept)
        assert classes(found) == ["matched_by_fingerprint", "hold_unbilled"]
        assert proposal(found).startswith(told)


def a_line_that_cannot_be_read(story: Story) -> None:
    story.bill("req-a", 2, status="charge")
    story.later(hours=1)


def a_header_and_no_lines(story: Story) -> None:
    story.lines.clear()


def an_earlier_last_line(story: Story) -> None:
    story.hands[0] -= timedelta(days=5)
    story.paid("before")


def another_price(story: Story) -> None:
    story.bill("", 2, "0.51")
    story.later(hours=1)


@pytest.mark.parametrize(
    "write",
    [a_line_that_cannot_be_read, a_header_and_no_lines, an_earlier_last_line, another_price],
)
def test_posting_leaves_a_hold_alone_that_the_statement_may_bill(
    write: Callable[[Story], None], story: Story
) -> None:
    held = story.doubted("a", request_id=None if write is another_price else "req-a")
    write(story)
    story.hands[0] = held.occurred_at + timedelta(days=10)
    found = story.post(accept_fingerprints=True)
    assert story.ledger.hold_by_id(held.id).state == "in_doubt"
    assert "hold_unbilled" in [each.class_name for each in found.discrepancies]
    assert (found.posted, found.is_clean) == ((), False)
