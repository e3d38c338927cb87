"""What the ledger should do, as dicts: integers only, no database, no code of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.properties.ledger_rows import BUCKETS, ModelRow, Moves, month_number, moves

#: Why money may not go out.
NO_MONEY, NO_BUDGET = "InsufficientFunds", "BudgetExceeded"
OF_ROOM = frozenset({NO_MONEY, NO_BUDGET})
#: What a spent key leads to.
REPEATED, CONFLICT = "repeated", "IdempotencyConflict"


@dataclass
class ModelHold:
    """A hold as the model sees it; money in nano-units."""

    code: str
    unit: int
    n: int
    expires_at: datetime
    on_deadline: str
    row: ModelRow
    bucket: str = "held"
    #: `capture`, `void`, `expire`, and `charge` for the capture of an expired hold.
    ended_by: str | None = None

    @property
    def amount(self) -> int:
        return self.unit * self.n


@dataclass(eq=False)
class ModelAccount:
    """An account, or a member: then its buckets are what it has drawn from its parent."""

    code: str
    floor: int = 0
    limit: int | None = None
    is_soft: bool = False
    parent: ModelAccount | None = None
    available: int = 0
    held: int = 0
    in_doubt: int = 0
    posted: int = 0
    #: What was put in: top-ups and adjustments.
    funded: int = 0
    #: Late charges: they are posted whatever the floor.
    late: int = 0
    month: int = 0
    month_spent: int = 0
    #: Those of its members too.
    rows: list[ModelRow] = field(default_factory=list)
    #: Of the newest row, or of the newest change of a limit.
    recorded_at: datetime | None = None

    @property
    def purse(self) -> ModelAccount:
        """Whose money it spends."""
        return self.parent or self

    @property
    def limits(self) -> tuple[ModelAccount, ...]:
        """Whose limits bind it: its own, and its parent's."""
        return (self,) if self.parent is None else (self, self.parent)

    @property
    def buckets(self) -> Moves:
        return self.available, self.held, self.in_doubt, self.posted

    def reach(self, month: int) -> None:
        """Stand at this month, unless a later one was reached; a new one starts at zero."""
        if self.month < month:
            self.month, self.month_spent = month, 0

    def spent_in(self, month: int) -> int:
        """What it has spent of its limit, when its purse stands at this month."""
        return self.month_spent if self.month == month else 0

    def own_rows(self) -> list[ModelRow]:
        """Its transfers in the order of their versions; those of members are the parent's too."""
        return [row for row in self.purse.rows if self.parent is None or row.code == self.code]


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
    #: The accounts whose limits were changed, in order.
    changes: list[str] = field(default_factory=list)

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
                for hold in self.holds.values()
                if not hold.ended_by
                and hold.bucket == bucket
                and account in self.accounts[hold.code].limits
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
        account, month = self.accounts[code], self.month_of(code)
        account.limit, account.is_soft = limit, is_soft
        self.changes.append(code)
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
        self.holds[row.name] = ModelHold(code, unit, n, expires_at, on_deadline, row)
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
        return self._write(hold.code, "doubt", hold.amount, bucket="held")

    def due(self) -> list[str]:
        """Holds whose deadline has passed and says something, oldest first."""
        names = [
            name
            for name, hold in self.holds.items()
            if not hold.ended_by and hold.bucket == "held" and hold.expires_at <= self.now
        ]
        return sorted(names, key=lambda name: self.holds[name].expires_at)

    def pass_deadline(self, name: str) -> ModelRow:
        is_doubt = self.holds[name].on_deadline == "doubt"
        return self.doubt(name) if is_doubt else self.release(name, "expire")

    def refund(self, name: str, amount: int) -> ModelRow:
        paid = self.payments[name]
        self.refunded[name] += amount
        return self._write(paid.code, "refund", amount, spend=-amount, spend_month=paid.month)

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
        )
        purse.rows.append(row)
        self.rows[row.name] = row
        return row

    def _stamped(self, purse: ModelAccount) -> datetime:
        """The instant of what is written now: of an account none is before the one in front."""
        purse.recorded_at = max(self.now, purse.recorded_at or self.now)
        return purse.recorded_at
