"""Collects what a reconciliation finds: what agrees, counted, and the discrepancies; pure.

A difference is what the statement has beyond the ledger. Every discrepancy says what becomes of
its own: a booking adjusts it, an item carries it to another month, a tolerance covers it, or it is
left open for a person. `unexplained` adds up the sizes of what is still to be decided, so that two
differences never cancel.

A line that cannot be read counts with its amount, as long as that much is readable. When it is
not, it is in no sum, and nobody can say what is unexplained: that is then unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypedDict, Unpack

from billing.ledger.entries import AMOUNT_MAX
from billing.reconciliation.actions import Action, CarriedItem, carried_effect, ledger_effect
from billing.reconciliation.classes import CLASSES, ClassName
from billing.reconciliation.proof import Discrepancy, Matter, Proof, SummaryRow
from billing.statement import BadLine, StatementLine
from pricing.money import from_nanos

__all__ = ["CLASSES", "ClassName", "Discrepancy", "Findings", "Proof", "SummaryRow"]


class Sums(TypedDict, total=False):
    """What a discrepancy adds to the totals, in nano-units.

    Attributes:
        ledger: to the ledger's.
        statement: to the statement's.
        opening: of an item that another month carried here.
        captured: what its captures will add to the ledger's cost.
        tolerated: the part that a tolerance covers.
    """

    ledger: int
    statement: int
    opening: int
    captured: int
    tolerated: int


@dataclass(slots=True)
class Findings:
    """What a run found so far: classes with their sums, and discrepancies; in nano-units."""

    discrepancies: list[Discrepancy] = field(default_factory=list)
    #: Decided before, by a run that was signed off or by the key of a booking.
    carried: list[Discrepancy] = field(default_factory=list)
    #: Too young to be decided.
    pending: list[Discrepancy] = field(default_factory=list)
    #: Carried items of other months that this one makes up for.
    resolved: list[CarriedItem] = field(default_factory=list)
    opening_nanos: int = 0
    adjusted_nanos: int = 0
    tolerated_nanos: int = 0
    open_nanos: int = 0
    carried_nanos: int = 0
    unexplained_nanos: int = 0
    #: Lines whose amount cannot be read: with one, what is unexplained is unknown.
    unknown_amounts: int = 0
    _tallies: dict[ClassName, list[int]] = field(default_factory=dict)

    def tally(
        self, class_name: ClassName, *, ledger: int = 0, statement: int = 0, count: int = 1
    ) -> None:
        """Count something into its class; what the sides differ by is tolerated."""
        tally = self._tallies.setdefault(class_name, [0, 0, 0])
        tally[0] += count
        tally[1] += ledger
        tally[2] += statement
        self.tolerated_nanos += statement - ledger

    def add(
        self,
        class_name: ClassName,
        proposal: str,
        matter: Matter | None = None,
        *,
        line: StatementLine | BadLine | None = None,
        actions: Iterable[Action] = (),
        **sums: Unpack[Sums],
    ) -> None:
        """Record a discrepancy that is to be decided.

        Args:
            class_name: its class.
            proposal: what to do about it, for people.
            matter: the call, or the bucket, that it concerns.
            line: the line it concerns.
            actions: what posting does about it; none: a person must act.
            sums: what it adds.
        """
        actions = tuple(actions)
        if any(abs(each.amount_nanos) > AMOUNT_MAX for each in actions if each.kind == "cost"):
            proposal += f"; not booked: one booking takes {from_nanos(AMOUNT_MAX):f} units at most"
            actions, sums["captured"] = (), 0
        adjusted = ledger_effect(actions) + sums.get("captured", 0)
        carried = carried_effect(actions)
        difference = self._count(class_name, sums)
        self.adjusted_nanos += adjusted
        self.carried_nanos += carried
        self.open_nanos += difference - adjusted + carried
        self.unexplained_nanos += abs(difference)
        self.discrepancies.append(_discrepancy(class_name, proposal, matter, line, actions, sums))

    def add_pending(
        self,
        class_name: ClassName,
        proposal: str,
        matter: Matter,
        *,
        actions: Iterable[Action] = (),
        **sums: Unpack[Sums],
    ) -> None:
        """Record what is too young to be decided; the next month takes it over."""
        difference = self._count(class_name, sums)
        self.carried_nanos -= difference
        self.pending.append(_discrepancy(class_name, proposal, matter, None, tuple(actions), sums))

    def add_settled(
        self,
        class_name: ClassName,
        proposal: str,
        matter: Matter | None = None,
        *,
        line: StatementLine | BadLine | None = None,
        **sums: Unpack[Sums],
    ) -> None:
        """Record what was decided before; the difference that is left is carried."""
        difference = self._count(class_name, sums)
        self.carried_nanos -= difference
        self.carried.append(_discrepancy(class_name, proposal, matter, line, (), sums))

    def add_unparseable(self, line: BadLine, *, effect: int | None) -> None:
        """Record a line that could not be read; `effect` in nano-units, None when unknown."""
        self.unknown_amounts += effect is None
        proposal = f"mend the line: {'; '.join(line.problems)}"
        self.add("unparseable", proposal, line=line, statement=effect or 0)

    def count(self, class_name: ClassName) -> int:
        """How many there are of a class so far."""
        return self._tallies.get(class_name, [0])[0]

    def _count(self, class_name: ClassName, sums: Sums) -> int:
        """Add a discrepancy to its class; the answer is the difference that it accounts for."""
        ledger, statement = sums.get("ledger", 0), sums.get("statement", 0)
        opening, tolerated = sums.get("opening", 0), sums.get("tolerated", 0)
        tally = self._tallies.setdefault(class_name, [0, 0, 0])
        tally[0] += 1
        tally[1] += ledger
        tally[2] += statement
        self.opening_nanos += opening
        self.tolerated_nanos += tolerated
        return statement - ledger - opening - tolerated

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
            opening=from_nanos(self.opening_nanos),
            ledger=from_nanos(ledger),
            adjustments=from_nanos(self.adjusted_nanos),
            tolerated=from_nanos(self.tolerated_nanos),
            open=from_nanos(self.open_nanos),
            statement=from_nanos(statement),
            carried=from_nanos(self.carried_nanos),
        )


def _discrepancy(
    class_name: ClassName,
    proposal: str,
    matter: Matter | None,
    line: StatementLine | BadLine | None,
    actions: tuple[Action, ...],
    sums: Sums,
) -> Discrepancy:
    known = matter or Matter()
    if line is not None and not known.request_id:
        known = known._replace(request_id=line.request_id or None)
    if isinstance(line, StatementLine):
        known = known._replace(
            account=known.account or line.account or None,
            occurred_at=known.occurred_at or line.created_at,
        )
    return Discrepancy(
        class_name=class_name,
        **known._asdict(),
        ledger_amount=from_nanos(sums.get("ledger", 0)),
        statement_amount=from_nanos(sums.get("statement", 0)),
        proposal=proposal,
        line=None if line is None else line.line,
        actions=actions,
        billed=line if isinstance(line, StatementLine) else None,
    )


_PLACES: Final = {name: place for place, name in enumerate(CLASSES)}


def _reading_order(found: Discrepancy) -> tuple[int, int, str, str, str]:
    place = _PLACES[found.class_name]
    ids = found.hold_id or "", found.request_id or ""
    return place, found.line or 0, found.day or "", *ids
