"""A newer revision of a closed month's statement: a line without an id is booked once, and changed.

The month is closed before the first revision is signed off, or between the two.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.reconciliation import Reconciliation
from tests.billing.reconcile.statement_story import Story

#: What nobody is known for, and what the newer revision has instead.
LINES = [
    ("0.75", "", "0.75"),
    ("0.75", "", "0.80"),
    ("0.80", "", "0.75"),
    ("0.75", "refunded", "0.75"),
    ("0.75", "refunded", "0.80"),
    ("0.75", "tax", "0.75"),
    ("0.75", "tax", "0.80"),
]


def without_id(story: Story, amount: str, status: str) -> str:
    story.bill("", 3, amount, status)
    return story.lines.pop()


@pytest.mark.parametrize(("first", "status", "second"), LINES)
@pytest.mark.parametrize("is_closed_first", [True, False])
def test_a_line_without_an_id_costs_what_the_newest_revision_says(
    story: Story, first: str, status: str, second: str, *, is_closed_first: bool
) -> None:
    story.paid("m")
    paid = list(story.lines)
    lines = [without_id(story, amount, status) for amount in (first, second)]
    story.at("2025-04-10T12:00")
    if is_closed_first:
        story.ledger.close_period("2025-03", actor="ana")
    story.lines[:] = [*paid, lines[0]]
    assert settled(story).proof.ledger == total(first, status)
    if not is_closed_first:
        story.ledger.close_period("2025-03", actor="ana")
    # Other bytes, and the line has another number.
    story.lines[:] = [lines[1], *paid]
    found = settled(story)
    assert found.proof.ledger == total(second, status)
    assert bool(found.posted) == (first != second)


def settled(story: Story) -> Reconciliation:
    """Sign the file off; a second time changes nothing."""
    found, again = story.post(), story.post()
    assert (found.is_clean, again.is_clean, again.posted) == (True, True, ())
    return found


def total(amount: str, status: str) -> Decimal:
    sign = -1 if status == "refunded" else 1
    return Decimal("0.50") + sign * Decimal(amount)


def test_a_line_just_after_the_month_is_the_same_line_in_a_newer_revision(story: Story) -> None:
    story.paid("m")
    story.at("2025-04-01T00:40")
    late = without_id(story, "0.75", "")
    story.at("2025-04-10T12:00")
    story.ledger.close_period("2025-03", actor="ana")
    paid = list(story.lines)
    story.lines.append(late)
    assert [each.reason for each in settled(story).posted] == ["unallocated"]
    story.lines[:] = [late, *paid]
    assert settled(story).posted == ()
