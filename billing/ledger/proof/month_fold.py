"""What a calendar month has taken of its limit, folded again row by row.

A hold or a charge counts in the month its account stands at, unless the charge happened in an
earlier one: that month is over, and nothing counts in it any more. What gives money back counts in
the month of the row it undoes, and only while the account still stands there. A month only moves
forward, and a new one starts at zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from billing.ledger.limit_rows import LimitRow, forced_beyond
from billing.ledger.orders import month_number
from billing.ledger.proof.findings import money
from billing.ledger.rows import TransferRow

_TAKES = ("hold", "charge")
_GIVES_BACK = ("void", "expire", "refund")


@dataclass(slots=True)
class MonthFold:
    """One limit, of an account or of a member, and what has been counted against it."""

    currency: str
    limit: int | None
    limit_kind: str
    month: int = 0
    spent: int = 0
    forced: int = 0

    def reach(self, month: int) -> None:
        """Stand at this month, unless a later one was reached."""
        if month > self.month:
            self.month, self.spent, self.forced = month, 0, 0

    def change(self, row: LimitRow) -> None:
        """Go by another limit from here on."""
        self.limit, self.limit_kind = row.month_limit, row.limit_kind
        self.forced = forced_beyond(row, spent=self.spent, forced=self.forced)

    def take(self, row: TransferRow, over_limit: int | None) -> Iterator[str]:
        """Count a row; answers what is wrong with its month and with what it says of the limit."""
        takes = row.kind in _TAKES and row.month is not None and not self._is_of_the_past(row)
        taken = row.amount if takes else 0
        if taken:
            yield from self._spend(row, taken)
        elif row.month == self.month:
            self.spent -= _given_back(row)
        is_above = taken and self.limit_kind == "soft" and self.limit is not None
        above = self.spent - (self.limit or 0) if is_above else 0
        if (over_limit or 0) != max(above, 0) and (taken or row.amount):
            said, is_ = (money(each, self.currency) for each in (over_limit or 0, max(above, 0)))
            yield f"it says {said} above the limit, it is {is_}"

    def _is_of_the_past(self, row: TransferRow) -> bool:
        """A charge that is booked in a month after the one it happened in counts in neither."""
        is_booked_later = row.month is not None and row.month < self.month
        return (
            row.kind == "charge" and is_booked_later and row.month == month_number(row.occurred_at)
        )

    def _spend(self, row: TransferRow, taken: int) -> Iterator[str]:
        if row.month != self.month:
            yield f"it counts in {row.month}, the account stood at {self.month}"
        is_late = row.late_hold_id is not None
        self.spent += taken
        self.forced += taken if is_late else 0
        is_hard = self.limit_kind == "hard" and self.limit is not None
        if is_hard and not is_late and self.spent > (self.limit or 0):
            spent, limit = (money(each, self.currency) for each in (self.spent, self.limit))
            yield f"it took the month to {spent}, above its limit of {limit}"


def _given_back(row: TransferRow) -> int:
    if row.kind == "capture":
        return row.released
    return row.amount if row.kind in _GIVES_BACK else 0
