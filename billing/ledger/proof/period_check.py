"""Closed months against the rows: nothing came in after the closing, and the digest still fits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from billing.ledger.closing.content import contents
from billing.ledger.closing.periods import PeriodEvent, Periods, month_before
from billing.ledger.orders import month_after, month_number
from billing.ledger.proof.findings import Findings
from billing.ledger.proof.stored_books import NEVER
from billing.ledger.rows import TransferRow

_EVERYWHERE: Final = "-"


class PeriodCheck:
    """What is closed, for the rows and balances that are held against it."""

    def __init__(self, periods: Periods) -> None:
        self.closed_through = periods.closed_through
        #: The instant of the newest event; every balance is as late.
        self.last_at = periods.last_at or NEVER
        closed = {event.month for event in periods.events if event.kind == "close"}
        # With the first month that was ever closed, those before it were.
        self._was_closed = closed | {month_before(month) for month in sorted(closed)[:1]}
        self._closings = {
            month: closing.recorded_at
            for month in closed
            if (closing := periods.closing_of(month)) is not None
        }
        self._oldest = min(self._closings, default=0)

    def problems(self, row: TransferRow) -> Iterator[str]:
        """What is wrong with the month that a row is booked in."""
        occurred = month_number(row.occurred_at)
        booked = row.booked_in or occurred
        if row.booked_in is not None and row.booked_in <= occurred:
            yield f"it is booked in {booked} and occurred in {occurred}, so it is not late"
        elif row.booked_in is not None and month_before(booked) not in self._was_closed:
            yield f"it is booked in {booked}, and {month_before(booked)} was never closed"
        if booked <= self.closed_through:
            closed_at = self._closings.get(max(booked, self._oldest))
            if closed_at is not None and row.recorded_at >= closed_at:
                yield f"it was recorded in {booked} after that month was closed"


def check_periods(connection: Connection, findings: Findings) -> PeriodCheck:
    """Check the events themselves, and the digest of every month that is closed."""
    periods = Periods.of(connection)
    for said in (*_broken_chain(periods), *_broken_order(periods), *_changed(connection, periods)):
        findings.report(_EVERYWHERE, "period", said)
    return PeriodCheck(periods)


def _broken_chain(periods: Periods) -> Iterator[str]:
    before: PeriodEvent | None = None
    for event in periods.events:
        if event.hash != event.hash_after(before):
            yield f"{_named(event)} is not the one that was recorded, or one before it is missing"
        before = event


def _broken_order(periods: Periods) -> Iterator[str]:
    counts: dict[int, int] = {}
    for event in periods.events:
        counts[event.month] = counts.get(event.month, 0) + 1
        if event.number != counts[event.month]:
            yield f"{_named(event)}: number {counts[event.month]} is missing before it"
    months = sorted(counts)
    for month, following in pairwise(months):
        if month_after(month) != following:
            yield f"{month_after(month)} was never closed, {following} was"


def _changed(connection: Connection, periods: Periods) -> Iterator[str]:
    standing = {
        event.month: event
        for month in {event.month for event in periods.events}
        if (event := periods.closing_of(month)) is not None and event.month == month
    }
    if not standing:
        return
    found = contents(connection, min(standing), max(standing))
    for month, event in sorted(standing.items()):
        if found[month].digest != event.report_digest:
            yield f"{_named(event)}: what counts in the month is not what counted then"


def _named(event: PeriodEvent) -> str:
    return f"{event.kind} {event.number} of {event.month}"
