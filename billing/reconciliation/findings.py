"""What a reconciliation answers with: classes, discrepancies, and the proof that sums tie; pure.

    ledger + explained + open = statement + carried          exact, in nano-units

`explained` is what the statement bills besides usage (tax, fees, credits). `carried` is a timing
difference: billed in one month, in the ledger's books of another. `open` is the signed difference
of everything that is still to be decided; its parts, without their signs, are `unexplained`.

A line that cannot be read counts with its amount, as long as that much is readable. When it is
not, it is in no sum, and nobody can say what is unexplained: that is then unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, get_args

from billing.statement import BadLine, StatementLine
from pricing.money import EXACT, from_nanos

ClassName = Literal[
    "matched",
    "amount_mismatch",
    "quantity_mismatch",
    "missing_from_statement",
    "missing_from_ledger",
    "duplicate_line",
    "duplicate_capture",
    "hold_only",
    "matched_by_fingerprint",
    "hold_unbilled",
    "wrong_period",
    "tax_fee_credit",
    "unparseable",
]
#: Every class, in the order in which they are shown.
CLASSES: Final[tuple[ClassName, ...]] = get_args(ClassName)

#: What posting does with a discrepancy; None is not bookable.
Booking = Literal["capture", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that is not as it should be, and what to do about it.

    `ledger_amount` is what the month's books have for it, `statement_amount` what the provider
    bills; both in the reconciliation's currency, negative when money comes back.
    """

    class_name: ClassName
    request_id: str | None = None
    hold_id: str | None = None
    ledger_amount: Decimal
    statement_amount: Decimal
    proposal: str
    #: Of the statement; None for what only the ledger has.
    line: int | None = None
    #: What `post` does about it.
    booking: Booking | None = None
    billed: StatementLine | None = field(default=None, repr=False)


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

    ledger: Decimal
    explained: Decimal
    open: Decimal
    statement: Decimal
    carried: Decimal

    @property
    def residual(self) -> Decimal:
        """What no class accounts for: zero, unless this package is wrong."""
        ours = EXACT.add(EXACT.add(self.ledger, self.explained), self.open)
        return EXACT.subtract(EXACT.add(self.statement, self.carried), ours)

    @property
    def ties(self) -> bool:
        """Whether both sides are equal, to the nano-unit."""
        return not self.residual


@dataclass(slots=True)
class Findings:
    """Collects what a run finds, and adds it up in nano-units."""

    discrepancies: list[Discrepancy] = field(default_factory=list)
    carried: list[Discrepancy] = field(default_factory=list)
    explained_nanos: int = 0
    open_nanos: int = 0
    carried_nanos: int = 0
    unexplained_nanos: int = 0
    #: Lines whose amount cannot be read: with one, what is unexplained is unknown.
    unknown_amounts: int = 0
    _tallies: dict[ClassName, list[int]] = field(default_factory=dict)

    def tally(self, class_name: ClassName, *, ledger: int = 0, statement: int = 0) -> None:
        """Count something into its class."""
        tally = self._tallies.setdefault(class_name, [0, 0, 0])
        tally[0] += 1
        tally[1] += ledger
        tally[2] += statement

    def add(
        self,
        class_name: ClassName,
        proposal: str,
        *,
        request_id: str | None = None,
        hold_id: str | None = None,
        line: StatementLine | BadLine | None = None,
        ledger: int = 0,
        statement: int = 0,
        explained: int = 0,
        carried: int = 0,
        settled: bool = False,
        booking: Booking | None = None,
    ) -> None:
        """Record a finding that is no plain match; all sums in nano-units.

        Args:
            class_name: its class.
            proposal: what to do about it, for people.
            request_id: the provider's id, where it is not the line's.
            hold_id: the hold it concerns.
            line: the line it concerns.
            ledger: what it adds to the ledger's total.
            statement: what it adds to the statement's total.
            explained: the part of the difference that is no usage.
            carried: the part of the difference that belongs to another month.
            settled: decided in an earlier run, so it is listed as carried.
            booking: what posting does about it.
        """
        self.tally(class_name, ledger=ledger, statement=statement)
        self.explained_nanos += explained
        self.carried_nanos += carried
        difference = statement - ledger + carried - explained
        self.open_nanos += difference
        self.unexplained_nanos += abs(difference)
        listed = self.carried if settled else self.discrepancies
        listed.append(
            Discrepancy(
                class_name=class_name,
                request_id=request_id or (line.request_id if line else None) or None,
                hold_id=hold_id,
                ledger_amount=from_nanos(ledger),
                statement_amount=from_nanos(statement),
                proposal=proposal,
                line=None if line is None else line.line,
                booking=booking,
                billed=line if isinstance(line, StatementLine) else None,
            )
        )

    def add_unparseable(self, line: BadLine, *, effect: int | None) -> None:
        """Record a line that could not be read; `effect` in nano-units, None when unknown."""
        self.unknown_amounts += effect is None
        proposal = f"mend the line: {'; '.join(line.problems)}"
        self.add("unparseable", proposal, line=line, statement=effect or 0)

    @property
    def unexplained(self) -> Decimal:
        """The open differences without their signs; NaN when a line's amount is unknown."""
        return Decimal("NaN") if self.unknown_amounts else from_nanos(self.unexplained_nanos)

    def summary(self) -> tuple[SummaryRow, ...]:
        """The classes that occur, `matched` always; their sums are the totals of both sides."""
        tallies = {"matched": [0, 0, 0], **self._tallies}
        return tuple(
            SummaryRow(name, count, from_nanos(ledger), from_nanos(statement))
            for name in CLASSES
            if name in tallies
            for count, ledger, statement in [tallies[name]]
        )

    def in_order(self) -> tuple[Discrepancy, ...]:
        """The discrepancies by class, then by line."""
        return tuple(sorted(self.discrepancies, key=_reading_order))

    def proof(self, *, ledger: int, statement: int) -> Proof:
        """The proof, given totals that were added up apart from the findings."""
        return Proof(
            ledger=from_nanos(ledger),
            explained=from_nanos(self.explained_nanos),
            open=from_nanos(self.open_nanos),
            statement=from_nanos(statement),
            carried=from_nanos(self.carried_nanos),
        )


def _reading_order(found: Discrepancy) -> tuple[int, int, str, str]:
    place = CLASSES.index(found.class_name)
    return place, found.line or 0, found.hold_id or "", found.request_id or ""
