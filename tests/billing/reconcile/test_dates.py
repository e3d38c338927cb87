"""Files whose lines are dated in another month than the one they are held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from billing import StatementError
from billing.formats.reconciliation_html import reconciliation_html
from billing.formats.reconciliation_json import reconciliation_object
from billing.formats.reconciliation_markdown import reconciliation_markdown
from billing.formats.reconciliation_text import reconciliation_text
from billing.period import Month
from billing.reconciliation import list_runs
from billing.reconciliation.dates import Dates
from tests.billing.reconcile.statement_story import Story, classes


def dated_in_february(story: Story, count: int) -> None:
    """Date the first lines a month before their calls."""
    for number, each in enumerate(story.lines[:count]):
        assert "2025-03-" in each
        story.lines[number] = each.replace("2025-03-", "2025-02-")


def calls(story: Story, count: int) -> None:
    for number in range(count):
        story.paid(f"call-{number}")


def test_a_file_of_known_ids_that_is_dated_in_another_month_is_not_booked(story: Story) -> None:
    calls(story, 3)
    story.bill("stranger")
    dated_in_february(story, 4)
    found = story.reconcile()
    assert [(row.class_name, row.lines) for row in found.summary] == [
        ("matched", 3),
        ("wrong_period", 1),
    ]
    assert (found.statement.outside, found.is_clean) == (4, False)
    assert "no line is of 2025-03, the first is of 2025-02" in str(found.other_month)
    with pytest.raises(StatementError, match="nothing was booked: no line is of 2025-03"):
        story.post()
    assert list_runs(story.ledger) == []


def test_lines_that_are_mostly_outside_are_counted_above_the_findings(story: Story) -> None:
    calls(story, 5)
    dated_in_february(story, 3)
    found = story.reconcile()
    told = "3 of 5 lines are dated outside 2025-03, the first 2025-02-"
    assert str(found.other_month).startswith(told)
    text = reconciliation_text(found)
    assert 0 < text.index(f"Warning: {told}") < text.index("matched")
    assert text.count("Warning") == 1
    assert told in str(reconciliation_object(found)["statement"])
    assert told.split(",")[0] in reconciliation_markdown(found)
    assert told in reconciliation_html(found)
    assert story.post().run is not None


def test_lines_of_which_half_are_outside_are_no_warning(story: Story) -> None:
    calls(story, 4)
    dated_in_february(story, 2)
    found = story.post()
    assert (found.is_clean, found.statement.outside, found.other_month) == (True, 2, None)
    assert "Warning" not in reconciliation_text(found)


def test_a_strangers_line_of_another_month_is_not_booked_into_this_one(story: Story) -> None:
    story.bill("stranger")
    dated_in_february(story, 1)
    calls(story, 2)
    found = story.post()
    assert (classes(found), found.posted) == (["wrong_period"], ())
    assert "reconcile it with 2025-02: it is dated 2025-02-" in found.discrepancies[0].proposal
    assert found.unexplained > Decimal(0)
    assert found.proof.ties


def test_less_than_a_day_outside_is_neither_of_the_month_nor_outside() -> None:
    dates, start = Dates(Month.parse("2025-03")), datetime(2025, 3, 1, tzinfo=UTC)
    end, moment = datetime(2025, 4, 1, tzinfo=UTC), timedelta(microseconds=1)
    day = timedelta(days=1)
    for at in (start, end - moment, start - moment, start - day, end, end + day - moment):
        dates.look(at)
    assert (dates.outside, dates.near, dates.first) == (0, 4, None)
    dates.look(end + day)
    dates.look(start - day - moment)
    assert (dates.outside, dates.near, dates.first) == (2, 4, start - day - moment)
