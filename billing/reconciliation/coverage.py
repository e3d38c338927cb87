"""Whether a statement without a line for a call shows that the call is not billed; pure.

A void gives money back for good, so silence is proof only of a statement that was read to the last
line, that reaches past the call, and that leaves no line over which could be the call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

from billing.reconciliation.recognition import CLOCK_TOLERANCE, HeldCall
from billing.statement import StatementLine


class Coverage:
    """What a statement can say of calls that it has no line for."""

    def __init__(
        self, *, bad_lines: int, reaches: datetime | None, undecided: Iterable[StatementLine]
    ) -> None:
        """Take what was read.

        Args:
            bad_lines: how many lines cannot be read.
            reaches: the time of the last line that bills usage; None without one.
            undecided: lines that no call of ours is known for.
        """
        self._bad_lines = bad_lines
        self._reaches = reaches
        charged = (line for line in undecided if line.status == "charged")
        self._undecided = sorted(charged, key=_created_at)

    def doubts(self, call: HeldCall) -> Iterator[str]:
        """Why the call may be billed all the same; nothing when it is not."""
        if self._bad_lines:
            lines = "1 line" if self._bad_lines == 1 else f"{self._bad_lines:,} lines"
            yield f"{lines} cannot be read"
        if self._reaches is None:
            yield "the statement bills no call at all"
        elif self._reaches < call.occurred_at + CLOCK_TOLERANCE:
            yield f"the statement ends at {self._reaches:%Y-%m-%dT%H:%M:%SZ}, before it"
        near = self._near(call)
        if near is not None:
            yield f"line {near.line} may be it"

    def _near(self, call: HeldCall) -> StatementLine | None:
        # Neither size nor price nor id can rule a line out: they may be what is wrong with it.
        start = bisect_left(self._undecided, call.occurred_at - CLOCK_TOLERANCE, key=_created_at)
        for line in self._undecided[start:]:
            if line.created_at > call.occurred_at + CLOCK_TOLERANCE:
                break
            if line.account in ("", call.account):
                return line
        return None


def _created_at(line: StatementLine) -> datetime:
    return line.created_at
