"""Months that close and open again, as the model of the ledger sees them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.properties.ledger_rows import month_after, month_before, month_number, start_of

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class ModelEvent:
    """A closing or a reopening; `content` names the rows that count in the closed month."""

    month: int
    number: int
    kind: str
    is_forced: bool
    at: datetime
    content: frozenset[str] = frozenset()


@dataclass
class ModelMonths:
    """What is closed: all months up to one; and how often each was closed and opened again."""

    closed_through: int = 0
    #: The oldest month that was closed by an event of its own.
    first: int = 0
    last_at: datetime | None = None
    events: Counter[int] = field(default_factory=Counter)

    def booked_in(self, occurred_at: datetime) -> int | None:
        """The first open month, of what occurred in a closed one."""
        is_late = month_number(occurred_at) <= self.closed_through
        return month_after(self.closed_through) if is_late else None

    def refusal_to_close(
        self, month: int, *, now: datetime, grace: timedelta, force: bool
    ) -> str | None:
        """Only what is over, not in its grace unless by force, and in order."""
        end = start_of(month_after(month))
        if now < end:
            return "PeriodNotOver"
        if now < end + grace and not force:
            return "PeriodInGrace"
        if not self.closed_through:
            return None
        if month <= self.closed_through:
            return "PeriodClosed"
        return None if month == month_after(self.closed_through) else "PeriodOutOfOrder"

    def refusal_to_reopen(self, month: int) -> str | None:
        """Only the newest closed one, and none that only went with the first."""
        if not self.first or self.closed_through < self.first or month > self.closed_through:
            return "PeriodNotClosed"
        return None if month == self.closed_through else "PeriodOutOfOrder"

    def close(
        self, first: int, month: int, after: datetime, *, is_forced: bool
    ) -> list[ModelEvent]:
        """An event for each month from `first` on, oldest first."""
        self.first = self.first or first
        months = [first]
        while months[-1] < month:
            months.append(month_after(months[-1]))
        self.closed_through = month
        return [
            self._event(each, "close", after, is_forced=is_forced and each == month)
            for each in months
        ]

    def reopen(self, month: int, after: datetime) -> ModelEvent:
        """The months before it stay closed."""
        self.closed_through = month_before(month)
        return self._event(month, "reopen", after)

    def _event(
        self, month: int, kind: str, after: datetime, *, is_forced: bool = False
    ) -> ModelEvent:
        self.events[month] += 1
        at = after if self.last_at is None else max(after, self.last_at + TICK)
        self.last_at = at
        return ModelEvent(month, self.events[month], kind, is_forced, at)
