"""What a report covers: months and days of any time zone, half-open, to the microsecond."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from billing import Capture, InvalidEntry, Ledger
from billing.report import Span, build_report, days_span, month_span

Make = Callable[..., Capture]
SetClock = Callable[[datetime], None]
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("month", "time_zone", "hours"),
    [
        ("2026-03", "UTC", 744),
        ("2026-03", "Europe/Berlin", 743),
        ("2026-10", "Europe/Berlin", 745),
        ("2026-03", "Australia/Lord_Howe", 744),
        ("2026-04", "Australia/Lord_Howe", 720.5),
        ("2026-03", "Asia/Kolkata", 744),
        ("2024-02", "UTC", 696),
        ("2026-02", "America/New_York", 672),
    ],
)
def test_a_month_is_as_long_as_its_zone_has_it(month: str, time_zone: str, hours: float) -> None:
    span = month_span(month, time_zone)
    assert (span.end - span.start) / timedelta(hours=1) == hours
    assert span.first_day.day == 1
    assert (span.last_day + timedelta(days=1)).day == 1


@pytest.mark.parametrize("time_zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"])
def test_months_of_a_zone_follow_each_other_without_gap_or_overlap(time_zone: str) -> None:
    spans = [month_span(f"2026-{month:02}", time_zone) for month in range(1, 13)]
    assert [each.end for each in spans[:-1]] == [each.start for each in spans[1:]]


def test_days_are_whole_and_the_last_is_included() -> None:
    span = days_span("2026-10-25", "2026-10-25", "Europe/Berlin")
    assert span.end - span.start == timedelta(hours=25)
    assert (span.first_day, span.last_day) == (date(2026, 10, 25), date(2026, 10, 25))
    assert days_span(date(2026, 10, 1), date(2026, 10, 31)).end == month_span("2026-10").end


def test_the_days_before_are_whole_days_however_long_they_were() -> None:
    span = days_span("2026-03-29", "2026-03-29", "Europe/Berlin")  # 23 hours
    before = span.before(span.end)
    assert before == days_span("2026-03-28", "2026-03-28", "Europe/Berlin")


def test_the_month_before_goes_as_far_as_this_one_has_come() -> None:
    march = month_span("2026-03")
    assert march.before(march.end) == month_span("2026-02")
    tenth = march.start + timedelta(days=10)
    assert march.before(tenth) == Span(
        datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 11, tzinfo=UTC)
    )
    assert march.before(march.end - MICROSECOND).end == march.start


@pytest.mark.parametrize(
    ("first", "last", "time_zone", "param"),
    [
        ("2026-10-02", "2026-10-01", "UTC", "to"),
        ("2026-02-29", "2026-03-01", "UTC", "from"),
        ("october", "2026-10-01", "UTC", "from"),
        ("2026-10-01", "9999-12-31", "UTC", "to"),
        ("0001-01-01", "2026-10-01", "Asia/Kolkata", "from"),
        ("2026-10-01", "2026-10-01", "Europe/Berln", "time_zone"),
        ("2026-10-01", "2026-10-01", "../etc/passwd", "time_zone"),
        ("2026-10-01", "2026-10-01", "", "time_zone"),
        ("2026-10-01", "2026-10-01", "/etc/localtime", "time_zone"),
    ],
)
def test_what_is_no_span_is_refused_by_name(
    first: str, last: str, time_zone: str, param: str
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        days_span(first, last, time_zone)
    assert refused.value.param == param


@pytest.mark.parametrize("time_zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"])
def test_the_day_of_a_call_is_what_the_clocks_of_the_zone_show(
    time_zone: str, ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    edges = [
        datetime(2025, month, day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
        for month, day in ((3, 1), (3, 30), (3, 31), (4, 1))
    ]
    switch = datetime(2025, 3, 30, 1, tzinfo=UTC)  # when Berlin goes from 2 to 3
    instants = [
        each + offset for each in [*edges, switch] for offset in (-MICROSECOND, 0 * MICROSECOND)
    ]
    for number, at in enumerate(sorted(instants)):
        set_clock(at)
        capture(f"call-{number}")
    set_clock(datetime(2025, 5, 1, tzinfo=UTC))
    span = month_span("2025-03", time_zone)

    report = build_report(ledger, span, by=["day"])

    expected: dict[str, int] = {}
    for at in instants:
        if span.start <= at < span.end:
            day = at.astimezone(ZoneInfo(time_zone)).date().isoformat()
            expected[day] = expected.get(day, 0) + 1
    assert {row.keys["day"]: row.calls for row in report.rows} == expected
    assert len(expected) >= 4


def test_the_months_of_a_zone_share_out_every_call_once(
    ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    for hour in range(0, 48, 3):
        set_clock(datetime(2025, 3, 31, tzinfo=UTC) + timedelta(hours=hour))
        capture(f"call-{hour}")
    set_clock(datetime(2025, 5, 1, tzinfo=UTC))
    for time_zone in ("UTC", "Asia/Kolkata", "America/Los_Angeles"):
        spans = [month_span(month, time_zone) for month in ("2025-03", "2025-04")]
        calls = [build_report(ledger, span, by=[]).totals[0].calls for span in spans]
        assert sum(calls) == 16
        assert 0 < calls[0] < 16
