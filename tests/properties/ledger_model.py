"""What the ledger should do, as dicts: integers only, no database, no code of ours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.properties.ledger_accounts import ModelAccount, ModelHold
from tests.properties.ledger_months import TICK, ModelEvent, ModelMonths
from tests.properties.ledger_rows import BUCKETS, COUNTED, ModelRow, month_number, moves

#: Why money may not go out.
NO_MONEY, NO_BUDGET = "InsufficientFunds", "BudgetExceeded"
OF_ROOM = frozenset({NO_MONEY, NO_BUDGET})
#: What a spent key leads to.
REPEATED, CONFLICT = "repeated", "IdempotencyConflict"


@dataclass
class Model:
    """Accounts, holds and spent keys; every method answers what the ledger must answer."""

    now: datetime
    accounts: dict[str, ModelAccount] = field(default_factory=dict)
    holds: dict[str, ModelHold] = field(default_factory=dict)
    #: Captures and charges by name, and what was given back of them.
    payments: dict[str, ModelRow] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    #: (account, key) -> (what was asked, name of the row)
    keys: dict[tuple[str, str], tuple[object, str]] = field(default_factory=dict)
    rows: dict[str, ModelRow] = field(default_factory=dict)
    #: The keys that each account has spent, in order.
    spent_keys: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Changes of limits: whose, how much, whether it only tells.
    changes: list[tuple[str, int | None, bool]] = field(default_factory=list)
    #: The holds that have not ended.
    open: dict[str, ModelHold] = field(default_factory=dict)
    months: ModelMonths = field(default_factory=ModelMonths)

    def known(self, code: str, key: str, asked: object) -> str | None:
        """`repeated`, the conflict, or None for a fresh key."""
        if (code, key) not in self.keys:
            return None
        return REPEATED if self.keys[code, key][0] == asked else CONFLICT

    def month_of(self, code: str) -> int:
        """The month that an account stands at: it never goes back."""
        return max(self.accounts[code].purse.month, month_number(self.now))

    def check(self, code: str) -> None:
        """What the model itself must keep: sums, the floor, holds."""
        account = self.accounts[code]
        assert sum(account.buckets) == account.funded
        purse = account.purse
        assert purse.available + purse.late >= purse.floor
        for bucket in ("held", "in_doubt"):
            unsettled = (
                hold.amount
                for hold in self.open.values()
                if hold.bucket == bucket and account in self.accounts[hold.code].limits
            )
            assert sum(unsettled) == getattr(account, bucket)

    def refusal(self, code: str, amount: int, then: datetime | None = None) -> str | None:
        """Why money may not go out, if it may not; of a month in the past no limit is asked."""
        account, month = self.accounts[code], self.month_of(code)
        if not self._is_past(then):
            for each in account.limits:
                is_hard = each.limit is not None and not each.is_soft
                if is_hard and each.spent_in(month) + amount > (each.limit or 0):
                    return NO_BUDGET
        return self.refusal_of_money(code, amount)

    def refusal_of_money(self, code: str, amount: int) -> str | None:
        purse = self.accounts[code].purse
        return NO_MONEY if purse.available - amount < purse.floor else None

    def change_limit(self, code: str, limit: int | None, *, is_soft: bool) -> None:
        """It counts from the next row on; what the month has spent stays spent."""
        account = self.accounts[code]
        account.limit, account.is_soft = limit, is_soft
        self.changes.append((code, limit, is_soft))
        self._changed(account)

    def refusal_of_floor(self, code: str, floor: int) -> str | None:
        """A member has none, and nobody's goes up beyond what is available."""
        account = self.accounts[code]
        too_high = account.floor < floor > account.available
        return "InvalidEntry" if account.parent is not None or too_high else None

    def change_floor(self, code: str, floor: int) -> None:
        """It counts at once."""
        account = self.accounts[code]
        account.floor = floor
        self._changed(account)

    def _changed(self, account: ModelAccount) -> None:
        month = self.month_of(account.code)
        for each in (account.purse, account):
            each.reach(month)
        self._stamped(account.purse)

    def put_in(self, code: str, kind: str, amount: int) -> ModelRow:
        account = self.accounts[code]
        for each in {account.code: account, account.purse.code: account.purse}.values():
            each.funded += amount
        return self._write(code, kind, amount)

    def hold(
        self, code: str, unit: int, n: int, *, expires_at: datetime, on_deadline: str
    ) -> ModelRow:
        row = self._write(code, "hold", unit * n, spend=unit * n, spend_month=0)
        made = ModelHold(code, unit, n, expires_at, on_deadline, row)
        self.holds[row.name] = self.open[row.name] = made
        return row

    def charge(self, code: str, amount: int, then: datetime | None) -> ModelRow:
        month = month_number(then) if then is not None and self._is_past(then) else 0
        row = self._write(code, "charge", amount, spend=amount, spend_month=month, occurred_at=then)
        return self._paid(row)

    def capture(self, name: str, images: int, then: datetime | None = None) -> ModelRow:
        hold = self.holds[name]
        paid = hold.unit * min(images, hold.n)
        if hold.ended_by == "expire":
            hold.ended_by = "charge"
            self.accounts[hold.code].purse.late += paid
            return self._paid(
                self._write(
                    hold.code,
                    "charge",
                    paid,
                    spend=paid,
                    spend_month=0,
                    occurred_at=then,
                    is_late=True,
                )
            )
        hold.ended_by = "capture"
        del self.open[name]
        released = hold.amount - paid
        row = self._write(
            hold.code,
            "capture",
            paid,
            released=released,
            bucket=hold.bucket,
            spend=-released,
            spend_month=hold.row.month,
            occurred_at=then,
        )
        return self._paid(row)

    def release(self, name: str, kind: str) -> ModelRow:
        hold = self.holds[name]
        hold.ended_by = kind
        del self.open[name]
        return self._write(
            hold.code,
            kind,
            hold.amount,
            bucket=hold.bucket,
            spend=-hold.amount,
            spend_month=hold.row.month,
        )

    def doubt(self, name: str) -> ModelRow:
        hold = self.holds[name]
        hold.bucket = "in_doubt"
        hold.doubted = self._write(hold.code, "doubt", hold.amount, bucket="held")
        return hold.doubted

    def due(self) -> list[str]:
        """Holds whose deadline has passed and says something, oldest first."""
        names = [
            name
            for name, hold in self.open.items()
            if hold.bucket == "held" and hold.expires_at <= self.now
        ]
        return sorted(names, key=lambda name: self.holds[name].expires_at)

    def aged(self, before: datetime) -> list[str]:
        """Holds that have been in doubt since then or longer, oldest deadline first."""
        names = [
            name
            for name, hold in self.open.items()
            if hold.in_doubt_since is not None and hold.in_doubt_since <= before
        ]
        return sorted(names, key=lambda name: self.holds[name].expires_at)

    def pass_deadline(self, name: str) -> ModelRow:
        is_doubt = self.holds[name].on_deadline == "doubt"
        return self.doubt(name) if is_doubt else self.release(name, "expire")

    def refund(self, name: str, amount: int) -> ModelRow:
        paid = self.payments[name]
        self.refunded[name] += amount
        return self._write(paid.code, "refund", amount, spend=-amount, spend_month=paid.month)

    def correct_cost(
        self, code: str, cost: int, then: datetime | None, paid: str | None
    ) -> ModelRow:
        """No money moves; without an instant of its own it is of the time of the call."""
        if then is None and paid is not None:
            then = self.payments[paid].occurred_at
        return self._write(code, "adjustment", 0, occurred_at=then, cost=cost)

    def close(self, month: int, *, is_forced: bool) -> list[ModelEvent]:
        """Close a month, with the first one those before it too; every account's time goes on."""
        counted = [row for row in self.rows.values() if row.kind in COUNTED]
        earliest = min((month_number(row.occurred_at) for row in counted), default=month)
        first = month if self.months.closed_through else min(earliest, month)
        events = self.months.close(first, month, self._latest(), is_forced=is_forced)
        content: defaultdict[int, set[str]] = defaultdict(set)
        for row in counted:
            content[row.counts_in].add(row.name)
        self._moved_on(events[-1].at)
        return [replace(each, content=frozenset(content[each.month])) for each in events]

    def reopen(self, month: int) -> ModelEvent:
        """Open the newest closed month again."""
        event = self.months.reopen(month, self._latest())
        self._moved_on(event.at)
        return event

    def _latest(self) -> datetime:
        """Now, or just after the newest row or change of any account."""
        instants = [each.recorded_at for each in self.accounts.values() if each.recorded_at]
        return max([self.now, *(at + TICK for at in instants)])

    def _moved_on(self, at: datetime) -> None:
        for account in self.accounts.values():
            if account.parent is None:
                account.recorded_at = at
                account.reach(month_number(at))

    def left_of(self, name: str) -> int:
        """What was not given back yet of a capture or a charge."""
        return self.payments[name].amount - self.refunded[name]

    def _is_past(self, then: datetime | None) -> bool:
        return then is not None and month_number(then) < month_number(self.now)

    def _paid(self, row: ModelRow) -> ModelRow:
        self.payments[row.name], self.refunded[row.name] = row, 0
        return row

    def _write(
        self,
        code: str,
        kind: str,
        amount: int,
        *,
        released: int = 0,
        bucket: str | None = None,
        spend: int = 0,
        spend_month: int | None = None,
        occurred_at: datetime | None = None,
        is_late: bool = False,
        cost: int | None = None,
    ) -> ModelRow:
        """One row; `spend_month` 0 is the month that the account stands at."""
        account = self.accounts[code]
        purse, over = account.purse, {}
        month = self.month_of(code)
        for each in {purse.code: purse, code: account}.values():
            each.reach(month)
            each.month_spent += spend if spend_month in (0, month) else 0
            above = each.month_spent - each.limit if each.is_soft and each.limit is not None else 0
            if spend > 0 and spend_month == 0 and above > 0:
                over[each.code] = above
            for name, change in zip(BUCKETS, moves(kind, amount, released, bucket), strict=True):
                setattr(each, name, getattr(each, name) + change)
        row = ModelRow(
            name=f"row-{len(self.rows)}",
            code=code,
            kind=kind,
            amount=amount,
            released=released,
            bucket=bucket,
            version=len(purse.rows) + 1,
            occurred_at=occurred_at or self.now,
            recorded_at=self._stamped(purse),
            month=month if spend_month == 0 else spend_month,
            is_late=is_late,
            over=over,
            booked_in=self.months.booked_in(occurred_at or self.now),
            cost=cost,
        )
        purse.rows.append(row)
        self.rows[row.name] = row
        return row

    def _stamped(self, purse: ModelAccount) -> datetime:
        """The instant of what is written now: of an account none is before the one in front."""
        purse.recorded_at = max(self.now, purse.recorded_at or self.now)
        return purse.recorded_at
