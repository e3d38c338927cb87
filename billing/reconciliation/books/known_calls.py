"""The month's calls as the ledger knows them: charges, their corrections and refunds; pure.

The cost of a call is the sum over its charge and its corrections. They belong together by request
id; of a call without one, by the id of ours in the correction's booking key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from billing.period import Month
from billing.reconciliation.books.recognition import Booking, Charge
from billing.statement import StatementLine

#: How far a refund may go beyond its charge, in nano-units: a statement may round to micro-units.
_ROUNDING: Final = 2_000


@dataclass(slots=True)
class KnownCall:
    """Everything that the month has for one call, and the lines that bill it."""

    #: Captures and charges, oldest first; more than one is one too many.
    charges: list[Charge] = field(default_factory=list)
    corrections: list[Charge] = field(default_factory=list)
    #: Of charges without a cost: what was given back counts against their amount.
    refunds: list[Charge] = field(default_factory=list)
    charged_line: StatementLine | None = None
    #: A call may be given back in parts.
    refunded_lines: list[StatementLine] = field(default_factory=list)
    #: Matched while the statement was read; a further charged line is one too many.
    is_matched: bool = False
    #: Of second charges, whose amounts count in discrepancies of their own.
    apart_nanos: int = 0

    @property
    def rows(self) -> list[Charge]:
        """All of them."""
        return [*self.charges, *self.corrections, *self.refunds]

    @property
    def first(self) -> Charge:
        """The row that stands for the call."""
        return self.rows[0]

    @property
    def amount_nanos(self) -> int:
        """What the call costs us after all."""
        return sum(each.amount_nanos for each in self.rows) - self.apart_nanos

    @property
    def is_billed(self) -> bool:
        """Whether the statement has a line for it."""
        return self.charged_line is not None or bool(self.refunded_lines)

    @property
    def is_unbilled(self) -> bool:
        """Whether it was charged for and the statement has no line for it."""
        return bool(self.charges) and not self.is_billed and not self.is_matched

    @property
    def is_one_call(self) -> bool:
        """Whether its charges may be one call: an account and a cell that they share."""
        return len({_who_and_what(each) for each in self.charges}) < 2

    @property
    def left_nanos(self) -> int:
        """What its lines may still give back; without a line that bills, of what it cost."""
        charged = self.charged_line
        billed = self.charges[0].amount_nanos if charged is None else charged.effect_nanos
        return billed + sum(each.effect_nanos for each in self.refunded_lines)

    def take_line(self, line: StatementLine) -> bool:
        """Take a line of the call; false when it is charged for already."""
        if line.status == "refunded":
            self.refunded_lines.append(line)
            return True
        if self.is_matched or self.charged_line is not None:
            return False
        self.charged_line = line
        return True

    def take_better(self, line: StatementLine) -> StatementLine:
        """Of the charged line and a further one, keep what the ledger has; the other comes back."""
        kept = self.charged_line
        if kept is None or line.status != "charged":
            return line
        amount = self.amount_nanos
        if kept.effect_nanos == amount or line.effect_nanos != amount:
            return line
        self.charged_line = line
        return kept

    def take_excess(self) -> list[StatementLine]:
        """Take out the lines that give back more than the call was charged for."""
        if not self.charges or not (self.charged_line or self.is_matched):
            self.refunded_lines.sort(key=in_time)
            return []
        billed = self.charged_line.effect_nanos if self.charged_line else self.first.amount_nanos
        self.refunded_lines, excess = parted(self.refunded_lines, billed)
        return excess


def parted(
    refunds: Iterable[StatementLine], billed_nanos: int
) -> tuple[list[StatementLine], list[StatementLine]]:
    """Lines that give back what was billed, and those that give back more than that.

    Whatever the order of the file: the earlier ones stand.
    """
    kept: list[StatementLine] = []
    excess: list[StatementLine] = []
    for line in sorted(refunds, key=in_time):
        # What rounding may add is no second refund.
        is_more = -line.effect_nanos > billed_nanos + _ROUNDING
        billed_nanos += 0 if is_more else line.effect_nanos
        (excess if is_more else kept).append(line)
    return kept, excess


def in_time(line: StatementLine) -> tuple[datetime, int]:
    """Sorts lines by their times."""
    return line.created_at, line.line


class KnownCalls:
    """The calls of one month, by request id, by line that they were booked from, and by own id."""

    def __init__(self, prefix: str) -> None:
        """Start empty; `prefix` is that of the statement's booking keys."""
        self._prefix = prefix
        self._calls: dict[str, KnownCall] = {}
        #: The keys of what was booked from this very statement, by the number of the line.
        self._booked: dict[int, str] = {}
        #: The keys of calls by the ids of their transfers and holds.
        self._own_ids: dict[str, str] = {}
        self._corrections: list[Charge] = []

    def add(self, charge: Charge) -> None:
        """Add a row of the month; corrections find their call once `settle` is called."""
        if charge.kind == "adjustment":
            self._corrections.append(charge)
            return
        key = charge.request_id or f"\0{charge.transfer_id or charge.hold_id or len(self._calls)}"
        call = self._call(key, charge)
        for own_id in (charge.transfer_id, charge.hold_id):
            if own_id:
                self._own_ids.setdefault(own_id, key)
        if charge.kind == "refund":
            call.refunds.append(charge)
            return
        call.charges.append(charge)
        call.charges.sort(key=_age)

    def settle(self) -> None:
        """Put the corrections beside their calls; one without a call stands for itself."""
        # One that corrects another correction comes after it.
        for charge in sorted(self._corrections, key=_is_of_an_id):
            key = charge.request_id or self._key_of(charge)
            self._call(key, charge).corrections.append(charge)
            self._own_ids.setdefault(charge.transfer_id, key)
        self._corrections.clear()

    def _key_of(self, charge: Charge) -> str:
        booking = Booking.parse(charge.key)
        if booking is None:
            return f"\0{charge.transfer_id}"
        own_id = booking.subject.partition(":")[0]
        return self._own_ids.get(own_id) or f"\0{booking.prefix}{booking.subject}"

    def add_matched(self, charge: Charge) -> None:
        """A call that was matched and counted before; a further line is one too many."""
        if charge.request_id:
            call = KnownCall(charges=[charge], is_matched=True)
            self._calls.setdefault(charge.request_id, call)

    def of_line(self, line: StatementLine) -> KnownCall | None:
        """The call that a line bills.

        What was booked from the line comes first: its hold may have got an id that the line lacks.
        """
        key = self._booked.get(line.line) or line.request_id
        return self._calls.get(key) if key else None

    def booked_from(self, line: StatementLine) -> KnownCall | None:
        """What was booked from a line of this very statement."""
        key = self._booked.get(line.line)
        return None if key is None else self._calls.get(key)

    def of_own_id(self, own_id: str) -> KnownCall | None:
        """The call that a transfer or a hold of ours belongs to."""
        key = self._own_ids.get(own_id)
        return None if key is None else self._calls.get(key)

    @property
    def own_ids(self) -> KeysView[str]:
        """The ids of the month's transfers and holds."""
        return self._own_ids.keys()

    def by_key(self, key: str) -> KnownCall:
        """The call of a key that `booked_before` answered with."""
        return self._calls[key]

    def calls(self) -> Iterator[KnownCall]:
        """Every call."""
        yield from self._calls.values()

    def booked_before(self, month: Month) -> Iterator[tuple[str, Charge]]:
        """What other files of a month's statement led to, and no line of this one bills."""
        for key, call in self._calls.items():
            if call.is_matched or call.charged_line or not (call.charges or call.corrections):
                continue
            booking = Booking.parse(call.first.key)
            is_other_file = booking is not None and booking.prefix != self._prefix
            if booking and is_other_file and booking.month == str(month):
                rows = (*call.charges[:1], *call.corrections)
                amount = sum(each.amount_nanos for each in rows)
                yield key, call.first._replace(amount_nanos=amount)

    def _call(self, key: str, charge: Charge) -> KnownCall:
        booking = Booking.parse(charge.key)
        if booking is not None and booking.prefix == self._prefix and booking.line:
            self._booked[booking.line] = key
        return self._calls.setdefault(key, KnownCall())


def _who_and_what(charge: Charge) -> tuple[str, ...]:
    return charge.account, charge.model, charge.endpoint, charge.size, charge.quality


def _age(charge: Charge) -> tuple[datetime, str]:
    # Ids without their kind sort by the time at which they were made.
    return charge.occurred_at, charge.transfer_id.partition("_")[2]


def _is_of_an_id(charge: Charge) -> bool:
    booking = Booking.parse(charge.key)
    return booking is not None and not booking.line
