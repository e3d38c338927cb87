"""Matching a statement with the ledger's charges and holds: pure, no database, no files.

By request id first; what is left then by the ids in the evidence of holds; last, lines against
holds in doubt, by fingerprint. It never stops at a difference: everything lands in one class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from billing.period import Month
from billing.reconciliation.findings import ClassName, Findings
from billing.reconciliation.recognition import (
    CLOCK_TOLERANCE,
    Charge,
    Fingerprints,
    HeldCall,
    booking_key,
    key_of,
)
from billing.statement import BadLine, StatementLine
from pricing.money import format_amount, from_nanos


@dataclass(slots=True, kw_only=True)
class Matching:
    """One run over one statement. Call the methods in the order in which they stand."""

    month: Month
    sha256: str
    currency: str
    now: datetime
    settling_lag: timedelta
    accept_fingerprints: bool = False

    findings: Findings = field(default_factory=Findings)
    #: Sums of all charges and of all lines, added up apart from what is found.
    ledger_nanos: int = 0
    statement_nanos: int = 0
    line_count: int = 0
    #: Charges by key; None once a line was found.
    _charges: dict[str, Charge | None] = field(default_factory=dict)
    #: Lines without a charge so far, by key.
    _lines: dict[str, StatementLine] = field(default_factory=dict)
    _matched_holds: set[str] = field(default_factory=set)

    @property
    def pending_ids(self) -> list[str]:
        """The request ids of the lines that nothing was found for yet."""
        return [line.request_id for line in self._lines.values() if line.request_id]

    @property
    def pending_keys(self) -> list[str]:
        """The booking keys that the other ones have, if an earlier run booked them."""
        lines = self._lines.values()
        return [booking_key(self.sha256, line.line) for line in lines if not line.request_id]

    def take_charges(self, charges: Iterable[Charge]) -> None:
        """The month's charges."""
        for number, charge in enumerate(charges):
            self.ledger_nanos += charge.amount_nanos
            key = _key_of(charge, otherwise=f"#{number}")
            other = self._charges.get(key)
            self._charges[key] = charge
            if other is not None and charge.amount_nanos < 0:
                # A call may be refunded in parts.
                both = charge.amount_nanos + other.amount_nanos
                self._charges[key] = other._replace(amount_nanos=both)
            elif other is not None:
                first, second = sorted((charge, other), key=lambda each: each.occurred_at)
                self._charges[key] = first
                self._add_duplicate_capture(second)

    def take_lines(self, lines: Iterable[StatementLine | BadLine]) -> None:
        """The statement, streamed; compared with the charges by request id."""
        invoice_totals = []
        for line in lines:
            self.line_count += 1
            if isinstance(line, BadLine):
                self.findings.add_unparseable(line.line, "; ".join(line.problems))
                continue
            self.statement_nanos += line.effect_nanos
            if line.is_usage:
                self._take_line(line)
            elif line.status == "total":
                invoice_totals.append(line)
            else:
                self._add_not_usage(line)
        for line in invoice_totals:
            self._check_total(line)

    def match_other_months(self, charges: Iterable[Charge]) -> None:
        """Charges of other months that have the id of a pending line."""
        for charge in charges:
            line = self._lines.pop(_key_of(charge), None)
            if line is not None:
                at = charge.occurred_at.isoformat()
                self.findings.add(
                    "wrong_period",
                    f"carry: the ledger has {self._money(charge.amount_nanos)} at {at}",
                    hold_id=charge.hold_id,
                    line=line,
                    statement=line.effect_nanos,
                    carried=-charge.amount_nanos,
                    settled=bool(charge.key) and charge.amount_nanos == line.effect_nanos,
                )

    def match_calls(self, calls: Iterable[HeldCall]) -> None:
        """Holds without a capture, by the request id in their evidence."""
        for call in calls:
            line = self._lines.pop(key_of(call.request_id, "", is_refund=False), None)
            if line is None:
                continue
            self._matched_holds.add(call.hold_id)
            late = ", late: it has expired" if call.state == "expired" else ""
            self.findings.add(
                "hold_only",
                f"capture {line.n} of {call.n}{late}"
                if call.can_be_captured
                else f"adjust: billed, but the hold was {call.state}",
                hold_id=call.hold_id,
                line=line,
                statement=line.effect_nanos,
                booking="capture" if call.can_be_captured else None,
            )

    def match_in_doubt(self, calls: Iterable[HeldCall]) -> None:
        """Pending lines against holds in doubt, by fingerprint; then what is not billed at all."""
        free = Fingerprints(call for call in calls if call.hold_id not in self._matched_holds)
        for line in sorted(self._lines.values(), key=lambda line: (line.created_at, line.line)):
            call = free.take(line)
            if call is None:
                continue
            del self._lines[self._key(line)]
            accepted = self.accept_fingerprints
            self.findings.add(
                "matched_by_fingerprint",
                f"capture {line.n} of {call.n}"
                + ("" if accepted else ", if you accept it: --accept-fingerprints"),
                hold_id=call.hold_id,
                line=line,
                statement=line.effect_nanos,
                booking="capture" if accepted else None,
            )
        for call in free.left():
            self._check_unbilled(call)

    def finish(self) -> None:
        """Class what is left on either side."""
        for line in self._lines.values():
            back = line.status == "refunded"
            self.findings.add(
                "missing_from_ledger",
                "adjust: refund the account" if back else "find the caller, then adjust or dispute",
                line=line,
                statement=line.effect_nanos,
            )
        for charge in self._charges.values():
            if charge is not None:
                self._add_unbilled_charge(charge)
        assert self.findings.proof(ledger=self.ledger_nanos, statement=self.statement_nanos).ties

    def _take_line(self, line: StatementLine) -> None:
        key = self._key(line)
        charge = self._charges.get(key)
        if charge is not None:
            self._charges[key] = None
            self._compare(charge, line)
        elif key in self._charges or key in self._lines:
            self.findings.add(
                "duplicate_line", "dispute: billed twice", line=line, statement=line.effect_nanos
            )
        else:
            self._lines[key] = line

    def _compare(self, charge: Charge, line: StatementLine) -> None:
        ledger, statement = charge.amount_nanos, line.effect_nanos
        ours = (charge.images, charge.size, charge.quality)
        theirs = (line.n, line.size, line.quality)
        class_name: ClassName
        if ours != theirs and line.status == "charged":
            class_name = "quantity_mismatch"
            told = "adjust: the ledger has {} x {} {}, the statement {} x {} {}"
            proposal = told.format(*ours, *theirs)
        elif ledger != statement:
            class_name = "amount_mismatch"
            proposal = f"adjust: {self._money(statement - ledger)}, price variance, or dispute"
        else:
            self.findings.tally("matched", ledger=ledger, statement=statement)
            return
        self.findings.add(
            class_name,
            proposal,
            hold_id=charge.hold_id,
            line=line,
            ledger=ledger,
            statement=statement,
        )

    def _add_duplicate_capture(self, charge: Charge) -> None:
        self.findings.add(
            "duplicate_capture",
            "adjust: credit the account, the call was captured twice",
            request_id=charge.request_id,
            hold_id=charge.hold_id,
            ledger=charge.amount_nanos,
        )

    def _add_not_usage(self, line: StatementLine) -> None:
        effect = line.effect_nanos
        proposal = f"book the {line.status} to an account of its own"
        self.findings.add("tax_fee_credit", proposal, line=line, statement=effect, explained=effect)

    def _check_total(self, line: StatementLine) -> None:
        difference = line.amount_nanos - self.statement_nanos
        if difference == 0:
            self.findings.tally("tax_fee_credit")
            return
        told = f"find out: the total is {self._money(line.amount_nanos)}, its lines come to "
        self.findings.add("tax_fee_credit", told + self._money(self.statement_nanos), line=line)
        self.findings.unexplained_nanos += abs(difference)

    def _check_unbilled(self, call: HeldCall) -> None:
        # A call in the last minutes of a month may be billed in the next: the next one decides.
        covered = call.occurred_at + CLOCK_TOLERANCE in self.month
        if covered and call.occurred_at + self.settling_lag <= self.now:
            self.findings.add(
                "hold_unbilled",
                f"void: release {self._money(call.n * call.unit_nanos)}",
                request_id=call.request_id,
                hold_id=call.hold_id,
                booking="void",
            )

    def _add_unbilled_charge(self, charge: Charge) -> None:
        amount = charge.amount_nanos
        booked_elsewhere = charge.key is not None and not charge.key.startswith(
            booking_key(self.sha256, "")
        )
        young = self.now < charge.occurred_at + self.settling_lag
        self.findings.add(
            "wrong_period" if booked_elsewhere else "missing_from_statement",
            f"none: billed on an earlier statement, {charge.key}"
            if booked_elsewhere
            else "wait: it may still be billed"
            if young
            else "adjust: reverse it, not billed",
            request_id=charge.request_id,
            hold_id=charge.hold_id,
            ledger=amount,
            carried=amount if booked_elsewhere else 0,
            settled=booked_elsewhere,
        )

    def _key(self, line: StatementLine) -> str:
        otherwise = booking_key(self.sha256, line.line)
        return key_of(line.request_id, otherwise, is_refund=line.status == "refunded")

    def _money(self, nanos: int) -> str:
        return format_amount(from_nanos(nanos), self.currency)


def _key_of(charge: Charge, *, otherwise: str = "") -> str:
    is_refund = charge.amount_nanos < 0
    return key_of(charge.request_id, charge.key or otherwise, is_refund=is_refund)
