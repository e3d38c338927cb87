"""A statement of buckets against a month of the ledger: what is read, in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from billing.database.tables import transfer
from billing.reconciliation.books import booked
from billing.reconciliation.books.booked_before import BookedBefore
from billing.reconciliation.books.known_calls import KnownCall, KnownCalls
from billing.reconciliation.books.recognition import Booking
from billing.reconciliation.buckets.bucket_matching import BucketMatching
from billing.reconciliation.buckets.bucket_sums import HourSum, hour_sums
from billing.reconciliation.buckets.buckets import Buckets, Ours
from billing.reconciliation.invoice.invoice_bookings import invoice_bookings
from billing.reconciliation.invoice.invoice_lines import InvoiceLines
from billing.reconciliation.proof import bucket_name
from billing.reconciliation.terms import Terms, Totals
from billing.reconciliation.unbilled.coverage import Coverage
from billing.reconciliation.unbilled.unbilled import Unbilled
from billing.statement import BadLine, BucketLine, Statement, StatementLine

_BUCKET: Final = re.compile(r"([0-9-]{10}|month)\.[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Lines:
    """A statement's lines in their order, and by what they are."""

    every: list[StatementLine | BucketLine | BadLine]
    buckets: list[BucketLine]
    #: What is no usage: tax, fee, credit, total.
    invoice: list[StatementLine]
    bad: list[BadLine]

    @property
    def begins(self) -> datetime | None:
        """When the first bucket begins; None without one."""
        return min((line.start for line in self.buckets), default=None)

    @property
    def reaches(self) -> datetime | None:
        """When the last one ends."""
        return max((line.end for line in self.buckets), default=None)


def match_buckets(connection: Connection, statement: Statement, terms: Terms) -> Totals:
    """Class every bucket; what is found goes to the terms' findings."""
    lines = _lines(statement, terms)
    sums = _sums(connection, terms)
    buckets = Buckets(
        month=terms.month,
        tolerances=terms.tolerances,
        now=terms.now,
        lines=lines.buckets,
        sums=sums,
    )
    known = _corrections(connection, terms, buckets)
    invoice = _invoice(connection, terms, known, lines)
    statement_nanos = _class_others(lines, invoice, known, terms)
    totals = _totals(lines, _ours(sums, buckets, known, terms), statement_nanos, terms)
    coverage = _coverage(lines, totals, terms)
    unbilled = Unbilled(terms, coverage)
    for call in [call for call in known.calls() if not call.is_matched]:
        _add_correction(call, buckets, unbilled)
    BucketMatching(terms, buckets, coverage).compare()
    terms.opening.carry_on(terms.findings)
    assert terms.findings.proof(ledger=totals.ledger_nanos, statement=statement_nanos).ties
    return totals


def _lines(statement: Statement, terms: Terms) -> _Lines:
    """Read the statement, and note where its lines are dated."""
    every = list(statement.lines(terms.left_out))
    for line in every:
        _look(line, terms)
    return _Lines(
        every,
        buckets=[line for line in every if isinstance(line, BucketLine)],
        invoice=[line for line in every if isinstance(line, StatementLine)],
        bad=[line for line in every if isinstance(line, BadLine)],
    )


def _look(line: StatementLine | BucketLine | BadLine, terms: Terms) -> None:
    """Note where a line is dated; a bucket is outside when no part of it is in the month."""
    if isinstance(line, StatementLine):
        terms.dates.look(line.created_at)
    elif isinstance(line, BucketLine) and not (
        line.start < terms.month.end and line.end > terms.month.start
    ):
        terms.dates.take_outside(line.start)


def _sums(connection: Connection, terms: Terms) -> list[HourSum]:
    """The ledger's hours of the month, and those at its edges that a bucket may take in."""
    edge, month = terms.tolerances.edge, terms.month
    sums = hour_sums(connection, terms.currency, since=month.start - edge, until=month.end + edge)
    return list(sums)


def _corrections(connection: Connection, terms: Terms, buckets: Buckets) -> KnownCalls:
    """What was corrected in the month before; of no matter to a statement without amounts."""
    known = KnownCalls(terms.prefix)
    where = transfer.c.kind == "adjustment"
    if buckets.has_amounts:
        for each in booked.charges_of(connection, terms.month, terms.currency, where):
            known.add(each)
    known.settle()
    return known


def _invoice(
    connection: Connection, terms: Terms, known: KnownCalls, lines: _Lines
) -> InvoiceLines:
    """The lines that are no usage, with what was booked of such before."""
    invoice = InvoiceLines(terms, known)
    invoice.add_elsewhere(
        booked.charges_of_other_months(
            connection, terms.month, terms.currency, request_ids=(), prefix=terms.prefix
        )
    )
    invoice.add_bookings(invoice_bookings(connection, terms.currency))
    for line in lines.invoice:
        invoice.add(line)
    return invoice


def _class_others(lines: _Lines, invoice: InvoiceLines, known: KnownCalls, terms: Terms) -> int:
    """Class bad lines, and what is no usage; the answer is what all lines come to."""
    total, is_complete = 0, True
    for line in lines.bad:
        effect = line.effect_nanos if line.currency == terms.currency else None
        is_complete = is_complete and effect is not None
        total += effect or 0
        terms.findings.add_unparseable(line, effect=effect)
    total += sum(line.effect_nanos for line in lines.invoice)
    total += sum(line.amount_nanos or 0 for line in lines.buckets)
    return total + invoice.compare(
        BookedBefore(known.booked_before(terms.month)),
        lines_nanos=total,
        is_complete=is_complete,
        begins=lines.begins,
        reaches=lines.reaches,
    )


def _ours(
    sums: list[HourSum], buckets: Buckets, known: KnownCalls, terms: Terms
) -> tuple[int, int]:
    """What the ledger's month comes to, and how many of its charges have no cost."""
    inside = [each for each in sums if each.hour in terms.month]
    charged = sum(each.amount_nanos for each in inside) if buckets.has_amounts else 0
    corrected = sum(call.amount_nanos for call in known.calls())
    return charged + corrected, sum(each.uncosted for each in inside)


def _totals(lines: _Lines, ours: tuple[int, int], statement_nanos: int, terms: Terms) -> Totals:
    ledger_nanos, uncosted = ours
    return Totals(
        *(ledger_nanos, statement_nanos, len(lines.every), uncosted),
        outside=terms.dates.outside,
        near=terms.dates.near,
        first_outside=terms.dates.first,
        unreadable=len(lines.bad),
        begins=lines.begins,
    )


def _coverage(lines: _Lines, totals: Totals, terms: Terms) -> Coverage:
    return Coverage(
        month=terms.month,
        bad_lines=len(lines.bad),
        begins=lines.begins,
        reaches=lines.reaches,
        undecided=(),
        is_final=not terms.is_young(terms.month.end),
        is_other_months=totals.is_other_months,
    )


def _add_correction(call: KnownCall, buckets: Buckets, unbilled: Unbilled) -> None:
    """Put what was corrected before into its bucket: by name, or by the call that it is of."""
    charge = call.first
    booking = Booking.parse(charge.key)
    name = "" if booking is None else booking.subject
    if _BUCKET.fullmatch(name):
        keys = {*buckets.every_key(), *buckets.ours}
        key = next((each for each in keys if bucket_name(each.matter) == name), None)
        if key is not None:
            _correct(buckets.ours[key], call)
            return
    elif charge.request_id or "_" in name:
        cell = (charge.model, charge.endpoint, charge.size, charge.quality)
        key = buckets.key_of(charge.occurred_at, charge.account, cell)
        _correct(buckets.ours[key], call)
        return
    unbilled.add_call(call)


def _correct(ours: Ours, call: KnownCall) -> None:
    ours.corrected_nanos += call.amount_nanos
    ours.corrections += len(call.rows)
