"""What a run is held to: instants of the month, too young ones, and those of bookings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from billing.reconciliation.runs.opening import OpeningItems
from billing.reconciliation.terms import Terms, Totals
from tests.billing.reconcile.small_cases import AT, MARCH, NOW, matching_of

INSTANT = timedelta(microseconds=1)


def test_what_is_younger_than_the_lag_may_still_be_billed() -> None:
    at = NOW - timedelta(hours=72)
    assert [matching_of().terms.is_young(each) for each in (at, at + INSTANT)] == [False, True]


@pytest.mark.parametrize(
    ("line", "now", "booked"),
    [
        (AT, NOW, AT),
        (MARCH.start - INSTANT, NOW, MARCH.start),
        (MARCH.end, NOW, MARCH.end - INSTANT),
        (AT, AT - INSTANT, AT - INSTANT),
        (AT, MARCH.start - INSTANT, MARCH.start),
    ],
)
def test_a_booking_is_of_the_month_and_not_of_the_future(
    line: datetime, now: datetime, booked: datetime
) -> None:
    assert matching_of(now=now).terms.booked_at(line) == booked


def test_no_fingerprint_is_accepted_and_no_line_is_outside_unless_it_is_said() -> None:
    terms = Terms(
        month=MARCH, sha256="0" * 64, currency="USD", now=NOW, opening=OpeningItems([], month=MARCH)
    )
    assert (terms.accept_fingerprints, terms.money(10**9)) == (False, "1.00 USD")
    assert Totals(ledger_nanos=1, statement_nanos=1, lines=1, uncosted=0).outside == 0
