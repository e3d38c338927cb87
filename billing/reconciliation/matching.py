"""Matching a statement with the ledger's charges and holds: pure, no database, no files.

By what was booked from a line and by request id first; what is left then by the ids in the evidence
of holds; last, lines against holds in doubt, by fingerprint. It never stops at a difference:
everything lands in one class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from billing.period import Month
from billing.reconciliation.charge_index import ChargeIndex
from billing.reconciliation.comparison import differences
from billing.reconciliation.coverage import Coverage
from billing.reconciliation.findings import ClassName, Findings
from billing.reconciliation.recognition import (
    BookedBefore,
    Booking,
    Charge,
    Fingerprints,
    HeldCall,
    key_of,
    statement_prefix,
)
from billing.reconciliation.unbilled import Unbilled
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
    _bad_lines: int = 0
    #: The time of the last line that shows what the statement covers.
    _reaches: datetime | None = None
    _charges: ChargeIndex = field(init=False)
    #: Lines without a charge so far, by key.
    _lines: dict[str, StatementLine] = field(default_factory=dict)
    _matched_holds: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._charges = ChargeIndex(statement_prefix(self.sha256))

    @property
    def pending_ids(self) -> list[str]:
        """The request ids of the lines that nothing was found for yet."""
        return [line.request_id for line in self._lines.values() if line.request_id]

    @property
    def is_missing_ids(self) -> bool:
        """Whether there are pending lines without one, which an earlier run may have booked."""
        return any(not line.request_id for line in self._lines.values())

    def take_charges(self, charges: Iterable[Charge]) -> None:
        """The month's charges."""
        for charge in charges:
            self.ledger_nanos += charge.amount_nanos
            second = self._charges.add(charge)
            if second is not None:
                self._add_duplicate_capture(second)

    def take_lines(self, lines: Iterable[StatementLine | BadLine]) -> None:
        """The statement, streamed; compared with the charges by request id."""
        invoice_totals = []
        for line in lines:
            self.line_count += 1
            if isinstance(line, BadLine):
                self._take_bad_line(line)
                continue
            self.statement_nanos += line.effect_nanos
            if line.is_usage:
                self._reach(line)
                self._take_line(line)
            elif line.status == "total":
                self._reach(line)
                invoice_totals.append(line)
            else:
                self._add_not_usage(line)
        for line in invoice_totals:
            self._check_total(line)

    def match_booked_before(self) -> None:
        """Pending lines without an id against what an earlier file of this statement led to."""
        before = BookedBefore(self._charges.booked_before(self.month))
        for key, line in list(self._lines.items()):
            charge_key = None if line.request_id else before.take(line)
            charge = None if charge_key is None else self._charges.take(charge_key)
            if charge is not None:
                del self._lines[key]
                self._compare(charge, line)

    def match_other_months(self, charges: Iterable[Charge]) -> None:
        """Charges of other months that have the id of a pending line, or were booked from one."""
        for charge in charges:
            booking = Booking.parse(charge.key)
            line = self._pop_line_of(charge, booking)
            if line is None:
                continue
            told = f"the ledger has {self._money(charge.amount_nanos)} at "
            told += charge.occurred_at.isoformat()
            if booking is not None and not self._is_ours(booking):
                told += f", billed on the statement of {booking.month} already"
            is_settled = booking is not None and booking.month == str(self.month)
            self.findings.add(
                "wrong_period",
                f"carry: {told}",
                hold_id=charge.hold_id,
                line=line,
                statement=line.effect_nanos,
                carried=-charge.amount_nanos,
                settled=is_settled and charge.amount_nanos == line.effect_nanos,
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
        undecided = []
        in_time = sorted(self._lines.items(), key=lambda each: (each[1].created_at, each[1].line))
        for key, line in in_time:
            call = free.take(line)
            if call is None or not self.accept_fingerprints:
                undecided.append(line)
            if call is not None:
                del self._lines[key]
                self._add_fingerprint(call, line)
        coverage = Coverage(bad_lines=self._bad_lines, reaches=self._reaches, undecided=undecided)
        unbilled = self._unbilled()
        for call in free.left():
            unbilled.add_hold(call, coverage)

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
        unbilled = self._unbilled()
        for _key, charge in self._charges.left():
            unbilled.add_charge(charge)
        assert self.findings.proof(ledger=self.ledger_nanos, statement=self.statement_nanos).ties

    def _take_bad_line(self, line: BadLine) -> None:
        self._bad_lines += 1
        # An amount in another currency cannot be added to the ones of this statement.
        effect = line.effect_nanos if line.currency == self.currency else None
        self.statement_nanos += effect or 0
        self.findings.add_unparseable(line, effect=effect)

    def _reach(self, line: StatementLine) -> None:
        self._reaches = max(self._reaches or line.created_at, line.created_at)

    def _take_line(self, line: StatementLine) -> None:
        key = self._charges.key(line)
        charge = self._charges.take(key)
        if charge is not None:
            self._compare(charge, line)
        elif key in self._charges or key in self._lines:
            self.findings.add(
                "duplicate_line", "dispute: billed twice", line=line, statement=line.effect_nanos
            )
        else:
            self._lines[key] = line

    def _pop_line_of(self, charge: Charge, booking: Booking | None) -> StatementLine | None:
        if booking is not None and booking.prefix == statement_prefix(self.sha256):
            line = self._lines.pop(key_of(None, f"line {booking.line}", is_refund=False), None)
            if line is not None:
                return line
        is_refund = charge.amount_nanos < 0
        return self._lines.pop(key_of(charge.request_id, "", is_refund=is_refund), None)

    def _is_ours(self, booking: Booking) -> bool:
        """Whether it was booked from this file, or from another one of this month."""
        is_this_file = booking.prefix == statement_prefix(self.sha256)
        return is_this_file or booking.month == str(self.month)

    def _compare(self, charge: Charge, line: StatementLine) -> None:
        ledger, statement = charge.amount_nanos, line.effect_nanos
        told = differences(charge, line)
        class_name: ClassName
        if told:
            class_name, proposal = "quantity_mismatch", f"adjust: {told}"
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

    def _add_fingerprint(self, call: HeldCall, line: StatementLine) -> None:
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

    def _unbilled(self) -> Unbilled:
        return Unbilled(
            month=self.month,
            currency=self.currency,
            now=self.now,
            settling_lag=self.settling_lag,
            findings=self.findings,
        )

    def _money(self, nanos: int) -> str:
        return format_amount(from_nanos(nanos), self.currency)
