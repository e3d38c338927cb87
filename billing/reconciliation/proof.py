"""What a reconciliation answers with: classes, discrepancies, and the proof that sums tie; pure.

    opening + ledger + adjustments + tolerated + open = statement + carried

exact, in nano-units. `opening` are the items that other months carried and that are made up for
here, or still wait.
`adjustments` is what the proposed bookings add to the ledger's cost. `tolerated` is what lines and
buckets are off within their tolerances. `carried` is what belongs to another month, is too young,
or is in dispute. `open` is what nobody proposes anything for: a person must act.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from billing.reconciliation.actions import Action
from billing.reconciliation.classes import ClassName
from billing.statement import StatementLine
from pricing.money import EXACT

__all__ = ["ClassName", "Discrepancy", "Matter", "Proof", "SummaryRow", "bucket_name"]


class Matter(NamedTuple):
    """Which call, or which bucket, a discrepancy concerns; None where it has no such thing."""

    request_id: str | None = None
    hold_id: str | None = None
    transfer_id: str | None = None
    account: str | None = None
    occurred_at: datetime | None = None
    day: str | None = None
    project: str | None = None
    model: str | None = None
    line_item: str | None = None

    @property
    def about(self) -> partial[Action]:
        """An action about the call, with what the call has for it."""
        return partial(
            Action,
            account=self.account,
            hold_id=self.hold_id,
            transfer_id=self.transfer_id,
            request_id=self.request_id,
            occurred_at=self.occurred_at,
        )


def bucket_name(matter: Matter) -> str:
    """What a bucket is booked under: its day, and what its dimensions come to in a few digits."""
    parts = matter.project, matter.model, matter.line_item
    text = "\0".join(part or "" for part in parts)
    return f"{matter.day}.{hashlib.sha256(text.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that both sides do not agree about, its class, and what to do about it.

    The one word for it, whether it is to be decided, too young, or was decided before; what agrees
    is only counted. As a row of the work list it is a `WorkItem` of `billing.formats`.

    `ledger_amount` is what the month's books have as cost for it, `statement_amount` what the
    provider bills; both in the reconciliation's currency, negative when money comes back. `day`,
    `project`, `model` and `line_item` say which bucket it is, on a statement of buckets.
    """

    class_name: ClassName
    request_id: str | None = None
    hold_id: str | None = None
    #: The charge that it concerns.
    transfer_id: str | None = None
    account: str | None = None
    occurred_at: datetime | None = None
    day: str | None = None
    project: str | None = None
    model: str | None = None
    line_item: str | None = None
    ledger_amount: Decimal
    statement_amount: Decimal
    proposal: str
    #: Of the statement; None for what only the ledger has.
    line: int | None = None
    #: What `post` does about it; empty: a person must act.
    actions: tuple[Action, ...] = ()
    billed: StatementLine | None = field(default=None, repr=False)

    @property
    def difference(self) -> Decimal:
        """What the statement has beyond the ledger."""
        return EXACT.subtract(self.statement_amount, self.ledger_amount)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A class: how many lines, captures or holds are in it, and their sums on both sides."""

    class_name: ClassName
    lines: int
    ledger_amount: Decimal
    statement_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The sums that must tie; see the module."""

    opening: Decimal = Decimal(0)
    ledger: Decimal
    adjustments: Decimal
    tolerated: Decimal = Decimal(0)
    open: Decimal
    statement: Decimal
    carried: Decimal

    @property
    def ledger_side(self) -> Decimal:
        """What is left of the equals sign."""
        ours = Decimal(0)
        for part in (self.opening, self.ledger, self.adjustments, self.tolerated, self.open):
            ours = EXACT.add(ours, part)
        return ours

    @property
    def statement_side(self) -> Decimal:
        """What is right of it."""
        return EXACT.add(self.statement, self.carried)

    @property
    def residual(self) -> Decimal:
        """What no class accounts for: zero, unless this package is wrong."""
        return EXACT.subtract(self.statement_side, self.ledger_side)

    @property
    def ties(self) -> bool:
        """Whether both sides are equal, to the nano-unit."""
        return not self.residual
