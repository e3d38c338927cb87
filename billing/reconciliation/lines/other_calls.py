"""What other months have for one call that is given back here; pure."""

from __future__ import annotations

from billing.reconciliation.books.recognition import Booking, Charge, is_then
from billing.statement import StatementLine


class OtherCall:
    """A call's rows of other months; each refund and each credit is taken by one line."""

    def __init__(self, rows: list[Charge], *, prefix: str) -> None:
        """Sort the rows; `prefix` is that of this statement's booking keys."""
        charge = next((each for each in rows if each.charge_id), None)
        #: The row that stands for the call.
        self.first = charge or rows[0]
        self.is_charged = charge is not None
        #: What it was billed, before anything was given back.
        self.billed_nanos = sum(each.amount_nanos for each in rows if each.charge_id)
        #: What the provider gave back of it; below zero.
        self.credited_nanos = 0
        self._credits: list[tuple[Charge, Booking]] = []
        refunds = {each.transfer_id: each for each in rows if each.kind == "refund"}
        for row in rows:
            booking = Booking.parse(row.key)
            if row.kind != "adjustment":
                continue
            if booking is None or not (booking.line and row.amount_nanos < 0):
                # A refund that was taken off again is no statement's any more.
                about = None if booking is None else refunds.pop(booking.subject, None)
                self.billed_nanos += 0 if about else row.amount_nanos
                continue
            self.credited_nanos += row.amount_nanos
            if booking.prefix != prefix:
                self._credits.append((row, booking))
        self._refunds = list(refunds.values())

    def take_refund(self, line: StatementLine) -> Charge | None:
        """A refund of ours that the line is the provider's side of."""
        for place, row in enumerate(self._refunds):
            if row.amount_nanos == line.effect_nanos:
                return self._refunds.pop(place)
        return None

    def take_credit(self, line: StatementLine) -> Booking | None:
        """What another statement's run booked, when it was from this very line."""
        for place, (row, booking) in enumerate(self._credits):
            if row.amount_nanos == line.effect_nanos and is_then(row, line.created_at):
                del self._credits[place]
                return booking
        return None
