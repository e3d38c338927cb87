"""The month's charges, found by the line that they were booked from or by request id; pure."""

from __future__ import annotations

from collections.abc import Iterator

from billing.period import Month
from billing.reconciliation.recognition import Booking, Charge, key_of
from billing.statement import StatementLine


class ChargeIndex:
    """Charges of one month, each to be taken once, by one line of one statement."""

    def __init__(self, prefix: str) -> None:
        """Start empty; `prefix` is that of the statement's booking keys."""
        self._prefix = prefix
        #: By key; None once a line took it.
        self._charges: dict[str, Charge | None] = {}
        #: The keys of what was booked from this very statement, by the number of the line.
        self._booked: dict[int, str] = {}

    def add(self, charge: Charge) -> Charge | None:
        """Add a charge; the answer is the later one when two captures have the same id."""
        is_refund = charge.amount_nanos < 0
        key = key_of(charge.request_id, f"#{len(self._charges)}", is_refund=is_refund)
        booking = Booking.parse(charge.key)
        if booking is not None and booking.prefix == self._prefix:
            self._booked[booking.line] = key
        other = self._charges.get(key)
        if other is None:
            self._charges[key] = charge
            return None
        if is_refund:
            # A call may be refunded in parts.
            both = charge.amount_nanos + other.amount_nanos
            self._charges[key] = other._replace(amount_nanos=both)
            return None
        first, second = sorted((charge, other), key=lambda each: each.occurred_at)
        self._charges[key] = first
        return second

    def key(self, line: StatementLine) -> str:
        """The key of the charge that a line bills, if there is one.

        What was booked from the line comes first: its hold may have got an id that the line lacks.
        """
        is_refund = line.status == "refunded"
        otherwise = key_of(line.request_id, f"line {line.line}", is_refund=is_refund)
        return self._booked.get(line.line, otherwise)

    def take(self, key: str) -> Charge | None:
        """The charge, unless a line took it before."""
        charge = self._charges.get(key)
        if charge is not None:
            self._charges[key] = None
        return charge

    def __contains__(self, key: str) -> bool:
        return key in self._charges

    def left(self) -> Iterator[tuple[str, Charge]]:
        """The charges that no line took, with their keys."""
        for key, charge in self._charges.items():
            if charge is not None:
                yield key, charge

    def booked_before(self, month: Month) -> Iterator[tuple[str, Charge]]:
        """Those of them that other files of a month's statement led to."""
        for key, charge in self.left():
            booking = Booking.parse(charge.key)
            if booking is None or booking.prefix == self._prefix:
                continue
            if booking.month == str(month):
                yield key, charge
