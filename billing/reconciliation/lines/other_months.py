"""Stray lines against what other months have of their calls: charges, refunds, corrections; pure.

A line that gives back to a call of another month is matched with one refund of its amount there.
Without one it is a credit of the month that it is billed in, up to what the call was billed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from billing.reconciliation.books.known_calls import in_time
from billing.reconciliation.books.recognition import Booking, Charge
from billing.reconciliation.lines.captures import about_line, add_beside
from billing.reconciliation.lines.other_calls import OtherCall
from billing.reconciliation.lines.stray_lines import StrayLines
from billing.reconciliation.terms import Terms, matter_of
from billing.statement import StatementLine


@dataclass(frozen=True, slots=True)
class OtherMonths:
    """Rows of other months that have the id of a stray line, or were booked from one."""

    terms: Terms
    stray: StrayLines
    #: Which other statement had the line of some of them before, by their ids.
    billed: Mapping[str, str] = field(default_factory=dict)

    def match(self, charges: Iterable[Charge]) -> None:
        """Explain lines by such rows."""
        rows = list(dict.fromkeys(charges))  # one may be found by its id, and again by its key
        self._match_charged(rows)
        by_id: dict[str, list[Charge]] = {}
        for row in rows:
            if row.request_id:
                by_id.setdefault(row.request_id, []).append(row)
        for request_id, of_call in by_id.items():
            lines = self.stray.refunds_of(request_id)
            if lines:
                self._give_back(
                    sorted(lines, key=in_time), OtherCall(of_call, prefix=self.terms.prefix)
                )

    def _match_charged(self, rows: list[Charge]) -> None:
        """Lines that bill, and whatever this very file led to in another month."""
        sums: dict[int, list[Charge]] = {}
        for row in rows:
            line = self._line_of(row)
            if line is not None:
                sums.setdefault(line.line, []).append(row)
        for number, found in sums.items():
            line = self.stray.of_number(number)
            assert line is not None
            ledger = sum(each.amount_nanos for each in found)
            if ledger or len(found) == 1:
                by = (self.billed[each.transfer_id] for each in found if self._is_billed(each))
                self._add_wrong_period(line, found, ledger, next(by, None))
            else:
                # Written off where it occurred: it is billed late, and counts where it is billed.
                self.stray.give_to(line, found[0])

    def _is_billed(self, row: Charge) -> bool:
        return row.transfer_id in self.billed

    def _line_of(self, row: Charge) -> StatementLine | None:
        booking = Booking.parse(row.key)
        if booking is not None and booking.prefix == self.terms.prefix:
            line = self.stray.of_number(booking.line)
            if line is not None:
                return line
        return None if row.kind == "refund" else self.stray.charged(row.request_id)

    def _give_back(self, lines: list[StatementLine], call: OtherCall) -> None:
        """Lines that give back to one call, in time."""
        left = self._left(lines[0], call)
        for line in lines:
            refund = call.take_refund(line)
            before = None if refund else call.take_credit(line)
            if refund is not None:
                left = None if left is None else left + refund.amount_nanos
                self._add_wrong_period(line, [refund], refund.amount_nanos, None)
            elif before is not None:
                self.stray.take(line)
                by = f"the statement of {before.month}"
                self.stray.add_duplicate(line, matter_of(call.first), by=by)
            elif call.is_charged and not self.terms.dates.is_outside(line.created_at):
                left = self._credit(line, call, left)

    def _left(self, line: StatementLine, call: OtherCall) -> int | None:
        """What may still be given back; None where nothing says that the call was billed."""
        here, charged = self.stray.spent_nanos(line), self.stray.charged(line.request_id)
        if call.billed_nanos <= 0 and here <= 0 and charged is None:
            return None
        left = call.billed_nanos + call.credited_nanos + here
        return left if charged is None else max(left, charged.effect_nanos)

    def _credit(self, line: StatementLine, call: OtherCall, left: int | None) -> int | None:
        """A refund that nobody knew of; the answer is what may be given back after it."""
        if left is None:
            self.stray.give_to(line, call.first)
            return None
        self.stray.give_back([line], call.first, billed_nanos=left)
        return left + line.effect_nanos if self.stray.of_number(line.line) else left

    def _add_wrong_period(
        self, line: StatementLine, rows: list[Charge], ledger: int, billed_by: str | None
    ) -> None:
        charge = next((row for row in rows if row.charge_id), rows[0])
        terms, booking = self.terms, Booking.parse(charge.key)
        self.stray.take(line)
        told = f"the ledger has {terms.money(ledger)} at {charge.occurred_at.isoformat()}"
        is_here = booking is not None and booking.month == str(terms.month)
        if booking is not None and booking.prefix != terms.prefix and not is_here:
            told += f", billed on the statement of {booking.month} already"
        matter = matter_of(charge)
        add_settled = partial(
            terms.findings.add_settled,
            "wrong_period",
            f"carry: {told}",
            matter,
            line=line,
            statement=line.effect_nanos,
        )
        item = terms.opening.take(matter, line.effect_nanos)
        if item is not None:
            terms.findings.resolved.append(item)
            add_settled(opening=item.amount_nanos)
        elif billed_by is not None and line.status == "charged":
            self.stray.add_duplicate(line, matter, by=billed_by)
        elif ledger == line.effect_nanos and (
            is_here or terms.opening.decided("wrong_period", matter)
        ):
            add_settled()
        elif is_here and charge.charge_id and line.status == "charged":
            add_beside(terms, line, rows, charge)
        else:
            terms.findings.add(
                "wrong_period",
                f"carry: {told}",
                matter,
                line=line,
                statement=line.effect_nanos,
                actions=[
                    about_line(line, matter)(kind="carry", reason="timing", amount_nanos=-ledger)
                ],
            )
