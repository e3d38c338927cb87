"""An order: one transfer that a verb wants written, with everything that is known before it is.

Drafted without the database where nothing has to be read; the database then decides whether it is
written. Several orders may share a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from billing.ledger import posting_sql
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry
from billing.ledger.evidence import Evidence
from billing.ledger.posting_sql import COLUMNS
from billing.ledger.rates import RateRow
from billing.ledger.rows import TransferRow

_EMPTY: Final[dict[str, object]] = dict.fromkeys(COLUMNS)


class Refused(Exception):
    """The guard let nothing through; `member` is the one whose own limit did, if any did."""

    def __init__(self, order: Order, *, member: AccountRow | None = None) -> None:
        super().__init__(order.key)
        self.order, self.member = order, member


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """One transfer to be written, and the month it is asked in (YYYYMM)."""

    account: AccountRow
    member: AccountRow | None
    entry: Entry
    key: str
    request_digest: bytes
    id: UUID
    now: datetime
    #: The hold that it moves or ends.
    hold_id: UUID | None = None
    evidence: Evidence | None = None
    #: Rates that may not be in the database yet.
    new_rates: tuple[RateRow, ...] = ()
    #: The newest closed month that is known of: what occurred by then is booked after it.
    closed_through: int = 0
    #: The month that it is booked in; of what comes too late, the closed one before it, else 0.
    period: int = field(init=False)
    late: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        occurred_at = self.entry.columns.get("occurred_at") or self.now
        assert isinstance(occurred_at, datetime)
        self.period = month_number(occurred_at)
        if self.period <= self.closed_through:
            # Only while no month is open before it: one may have been reopened since.
            self.late, self.period = self.closed_through, month_after(self.closed_through)

    @property
    def now_month(self) -> int:
        """The later of the clock's month and the one that is given back to."""
        return max(month_number(self.now), self.entry.spend_month or 0)

    @property
    def is_plain(self) -> bool:
        """One row of one account, and nothing else to write."""
        return self.member is None and self.evidence is None and not self.new_rates

    def columns(self) -> dict[str, object]:
        """The row by column, in the table's order; what the update decides is still None."""
        entry = self.entry
        row = _EMPTY.copy()
        row["account_id"] = self.account.id
        row["id"] = self.id
        row["kind"] = entry.kind
        row["amount"] = entry.amount
        row["released"] = entry.released
        row["idem_key"] = self.key
        row["request_digest"] = self.request_digest
        row["from_bucket"] = entry.from_bucket
        row["occurred_at"] = self.now
        row["month"] = entry.spend_month or None
        if self.late:
            row["booked_in"] = self.period
        if self.member is not None:
            row["member_id"] = self.member.id
        row.update(entry.columns)
        return row

    def sums(self) -> dict[str, int]:
        """What it does to its balance: the sums that are not zero, see `posting_sql.SUMS`."""
        entry = self.entry
        available, held, in_doubt, posted = entry.moves
        sums: dict[str, int] = {"period": self.period}
        if self.late:
            sums["late"] = self.late
        if available:
            sums["available"] = available
        if held:
            sums["held"] = held
        if in_doubt:
            sums["in_doubt"] = in_doubt
        if posted:
            sums["posted"] = posted
        if entry.is_forced:
            sums["forced"] = entry.amount
        elif available < 0:
            sums["takes"] = available
        if entry.spend and entry.spend_month is not None:
            sums["back" if entry.spend_month else "spend"] = entry.spend
        return sums


def month_number(instant: datetime) -> int:
    """The calendar month (UTC) of an aware instant, as YYYYMM."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.year * 100 + instant.month


def month_after(month: int) -> int:
    """The month after YYYYMM, as YYYYMM."""
    return month + (89 if month % 100 == 12 else 1)


def used_by(row: Mapping[str, object]) -> tuple[str, ...]:
    """The columns that one row has a value for, in the table's order."""
    return tuple([name for name, value in row.items() if value is not None])


def by_column(rows: Sequence[Mapping[str, object]]) -> dict[str, tuple[object, ...]]:
    """The columns that any of these rows has a value for, with the values of all rows."""
    nothing = (None,) * len(rows)
    columns = zip(COLUMNS, zip(*[row.values() for row in rows], strict=True), strict=True)
    return {name: values for name, values in columns if values != nothing}


def to_row(columns: Mapping[str, object]) -> TransferRow:
    """The row as it was written, from its columns in the table's order."""
    return TransferRow._make(columns.values())


def summed(orders: Sequence[Order], *, now_month: int) -> dict[str, object]:
    """What several orders do to one balance; what is given back to other months counts nowhere."""
    total = dict.fromkeys(posting_sql.SUMS, 0)
    for order in orders:
        entry = order.entry
        available, held, in_doubt, posted = entry.moves
        total["available"] += available
        total["held"] += held
        total["in_doubt"] += in_doubt
        total["posted"] += posted
        if available < 0:
            total["takes"] += available
        if entry.is_forced:
            total["forced"] += entry.amount
        if entry.spend_month == 0:
            total["spend"] += entry.spend
        elif entry.spend_month == now_month:
            total["back"] += entry.spend
    total["rows"] = len(orders)
    total["period"] = min([order.period for order in orders])
    total["late"] = max([order.late for order in orders])
    return {
        **total,
        "of_account": orders[0].account.id,
        "account_id": orders[0].account.id,
        "back_month": now_month,
        "now_month": now_month,
        "now": max([order.now for order in orders]),
    }
