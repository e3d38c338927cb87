"""Days of 23, 24½ and 25 hours, and holds from before the clocks were set: worked out by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from billing import Capture, Hold, Ledger
from billing.report import Span, build_report, days_span, month_span

SetClock = Callable[[datetime], None]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Change:
    """The clocks of a zone are set at `at`: until then `before` UTC, from then on `after`."""

    zone: str
    at: datetime
    before: timedelta
    after: timedelta

    def day(self, instant: datetime) -> date:
        return (instant + (self.before if instant < self.at else self.after)).date()

    @property
    def midnights(self) -> list[datetime]:
        """UTC, of the day of the change and the days about it."""
        local = datetime.combine(self.day(self.at), datetime.min.time(), UTC)
        ahead = [local + timedelta(days=number) for number in (-1, 0, 1, 2)]
        return [each - (self.before if each <= local else self.after) for each in ahead]


def change(zone: str, at: str, before: float, after: float) -> Change:
    hours = (timedelta(hours=each) for each in (before, after))
    return Change(zone, datetime.fromisoformat(at).replace(tzinfo=UTC), *hours)


CHANGES = [
    change("Europe/Berlin", "2026-03-29T01:00", 1, 2),
    change("Europe/Berlin", "2026-10-25T01:00", 2, 1),
    change("America/New_York", "2026-03-08T07:00", -5, -4),
    change("America/New_York", "2026-11-01T06:00", -4, -5),
    change("Australia/Lord_Howe", "2026-04-04T15:00", 11, 10.5),
    change("Australia/Lord_Howe", "2026-10-03T15:30", 10.5, 11),
]


@pytest.fixture(params=CHANGES, ids=lambda each: f"{each.zone}-{each.at:%Y-%m}")
def clocks(request: pytest.FixtureRequest) -> Change:
    found = request.param
    assert isinstance(found, Change)
    return found


@pytest.fixture
def round_the_clock(
    clocks: Change,
    ledger: Ledger,
    hold: Callable[..., Hold],
    capture: Callable[..., Capture],
    set_clock: SetClock,
) -> Ledger:
    """At each edge a hold, one in doubt, a call, an adjustment; a month earlier and later, too."""
    edges = [*clocks.midnights, clocks.at]
    near = [at + step for at in edges for step in (-MICROSECOND, timedelta(0))]
    far = [at + timedelta(days=days, minutes=-30) for at in edges[:1] for days in (-30, 35)]
    for number, at in enumerate(sorted([*near, *far])):
        set_clock(at)
        hold(f"held-{number}", n=1 + number % 8)
        ledger.doubt(hold(f"lost-{number}", n=2).id, key=f"doubt-{number}", reason="timeout")
        capture(f"call-{number}", n=1 + number % 3)
        ledger.adjust("acme", f"0.{number + 1:03}", key=f"a-{number}", reason="fee", actor="ana")
    set_clock(clocks.at + timedelta(days=90))
    return ledger


def rows(ledger: Ledger, kind: str) -> list[tuple[str, datetime, Decimal]]:
    """Key, instant and amount, as the database has them."""
    asked = text("SELECT idem_key, occurred_at, amount FROM transfer WHERE kind = :kind")
    with ledger.engine.connect() as connection:
        found = connection.execute(asked, {"kind": kind}).all()
    told = [(key, datetime.fromisoformat(str(at)), amount) for key, at, amount in found]
    return [
        (key, at if at.tzinfo else at.replace(tzinfo=UTC), Decimal(nanos) / 10**9)
        for key, at, nanos in told
    ]


def by_day(
    clocks: Change, ledger: Ledger, kind: str, *, start: datetime, end: datetime, key: str = ""
) -> dict[str, tuple[int, Decimal]]:
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for name, at, amount in rows(ledger, kind):
        if name.startswith(key) and start <= at < end:
            sums[clocks.day(at).isoformat()].append(amount)
    return {day: (len(each), sum(each, Decimal(0))) for day, each in sums.items()}


def spans(clocks: Change) -> list[Span]:
    """The day of the change; its month; the month after, when the clocks show another time."""
    changed = clocks.day(clocks.at)
    month = month_span(f"{changed:%Y-%m}", clocks.zone)
    after = month_span(f"{month.last_day + timedelta(days=1):%Y-%m}", clocks.zone)
    return [days_span(changed, changed, clocks.zone), month, after]


def test_calls_are_of_the_day_that_the_clocks_showed(
    clocks: Change, round_the_clock: Ledger
) -> None:
    for span in spans(clocks):
        report = build_report(round_the_clock, span, by=["day"])
        found = {row.keys["day"]: (row.calls, row.amount) for row in report.rows}
        expected = by_day(clocks, round_the_clock, "capture", start=span.start, end=span.end)
        assert found == expected


def test_what_is_held_of_a_day_is_what_was_held_on_that_day_whenever_the_span_began(
    clocks: Change, round_the_clock: Ledger
) -> None:
    checked = 0
    for span in spans(clocks):
        held, lost = (
            by_day(clocks, round_the_clock, "hold", key=key, start=LONG_AGO, end=span.end)
            for key in ("held-", "lost-")
        )
        for day in held:
            report = build_report(round_the_clock, span, by=[], where={"day": day})
            assert [(each.holds, each.amount) for each in report.held] == [held[day]], day
            assert [(each.holds, each.amount) for each in report.in_doubt] == [lost[day]], day
            checked += 1
        two = build_report(round_the_clock, span, by=[], where={"day": sorted(held)[:2]})
        assert two.held[0].holds == sum(held[day][0] for day in sorted(held)[:2])
    assert checked > 10


def test_adjustments_of_a_day_are_those_of_that_day(
    clocks: Change, round_the_clock: Ledger
) -> None:
    for span in spans(clocks):
        booked = by_day(clocks, round_the_clock, "adjustment", start=span.start, end=span.end)
        for day in booked:
            report = build_report(round_the_clock, span, by=[], where={"day": day})
            assert [(each.adjustments, each.amount) for each in report.adjustments] == [booked[day]]


def test_the_days_of_the_change_are_as_long_as_they_were(clocks: Change) -> None:
    (day, *_) = spans(clocks)
    assert day.end - day.start == timedelta(days=1) - (clocks.after - clocks.before)
    assert (day.start, day.end) == (clocks.midnights[1], clocks.midnights[2])
