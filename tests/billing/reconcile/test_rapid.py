"""Every road finds what the careful one finds: in memory, in parts, in columns; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from billing import Evidence
from billing.reconciliation.lines.line_level import match_carefully, match_lines
from tests.billing.reconcile.roads import found_by, in_columns, in_parts
from tests.billing.reconcile.statement_story import HEADER, Story


def every_difference(story: Story) -> None:
    for number in range(20):
        story.paid(f"fine-{number}", 1 + number % 4)
    story.paid("unbilled", billed=False)
    story.paid("dear", billed=False)
    story.bill("req-dear", 2, "0.51")
    story.bill("req-dear", 2)
    story.paid("more", billed=False)
    story.bill("req-more", 3)
    story.bill("req-fine-1", 2)
    story.bill("req-fine-2", 9)
    story.bill("stranger", 1)
    story.bill("", 1)
    story.bill("", 1, "1.90", "tax")
    story.bill("bad", 1, "x")
    twice = story.hold("twice")
    evidence = Evidence(request_id="req-fine-3")
    story.ledger.capture(twice.id, images=2, key="twice/capture", evidence=evidence)
    by_hand = story.doubted("by-hand", request_id="req-fine-4")
    story.ledger.capture(by_hand.id, images=2, key="by-hand/capture", reason="seen", actor="ops")
    story.doubted("doubted", request_id="req-doubted")
    story.bill("req-doubted")
    paid = story.paid("back")
    captured = story.ledger.hold_by_id(paid.id).ending
    assert captured is not None
    story.ledger.refund(captured.id, "0.25", key="back/refund", reason="blurred")
    story.bill("req-back", 1, "0.25", "refunded")
    quote = story.book.quote({"model": "gpt-image-2", "size": "1024x1024"}, at=story.hands[0])
    story.ledger.charge("acme", quote, images=1, key="without-id")
    story.ledger.correct_cost(
        "acme", "0.01", key="corrected", reason="dearer", actor="ops", request_id="req-fine-5"
    )


def with_accounts(story: Story) -> None:
    every_difference(story)
    story.lines = [
        line.replace(",,gpt", ",acme,gpt" if at % 3 else ",beta,gpt")
        for at, line in enumerate(story.lines)
    ]


def odd_lines(story: Story) -> None:
    every_difference(story)
    first, second, third, *others = story.lines
    story.lines = [
        first.replace("T", " "),  # a time that is written in another way
        first,
        f" {second}",
        "",
        third.replace(",", ";"),
        third.replace("2025-03-10", "0999-03-10"),  # no year of ours
        HEADER,
        *others,
        "ragged,2025-03-11T00:00:00Z",
        story.lines[4].replace("USD", "EUR"),
        "",
        "Total,,,,,,,,99.90,USD,",
        "",
    ]


def after_booking(story: Story) -> None:
    every_difference(story)
    story.lines = [line for line in story.lines if not line.startswith("bad")]
    story.hands[0] += timedelta(days=5)
    story.post()


@pytest.mark.parametrize("write", [every_difference, with_accounts, odd_lines, after_booking])
def test_every_road_finds_the_same(write: Callable[[Story], None], story: Story) -> None:
    write(story)
    careful = found_by(story, match_carefully)
    assert found_by(story, match_lines) == careful
    assert found_by(story, in_parts) == careful
    assert found_by(story, in_columns) == careful
