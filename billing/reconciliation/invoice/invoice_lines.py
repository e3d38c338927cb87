"""Lines that are no usage: tax, fees, credits, and the total of the invoice; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from billing.period import Month
from billing.reconciliation.actions import Action, Reason
from billing.reconciliation.books.booked_before import BookedBefore
from billing.reconciliation.books.known_calls import KnownCall, KnownCalls
from billing.reconciliation.books.recognition import Booking, Charge, what_of
from billing.reconciliation.classes import ClassName
from billing.reconciliation.invoice.invoice_bookings import InvoiceBooking, InvoiceBookings
from billing.reconciliation.proof import Matter
from billing.reconciliation.terms import Terms
from billing.statement import StatementLine


@dataclass(slots=True)
class InvoiceLines:
    """Such lines in their order; they are compared with what was booked from them, if anything."""

    terms: Terms
    known: KnownCalls
    _others: list[StatementLine] = field(default_factory=list)
    _totals: list[StatementLine] = field(default_factory=list)
    #: What was booked in other months from the lines of this very statement.
    _elsewhere: dict[int, list[Charge]] = field(default_factory=lambda: defaultdict(list))

    #: What runs over other files booked, or runs over other months.
    _bookings: InvoiceBookings = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing booked."""
        self._bookings = InvoiceBookings(self.terms.month)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._others or self._totals)

    def add_elsewhere(self, charges: Iterable[Charge]) -> None:
        """Take what was booked in other months, from this statement or another."""
        for charge in charges:
            booking = Booking.parse(charge.key)
            if booking is not None and booking.prefix == self.terms.prefix and booking.line:
                self._elsewhere[booking.line].append(charge)

    def add_bookings(self, bookings: Iterable[InvoiceBooking]) -> None:
        """Take what earlier runs booked of such lines."""
        self._bookings.add(bookings, known=self.known.own_ids)

    def add(self, line: StatementLine) -> None:
        """Take a line."""
        (self._totals if line.status == "total" else self._others).append(line)

    def compare(
        self,
        before: BookedBefore,
        *,
        lines_nanos: int,
        is_complete: bool,
        begins: datetime | None = None,
        reaches: datetime | None = None,
    ) -> int:
        """Class them all; the answer is what the statement bills beyond its lines.

        Args:
            before: what other files of the month's statement led to.
            lines_nanos: what all its other lines come to.
            is_complete: every line's amount can be read.
            begins: the time of the first line of usage; None without one.
            reaches: the time of the last one.
        """
        for line in self._others:
            other = self._other_month(line, begins, reaches)
            self._compare(line, line.effect_nanos, before, "tax_fee_credit", other=other)
        billed = lines_nanos
        for line in self._totals:
            difference = line.amount_nanos - billed
            self._compare(line, difference, before, "rounding", is_complete=is_complete)
            billed += difference
        return billed - lines_nanos

    def _compare(
        self,
        line: StatementLine,
        effect: int,
        before: BookedBefore,
        class_name: ClassName,
        *,
        other: str = "",
        is_complete: bool = True,
    ) -> None:
        terms = self.terms
        call = self._booked(line, effect, before)
        ledger = 0 if call is None else call.amount_nanos
        matter = Matter(request_id=line.request_id or None)
        if call is None and effect and (other or line.line in self._elsewhere):
            self._add_other_month(line, effect, other)
            return
        before_this = None if call or not effect else self._bookings.take(line, effect)
        if before_this is not None:
            self._add_booked(line, effect, before_this, class_name)
            return
        item = None if call else terms.opening.take(matter, effect)
        if item is not None:
            terms.findings.resolved.append(item)
            told = f"carried since {item.month}: {item.reason}"
            terms.findings.add_settled(
                class_name, told, matter, line=line, statement=effect, opening=item.amount_nanos
            )
        elif ledger == effect:
            # A total that is the sum of its lines is no rounding.
            if effect or class_name != "rounding":
                terms.findings.tally(class_name, ledger=ledger, statement=effect)
        elif class_name == "rounding":
            self._add_rounding(line, ledger, effect, call, is_complete=is_complete)
        else:
            terms.findings.add(
                class_name,
                f"book the {line.status} to the account of the provider's own charges",
                line=line,
                ledger=ledger,
                statement=effect,
                actions=[self._correct(line, effect - ledger, call)],
            )

    def _other_month(
        self, line: StatementLine, begins: datetime | None, reaches: datetime | None
    ) -> str:
        """The month whose reconciliation books the line; empty when it is this one.

        A tax of this month is often dated in the next one, after all usage; one that is dated
        between usage of another month is that month's, and so is one in a file that has no usage
        of this one.
        """
        at, month = line.created_at, self.terms.month
        if at in month:
            return ""
        if begins is None or reaches is None or begins >= month.end or reaches < month.start:
            return str(Month.of(at))
        return str(Month.of(at)) if begins <= at <= reaches else ""

    def _add_other_month(self, line: StatementLine, effect: int, other: str) -> None:
        told = f"none: it belongs to {other}, whose reconciliation books it"
        for charge in self._elsewhere.get(line.line, ()):
            told = f"none: booked with {_month_of(charge)} already, {charge.key}"
        self.terms.findings.add_settled("wrong_period", told, line=line, statement=effect)

    def _add_booked(
        self, line: StatementLine, effect: int, booking: InvoiceBooking, class_name: ClassName
    ) -> None:
        """A line that another file had before: its cost is booked."""
        findings, money = self.terms.findings, self.terms.money
        told = f"booked with {booking.month} already (run {booking.run}, {booking.booked_as})"
        if effect == booking.amount_nanos:
            findings.add_settled("wrong_period", f"none: {told}", line=line, statement=effect)
            return
        told += f", at {money(booking.amount_nanos)}"
        findings.add(class_name, f"find out: {told}", line=line, statement=effect)

    def _add_rounding(
        self,
        line: StatementLine,
        ledger: int,
        effect: int,
        call: KnownCall | None,
        *,
        is_complete: bool,
    ) -> None:
        terms = self.terms
        is_small = is_complete and abs(effect) <= terms.tolerances.write_off_nanos
        lines = terms.money(line.amount_nanos - effect)
        told = f"the total is {terms.money(line.amount_nanos)}, its lines come to {lines}"
        terms.findings.add(
            "rounding",
            f"write off: {told}" if is_small else f"find out: {told}",
            line=line,
            ledger=ledger,
            statement=effect,
            actions=[self._correct(line, effect - ledger, call)] if is_small else [],
        )

    def _booked(self, line: StatementLine, effect: int, before: BookedBefore) -> KnownCall | None:
        call = self.known.booked_from(line)
        if call is None and effect:
            key = before.take(line, effect)
            call = None if key is None else self.known.by_key(key)
        if call is not None:
            call.is_matched = True
        return call

    def _correct(self, line: StatementLine, difference: int, call: KnownCall | None) -> Action:
        corrections = [] if call is None else call.corrections
        return Action(
            kind="cost",
            reason=_reason(line),
            what=what_of(line.line, corrections, prefix=self.terms.prefix),
            amount_nanos=difference,
            occurred_at=self.terms.booked_at(line.created_at),
            line=line.line,
        )


def _month_of(charge: Charge) -> str:
    booking = Booking.parse(charge.key)
    return "" if booking is None else booking.month


def _reason(line: StatementLine) -> Reason:
    match line.status:
        case "tax" | "fee" | "credit" as reason:
            return reason
    return "rounding"
