"""What a reconciliation answers: both sides, what was found, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from billing.period import Month
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.proof import Discrepancy, Proof, SummaryRow
from billing.reconciliation.runs.runs import Run
from billing.reconciliation.runs.sign_off import Posted
from billing.reconciliation.tolerances import Tolerances
from billing.statement.errors import StatementError


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """Which statement it was: the same bytes have the same id."""

    id: str
    sha256: str
    #: Below the header, bad ones included.
    lines: int
    #: Why further rows are no lines, and how many.
    skipped: Mapping[str, int] = field(default_factory=dict)
    #: Lines that are dated outside the month by more than a day, their calls known or not.
    outside: int = 0
    #: The time of the earliest of them.
    first_outside: datetime | None = None
    #: No line is of the month: by all that it says, it is another month's.
    is_other_months: bool = False
    #: The time of the first line of usage; None without one.
    begins: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What a statement and a month of the ledger say of each other; amounts in `currency`.

    Attributes:
        level: whether the statement's rows are calls, or buckets of many.
        tolerances: how far both sides may be apart and still agree.
        summary: the classes that occur.
        discrepancies: what is still to be decided.
        carried: timing differences and disputes that were decided before.
        pending: too young to be decided; no reason not to be clean.
        resolved: items that other months carried and that this one makes up for.
        decided: items of earlier runs of the month that this one decided a discrepancy by.
        uncosted: charges that stand with their price, because the ledger has no cost for them.
        posted: what this run wrote to the ledger.
        run: as it is stored, when it was signed off.
        unexplained: what is still to be decided, each difference by its size: zero when no
            discrepancy has one; NaN, which is neither zero nor false, when the amount of a line
            cannot be read, so that nobody can know.
    """

    statement: StatementFacts
    month: Month
    currency: str
    level: Literal["line", "bucket"] = "line"
    tolerances: Tolerances
    summary: tuple[SummaryRow, ...]
    discrepancies: tuple[Discrepancy, ...]
    carried: tuple[Discrepancy, ...]
    pending: tuple[Discrepancy, ...] = ()
    resolved: tuple[CarriedItem, ...] = ()
    decided: tuple[CarriedItem, ...] = ()
    uncosted: int = 0
    posted: tuple[Posted, ...] = ()
    run: Run | None = None
    proof: Proof
    unexplained: Decimal

    @property
    def other_month(self) -> str | None:
        """What speaks against the file being the month's own; None when nothing does."""
        statement = self.statement
        if statement.is_other_months:
            begins = statement.begins
            first = "" if begins is None else f", the first is of {Month.of(begins)}"
            return f"no line is of {self.month}{first}: is it another month's statement?"
        if statement.first_outside is None or 2 * statement.outside <= statement.lines:
            return None
        lines = f"{statement.outside:,} of {statement.lines:,} lines are dated outside {self.month}"
        first = f"the first {statement.first_outside:%Y-%m-%d}"
        return f"{lines}, {first}: is it another month's statement?"

    def refuse_other_month(self, path: str) -> None:
        """Refuse to book a statement without a line of the month.

        Raises:
            StatementError: it is one; nothing was booked.
        """
        if self.statement.is_other_months:
            raise StatementError(path, [f"nothing was booked: {self.other_month}"])

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide; another month's statement decides nothing."""
        is_decided = not self.discrepancies and not self.unexplained
        return is_decided and not self.statement.is_other_months
