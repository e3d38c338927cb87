"""What earlier runs booked of an invoice's own lines: taxes, fees, credits, roundings.

A correction of cost keeps no line, and its time is moved into the month that was reconciled; the
stored run says what the line was. A line may come again in another file and under another month.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from billing.database.tables import recon_item, recon_run
from billing.period import Month
from billing.reconciliation.actions import PROVIDER_CHARGES
from billing.statement import StatementLine

#: What a run says of such a row that the statement has no line for any more.
_TAKEN_OFF: Final = and_(
    recon_item.c.reason == "not_billed", recon_item.c.what.startswith("adjustment_")
)


class InvoiceBooking(NamedTuple):
    """A line that was booked, by the run that did."""

    month: Month
    run: int
    #: Why it was booked: its status, or `rounding`.
    reason: str
    request_id: str | None
    occurred_at: datetime | None
    #: What the line came to.
    amount_nanos: int
    #: The row of the ledger.
    booked_as: str

    def is_of(self, line: StatementLine, effect: int, month: Month) -> bool:
        """Whether the line is the one that was booked, in a file for this month."""
        if line.status != ("total" if self.reason == "rounding" else self.reason):
            return False
        if line.request_id or self.request_id:
            return line.request_id == self.request_id
        # An invoice that is issued again for its month may date its tax anew.
        is_same_time = self.month == month or line.created_at == self.occurred_at
        return is_same_time and effect == self.amount_nanos


@dataclass(slots=True)
class InvoiceBookings:
    """Bookings that still stand, each to be taken by one line."""

    month: Month
    _free: list[InvoiceBooking] = field(default_factory=list)

    def add(self, bookings: Iterable[InvoiceBooking], *, known: Container[str]) -> None:
        """Take them, without the rows that are `known` to be of the month."""
        self._free += [each for each in bookings if each.booked_as not in known]

    def take(self, line: StatementLine, effect: int) -> InvoiceBooking | None:
        """The booking of a line that comes again."""
        fits = [each for each in self._free if each.is_of(line, effect, self.month)]
        if not fits:
            return None
        found = min(fits, key=lambda each: each.amount_nanos != effect)
        self._free.remove(found)
        return found


def invoice_bookings(connection: Connection, currency: str) -> list[InvoiceBooking]:
    """What runs over any month booked of such lines and no run has taken off again."""
    columns = recon_item.c
    names = (columns.run, columns.reason, columns.request_id, columns.occurred_at)
    joined = recon_item.join(recon_run, recon_run.c.number == columns.run)
    where = recon_run.c.currency == currency, columns.decision == "cost"
    taken = select(columns.what, func.sum(columns.amount)).select_from(joined)
    off: dict[str, int] = {}
    for what, amount in connection.execute(taken.where(*where, _TAKEN_OFF).group_by(columns.what)):
        row = what.partition("~")[0]
        off[row] = off.get(row, 0) + int(amount)
    booked = select(recon_run.c.month, *names, columns.statement_amount, columns.booked_as)
    is_invoice = or_(columns.class_name == "tax_fee_credit", columns.class_name == "rounding")
    wanted = booked.select_from(joined).where(
        *where, is_invoice, columns.reason.in_(PROVIDER_CHARGES), columns.booked_as.is_not(None)
    )
    found = connection.execute(wanted.order_by(columns.run, columns.number))
    every = [InvoiceBooking(Month.numbered(month), *facts) for month, *facts in found]
    return [each for each in every if off.get(each.booked_as, 0) != -each.amount_nanos]
