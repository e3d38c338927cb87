"""Taxes, fees and credits that come again in another file: under the month or another, once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.billing.reconcile.statement_story import Story

MARCH, APRIL = "2025-03", "2025-04"


def two_months(story: Story) -> None:
    story.at("2025-03-10T12:00")
    story.paid("march")
    story.at("2025-04-10T12:00")
    story.paid("april")
    story.at("2025-06-20T12:00")


def other(status: str, day: str, amount: str = "1.15", request_id: str = "") -> str:
    return f"{request_id},{day}T00:00:00Z,,,,,,,{amount},USD,{status}"


def booked(story: Story, month: str, *lines: str) -> list[tuple[str, Decimal]]:
    """What a run over these lines books; run twice, the second books nothing."""
    story.lines[:] = lines
    found = story.post(month)
    again = story.post(month)
    assert (again.posted, again.is_clean, again.proof.ties) == ((), True, True)
    return [(each.reason, each.cost or Decimal(0)) for each in found.posted]


@pytest.mark.parametrize("status", ["tax", "fee", "credit"])
@pytest.mark.parametrize("day", ["2025-03-31", "2025-04-02", "2025-04-30"])
def test_what_a_file_booked_is_not_booked_from_a_newer_one_of_the_next_month(
    story: Story, status: str, day: str
) -> None:
    two_months(story)
    march, april = story.lines
    (first,) = booked(story, MARCH, march, other(status, day))
    assert first[0] == status
    early = april.replace("04-10", "04-01").replace("req-april", "early")
    assert booked(story, APRIL, april, early, other(status, day), early) == [
        ("unallocated", Decimal("0.5"))
    ]


@pytest.mark.parametrize("request_id", ["", "in_1"])
def test_it_is_known_again_in_a_revision_of_its_own_month(story: Story, request_id: str) -> None:
    two_months(story)
    march, _april = story.lines
    tax = other("tax", "2025-03-31", request_id=request_id)
    assert len(booked(story, MARCH, march, tax)) == 1
    assert booked(story, MARCH, tax, march) == []
    assert booked(story, MARCH, tax.replace("03-31", "04-02"), march, "") == []


def test_it_is_known_again_once_its_month_was_closed(story: Story) -> None:
    two_months(story)
    march, _april = story.lines
    story.ledger.close_period(MARCH, actor="ana")
    assert len(booked(story, MARCH, march, other("tax", "2025-03-31"))) == 1
    assert booked(story, MARCH, other("tax", "2025-03-31"), march) == []


def test_the_next_months_own_fee_of_the_same_amount_is_booked(story: Story) -> None:
    two_months(story)
    march, april = story.lines
    assert len(booked(story, MARCH, march, other("fee", "2025-04-02"))) == 1
    assert booked(story, APRIL, april, other("fee", "2025-05-02")) == [("fee", Decimal("1.15"))]


def test_what_its_month_took_back_is_booked_where_it_comes_again(story: Story) -> None:
    two_months(story)
    march, april = story.lines
    fee = other("fee", "2025-04-02")
    assert len(booked(story, MARCH, march, fee)) == 1
    assert booked(story, MARCH, march) == [("not_billed", Decimal("-1.15"))]
    early = april.replace("04-10", "04-01").replace("req-april", "early")
    assert ("fee", Decimal("1.15")) in booked(story, APRIL, april, early, fee)
    assert booked(story, MARCH, march, "", fee) == []
