"""What other months have of the month's calls: their charge, or a line that billed them; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from billing.reconciliation.books.known_calls import KnownCall, KnownCalls
from billing.reconciliation.books.recognition import Booking, Charge
from billing.reconciliation.terms import Terms, matter_of
from billing.reconciliation.unbilled.unbilled import add_carried
from billing.statement import StatementLine


@dataclass(slots=True)
class Elsewhere:
    """Rows of other months that have the ids of calls which were corrected in this one."""

    terms: Terms
    known: KnownCalls
    #: By request id, the months whose statements billed what was taken off here.
    _billed_late: dict[str, str] = field(default_factory=dict)
    #: Request ids of calls whose charge is there.
    _charged: set[str] = field(default_factory=set)
    #: Lines that another month's statement had too, and left to the month of their date.
    _shared: list[StatementLine] = field(default_factory=list)

    @property
    def wanted(self) -> list[str]:
        """The request ids of those calls, as far as a line bills them."""
        calls = (each for each in self.known.calls() if each.corrections and each.charged_line)
        return [each.first.request_id for each in calls if each.first.request_id]

    def add(self, charges: Iterable[Charge]) -> None:
        """Take such rows."""
        for charge in charges:
            booking, request_id = Booking.parse(charge.key), charge.request_id or ""
            if charge.charge_id is not None:
                self._charged.add(request_id)
            elif booking and charge.amount_nanos > 0 and booking.prefix != self.terms.prefix:
                self._billed_late[request_id] = booking.month

    def has_charge(self, call: KnownCall) -> bool:
        """Whether a call that has only corrections here was charged in another month."""
        if call.charges or call.first.request_id not in self._charged:
            return False
        line = call.charged_line
        # Billed late it has a row of its own here: its charge was taken off there.
        return line is None or not any(self._is_booked(each, line) for each in call.corrections)

    def _is_booked(self, row: Charge, line: StatementLine) -> bool:
        booking = Booking.parse(row.key)
        if booking is not None and booking.prefix == self.terms.prefix:
            return booking.line == line.line
        return row.amount_nanos == line.effect_nanos

    def look(self, line: StatementLine) -> None:
        """Note a line that another month's statement has too."""
        if line.request_id in self.terms.left_to_others:
            self._shared.append(line)

    def tell(self) -> None:
        """Say of lines that are booked here which other statement has them."""
        for line in self._shared:
            call = self.known.of_line(line)
            if call is None or not call.charges:
                by = self.terms.left_to_others[line.request_id]
                told = f"billed twice: {by} has it too, unless the files overlap; post that again"
                self.terms.findings.add_settled("duplicate_line", told, line=line)

    def take_refunds(self, call: KnownCall) -> None:
        """Take out refunds of a corrected call whose lines another month's statement had.

        The call stands with the sum of its rows, and they are none of the month's.
        """
        if not call.corrections:
            return
        bookings = (Booking.parse(each.key) for each in call.corrections)
        taken_off = {each.subject for each in bookings if each is not None}
        lines = [each.effect_nanos for each in call.refunded_lines]
        for refund in list(call.refunds):
            is_here = refund.transfer_id in taken_off or refund.amount_nanos in lines
            if not is_here and add_carried(self.terms, refund, refund.amount_nanos):
                call.refunds.remove(refund)

    def billed(self, call: KnownCall) -> str | None:
        """Which other statement billed a call of the month before, in words; None: none did."""
        terms = self.terms
        if call.charged_line is None or not call.charges:
            return None
        booking = Booking.parse(call.charges[0].key)
        if booking and booking.prefix != terms.prefix and booking.month != str(terms.month):
            return f"the statement of {booking.month}"
        item = terms.opening.billed(matter_of(call.first), -call.amount_nanos)
        if item is not None:
            return f"the statement of {item.month} (run {item.run_id})"
        month = self._billed_late.get(call.first.request_id or "")
        return f"the statement of {month}" if month and not call.amount_nanos else None
