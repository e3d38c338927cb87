"""A statement of single calls against a month of the ledger: what is read, in which order.

Most lines and charges agree: the rapid road counts those pairs and drops them, and the careful one
(`matching`) classes the rest as if there were nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import Final

from sqlalchemy import Connection

from billing.reconciliation.books import booked
from billing.reconciliation.books.held import HeldCalls
from billing.reconciliation.books.ledger_rows import LedgerRows
from billing.reconciliation.books.recognition import CLOCK_TOLERANCE, Charge
from billing.reconciliation.invoice.invoice_bookings import invoice_bookings
from billing.reconciliation.lines.columnar import columns_read
from billing.reconciliation.lines.matching import Matching
from billing.reconciliation.lines.other_statements import billed_before
from billing.reconciliation.lines.partitions import Partitions
from billing.reconciliation.lines.rapid_match import IN_MEMORY, ChargesRead, Rapid
from billing.reconciliation.terms import Terms, Totals
from billing.statement import BadLine, Statement, StatementLine

#: Lines that show what a statement says and what it leaves out.
_LOOKED_AT: Final = 1000


def match_lines(
    connection: Connection, statement: Statement, terms: Terms, *, in_memory: int = IN_MEMORY
) -> Totals:
    """Class every line, charge and hold; what is found goes to the terms' findings.

    Beyond `in_memory` charges both sides are parted in temporary files.
    """
    month, currency = terms.month, terms.currency
    rows = LedgerRows(connection, month, currency, names_accounts=_names_accounts(statement))
    rapid = Rapid(tolerance=terms.tolerances.line_nanos, dates=terms.dates)
    with columns_read(connection, statement, rows) as columns, Partitions() as partitions:
        read = columns or ChargesRead(rows, partitions, in_memory)
        read.read()
        ids = rows.without_id() if read.is_missing_ids else ()
        without_id = list(booked.charges_by_id(connection, currency, ids=ids))
        read.contest(charge.request_id for charge in without_id)
        read.contest(terms.opening.billed_ids())
        read.match(rapid, statement, terms.left_out)
    matching = Matching(terms)
    matching.add_rapid(rapid)
    matching.take_matched(booked.charges_with(connection, month, currency, request_ids=rapid.again))
    of_ids = booked.charges_with(connection, month, currency, request_ids=rapid.request_ids)
    matching.take_charges(chain(without_id, of_ids))
    matching.take_lines(rapid.lines)
    finish_matching(connection, statement, matching)
    return matching.totals


def _names_accounts(statement: Statement) -> bool:
    """Whether its first lines say which account it was; later ones may, at the price of time."""
    with closing(statement.lines()) as lines:
        first = islice(lines, _LOOKED_AT)
        return any(isinstance(each, StatementLine) and each.account for each in first)


def match_carefully(connection: Connection, statement: Statement, terms: Terms) -> Totals:
    """The same, every line and charge on the careful road."""
    matching = Matching(terms)
    matching.take_charges(booked.charges_of(connection, terms.month, terms.currency))
    every = statement.lines(terms.left_out)
    lines = (each for each in every if isinstance(each, StatementLine | BadLine))
    matching.take_lines(lines)
    finish_matching(connection, statement, matching)
    return matching.totals


def finish_matching(connection: Connection, statement: Statement, matching: Matching) -> None:
    """Explain what the month's own charges do not, once all lines were read."""
    terms, stray = matching.terms, matching.stray
    if matching.invoice:
        matching.invoice.add_elsewhere(_elsewhere(connection, terms, (), terms.prefix))
        matching.invoice.add_bookings(invoice_bookings(connection, terms.currency))
    matching.take_given_back(booked.given_back(connection, matching.second_charges))
    matching.elsewhere.add(_elsewhere(connection, terms, matching.elsewhere.wanted))
    matching.compare()
    matching.match_own_keys(
        booked.holders_of_keys(connection, {**stray.keys(), **stray.refund_keys()})
    )
    prefix = terms.prefix if stray.is_missing_ids else None
    others = list(_elsewhere(connection, terms, stray.request_ids(), prefix))
    is_other = matching.totals.is_other_months
    matching.match_other_months(
        others, {} if is_other else billed_before(connection, terms, others)
    )
    stray.elsewhere |= booked.calls_in_other_currencies(
        connection, terms.currency, request_ids=stray.request_ids()
    )
    held = HeldCalls(connection, terms.currency, terms.now)
    matching.match_holds(held.with_request_ids(stray.request_ids()))
    matching.match_holds(held.with_ids(matching.hold_ids))
    times = [line.created_at for line in stray]
    since, until = min([terms.month.start, *times]), max([terms.month.end, *times])
    unsettled = list(held.unsettled(since=since - CLOCK_TOLERANCE, until=until + CLOCK_TOLERANCE))
    matching.left_out = statement.ids_left_out(matching.unbilled_ids(unsettled))
    matching.finish(unsettled)


def _elsewhere(
    connection: Connection, terms: Terms, request_ids: Iterable[str], prefix: str | None = None
) -> Iterator[Charge]:
    return booked.charges_of_other_months(
        connection, terms.month, terms.currency, request_ids=request_ids, prefix=prefix
    )
