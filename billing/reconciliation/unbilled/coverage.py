"""Whether a statement without a line for a call shows that the call is not billed; pure.

A void gives money back for good, so silence is proof only of a statement that was read to the last
line, that begins before the call and reaches past it, that leaves no line over which could be the
call, and of whose rows none with its id was left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from billing.period import Month
from billing.reconciliation.books.recognition import CLOCK_TOLERANCE, HeldCall
from billing.statement import StatementLine

_CLOCKS: Final = CLOCK_TOLERANCE // timedelta(minutes=1)


class Coverage:
    """What a statement can say of calls that it has no line for."""

    def __init__(
        self,
        *,
        month: Month,
        bad_lines: int,
        begins: datetime | None,
        reaches: datetime | None,
        undecided: Iterable[StatementLine],
        is_final: bool,
        unbilled: Iterable[datetime] | None = None,
        billed: int = 0,
        left_out: Mapping[str, str] | None = None,
        is_other_months: bool = False,
    ) -> None:
        """Take what was read.

        Args:
            month: that is reconciled.
            bad_lines: how many lines cannot be read.
            begins: the time of the first line of usage; None without one.
            reaches: the time of the last line that bills usage; None without one.
            undecided: lines that no call of ours is known for.
            is_final: the month and the settling lag are over.
            unbilled: the times of the charges without a line; None when nobody looked.
            billed: how many calls have one.
            left_out: request ids of rows that are no lines, and why they are not.
            is_other_months: no line is of the month.
        """
        self._month = month
        self._is_other_months = is_other_months
        self._left_out = left_out or {}
        self._covers_from = (
            None if begins is None else _covers_from(begins, month, unbilled, billed)
        )
        self._bad_lines = bad_lines
        self._reaches = reaches
        self._is_final = is_final
        charged = (line for line in undecided if line.status == "charged")
        self._undecided = sorted(charged, key=_created_at)

    def doubts(self, call: HeldCall) -> Iterator[str]:
        """Why a hold may be billed all the same; nothing when it is not."""
        yield from self._gaps(call.request_id)
        yield from self._beginning(call.occurred_at - CLOCK_TOLERANCE)
        if self._reaches is not None and self._reaches < call.occurred_at + CLOCK_TOLERANCE:
            yield self._ends(call.occurred_at)
        near = self._near(call)
        if near is not None:
            yield f"line {near.line} may be it"

    def silences(self, at: datetime, request_id: str | None = None) -> Iterator[str]:
        """Why a charge of then may be billed all the same; nothing when it is not.

        A correction of cost can be taken back, so the statement of a month that is over is taken
        to be complete, whenever its last line is: if it has one in the month.
        """
        yield from self._gaps(request_id)
        yield from self._beginning(at)
        if (
            self._reaches is not None
            and self._reaches < self._month.start
            and not self._is_other_months
        ):
            yield f"the statement has no line in {self._month}"
        if self._reaches is not None and self._reaches < at and not self._is_final:
            yield self._ends(at)

    def _gaps(self, request_id: str | None) -> Iterator[str]:
        if self._bad_lines:
            lines = "1 line" if self._bad_lines == 1 else f"{self._bad_lines:,} lines"
            yield f"{lines} cannot be read"
        if self._reaches is None:
            yield "the statement bills no call at all"
        elif self._is_other_months:
            yield f"no line of the statement is of {self._month}"
        why = self._left_out.get(request_id or "")
        if why is not None:
            yield f"a row with its id was left out, {why}"

    def _ends(self, at: datetime) -> str:
        is_before = self._reaches is not None and self._reaches < at
        where = "before it" if is_before else f"less than {_CLOCKS} minutes after it"
        return f"the statement ends at {self._reaches:%Y-%m-%dT%H:%M:%SZ}, {where}"

    def _beginning(self, at: datetime) -> Iterator[str]:
        if self._covers_from is not None and at < self._covers_from:
            yield f"the statement begins on {self._covers_from:%Y-%m-%d}, after it"

    def _near(self, call: HeldCall) -> StatementLine | None:
        # Neither size nor price nor id can rule a line out: they may be what is wrong with it.
        start = bisect_left(self._undecided, call.occurred_at - CLOCK_TOLERANCE, key=_created_at)
        for line in self._undecided[start:]:
            if line.created_at > call.occurred_at + CLOCK_TOLERANCE:
                break
            if line.account in ("", call.account):
                return line
        return None


def _covers_from(
    begins: datetime, month: Month, unbilled: Iterable[datetime] | None, billed: int
) -> datetime | None:
    """Where a statement that seems to be cut off begins; None for one of the whole month.

    It seems so when what was surely delivered before the day of its first line makes up a third of
    the month's calls or more: a few that are missing there are missing like others.
    """
    day = begins.replace(hour=0, minute=0, second=0, microsecond=0)
    if day <= month.start:
        return None
    if unbilled is None:
        return day
    before = sum(month.start <= at < day for at in unbilled)
    return day if 2 * before > billed or begins >= month.end else None


def _created_at(line: StatementLine) -> datetime:
    return line.created_at
