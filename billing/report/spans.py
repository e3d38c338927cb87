"""The stretch of time that a report covers: a month or whole days, in UTC or another time zone.

A provider bills in UTC. A month of another zone is a second view: its edges lie elsewhere, so its
sums do not equal the provider's, and it says so wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from billing.errors import InvalidEntry
from billing.period import FIRST_YEAR, LAST_YEAR, Month, PeriodState, as_month

#: Clocks are set at whole quarters of an hour; steps of this size meet every change.
_STEP: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open: `start <= occurred_at < end`, both aware and in UTC.

    Attributes:
        start: the first instant.
        end: the first instant after it.
        time_zone: IANA name of the zone whose days these are.
        month: `YYYY-MM` when it is a calendar month of that zone, else None.
    """

    start: datetime
    end: datetime
    time_zone: str = "UTC"
    month: str | None = None

    @property
    def is_utc(self) -> bool:
        """Its days are the provider's."""
        return self.time_zone == "UTC"

    @property
    def zone(self) -> tzinfo:
        """The zone of its days."""
        return UTC if self.is_utc else ZoneInfo(self.time_zone)

    @property
    def first_day(self) -> date:
        """Its first day, in its zone."""
        return self.start.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """Its last day, in its zone; it belongs to the span."""
        return (self.end - timedelta(microseconds=1)).astimezone(self.zone).date()

    def day_of(self, at: datetime) -> str:
        """The day, YYYY-MM-DD, that the clocks of its zone showed at an instant, in it or not."""
        return at.astimezone(self.zone).date().isoformat()

    def state(self, now: datetime) -> PeriodState:
        """Whether more usage may still occur in it."""
        return "provisional" if now < self.end else "open"

    @property
    def booked_months(self) -> tuple[int, int]:
        """The first and the last month (YYYYMM) of which it has days."""
        first, last = self.first_day, self.last_day
        return first.year * 100 + first.month, last.year * 100 + last.month

    @property
    def begins_month(self) -> bool:
        """Its first day is the first of a month."""
        return self.first_day.day == 1

    @property
    def ends_month(self) -> bool:
        """Its last day is the last of a month."""
        return (self.last_day + timedelta(days=1)).day == 1

    def before(self, now: datetime) -> Span:
        """The span to compare with: the one before, as far as this one has come."""
        if self.month is None:
            days = timedelta(days=(self.last_day - self.first_day).days + 1)
            return _between(self.first_day - days, self.first_day, self.time_zone)
        whole = month_span(Month.parse(self.month).previous, self.time_zone)
        if not self.start <= now < self.end:
            return whole
        return Span(whole.start, min(whole.start + (now - self.start), whole.end), self.time_zone)

    def offsets(self) -> Iterator[tuple[datetime, timedelta]]:
        """The zone's distance from UTC: (until when, distance), one for each stretch of the span.

        Examples:
            >>> berlin = month_span("2026-03", "Europe/Berlin")
            >>> [(str(until), str(offset)) for until, offset in berlin.offsets()]
            [('2026-03-29 01:00:00+00:00', '1:00:00'), ('2026-03-31 22:00:00+00:00', '2:00:00')]
        """
        at, offset = self.start, self._offset(self.start)
        while at < self.end:
            at += _STEP
            following = self._offset(at)
            if following != offset and at < self.end:
                yield at, offset
                offset = following
        yield self.end, offset

    def _offset(self, at: datetime) -> timedelta:
        offset = at.astimezone(self.zone).utcoffset()
        assert offset is not None, "an aware instant has an offset"
        return offset


def month_span(month: Month | str, time_zone: str = "UTC") -> Span:
    """A calendar month of a time zone.

    Raises:
        InvalidEntry: `month` is no month, or the zone is not known.
    """
    month = as_month(month)
    first, after = date(month.year, month.month, 1), month.next
    end = date(after.year, after.month, 1)
    return _between(first, end, time_zone, month=str(month))


def days_span(first: date | str, last: date | str, time_zone: str = "UTC") -> Span:
    """Whole days of a time zone, the last one included.

    Raises:
        InvalidEntry: no day, the last before the first, or the zone is not known.
    """
    first, last = _as_day("from", first), _as_day("to", last)
    if last < first:
        raise InvalidEntry("to", last.isoformat(), f"a day from {first} on: it is included")
    return _between(first, last + timedelta(days=1), time_zone)


def _between(first: date, end: date, time_zone: str, *, month: str | None = None) -> Span:
    zone = _zone(time_zone)
    start, after = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, end))
    return Span(start, after, time_zone, month)


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:  # a folder of the zone database, or a path
        allowed = "write a name of the time zone database, such as Europe/Berlin"
        raise InvalidEntry("time_zone", name, allowed) from problem


def _as_day(name: str, day: date | str) -> date:
    found = day
    if isinstance(found, str):
        with suppress(ValueError):
            found = date.fromisoformat(found)
    if isinstance(found, datetime) or not isinstance(found, date):
        raise InvalidEntry(name, day, "write YYYY-MM-DD, such as 2026-10-31")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidEntry(name, day, f"give a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    return found
