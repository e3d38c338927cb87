"""Lines and calls of ours that have no id in common, by everything else that they have; pure.

Account, model, endpoint, size, quality, images, amount, and times at most five minutes apart: one
line to one call. Nothing is booked by it unless a person accepts it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from billing.reconciliation.books.recognition import CLOCK_TOLERANCE, Charge, HeldCall
from billing.statement import StatementLine

Candidate = HeldCall | Charge


class Fingerprints:
    """Calls that no line was found for, each to be taken by one line."""

    def __init__(self, calls: Iterable[Candidate]) -> None:
        self._free: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
        for call in sorted(calls, key=_reading_order):
            self._free[call.model, call.endpoint, call.size, call.quality].append(call)

    def take(self, line: StatementLine, *, at_any_price: bool = False) -> Candidate | None:
        """The call that a line bills, each at most once: the earliest, of the same n if any.

        Take lines in the order of their times; then no line is left without a call that could
        have had one.
        """
        free = self._free.get((line.model, line.endpoint, line.size, line.quality), [])
        start = bisect_left(free, line.created_at - CLOCK_TOLERANCE, key=_occurred_at)
        end = bisect_right(free, line.created_at + CLOCK_TOLERANCE, key=_occurred_at)
        likely = [place for place in range(start, end) if _may_be(free[place], line, at_any_price)]
        if not likely:
            return None
        return free.pop(min(likely, key=lambda place: images_of(free[place]) != line.n))

    def left(self) -> list[Candidate]:
        """The calls that no line took."""
        return [call for free in self._free.values() for call in free]


def images_of(call: Candidate) -> int:
    """How many images were asked for, or paid."""
    return call.n if isinstance(call, HeldCall) else call.images


def _reading_order(call: Candidate) -> tuple[datetime, str]:
    return call.occurred_at, call.hold_id or ""


def _occurred_at(call: Candidate) -> datetime:
    return call.occurred_at


def _may_be(call: Candidate, line: StatementLine, at_any_price: bool) -> bool:  # noqa: FBT001
    # Two ids that are both known are two calls.
    if line.status != "charged" or (line.request_id and call.request_id):
        return False
    if line.account not in ("", call.account):
        return False
    if isinstance(call, HeldCall):
        is_fit, amount = line.n <= call.n, line.n * call.unit_nanos
    else:
        is_fit, amount = line.n == call.images, call.amount_nanos
    return is_fit and (at_any_price or line.amount_nanos == amount)
