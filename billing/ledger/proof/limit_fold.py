"""The changes of an account's limits, taken in between its transfers as they were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import CLOCK_SKEW
from billing.ledger.limit_rows import LimitRow
from billing.ledger.orders import month_number
from billing.ledger.proof.findings import money
from billing.ledger.proof.member_fold import MemberFolds
from billing.ledger.proof.month_fold import MonthFold


class LimitFold:
    """What an account and its members may spend, as far as the transfers have come by."""

    def __init__(
        self,
        owner: AccountRow,
        changes: Sequence[LimitRow],
        month: MonthFold,
        members: MemberFolds,
    ) -> None:
        self.floor = owner.floor
        self._currency = owner.currency
        self._month = month
        self._members = members
        self._rest = deque(changes)
        #: Of the change before.
        self._number = 0

    def take_before(self, version: int) -> Iterator[LimitRow]:
        """The changes that were made before the transfer with this version, one after the other."""
        while self._rest and self._rest[0].version < version:
            yield self._rest.popleft()

    def check(
        self, change: LimitRow, *, version: int, available: int, last: datetime, now: datetime
    ) -> Iterator[str]:
        """What is wrong with the next change by itself, and beside what came before it."""
        if change.number != self._number + 1:
            yield f"number {self._number + 1} is missing before it"
        if change.version != version:
            yield f"it was made after version {change.version}, it comes after version {version}"
        if change.recorded_at < last:
            yield "it was recorded before what came before it"
        if change.recorded_at > now + CLOCK_SKEW:
            yield "it was recorded in the future"
        if not (change.reason and change.actor):
            yield "it has no reason or no actor"
        if change.floor is not None and self.floor < change.floor > available:
            floor, had = (money(nanos, self._currency) for nanos in (change.floor, available))
            yield f"it raised the floor to {floor}, available were {had}"

    def go_by(self, change: LimitRow) -> Iterator[str]:
        """Let everything that follows be held against it."""
        self._number = change.number
        self._month.reach(month_number(change.recorded_at))
        if change.member_id is not None:
            yield from self._members.change(change, self._month.month)
            return
        if change.floor is None:
            yield "it says no floor"
            return
        self.floor = change.floor
        self._month.change(change)


def named(change: LimitRow) -> str:
    """A change in a sentence."""
    return f"change {change.number} of its limits"
