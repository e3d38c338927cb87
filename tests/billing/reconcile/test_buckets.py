"""Statements that only sum up: every gap between the sides is explained, in money and in images."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from billing import StatementError
from billing.reconciliation import Reconciliation, reconcile
from tests.billing.reconcile.statement_story import Story, classes

COSTS = (
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,"
    "project_id,organization_id,organization_name"
)


def day_of(day: int) -> int:
    return int(datetime.fromisoformat(f"2025-03-{day:02}T00:00:00+00:00").timestamp())


class Export:
    """OpenAI's costs export, as a test fills it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.rows: list[str] = []

    def cost(self, day: int, amount: str, *, item: str = "", project: str = "acme") -> None:
        start = day_of(day)
        iso = f"2025-03-{day:02}T00:00:00+00:00,2025-03-{day:02}T00:00:00+00:00"
        self.rows.append(f"{start},{start + 86_400},{iso},{amount},usd,{item},{project},org,Org")

    def call(self, day: int, hour: int = 12, minute: int = 0, n: int = 2) -> None:
        self.story.hands[0] = datetime.fromisoformat(
            f"2025-03-{day:02}T{hour:02}:{minute:02}:00+00:00"
        )
        self.story.paid(f"call-{day}-{hour}-{minute}", n, billed=False)

    def reconcile(self, *, later: int = 60, **options: object) -> Reconciliation:
        path = self.story.path
        path.write_text("\n".join([COSTS, *self.rows]) + "\n", encoding="utf-8")
        now = self.story.hands[0] + timedelta(days=later)
        self.story.hands[0] = now
        found = reconcile(
            self.story.ledger,
            path,
            "2025-03",
            mapping="openai-costs",
            now=now,
            **options,  # type: ignore[arg-type]  # options of reconcile
        )
        assert found.proof.ties
        assert found.level == "bucket"
        return found


@pytest.fixture
def export(story: Story) -> Export:
    return Export(story)


def test_days_that_agree_are_matched_and_nothing_is_unexplained(export: Export) -> None:
    export.call(3)
    export.call(3, 13)
    export.call(4, n=4)
    export.cost(3, "1.0000000000000000")
    export.cost(4, "1.0")
    found = export.reconcile()
    assert found.is_clean
    assert found.unexplained == 0
    assert [(row.class_name, row.lines) for row in found.summary] == [("matched", 2)]


@pytest.mark.parametrize(
    ("item", "is_ours"),
    [
        ('"gpt-image-2, image output"', True),
        ('"gpt-image-2-2026-04-21, image output"', True),
        ("gpt-image-2-2026-04-21", True),
        ('"gpt-image-2-mini, image output"', False),
        ("gpt-image-2.5", False),
    ],
)
def test_a_dated_release_is_its_model_and_a_relative_is_not(
    export: Export, item: str, is_ours: bool
) -> None:
    export.call(3)
    export.cost(3, "0.5", item=item)
    assert export.reconcile().is_clean == is_ours


def test_a_difference_within_the_tolerance_of_a_day_is_tolerated_and_in_the_proof(
    export: Export,
) -> None:
    export.call(3)
    export.cost(3, "0.504")
    found = export.reconcile()
    assert (found.is_clean, found.proof.tolerated) == (True, Decimal("0.004"))


def test_a_price_drift_names_both_unit_prices_and_is_adjusted_once(export: Export) -> None:
    export.call(3)
    export.cost(3, "0.60")
    [drift] = export.reconcile().discrepancies
    assert (drift.class_name, drift.day, drift.project) == ("amount_mismatch", "2025-03-03", "acme")
    assert drift.proposal.startswith("price drift: 2 images at 0.3 each, 0.25 in the ledger")
    posted = export.reconcile(post=True, actor="finance")
    assert [(each.kind, each.cost) for each in posted.posted] == [("cost", Decimal("0.1"))]
    for found in (posted, export.reconcile(post=True, actor="finance")):
        assert found.is_clean
        assert found.unexplained == 0
    export.rows[0] = export.rows[0].replace("0.60", "0.61")
    [drift] = export.reconcile().discrepancies
    assert (drift.ledger_amount, drift.difference) == (Decimal("0.6"), Decimal("0.01"))


def test_calls_counted_beyond_midnight_are_a_shift_and_no_difference(export: Export) -> None:
    export.call(3)
    export.call(3, 23, 30)
    export.call(4)
    export.cost(3, "0.50")
    export.cost(4, "1.00")
    found = export.reconcile()
    assert found.is_clean
    assert [(each.class_name, each.day) for each in found.carried] == [
        ("wrong_period", "2025-03-03"),
        ("wrong_period", "2025-03-04"),
    ]
    assert found.proof.carried == 0


def test_the_same_gap_without_calls_near_midnight_is_no_shift(export: Export) -> None:
    export.call(3)
    export.call(3, 20)
    export.call(4)
    export.cost(3, "0.50")
    export.cost(4, "1.00")
    assert classes(export.reconcile()) == ["amount_mismatch", "amount_mismatch"]


def test_a_project_that_only_one_side_has_is_named(export: Export) -> None:
    export.call(3)
    export.cost(3, "0.50")
    export.cost(3, "7.00", project="proj_unknown")
    found = export.reconcile()
    [extra] = found.discrepancies
    assert (extra.class_name, extra.project) == ("missing_from_ledger", "proj_unknown")
    assert "only the statement has proj_unknown" in extra.proposal
    posted = export.reconcile(post=True, actor="finance")
    assert [(each.account, each.cost) for each in posted.posted] == [("unallocated", Decimal("7"))]
    assert posted.is_clean


def test_calls_of_the_last_days_may_still_be_billed(export: Export) -> None:
    export.call(3)
    export.call(5)
    export.cost(3, "0.50")
    found = export.reconcile(later=1)
    assert (found.is_clean, [each.day for each in found.pending]) == (True, ["2025-03-05"])
    assert classes(export.reconcile(later=40)) == ["missing_from_statement"]


def test_calls_before_midnight_of_the_months_end_are_carried(export: Export) -> None:
    export.call(30)
    export.call(31, 23, 50)
    export.cost(30, "0.50")
    [late] = export.reconcile().discrepancies
    assert (late.class_name, late.day) == ("wrong_period", "2025-03-31")
    assert [(each.kind, each.reason) for each in late.actions] == [("carry", "timing")]
    assert export.reconcile(post=True, actor="finance").is_clean


def test_buckets_of_other_months_are_no_matter_of_this_one(export: Export) -> None:
    export.call(3)
    export.cost(3, "0.50")
    row = export.rows[0].replace("2025-03-03", "2025-02-03")
    export.rows.append(row.replace(str(day_of(3)), str(day_of(3) - 28 * 86_400)))
    export.rows[1] = export.rows[1].replace(str(day_of(3) + 86_400), str(day_of(3) - 27 * 86_400))
    found = export.reconcile()
    assert found.is_clean
    assert found.proof.carried == Decimal("-0.5")


def test_an_export_of_the_month_before_takes_no_cost_off(export: Export) -> None:
    export.call(3)
    for day in range(3, 5):
        export.cost(day, "0.50")
    before = 28 * 86_400
    export.rows = [
        row.replace(str(day_of(day)), str(day_of(day) - before)).replace(
            str(day_of(day) + 86_400), str(day_of(day) + 86_400 - before)
        )
        for day, row in zip((3, 4), export.rows, strict=True)
    ]
    found = export.reconcile()
    (ours,) = found.discrepancies
    assert (ours.class_name, ours.actions) == ("missing_from_statement", ())
    assert (found.is_clean, "the first is of 2025-02" in str(found.other_month)) == (False, True)
    with pytest.raises(StatementError, match="nothing was booked"):
        export.reconcile(post=True, actor="finance")


def test_an_export_that_counts_images_is_compared_by_images(story: Story, tmp_path: Path) -> None:
    export = Export(story)
    export.call(3)
    export.call(4, n=3)
    path = tmp_path / "usage.csv"
    start = day_of(3)
    rows = [
        "start_time,end_time,images,num_model_requests,source,size,project_id,model",
        f"{start},{start + 86_400},2,1,image.generation,1024x1024,acme,gpt-image-2",
        f"{start + 86_400},{start + 172_800},4,1,image.generation,1024x1024,acme,gpt-image-2",
    ]
    path.write_text("\n".join(rows) + "\n")
    later = story.hands[0] + timedelta(days=60)
    found = reconcile(story.ledger, path, "2025-03", mapping="openai-images-usage", now=later)
    [other] = found.discrepancies
    assert (other.class_name, other.day, other.actions) == ("quantity_mismatch", "2025-03-04", ())
    assert other.proposal == "the ledger has 3 images; the statement 4"


def test_an_item_that_names_no_model_and_calls_without_a_bucket_are_for_a_person(
    export: Export,
) -> None:
    for day in (3, 4):
        export.call(day)
        export.cost(day, "0.50", item="gpt-image-2 image output" if day == 3 else "Pictures")
    export.cost(5, "7", item="gpt-4o input")
    found = export.reconcile()
    told = {(each.class_name, each.day): each for each in found.discrepancies}
    ours = told["missing_from_statement", "2025-03-04"]
    theirs = told["missing_from_ledger", "2025-03-04"]
    for each in (ours, theirs):
        assert "line item Pictures names no model of the ledger" in each.proposal
        assert each.actions == ()
    elsewhere = told["missing_from_ledger", "2025-03-05"]
    assert [each.reason for each in elsewhere.actions] == ["unallocated"]


@pytest.mark.parametrize("known", ["", '"gpt-image-2, image output"'])
def test_an_item_that_names_no_model_leaves_the_rest_of_the_month_matched(
    export: Export, known: str
) -> None:
    for day in (3, 4, 5):
        export.call(day)
        export.cost(day, "0.50", item=known)
    export.cost(4, "7", item="Web search tool calls")
    found = export.reconcile()
    assert found.summary[0].lines == 3
    (other,) = found.discrepancies
    assert (other.class_name, other.day) == ("missing_from_ledger", "2025-03-04")
    assert other.line_item == "Web search tool calls"
    assert "Web search tool calls" in other.proposal
    assert [each.reason for each in export.reconcile(post=True, actor="ana").posted] == [
        "unallocated"
    ]
    assert export.reconcile().is_clean


def test_a_month_of_items_that_name_no_model_says_which_they_are(export: Export) -> None:
    for day in (3, 4):
        export.call(day)
        export.cost(day, "0.50", item='"Pictures, large"')
    found = export.reconcile()
    told = [(each.class_name, each.line_item, each.actions) for each in found.discrepancies]
    assert told == [
        *[("missing_from_statement", None, ())] * 2,
        *[("missing_from_ledger", "Pictures, large", ())] * 2,
    ]
    assert all(
        "line item Pictures, large names no model" in x.proposal for x in found.discrepancies
    )
