"""Calls of the month that the statement bills: do both sides have the same for them; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from billing.reconciliation.actions import Action
from billing.reconciliation.books.known_calls import KnownCall
from billing.reconciliation.books.recognition import REFUND, Booking, Charge, what_of
from billing.reconciliation.lines.comparison import differences
from billing.reconciliation.terms import Terms, matter_of
from billing.statement import StatementLine

#: What one id in two accounts or cells means; a person decides which of them it is.
MORE_THAN_ONE_CALL: Final = "charges of different accounts or cells have this id"


@dataclass(frozen=True, slots=True)
class Billed:
    """Classes calls that have lines."""

    terms: Terms
    #: What second charges have given back to their accounts, by their ids.
    given_back: Mapping[str, int] = field(default_factory=dict)

    def compare(self, call: KnownCall) -> list[StatementLine]:
        """Class a call's rows and lines; the answer are the lines that it does not account for."""
        for second in call.charges[1:]:
            self._add_second(call, second)
        charged = [] if call.charged_line is None else [call.charged_line]
        refunded = call.refunded_lines
        if call.corrections:
            # It stands with the sum of its rows: a correction may be for either kind of line.
            if not call.charges:
                # Its charge may lie in another month: a line that no row stands for is looked up.
                known, others = self._paired(charged + refunded, call.rows)
                if known and sum(each.effect_nanos for each in known) == call.amount_nanos:
                    return others + self._compare_sum(call, call.amount_nanos, known, call.rows)
            return self._compare_sum(call, call.amount_nanos, charged + refunded, call.rows)
        left = []
        if charged and call.charges:
            self._compare(call, call.charges[0].amount_nanos, charged[0])
        else:
            left += charged
        back = sum(each.amount_nanos for each in call.refunds)
        if call.refunds:
            left += self._compare_sum(call, back, refunded, call.refunds)
        else:
            left += refunded
        return left

    def _compare_sum(
        self, call: KnownCall, ours: int, lines: list[StatementLine], rows: list[Charge]
    ) -> list[StatementLine]:
        """Lines with what rows come to; the answer are the refunds that none of them stands for."""
        if not lines:
            return []
        known, left = self._paired(lines, rows)
        if ours == sum(each.effect_nanos for each in lines):
            known, left = lines, []
        # What the rest does not account for is a matter of the charge's line, if there is one.
        charged = [line for line in lines if line.status == "charged"]
        first = (charged or known or left)[0]
        for line in known:
            if line != first:
                back = line.effect_nanos
                self.terms.findings.tally("matched", ledger=back, statement=back)
                ours -= back
        self._compare(call, ours, first)
        return [line for line in left if line != first]

    def _paired(
        self, lines: Iterable[StatementLine], rows: list[Charge]
    ) -> tuple[list[StatementLine], list[StatementLine]]:
        """Lines that a row was booked from or that have one of their amount, and the rest."""
        bookings = [Booking.parse(each.key) for each in rows]
        booked = {each.line for each in bookings if each and each.prefix == self.terms.prefix}
        # What was booked about a charge, and about no line, gives nothing back.
        pairs = zip(rows, bookings, strict=True)
        amounts = Counter(row.amount_nanos for row, each in pairs if each is None or each.line)
        known: list[StatementLine] = []
        others: list[StatementLine] = []
        for line in sorted(lines, key=lambda line: line.line not in booked):
            is_known = line.line in booked or amounts[line.effect_nanos] > 0
            amounts[line.effect_nanos] -= 1
            (known if is_known else others).append(line)
        return known, others

    def _compare(self, call: KnownCall, ledger: int, line: StatementLine) -> None:
        terms, statement = self.terms, line.effect_nanos
        told = differences(call.first, line)
        is_close = abs(statement - ledger) <= terms.tolerances.line_nanos
        if is_close and not told:
            terms.findings.tally("matched", ledger=ledger, statement=statement)
            return
        difference = statement - ledger
        about = _about(call, line, terms.prefix)
        correct = partial(about, kind="cost", amount_nanos=difference)
        matter = matter_of(call.first)
        if not told:
            terms.findings.add(
                "amount_mismatch",
                f"adjust the cost by {terms.money(difference)}, price variance, or dispute",
                matter,
                line=line,
                ledger=ledger,
                statement=statement,
                actions=[correct(reason="price_variance")],
            )
        elif not difference and terms.opening.decided("quantity_mismatch", matter):
            terms.findings.add_settled(
                "quantity_mismatch", told, matter, line=line, ledger=ledger, statement=statement
            )
        else:
            terms.findings.add(
                "quantity_mismatch",
                f"{told}; the customer paid {terms.money(call.first.price_nanos)}",
                matter,
                line=line,
                ledger=ledger,
                statement=statement,
                actions=[
                    *([correct(reason="quantity")] if difference else []),
                    about(kind="carry", reason="quantity", what=f"{line.line}:noted"),
                ],
            )

    def _add_second(self, call: KnownCall, charge: Charge) -> None:
        """Our own mistake: the account gets its money back, and the cost goes."""
        terms, matter = self.terms, matter_of(charge)
        cost = 0 if _is_taken_off(call, charge) else charge.amount_nanos
        back = charge.price_nanos - self.given_back.get(charge.transfer_id, 0)
        if charge.amount_nanos and not cost and not back:
            return
        call.apart_nanos += cost
        add = partial(terms.findings.add, "duplicate_capture", matter=matter, ledger=cost)
        if not call.is_one_call:
            add(f"find out: {MORE_THAN_ONE_CALL}")
            return
        if not cost and not back and terms.opening.decided("duplicate_capture", matter):
            terms.findings.add_settled("duplicate_capture", "noted: it was free", matter)
            return
        about = partial(matter.about, reason="duplicate_capture")
        actions = [
            about(kind="refund", what=f"{charge.transfer_id}{REFUND}", amount_nanos=back),
            about(kind="cost", what=charge.transfer_id, amount_nanos=-cost),
        ]
        actions = [each for each in actions if each.amount_nanos]
        if not charge.amount_nanos:
            # No row about the cost would say that it was settled.
            actions.append(about(kind="carry", what=charge.transfer_id))
        told = f"refund {terms.money(back)} to {charge.account}" if back else "take its cost off"
        add(f"{told}: the call was captured twice", actions=actions)


def _is_taken_off(call: KnownCall, charge: Charge) -> bool:
    """Whether a correction takes a second charge's cost off: ours of it, or one made by hand."""
    for each in call.corrections:
        booking = Booking.parse(each.key)
        if booking is not None and booking.subject == charge.transfer_id:
            return True
        if booking is None and each.amount_nanos == -charge.amount_nanos:
            return True
    return False


def _about(call: KnownCall, line: StatementLine, prefix: str) -> partial[Action]:
    """An action about a call and its line."""
    return partial(
        matter_of(call.first).about,
        request_id=call.first.request_id or line.request_id or None,
        what=what_of(line.line, call.rows, prefix=prefix),
        line=line.line,
    )
