"""A statement of buckets against a month of the ledger: what is read, in which order."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection

from billing.database.tables import transfer
from billing.reconciliation.books import booked
from billing.reconciliation.books.booked_before import BookedBefore
from billing.reconciliation.books.known_calls import KnownCall, KnownCalls
from billing.reconciliation.books.recognition import Booking
from billing.reconciliation.buckets.bucket_matching import BucketMatching
from billing.reconciliation.buckets.bucket_sums import hour_sums
from billing.reconciliation.buckets.buckets import Buckets, Ours
from billing.reconciliation.invoice.invoice_bookings import invoice_bookings
from billing.reconciliation.invoice.invoice_lines import InvoiceLines
from billing.reconciliation.proof import bucket_name
from billing.reconciliation.terms import Terms, Totals
from billing.reconciliation.unbilled.coverage import Coverage
from billing.reconciliation.unbilled.unbilled import Unbilled
from billing.statement import BadLine, BucketLine, Statement, StatementLine

_BUCKET: Final = re.compile(r"([0-9-]{10}|month)\.[0-9a-f]{12}")


def match_buckets(connection: Connection, statement: Statement, terms: Terms) -> Totals:
    """Class every bucket; what is found goes to the terms' findings."""
    lines = list(statement.lines(terms.left_out))
    edge, month = terms.tolerances.edge, terms.month
    sums = list(
        hour_sums(connection, terms.currency, since=month.start - edge, until=month.end + edge)
    )
    buckets = Buckets(
        month=month,
        tolerances=terms.tolerances,
        now=terms.now,
        lines=[line for line in lines if isinstance(line, BucketLine)],
        sums=sums,
    )
    known = KnownCalls(terms.prefix)
    where = transfer.c.kind == "adjustment"
    if buckets.has_amounts:
        for each in booked.charges_of(connection, month, terms.currency, where):
            known.add(each)
    known.settle()
    bad = [line for line in lines if isinstance(line, BadLine)]
    begins = min((line.start for line in buckets.lines), default=None)
    reaches = max((line.end for line in buckets.lines), default=None)
    elsewhere = booked.charges_of_other_months(
        connection, month, terms.currency, request_ids=(), prefix=terms.prefix
    )
    invoice = InvoiceLines(terms, known)
    invoice.add_elsewhere(elsewhere)
    invoice.add_bookings(invoice_bookings(connection, terms.currency))
    statement_nanos, is_complete = _take_others(lines, bad, invoice, buckets, terms)
    statement_nanos += invoice.compare(
        BookedBefore(known.booked_before(month)),
        lines_nanos=statement_nanos,
        is_complete=is_complete,
        begins=begins,
        reaches=reaches,
    )
    inside = [each for each in sums if each.hour in month]
    ledger = sum(each.amount_nanos for each in inside) if buckets.has_amounts else 0
    ledger += sum(call.amount_nanos for call in known.calls())
    for line in lines:
        _look(line, terms)
    totals = Totals(
        *(ledger, statement_nanos, len(lines), sum(each.uncosted for each in inside)),
        outside=terms.dates.outside,
        near=terms.dates.near,
        first_outside=terms.dates.first,
        unreadable=len(bad),
        begins=begins,
    )
    coverage = Coverage(
        month=month,
        bad_lines=len(bad),
        begins=begins,
        reaches=reaches,
        undecided=(),
        is_final=not terms.is_young(month.end),
        is_other_months=totals.is_other_months,
    )
    left = [call for call in known.calls() if not call.is_matched]
    for call in left:
        _add_correction(call, buckets, Unbilled(terms, coverage))
    BucketMatching(terms, buckets, coverage).compare()
    terms.opening.carry_on(terms.findings)
    assert terms.findings.proof(ledger=ledger, statement=statement_nanos).ties
    return totals


def _look(line: StatementLine | BucketLine | BadLine, terms: Terms) -> None:
    """Note where a line is dated; a bucket is outside when no part of it is in the month."""
    if isinstance(line, StatementLine):
        terms.dates.look(line.created_at)
    elif isinstance(line, BucketLine) and not (
        line.start < terms.month.end and line.end > terms.month.start
    ):
        terms.dates.take_outside(line.start)


def _take_others(
    lines: list[StatementLine | BucketLine | BadLine],
    bad: list[BadLine],
    invoice: InvoiceLines,
    buckets: Buckets,
    terms: Terms,
) -> tuple[int, bool]:
    """Bad lines, and what is no usage: what all lines come to, and whether each amount is known."""
    total, is_complete = 0, True
    for line in bad:
        effect = line.effect_nanos if line.currency == terms.currency else None
        is_complete = is_complete and effect is not None
        total += effect or 0
        terms.findings.add_unparseable(line, effect=effect)
    for each in lines:
        if isinstance(each, StatementLine):
            total += each.effect_nanos
            invoice.add(each)
    total += sum(line.amount_nanos or 0 for line in buckets.lines)
    return total, is_complete


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
