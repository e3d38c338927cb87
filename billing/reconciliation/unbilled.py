"""What the ledger has and a statement has no line for: holds in doubt, and charges; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing.period import Month
from billing.reconciliation.coverage import Coverage
from billing.reconciliation.findings import Findings
from billing.reconciliation.recognition import CLOCK_TOLERANCE, Booking, Charge, HeldCall
from pricing.money import format_amount, from_nanos


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbilled:
    """Classes what no line was found for, once all lines were."""

    month: Month
    currency: str
    now: datetime
    settling_lag: timedelta
    findings: Findings

    def add_hold(self, call: HeldCall, coverage: Coverage) -> None:
        """A hold in doubt: to be voided, if the statement shows that it is not billed."""
        # A call in the last minutes of a month may be billed in the next: the next one decides.
        is_of_month = call.occurred_at + CLOCK_TOLERANCE in self.month
        if not is_of_month or self._is_young(call.occurred_at):
            return
        held = format_amount(from_nanos(call.n * call.unit_nanos), self.currency)
        doubts = "; ".join(coverage.doubts(call))
        self.findings.add(
            "hold_unbilled",
            f"keep: it may be billed, {doubts}" if doubts else f"void: release {held}",
            request_id=call.request_id,
            hold_id=call.hold_id,
            booking=None if doubts else "void",
        )

    def add_charge(self, charge: Charge) -> None:
        """A charge: a matter of another month only when that month's statement led to it."""
        booking = Booking.parse(charge.key)
        if booking is None:
            is_settled = False
            wait = self._is_young(charge.occurred_at)
            told = "wait: it may still be billed" if wait else "adjust: reverse it, not billed"
        else:
            is_settled = booking.month != str(self.month)
            told = (
                f"none: the statement of {booking.month} bills it, {charge.key}"
                if is_settled
                else f"adjust: reverse it, an earlier file of this month billed it, {charge.key}"
            )
        self.findings.add(
            "wrong_period" if is_settled else "missing_from_statement",
            told,
            request_id=charge.request_id,
            hold_id=charge.hold_id,
            ledger=charge.amount_nanos,
            carried=charge.amount_nanos if is_settled else 0,
            settled=is_settled,
        )

    def _is_young(self, occurred_at: datetime) -> bool:
        return self.now < occurred_at + self.settling_lag
