"""Months: half-open, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import InvalidEntry
from billing.period import Month, as_month

MONTHS = st.builds(Month, st.integers(1971, 9997), st.integers(1, 12))


@given(MONTHS)
def test_the_text_of_a_month_parses_to_it(month: Month) -> None:
    assert Month.parse(str(month)) == month == as_month(str(month)) == as_month(month)


@given(MONTHS)
def test_months_follow_each_other_without_gap_or_overlap(month: Month) -> None:
    microsecond = timedelta(microseconds=1)
    assert month.end == month.next.start
    assert month.next.previous == month
    assert month.start in month
    assert month.end not in month
    assert month.end - microsecond in month
    assert Month.of(month.end - microsecond) == month
    assert month < month.next


def test_an_instant_belongs_to_its_month_in_utc_whatever_its_offset() -> None:
    at = datetime(2025, 4, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert Month.of(at) == Month(2025, 3)
    assert at in Month(2025, 3)


def test_an_instant_without_offset_has_no_month() -> None:
    with pytest.raises(InvalidEntry, match="time zone"):
        Month.of(datetime(2025, 4, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "text",
    [
        *("", "2025", "2025-13", "2025-00", "2025-3", "25-03", "2025-03-01", " 2025-03"),
        *("2025-03\n", "2025/03", "1969-12", "9999-12", "٢٠٢٥-٠٣"),
    ],
)
def test_what_is_no_month_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(InvalidEntry, match="write YYYY-MM") as refused:
        Month.parse(text)
    assert refused.value.param == "month"


def test_a_month_is_provisional_until_its_end() -> None:
    march = Month(2025, 3)
    assert march.state(datetime(2025, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == "provisional"
    assert march.state(datetime(2025, 4, 1, tzinfo=UTC)) == "open"
