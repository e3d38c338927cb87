"""Lines of usage that no call of the month is known for, until something explains them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from billing.reconciliation.actions import Reason
from billing.reconciliation.books.known_calls import KnownCall, in_time, parted
from billing.reconciliation.books.recognition import Charge, HeldCall
from billing.reconciliation.lines.captures import about_line, add_hold_only, add_unpaid
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
    #: Numbers of lines that bill, by request id.
    _charged: dict[str, int] = field(default_factory=dict)
    #: The same of lines that give back: a call may be given back in parts.
    _refunds: dict[str, list[int]] = field(default_factory=dict)
    #: The call of a line that gives back what was never given back here.
    _calls: dict[int, Charge | HeldCall] = field(default_factory=dict)
    #: What the month has for the calls of lines that were charged for in another one.
    _spent: dict[int, int] = field(default_factory=dict)
    #: Lines that give back to a hold which no line bills.
    _unpaid: dict[int, HeldCall] = field(default_factory=dict)
    #: Request ids of calls that cost us something in another currency, and in which.
    elsewhere: dict[str, str] = field(default_factory=dict)

    def add(self, line: StatementLine, call: KnownCall | None = None) -> bool:
        """Add a line; false when one with its request id is charged already."""
        if line.request_id and line.status == "refunded":
            self._refunds.setdefault(line.request_id, []).append(line.line)
        elif line.request_id and self._charged.setdefault(line.request_id, line.line) != line.line:
            return False
        self._lines[line.line] = line
        if call is not None:
            self._calls[line.line] = call.first
            self._spent[line.line] = 0 if call.charges else call.amount_nanos
        return True

    def in_time(self) -> list[StatementLine]:
        """The lines that are left, by their times."""
        return sorted(self._lines.values(), key=in_time)

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

    def refunds_by_key(self) -> dict[str, list[StatementLine]]:
        """All of those by our own key."""
        found: dict[str, list[StatementLine]] = {}
        for line in self._lines.values():
            if line.key and line.status == "refunded":
                found.setdefault(line.key, []).append(line)
        return found

    def refunds_of(self, request_id: str | None) -> list[StatementLine]:
        """The lines that give back, by request id."""
        numbers = self._refunds.get(request_id or "", ())
        return [self._lines[each] for each in numbers if each in self._lines]

    def of_number(self, number: int) -> StatementLine | None:
        """A line that is left, by its number."""
        return self._lines.get(number)

    def charged(self, request_id: str | None) -> StatementLine | None:
        """The line that bills, by request id."""
        return self._lines.get(self._charged.get(request_id or "", 0))

    def spent_nanos(self, line: StatementLine) -> int:
        """What the month has for the call of a line that was charged for in another one."""
        return self._spent.get(line.line, 0)

    def take(self, line: StatementLine) -> None:
        """Take out a line that is explained."""
        del self._lines[line.line]

    def match_holds(
        self,
        calls: Iterable[HeldCall],
        *,
        by_hold: Mapping[str, StatementLine],
        refunds: Mapping[str, list[StatementLine]],
    ) -> set[str]:
        """Holds without a capture, by request id or by our key; the answer are their ids."""
        matched: set[str] = set()
        for call in calls:
            line = by_hold.get(call.hold_id) or self.charged(call.request_id)
            back = [*refunds.get(call.hold_id, ()), *self.refunds_of(call.request_id)]
            back = list({each.line: each for each in back if each.line in self._lines}.values())
            if line is not None and line.line in self._lines:
                self.take(line)
                matched.add(call.hold_id)
                add_hold_only(self.terms, call, line)
                self.give_back(back, call, billed_nanos=line.effect_nanos)
            elif call.hold_id not in matched:
                for each in back:
                    self._unpaid.setdefault(each.line, call)
        return matched | {call.hold_id for call in self._unpaid.values()}

    def give_back(
        self, refunds: Iterable[StatementLine], call: Charge | HeldCall, *, billed_nanos: int
    ) -> None:
        """Lines that give back to a call what was billed; what goes beyond it is a duplicate."""
        kept, excess = parted((each for each in refunds if each.line in self._lines), billed_nanos)
        for each in kept:
            self.give_to(each, call)
        for each in excess:
            self.take(each)
            self.add_duplicate(each, matter_of(call))

    def give_to(self, line: StatementLine, call: Charge | HeldCall) -> None:
        """Say which call a line gives back to, or bills late."""
        self._calls.setdefault(line.line, call)
        self._unpaid.pop(line.line, None)

    def is_of_call(self, line: StatementLine) -> bool:
        """Whether the call of a line is known."""
        return line.line in self._calls

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

    def _by_key(self, status: str) -> dict[str, StatementLine]:
        found: dict[str, StatementLine] = {}
        for line in self._lines.values():
            if line.key and line.status == status:
                found.setdefault(line.key, line)
        return found

    def __iter__(self) -> Iterator[StatementLine]:
        return iter(self._lines.values())
