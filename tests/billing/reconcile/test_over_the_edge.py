"""A hold of a month's last minutes that a line of the next month captures, corrects and gives back.

Its charge lies in the next month, what it gives back in this one: every file and revision of it is
booked once, whichever comes again.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.reconciliation import Reconciliation
from tests.billing.reconcile.statement_story import Story

MARCH, APRIL = "2025-03", "2025-04"


def held_over(story: Story) -> str:
    """A call of March that is in doubt, beside one that was paid: the line of that one."""
    story.at("2025-03-10T12:00")
    story.paid("other")
    story.at("2025-03-31T23:58")
    story.doubted("a", request_id="req-a")
    return story.lines.pop()


def line(story: Story, amount: str, status: str = "") -> str:
    story.at("2025-04-01T00:02")
    story.bill("req-a", 2, amount, status)
    story.at("2025-06-01T12:00")
    return story.lines.pop()


def posted(story: Story, *lines: str) -> Reconciliation:
    """Sign March off with these lines, twice: the second time books nothing."""
    story.lines[:] = lines
    found = story.post(MARCH)
    again = story.post(MARCH)
    assert (again.posted, again.is_clean, again.proof.ties) == ((), True, True)
    assert found.is_clean
    return found


def cost(story: Story) -> Decimal:
    return story.reconcile(MARCH).proof.ledger + story.reconcile(APRIL).proof.ledger


@pytest.mark.parametrize("charged", ["0.60", "0.5"])
@pytest.mark.parametrize("back", ["0.10", "0.5"])
def test_files_that_take_turns_book_what_each_says(story: Story, charged: str, back: str) -> None:
    other = held_over(story)
    first = (other, line(story, charged), line(story, back, "refunded"))
    less = (other, line(story, charged), line(story, "0.25", "refunded"))
    dearer = (other, line(story, "0.70"), line(story, "0.25", "refunded"))
    none = (other, line(story, "0.70"))
    told = [
        (first, Decimal(charged) - Decimal(back)),
        (less, Decimal(charged) - Decimal("0.25")),
        (first, Decimal(charged) - Decimal(back)),
        (dearer, Decimal("0.45")),
        (none, Decimal("0.70")),
        (dearer, Decimal("0.45")),
        (first, Decimal(charged) - Decimal(back)),
    ]
    for lines, expected in told:
        posted(story, *lines)
        assert cost(story) == Decimal("0.5") + expected
    assert story.ledger.verify().ok
