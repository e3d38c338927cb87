"""Lines of usage that no call of the month is known for, until something explains them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from billing.reconciliation.actions import Reason
from billing.reconciliation.books.known_calls import KnownCall
from billing.reconciliation.books.recognition import Booking, Charge, HeldCall
from billing.reconciliation.lines.captures import about_line, add_beside, add_hold_only, add_unpaid
from billing.reconciliation.lines.outside_lines import add_outside
from billing.reconciliation.proof import Matter
from billing.reconciliation.terms import Terms, matter_of
from billing.statement import StatementLine

_UNALLOCATED: Final[tuple[Reason, str]] = (
    "unallocated",
    "book the cost as unallocated until its caller is found, or dispute it",
)
_CREDIT: Final[tuple[Reason, str]] = "credit", "book it: the provider gives back a call's cost"
_BILLED_LATE: Final[tuple[Reason, str]] = (
    "billed_late",
    "book the cost again: it was taken off as not billed",
)


@dataclass(slots=True)
class StrayLines:
    """Lines by number and by request id; what explains one takes it out."""

    terms: Terms
    _lines: dict[int, StatementLine] = field(default_factory=dict)
    #: Numbers of lines by request id and whether they give back.
    _numbers: dict[tuple[str, bool], int] = field(default_factory=dict)
    #: The call of a line that gives back what was never given back here.
    _calls: dict[int, Charge | HeldCall] = field(default_factory=dict)
    #: Lines that give back to a hold which no line bills.
    _unpaid: dict[int, HeldCall] = field(default_factory=dict)
    #: Request ids of calls that cost us something in another currency, and in which.
    elsewhere: dict[str, str] = field(default_factory=dict)

    def add(self, line: StatementLine, call: KnownCall | None = None) -> bool:
        """Add a line; false when one with its request id is charged already."""
        number = self._numbers.setdefault(_id_of(line), line.line) if line.request_id else 0
        if number not in (0, line.line) and line.status != "refunded":
            return False
        self._lines[line.line] = line
        if call is not None:
            self._calls[line.line] = call.first
        return True

    def in_time(self) -> list[StatementLine]:
        """The lines that are left, by their times."""
        return sorted(self._lines.values(), key=lambda line: (line.created_at, line.line))

    def request_ids(self) -> list[str]:
        """Of the lines that are left."""
        return [line.request_id for line in self._lines.values() if line.request_id]

    @property
    def is_missing_ids(self) -> bool:
        """Whether there are lines without one, which an earlier run may have booked."""
        return any(not line.request_id for line in self._lines.values())

    def keys(self) -> dict[str, StatementLine]:
        """The lines that bill, by our own key, where the statement echoes it: the first of each."""
        return self._by_key("charged")

    def refund_keys(self) -> dict[str, StatementLine]:
        """The same of the lines that give back."""
        return self._by_key("refunded")

    def give_back(self, line: StatementLine, call: Charge | HeldCall) -> None:
        """Say which call a line gives back to."""
        if line.line in self._lines:
            self._calls.setdefault(line.line, call)

    def take(self, line: StatementLine) -> None:
        """Take out a line that is explained."""
        del self._lines[line.line]

    def match_other_months(
        self, charges: Iterable[Charge], billed: Mapping[str, str] | None = None
    ) -> None:
        """Rows of other months that have the id of a line, or were booked from one.

        Of those in `billed`, by their ids, another statement had the line before.
        """
        billed = billed or {}
        sums: dict[int, list[Charge]] = {}
        for charge in charges:
            line = self._line_of(charge)
            rows = [] if line is None else sums.setdefault(line.line, [])
            if charge not in rows:  # found by its id, and again by its key
                rows.append(charge)
        for number, rows in sums.items():
            ledger = sum(each.amount_nanos for each in rows)
            if ledger or len(rows) == 1:
                by = next((billed[id_] for row in rows if (id_ := row.transfer_id) in billed), None)
                self._add_wrong_period(self._lines[number], rows, ledger, by)
            else:
                # Written off where it occurred: it is billed late, and counts where it is billed.
                self._calls[number] = rows[0]

    def match_holds(
        self,
        calls: Iterable[HeldCall],
        *,
        by_hold: dict[str, StatementLine],
        refunds: dict[str, StatementLine],
    ) -> set[str]:
        """Holds without a capture, by request id or by our key; the answer are their ids."""
        matched: set[str] = set()
        for call in calls:
            line = by_hold.get(call.hold_id) or self._of_id(call, is_refund=False)
            refund = refunds.get(call.hold_id) or self._of_id(call, is_refund=True)
            if line is not None and line.line in self._lines:
                self.take(line)
                matched.add(call.hold_id)
                add_hold_only(self.terms, call, line)
            if refund is None or refund.line not in self._lines:
                continue
            if call.hold_id in matched:
                self.give_back(refund, call)
                self._unpaid.pop(refund.line, None)
            else:
                self._unpaid.setdefault(refund.line, call)
        return matched | {call.hold_id for call in self._unpaid.values()}

    def _of_id(self, call: HeldCall, *, is_refund: bool) -> StatementLine | None:
        if not call.request_id:
            return None
        return self._lines.get(self._numbers.get((call.request_id, is_refund), 0))

    def add_duplicate(
        self, line: StatementLine, matter: Matter | None, *, by: str | None = None
    ) -> None:
        """The same id once more: a matter for the provider, and nothing of the ledger's.

        `by` names the other statement that had the first line, when it is not this one.
        """
        matter = matter or Matter(request_id=line.request_id or None)
        where = "" if by is None else f": {by} has it too, unless the files overlap"
        effect, told = line.effect_nanos, f"dispute: billed twice{where}"
        if self.terms.opening.decided("duplicate_line", matter):
            told = f"in {told}"
            self.terms.findings.add_settled(
                "duplicate_line", told, matter, line=line, statement=effect
            )
            return
        carry = about_line(line, matter)(kind="carry", reason="dispute", amount_nanos=-effect)
        self.terms.findings.add(
            "duplicate_line", told, matter, line=line, statement=effect, actions=[carry]
        )

    def finish(self, likely: dict[int, HeldCall], *, is_other_months: bool = False) -> None:
        """Class what nothing explains; `likely` are holds, by line, that may be what it bills.

        Of another month's statement the lines are matters of that month, whoever made the calls.
        """
        for line in self._lines.values():
            call = self._calls.get(line.line)
            is_strange = call is None and line.request_id not in self.elsewhere
            matter = Matter(request_id=line.request_id or None)
            item = self.terms.opening.take(matter, line.effect_nanos)
            if item is not None:
                self.terms.findings.resolved.append(item)
                self.terms.findings.add_settled(
                    "wrong_period",
                    f"carried since {item.month}: {item.reason}",
                    matter,
                    line=line,
                    statement=line.effect_nanos,
                    opening=item.amount_nanos,
                )
            elif line.line in self._unpaid and call is None:
                add_unpaid(self.terms, self._unpaid[line.line], line)
            elif line.line in likely:
                self._add_likely(line, likely[line.line])
            elif is_other_months:
                add_outside(self.terms, line, "no line is of this month")
            elif is_strange and self.terms.dates.is_outside(line.created_at):
                add_outside(self.terms, line, f"it is dated {line.created_at:%Y-%m-%d}")
            else:
                self._add_missing(line, call)

    def _add_wrong_period(
        self, line: StatementLine, rows: list[Charge], ledger: int, billed_by: str | None
    ) -> None:
        charge = next((row for row in rows if row.charge_id), rows[0])
        terms, booking = self.terms, Booking.parse(charge.key)
        self.take(line)
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
            self.add_duplicate(line, matter, by=billed_by)
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

    def _add_likely(self, line: StatementLine, call: HeldCall) -> None:
        told = f"find out: {call.hold_id} of {call.account} fits it in all but the amount"
        if call.state == "open":
            until = f"{call.expires_at:%Y-%m-%dT%H:%MZ}" if call.expires_at else "its deadline"
            told = f"wait: {call.hold_id} of {call.account}, open until {until}, may be this call"
        self.terms.findings.add(
            "missing_from_ledger",
            told,
            matter_of(call)._replace(request_id=line.request_id or None),
            line=line,
            statement=line.effect_nanos,
        )

    def _add_missing(self, line: StatementLine, call: Charge | HeldCall | None) -> None:
        terms = self.terms
        matter = Matter(account=line.account or None)
        reason, told = _UNALLOCATED if call is None else _CREDIT
        if call is not None:
            matter = matter_of(call)
            if line.effect_nanos > 0:
                reason, told = _BILLED_LATE
        effect = line.effect_nanos
        if not effect and terms.opening.decided("missing_from_ledger", Matter(line.request_id)):
            terms.findings.add_settled("missing_from_ledger", "noted: it is free", line=line)
            return
        other = self.elsewhere.get(line.request_id) if call is None else None
        if other is not None:
            told = f"find out: the ledger has this call in {other}"
        act = about_line(line, matter)(
            kind="cost" if effect else "carry",
            reason=reason,
            amount_nanos=effect,
            occurred_at=terms.booked_at(line.created_at),
        )
        terms.findings.add(
            "missing_from_ledger",
            told,
            matter,
            line=line,
            statement=effect,
            actions=[] if other else [act],
        )

    def _line_of(self, charge: Charge) -> StatementLine | None:
        booking = Booking.parse(charge.key)
        if booking is not None and booking.prefix == self.terms.prefix:
            line = self._lines.get(booking.line)
            if line is not None:
                return line
        if not charge.request_id:
            return None
        key = charge.request_id, charge.kind == "refund"
        return self._lines.get(self._numbers.get(key, 0))

    def _by_key(self, status: str) -> dict[str, StatementLine]:
        found: dict[str, StatementLine] = {}
        for line in self._lines.values():
            if line.key and line.status == status:
                found.setdefault(line.key, line)
        return found

    def __iter__(self) -> Iterator[StatementLine]:
        return iter(self._lines.values())


def _id_of(line: StatementLine) -> tuple[str, bool]:
    return line.request_id, line.status == "refunded"
