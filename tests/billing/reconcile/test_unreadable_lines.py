"""A line that cannot be read is never read as explained: its amount counts, or nobody knows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from billing.statement import BadLine, Statement
from tests.billing.reconcile.small_cases import UNIT, charge, line, run
from tests.billing.reconcile.statement_story import HEADER, Story

GOOD = "r1,2025-03-10T12:00:00Z,,gpt-image-2,,1024x1024,high,2,0.50,USD,"


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        ((",2,", ",two,"), 500_000_000),
        (("2025-03-10", "2025-13-10"), 500_000_000),
        (("gpt-image-2", ""), 500_000_000),
        (("USD,", "USD,chargd"), 500_000_000),
        ((",2,0.50,USD,", ",two,0.50,USD,refunded"), -500_000_000),
        ((",2,0.50", ",2,-0.50"), -500_000_000),
        ((",0.50,", ",0.50 USD,"), None),
        (
            (
                "2025-03-10T12:00:00Z,,gpt-image-2,,1024x1024,high,2,0.50,USD,",
                "x,,,,,,,9,USD,total",
            ),
            None,
        ),
        ((GOOD, "r1,what,is,this"), None),
    ],
)
def test_what_a_bad_line_adds_to_the_bill_is_kept_when_it_can_be_read(
    change: tuple[str, str], effect: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(f"{HEADER}\n{GOOD.replace(*change)}\n")
    [bad] = Statement.open(path).lines()
    assert isinstance(bad, BadLine)
    assert bad.effect_nanos == effect
    assert bad.request_id == ("" if bad.problems[0].startswith("4 fields") else "r1")


def test_a_bad_line_does_not_decide_the_currency(story: Story) -> None:
    story.lines.append(GOOD.replace(",2,", ",two,").replace("USD", "EUR"))
    story.paid("a")
    found = story.reconcile()
    assert [row.class_name for row in found.summary] == ["matched", "unparseable"]
    assert (found.currency, found.unexplained.is_nan()) == ("USD", True)


def test_a_readable_amount_counts_into_both_the_statement_and_the_unexplained() -> None:
    found = run(charges=[charge()], lines=[line(), BadLine(3, ("n: x",), "r2", "USD", UNIT)])
    [bad] = found.discrepancies
    assert (bad.class_name, bad.request_id, bad.line) == ("unparseable", "r2", 3)
    assert bad.statement_amount == Decimal("0.21072")
    assert found.unexplained == Decimal("0.21072")


def test_two_bad_lines_never_cancel_each_other() -> None:
    lines = [BadLine(2, ("n: x",), "", "USD", UNIT), BadLine(3, ("n: x",), "", "USD", -UNIT)]
    found = run(lines=lines)
    assert (found.open_nanos, found.unexplained_nanos) == (0, 2 * UNIT)


@pytest.mark.parametrize(
    "bad", [BadLine(2, ("amount: x",), "", "USD", None), BadLine(2, ("n: x",), "", "EUR", UNIT)]
)
def test_an_unknown_amount_or_one_in_another_currency_makes_the_unexplained_unknown(
    bad: BadLine,
) -> None:
    found = run(charges=[charge()], lines=[bad, line(3)])
    assert found.unexplained.is_nan()
    assert found.unexplained  # not even `if not unexplained` takes it for nothing
    assert found.unexplained != 0


def test_only_unreadable_lines_are_not_a_clean_month(story: Story) -> None:
    story.bill("r", 1, "999 USD")
    found = story.reconcile()
    assert not found.is_clean
    assert found.unexplained.is_nan()
    assert found.proof.ties
