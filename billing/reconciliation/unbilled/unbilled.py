"""What the ledger has and a statement has no line for: holds in doubt, and charges; pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from billing.reconciliation.actions import Action
from billing.reconciliation.books.known_calls import KnownCall
from billing.reconciliation.books.recognition import (
    CLOCK_TOLERANCE,
    Booking,
    Charge,
    HeldCall,
    what_of,
)
from billing.reconciliation.terms import Terms, matter_of
from billing.reconciliation.unbilled.coverage import Coverage


def add_carried(terms: Terms, charge: Charge, ledger: int) -> bool:
    """Settle what the statement of another month has the line of, if a run there carried it."""
    matter = matter_of(charge)
    item = terms.opening.take(matter, -ledger)
    if item is None:
        return False
    terms.findings.resolved.append(item)
    terms.findings.add_settled(
        "wrong_period",
        f"the statement of {item.month} billed it, carried then",
        matter,
        ledger=ledger,
        opening=item.amount_nanos,
    )
    return True


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Classes what no line was found for, once all lines were."""

    terms: Terms
    coverage: Coverage

    def add_hold(self, call: HeldCall) -> None:
        """A hold in doubt: to be voided, if the statement shows that it is not billed."""
        terms, matter = self.terms, matter_of(call)
        # A call in the last minutes of a month may be billed in the next: the next one decides.
        if call.occurred_at + CLOCK_TOLERANCE not in terms.month:
            if call.occurred_at in terms.month:
                told = f"wait: made in the last minutes of {terms.month}, the next month decides"
                terms.findings.add_pending("pending", told, matter)
            return
        held = terms.money(call.amount_nanos)
        if terms.is_young(call.occurred_at):
            lag = call.occurred_at + terms.tolerances.settling_lag
            told = f"wait: {held} in doubt, it may be billed until {lag:%Y-%m-%dT%H:%MZ}"
            terms.findings.add_pending("pending", told, matter)
            return
        doubts = "; ".join(self.coverage.doubts(call))
        void = matter.about(kind="void", reason="not_billed", what=call.hold_id)
        terms.findings.add(
            "hold_unbilled",
            f"keep: it may be billed, {doubts}" if doubts else f"void: release {held}",
            matter,
            actions=[] if doubts else [void],
        )

    def add_call(self, call: KnownCall) -> None:
        """A call without a line: its charges, or what corrections left of them."""
        if call.is_matched:
            return
        if call.corrections and not call.is_billed:
            self._add(call.first, call.amount_nanos, call.corrections)
        if call.corrections:
            return
        billed = () if call.charged_line else call.charges[:1]
        refunded = () if call.refunded_lines else call.refunds
        for charge in (*billed, *refunded):
            self._add(charge, charge.amount_nanos, [])

    def _add(self, charge: Charge, ledger: int, corrections: list[Charge]) -> None:
        terms, matter = self.terms, matter_of(charge)
        findings, booking = terms.findings, Booking.parse(charge.key)
        if not ledger and corrections:
            findings.tally("matched")  # corrected to nothing, and nothing is billed
            return
        if add_carried(terms, charge, ledger):
            return
        if booking is not None and booking.month != str(terms.month):
            told = f"none: the statement of {booking.month} bills it, {charge.key}"
            findings.add_settled("wrong_period", told, matter, ledger=ledger)
        elif booking is None and terms.is_young(charge.occurred_at):
            carry = self._action(charge, corrections)(
                kind="carry", reason="timing", amount_nanos=ledger
            )
            told = "wait: it may still be billed"
            if charge.kind == "refund":
                told = f"wait: what {charge.transfer_id} gave back may still be given back to us"
            findings.add_pending("pending", told, matter, ledger=ledger, actions=[carry])
        else:
            self._add_missing(charge, ledger, corrections)

    def _add_missing(self, charge: Charge, ledger: int, corrections: list[Charge]) -> None:
        terms, matter = self.terms, matter_of(charge)
        if not ledger and terms.opening.decided("missing_from_statement", matter):
            terms.findings.add_settled("missing_from_statement", "noted: it was free", matter)
            return
        doubts = "; ".join(self.coverage.silences(charge.occurred_at, charge.request_id))
        is_refund = charge.kind == "refund"
        told = f"take {terms.money(ledger)} off the cost: it is not billed"
        if is_refund:
            # Of a call without a cost of its own, which stands with what its customer paid.
            back, by = terms.money(-ledger), charge.transfer_id
            told = f"put {back} back on the cost: no line gives back what {by} did"
        if doubts:
            what = f"given back to us, {charge.transfer_id}" if is_refund else "billed"
            told = f"keep: it may be {what}, {doubts}"
        if Booking.parse(charge.key) is not None:
            told += f"; an earlier file of this month billed it, {charge.key}"
        act = self._action(charge, corrections)(
            kind="cost" if ledger else "carry", reason="not_billed", amount_nanos=-ledger
        )
        terms.findings.add(
            "missing_from_statement",
            told,
            matter,
            ledger=ledger,
            actions=[] if doubts else [act],
        )

    def _action(self, charge: Charge, corrections: list[Charge]) -> partial[Action]:
        what = what_of(charge.transfer_id, corrections, prefix=self.terms.prefix)
        return partial(matter_of(charge).about, what=what)
