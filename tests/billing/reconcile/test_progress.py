"""Whoever waits for a long statement is told how far it is, and gets the same answer."""

from __future__ import annotations

from billing.reconciliation import reconcile
from billing.reconciliation.progress import watched
from billing.statement import Statement
from tests.billing.reconcile.statement_story import HEADER, Story


def test_lines_are_told_now_and_then_and_stay_the_same(story: Story) -> None:
    for number in range(12_000):
        story.bill(f"r{number}")
    story.path.write_text("\n".join([HEADER, *story.lines]) + "\n", encoding="utf-8")
    statement, told = Statement.open(story.path), list[int]()
    assert list(watched(statement, told.append).rapid()) == list(statement.rapid())
    assert told == [5_000, 10_000]
    assert watched(statement, told.append).sha256 == statement.sha256


def test_the_answer_is_the_same_with_it(story: Story) -> None:
    story.paid("a")
    found = story.reconcile()
    told = list[int]()
    assert reconcile(story.ledger, story.path, "2025-03", progress=told.append) == found
