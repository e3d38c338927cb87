"""A line is compared with its charge in every detail that the statement names."""

from __future__ import annotations

import pytest

from tests.billing.reconcile.small_cases import charge, line, run
from tests.billing.reconcile.statement_story import Story


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"n": 1}, "the ledger has n 2; the statement n 1"),
        ({"size": "768x1024"}, "the ledger has size 1024x1024; the statement size 768x1024"),
        ({"quality": "low"}, "the ledger has quality high; the statement quality low"),
        ({"account": "beta"}, "the ledger has account acme; the statement account beta"),
        (
            {"model": "gpt-image-1", "endpoint": "edits"},
            "the ledger has model gpt-image-2, endpoint generations; "
            "the statement model gpt-image-1, endpoint edits",
        ),
    ],
)
def test_another_detail_than_the_amount_is_a_quantity_mismatch_that_names_it(
    change: dict[str, object], told: str
) -> None:
    found = run(charges=[charge()], lines=[line(**change)])
    [discrepancy] = found.discrepancies
    assert discrepancy.class_name == "quantity_mismatch"
    assert discrepancy.proposal == f"{told}; the customer paid 0.42144 USD"
    assert found.unexplained_nanos == 0


@pytest.mark.parametrize(
    "change", [{"account": "acme"}, {"account": ""}, {"endpoint": "edits", "names_endpoint": False}]
)
def test_a_detail_that_the_statement_leaves_out_is_no_difference(
    change: dict[str, object],
) -> None:
    assert run(charges=[charge()], lines=[line(**change)]).discrepancies == []


def test_a_line_that_names_another_account_model_or_endpoint_is_no_match(story: Story) -> None:
    for key, change in (
        ("a", (",,gpt", ",beta,gpt")),
        ("b", ("gpt-image-2", "gpt-image-1")),
        ("c", ("gpt-image-2,,", "gpt-image-2,edits,")),
        ("d", (",,gpt-image-2,,", ",acme,gpt-image-2,generations,")),
    ):
        story.paid(key)
        story.lines[-1] = story.lines[-1].replace(*change)
    found = story.reconcile()
    assert [(each.class_name, each.request_id) for each in found.discrepancies] == [
        *(("quantity_mismatch", f"req-{key}") for key in "abc")
    ]
