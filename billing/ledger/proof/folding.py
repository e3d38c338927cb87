"""The books of one account, folded again row by row, and compared with what is stored.

Memory grows with the holds that are open and with the members, not with the history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import CLOCK_SKEW, Moves, moves_of
from billing.ledger.ids import to_text
from billing.ledger.orders import month_number
from billing.ledger.proof import limit_fold
from billing.ledger.proof.findings import Findings, ProblemKind, money
from billing.ledger.proof.limit_fold import LimitFold
from billing.ledger.proof.member_fold import MemberFolds
from billing.ledger.proof.month_fold import MonthFold
from billing.ledger.proof.period_check import PeriodCheck
from billing.ledger.proof.row_pages import PricedRow
from billing.ledger.proof.row_rules import broken_rules, shape_of
from billing.ledger.proof.stored_books import (
    NEVER,
    StoredBooks,
    differences,
    month_differences,
)
from billing.ledger.rows import TransferRow

#: Above every version that a transfer can have.
VERSION_MAX: Final = 2**63


class Fold:
    """What the transfers of an account add up to so far."""

    def __init__(
        self,
        owner: AccountRow,
        stored: StoredBooks,
        findings: Findings,
        *,
        periods: PeriodCheck,
        now: datetime,
    ) -> None:
        self._owner = owner
        self._stored = stored
        self._findings = findings
        self._periods = periods
        self._now = now
        self._buckets = Moves()
        #: Version of the row before.
        self.version = 0
        self._funded = 0
        self._forced = 0
        self._recorded_at = NEVER
        self._month = MonthFold(owner.currency, owner.month_limit, owner.limit_kind)
        self._members = MemberFolds(owner, stored)
        self._limits = LimitFold(owner, stored.changes, self._month, self._members)
        #: A row counted in a month: from there on, instants are known not to run backwards.
        self._has_months = False
        #: Holds that have not ended: the hold's row and the bucket its money is in.
        self._unsettled: dict[UUID, tuple[TransferRow, str]] = {}

    def add(self, priced: PricedRow) -> None:
        """Check one row by itself and against what came before it, then take it in."""
        row = priced.row
        self._change_limits(row.version)
        self._check_version(row)
        for kind, said in broken_rules(self._owner, priced, now=self._now):
            self._report(kind, row, said)
        for said in self._periods.problems(row):
            self._report("period", row, said)
        self._check_time(row)
        misshapen = shape_of(row)
        if misshapen is not None:
            self._report("row", row, misshapen)
            return
        self._follow_hold(row)
        self._move(row)

    def compare(self) -> None:
        """Compare the fold with the stored figures and with itself."""
        if self._owner.parent_id is not None:
            if self.version or self._stored.balance is not None or self._stored.changes:
                self._say("balance", "a member has money of its own, transfers, or a floor")
            return
        self._change_limits(VERSION_MAX)
        if self._stored.balance is None:
            self._say("balance", "there is no balance row")
            return
        if (self._stored.version or 0) > self.version:
            self._say("version", f"version {self.version + 1} is missing at the end")
        # Closing a month, or opening one again, sets every balance forward.
        self._recorded_at = max(self._recorded_at, self._periods.last_at)
        if self._periods.last_at > NEVER:
            self._month.reach(month_number(self._periods.last_at))
        folded = {
            **self._buckets._asdict(),
            "forced": self._forced,
            "version": self.version,
            "floor": self._limits.floor,
            "closed_through": self._periods.closed_through,
        }
        is_kept = self._has_months or bool(self._stored.changes)
        if is_kept or self._stored.balance["recorded_at"] != NEVER:
            folded["recorded_at"] = self._recorded_at
        for said in differences(self._stored.balance, folded, self._owner.currency):
            self._say("balance", said)
        for said in month_differences(self._stored.balance, self._month):
            self._say("month", said)
        for kind, said in self._members.compare():
            self._say(kind, said)
        self._compare_sums()

    def _change_limits(self, version: int) -> None:
        """Take in the changes of limits before the transfer with this version."""
        for change in self._limits.take_before(version):
            problems = self._limits.check(
                change,
                version=self.version,
                available=self._buckets.available,
                last=self._recorded_at,
                now=self._now,
            )
            for said in (*problems, *self._limits.go_by(change)):
                self._say("limit", f"{limit_fold.named(change)}: {said}")
            self._recorded_at = max(self._recorded_at, change.recorded_at)

    def _compare_sums(self) -> None:
        currency = self._owner.currency
        if sum(self._buckets) != self._funded:
            both = (money(nanos, currency) for nanos in (sum(self._buckets), self._funded))
            self._say("sum", "buckets sum to {}, put in were {}".format(*both))
        for bucket in ("held", "in_doubt"):
            owed = sum(row.amount for row, where in self._unsettled.values() if where == bucket)
            folded = getattr(self._buckets, bucket)
            if owed != folded:
                both = (money(nanos, currency) for nanos in (folded, owed))
                self._say("holds", "{} is {}, its open holds sum to {}".format(bucket, *both))

    def _check_version(self, row: TransferRow) -> None:
        expected, last = self.version + 1, row.version - 1
        if row.version > expected:
            gone = f"versions {expected} to {last} are" if last > expected else f"version {last} is"
            self._report("version", row, f"{gone} missing before it")
        elif row.version < expected:
            self._report("version", row, f"expected version {expected}")
        newest = self._stored.version
        if newest is not None and row.version > newest:
            self._report("version", row, f"the balance knows of no version after {newest}")
        self.version = row.version

    def _check_time(self, row: TransferRow) -> None:
        self._has_months = self._has_months or row.month is not None
        # Before there were limits, rows of several machines could differ by their clocks.
        tolerated = CLOCK_SKEW * (not self._has_months)
        if row.recorded_at < self._recorded_at - tolerated:
            self._report("time", row, "it was recorded before the row before it")
        self._recorded_at = row.recorded_at

    def _move(self, row: TransferRow) -> None:
        moves = moves_of(row.kind, row.amount, row.released, row.from_bucket)
        self._buckets = self._buckets.plus(moves)
        self._funded += row.amount if row.kind in ("top-up", "adjustment") else 0
        is_late = row.late_hold_id is not None
        self._forced += row.amount if is_late else 0
        below = self._buckets.available < self._limits.floor
        if moves.available < 0 and below and not is_late:
            self._report("floor", row, "it took the account below its floor")
        self._month.reach(month_number(row.recorded_at))
        for said in self._month.take(row, row.over_limit):
            self._report("month", row, said)
        for said in self._members.take(row, moves, self._month.month):
            self._report("member", row, said)

    def _follow_hold(self, row: TransferRow) -> None:
        if row.kind == "hold":
            self._unsettled[row.id] = (row, "held")
        if row.hold_id is None:
            return
        held = self._unsettled.get(row.hold_id)
        if held is None:
            self._report("hold", row, "names a hold that is not open")
            return
        hold, bucket = held
        for kind, said in _broken_ending(row, hold, bucket):
            self._report(kind, row, said)
        if row.kind == "doubt":
            self._unsettled[hold.id] = (hold, "in_doubt")
        else:
            del self._unsettled[hold.id]

    def _report(self, kind: ProblemKind, row: TransferRow, said: str) -> None:
        self._say(kind, f"{named(row)}: {said}")

    def _say(self, kind: ProblemKind, detail: str) -> None:
        self._findings.report(self._owner.code, kind, detail)


def named(row: TransferRow) -> str:
    """A transfer in a sentence: its id, and where it stands."""
    return f"{to_text(row.kind, row.id)} (version {row.version})"


def _broken_ending(
    row: TransferRow, hold: TransferRow, bucket: str
) -> list[tuple[ProblemKind, str]]:
    """What does not fit between a hold and the row that moves or ends it."""
    is_paid = row.kind == "capture"
    rates = (row.rate_id, row.cost_rate_id) == (hold.rate_id, hold.cost_rate_id)
    checks: tuple[tuple[ProblemKind, bool, str], ...] = (
        ("hold", row.from_bucket == bucket, f"the hold's money was {bucket}"),
        ("hold", row.amount + row.released == hold.amount, "does not account for what was held"),
        ("price", rates or not is_paid, "it was captured at another rate than it was held at"),
        ("member", row.member_id == hold.member_id, "it is not of the member who held"),
        (
            "month",
            row.month == (None if row.kind == "doubt" else hold.month),
            f"it counts in {row.month}, its hold in {hold.month}",
        ),
    )
    return [(kind, said) for kind, holds, said in checks if not holds]
