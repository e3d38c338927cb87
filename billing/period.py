"""The months that reports and statements cover, half-open in UTC; no ledger and no clock here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Self

from billing.errors import InvalidEntry

#: `provisional`: the month is not over; `open`: it is over, and nothing has closed it; `closed`:
#: nothing is posted into it any more.
PeriodState = Literal["provisional", "open", "closed"]

_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
#: Of the months that there are: nothing was billed before.
FIRST_YEAR: Final = 1970
#: The month after December 9999 has no start that a datetime can hold.
LAST_YEAR: Final = 9998


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC: from `start`, up to and without `end`.

    >>> month = Month.parse("2026-12")
    >>> month.start.isoformat(), month.end.isoformat()
    ('2026-12-01T00:00:00+00:00', '2027-01-01T00:00:00+00:00')
    """

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as `YYYY-MM`.

        Raises:
            InvalidEntry: the text is not one; `param` is `month`.
        """
        found = _MONTH.fullmatch(text) if isinstance(text, str) else None
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise InvalidEntry("month", text, "write YYYY-MM, such as 2026-10")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime) -> Self:
        """The month in UTC that an aware instant lies in.

        Raises:
            InvalidEntry: the instant has no time zone, so nobody can know its month.
        """
        if at.tzinfo is None:
            raise InvalidEntry("month", at, "give the instant a time zone")
        at = at.astimezone(UTC)
        return cls(at.year, at.month)

    @classmethod
    def numbered(cls, number: int) -> Self:
        """The month that the database keeps as this number, YYYYMM.

        >>> str(Month.numbered(202612)), Month.numbered(202612).number
        ('2026-12', 202612)
        """
        return cls(number // 100, number % 100)

    @property
    def number(self) -> int:
        """The month as the database keeps it, YYYYMM."""
        return self.year * 100 + self.month

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first instant that no longer belongs to it."""
        return self.next.start

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before it."""
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def state(self, now: datetime) -> PeriodState:
        """Whether more usage may still occur in it."""
        return "provisional" if now < self.end else "open"

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def as_month(month: Month | str) -> Month:
    """The month itself, or the one written as `YYYY-MM`."""
    return month if isinstance(month, Month) else Month.parse(month)
