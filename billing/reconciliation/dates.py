"""Which lines of a statement are dated outside its month; pure.

A provider may date in its own time zone, so up to a day outside proves nothing: such a line is
neither of the month nor outside of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from billing.period import Month

#: How far outside its month a line may be dated by time zones alone.
TIME_ZONES: Final = timedelta(days=1)


@dataclass(slots=True)
class Dates:
    """Counts the lines that are not dated in a month, whether their calls are known or not."""

    month: Month
    #: Lines further outside than time zones explain.
    outside: int = 0
    #: Lines outside by no more than that.
    near: int = 0
    #: The time of the earliest line that is outside.
    first: datetime | None = None

    def look(self, at: datetime) -> None:
        """Take the time of a line."""
        if at in self.month:
            return
        if self.is_outside(at):
            self.take_outside(at)
        else:
            self.near += 1

    def take_outside(self, at: datetime) -> None:
        """Count one that is outside."""
        self.outside += 1
        self.first = min(self.first or at, at)

    def is_outside(self, at: datetime) -> bool:
        """Whether a time is outside the month by more than time zones explain."""
        return not self.month.start - TIME_ZONES <= at < self.month.end + TIME_ZONES
