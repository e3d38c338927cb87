"""Matching a statement with the ledger's charges and holds: pure, no database, no files.

By what was booked from a line and by request id first; what is left then by our own key, where the
statement echoes it, and by the ids in the evidence of holds; last by fingerprint. It never stops at
a difference: everything lands in one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from billing.reconciliation.books.booked_before import BookedBefore
from billing.reconciliation.books.known_calls import KnownCall, KnownCalls
from billing.reconciliation.books.recognition import Charge, HeldCall
from billing.reconciliation.findings import Findings
from billing.reconciliation.invoice.invoice_lines import InvoiceLines
from billing.reconciliation.lines.billed import MORE_THAN_ONE_CALL, Billed
from billing.reconciliation.lines.by_fingerprint import add_by_fingerprint
from billing.reconciliation.lines.elsewhere import Elsewhere
from billing.reconciliation.lines.fingerprints import Candidate, Fingerprints
from billing.reconciliation.lines.other_months import OtherMonths
from billing.reconciliation.lines.rapid_match import Rapid
from billing.reconciliation.lines.stray_lines import StrayLines
from billing.reconciliation.terms import Terms, Totals, matter_of
from billing.reconciliation.unbilled.coverage import Coverage
from billing.reconciliation.unbilled.unbilled import Unbilled
from billing.statement import BadLine, StatementLine


class Matching:
    """One run over one statement. Call the methods in the order in which they stand."""

    def __init__(self, terms: Terms) -> None:
        """Start with nothing read."""
        self.terms = terms
        #: Sums of all charges and of all lines, added up apart from what is found.
        self.ledger_nanos = 0
        self.statement_nanos = 0
        self.line_count = 0
        #: Charges that stand with their price, because the ledger has no cost for them.
        self.uncosted = 0
        #: The time of the last line that shows what the statement covers.
        self.reaches: datetime | None = None
        #: The time of its first line of usage.
        self.begins: datetime | None = None
        #: Request ids of rows that are no lines, and why they are not.
        self.left_out: Mapping[str, str] = {}
        self.stray = StrayLines(terms)
        self._bad_lines = 0
        self._is_complete = True
        self._known = KnownCalls(terms.prefix)
        self._given_back: Mapping[str, int] = {}
        #: What other months have of the month's corrected calls.
        self.elsewhere = Elsewhere(terms, self._known)
        self.invoice = InvoiceLines(terms, self._known)
        #: Lines by the holds that have the key which the line echoes.
        self._by_hold: dict[str, StatementLine] = {}
        self._refunds_by_hold: dict[str, list[StatementLine]] = {}
        self._matched_holds: set[str] = set()

    @property
    def findings(self) -> Findings:
        """What was found so far."""
        return self.terms.findings

    def add_rapid(self, rapid: Rapid) -> None:
        """The pairs of a line and a charge that were found to agree before; first of all."""
        self.line_count += rapid.count
        self.uncosted += rapid.uncosted
        self.ledger_nanos += rapid.ledger_read
        self.statement_nanos += rapid.statement
        if rapid.count:
            sums = {"ledger": rapid.ledger, "statement": rapid.statement}
            self.findings.tally("matched", **sums, count=rapid.count)
            self._begin(rapid.begins)
            self._reach(rapid.reaches)

    def take_matched(self, charges: Iterable[Charge]) -> None:
        """Charges of such pairs that a further line has the id of; their amounts count already."""
        for charge in charges:
            self._known.add_matched(charge)

    def take_charges(self, charges: Iterable[Charge]) -> None:
        """The month's charges, refunds and corrections."""
        for charge in charges:
            self.ledger_nanos += charge.amount_nanos
            self.uncosted += not charge.is_costed and charge.kind in ("capture", "charge")
            self._known.add(charge)
        self._known.settle()

    @property
    def second_charges(self) -> list[Charge]:
        """Charges of a call that was charged before."""
        return [each for call in self._known.calls() for each in call.charges[1:]]

    def take_given_back(self, sums: Mapping[str, int]) -> None:
        """What those gave back to their accounts, in nano-units by id."""
        self._given_back = sums

    def take_lines(self, lines: Iterable[StatementLine | BadLine]) -> None:
        """The statement; each line goes to its call, to the invoice, or astray."""
        for line in lines:
            self.line_count += 1
            if isinstance(line, BadLine):
                self._take_bad_line(line)
                continue
            self.terms.dates.look(line.created_at)
            if line.is_usage:
                self.statement_nanos += line.effect_nanos
                self._begin(line.created_at)
                self._reach(line.created_at)
                self._take_line(line)
            else:
                self.statement_nanos += line.effect_nanos
                if line.status == "total":
                    self._reach(line.created_at)
                self.invoice.add(line)

    def compare(self) -> None:
        """Lines against the calls of the month, and against what an earlier file led to."""
        before = BookedBefore(self._known.booked_before(self.terms.month))
        for line in list(self.stray):
            key = None if line.request_id else before.take(line, line.effect_nanos)
            if key is not None and self._known.by_key(key).take_line(line):
                self.stray.take(line)
        self.statement_nanos += self.invoice.compare(
            before,
            lines_nanos=self.statement_nanos,
            is_complete=self._is_complete,
            begins=self.begins,
            reaches=self.reaches,
        )
        for call in self._known.calls():
            self._set_aside(call)
            self._compare(call)

    def _set_aside(self, call: KnownCall) -> None:
        """Take out a charged line that another statement had, or whose charge is elsewhere."""
        self.elsewhere.take_refunds(call)
        line, by = call.charged_line, self.elsewhere.billed(call)
        if line is None or not (by or self.elsewhere.has_charge(call)):
            return
        call.charged_line = None
        if by is None:
            self.stray.add(line)
        else:
            self.stray.add_duplicate(line, matter_of(call.first), by=by)

    def match_own_keys(self, holders: Iterable[tuple[str, str]]) -> None:
        """Stray lines by our keys that they echo; `holders` are keys with ids that have them."""
        lines, refunds = self.stray.keys(), self.stray.refunds_by_key()
        for key, own_id in holders:
            line, back = lines.get(key), refunds.get(key, [])
            call = self._known.of_own_id(own_id)
            if call is None:
                # Several rows may have a key; a line is for the first of them.
                if line is not None:
                    self._by_hold[own_id] = lines.pop(key)
                if back:
                    self._refunds_by_hold[own_id] = refunds.pop(key)
                continue
            if line is not None and len(call.charges) == 1 and not call.is_billed:
                for each in (line, *(back if call.refunds else ())):
                    if call.take_line(each):
                        self.stray.take(each)
                del lines[key]
                self._compare(call)
            if back and call.charges:
                # What was taken out above is explained already.
                self.stray.give_back(refunds.pop(key), call.first, billed_nanos=call.left_nanos)

    def _compare(self, call: KnownCall) -> None:
        for line in call.take_excess():
            self.stray.add_duplicate(line, matter_of(call.first))
        if call.is_billed or len(call.charges) > 1:
            for line in Billed(self.terms, self._given_back).compare(call):
                self.stray.add(line, call)

    @property
    def totals(self) -> Totals:
        """What both sides come to."""
        dates = self.terms.dates
        return Totals(
            *(self.ledger_nanos, self.statement_nanos, self.line_count, self.uncosted),
            outside=dates.outside,
            near=dates.near,
            first_outside=dates.first,
            unreadable=self._bad_lines,
            begins=self.begins,
        )

    @property
    def hold_ids(self) -> list[str]:
        """Ids that have the key of a stray line, and are of no call of the month: of holds."""
        return list({**self._by_hold, **self._refunds_by_hold})

    def match_other_months(
        self, charges: Iterable[Charge], billed: Mapping[str, str] | None = None
    ) -> None:
        """Rows of other months; `billed` says which other statement had the line of some."""
        OtherMonths(self.terms, self.stray, billed or {}).match(charges)

    def match_holds(self, calls: Iterable[HeldCall]) -> None:
        """Holds without a capture, by the request id in their evidence or by our key."""
        self._matched_holds |= self.stray.match_holds(
            calls, by_hold=self._by_hold, refunds=self._refunds_by_hold
        )

    def unbilled_ids(self, unsettled: Iterable[HeldCall]) -> set[str]:
        """Request ids that no line has; `unsettled` are all holds not ended."""
        ids = {call.request_id for call in unsettled}
        for known in self._known.calls():
            if known.rows and not known.is_matched:
                ids.add(known.first.request_id)
        return {each for each in ids if each}

    def finish(self, unsettled: Iterable[HeldCall]) -> None:
        """Fingerprints, then what is left on either side; `unsettled` are all holds not ended."""
        calls = [call for call in unsettled if call.hold_id not in self._matched_holds]
        free = Fingerprints(self._candidates(calls))
        undecided = []
        for line in self.stray.in_time():
            call = free.take(line)
            if call is None or not self.terms.accept_fingerprints:
                undecided.append(line)
            if call is not None:
                self.stray.take(line)
                add_by_fingerprint(self.terms, self._known, call, line)
        self.elsewhere.tell()
        self.stray.finish(self._likely(calls, free), is_other_months=self.totals.is_other_months)
        self._add_unbilled(free, undecided)
        self.terms.opening.carry_on(self.findings)
        assert self.findings.proof(ledger=self.ledger_nanos, statement=self.statement_nanos).ties

    def _add_unbilled(self, free: Fingerprints, undecided: list[StatementLine]) -> None:
        terms, known = self.terms, list(self._known.calls())
        coverage = Coverage(
            month=terms.month,
            unbilled=[each.first.occurred_at for each in known if each.is_unbilled],
            billed=terms.findings.count("matched") + sum(each.is_billed for each in known),
            bad_lines=self._bad_lines,
            begins=self.begins,
            reaches=self.reaches,
            undecided=undecided,
            left_out=self.left_out,
            is_final=not terms.is_young(terms.month.end),
            is_other_months=self.totals.is_other_months,
        )
        unbilled = Unbilled(terms, coverage)
        for call in free.left():
            if isinstance(call, HeldCall):
                unbilled.add_hold(call)
        for call_of_ours in known:
            unbilled.add_call(call_of_ours)

    def _likely(self, calls: list[HeldCall], free: Fingerprints) -> dict[int, HeldCall]:
        """Holds that stray lines may turn out to bill: open ones, or at another price."""
        in_doubt = (call for call in free.left() if isinstance(call, HeldCall))
        likely = Fingerprints([*in_doubt, *(call for call in calls if call.state == "open")])
        pairs = ((line.line, likely.take(line, at_any_price=True)) for line in self.stray.in_time())
        return {number: call for number, call in pairs if isinstance(call, HeldCall)}

    def _candidates(self, calls: Iterable[HeldCall]) -> Iterable[Candidate]:
        yield from (call for call in calls if call.state == "in_doubt")
        for call in self._known.calls():
            # A call with an id would have been found by it, but for a line without one.
            if call.is_unbilled and call.first.request_id is None:
                yield call.first._replace(amount_nanos=call.amount_nanos)

    def _take_bad_line(self, line: BadLine) -> None:
        self._bad_lines += 1
        # An amount in another currency cannot be added to the ones of this statement.
        effect = line.effect_nanos if line.currency == self.terms.currency else None
        self._is_complete = self._is_complete and effect is not None
        self.statement_nanos += effect or 0
        self.findings.add_unparseable(line, effect=effect)

    def _begin(self, at: datetime) -> None:
        self.begins = min(self.begins or at, at)

    def _reach(self, at: datetime) -> None:
        self.reaches = max(self.reaches or at, at)

    def _take_line(self, line: StatementLine) -> None:
        self.elsewhere.look(line)
        call = self._known.of_line(line)
        is_new = self.stray.add(line) if call is None else call.take_line(line)
        if is_new:
            return
        if call is not None:
            line = call.take_better(line)
        matter = matter_of(call.first) if call is not None and call.rows else None
        if call is None or call.is_one_call:
            self.stray.add_duplicate(line, matter)
        else:
            told, effect = f"find out: {MORE_THAN_ONE_CALL}", line.effect_nanos
            self.findings.add("duplicate_line", told, matter, line=line, statement=effect)
