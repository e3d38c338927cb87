"""Reconciling a month of the ledger with a provider's statement; books only what it is told to.

What the calls cost us is compared with what the provider bills; what customers pay is neither here
nor there. A call whose ledger row has no cost (one book sets both) stands with its price.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from billing.database.engines import reading
from billing.ledger import Ledger
from billing.ledger.asking import check_aware
from billing.period import Month, as_month
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.books import booked
from billing.reconciliation.buckets.bucket_level import match_buckets
from billing.reconciliation.findings import Findings
from billing.reconciliation.lines.line_level import match_lines
from billing.reconciliation.posting import signing
from billing.reconciliation.progress import Progress, watched
from billing.reconciliation.result import Reconciliation, StatementFacts
from billing.reconciliation.runs.opening import OpeningItems
from billing.reconciliation.runs.runs import left_to_others, opening_items, runs_over
from billing.reconciliation.runs.sign_off import SignOff
from billing.reconciliation.terms import Terms, Totals
from billing.reconciliation.tolerances import Tolerances
from billing.statement import Statement
from billing.statement.errors import StatementError


def reconcile(
    ledger: Ledger,
    path: str | Path,
    month: Month | str,
    *,
    mapping: str | Path | None = None,
    tolerances: Tolerances | None = None,
    accept_fingerprints: bool = False,
    post: bool = False,
    actor: str | None = None,
    approver: str | None = None,
    approve_over: Decimal | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """Compare a statement file with a month of the ledger.

    Without `post` nothing is written. With it, what the discrepancies propose is booked (see
    `actions`), under keys made of the statement's sha256: running it twice books nothing twice.
    The answer is then the comparison after booking, and the run is stored as signed off.

    Args:
        ledger: compared; written to with `post` only.
        path: a statement, see `billing.statement`.
        month: a `Month`, or `YYYY-MM`; in UTC.
        mapping: how the file is read; None: recognised by its header.
        tolerances: how far both sides may be apart; None: the usual ones.
        accept_fingerprints: decide on lines that were matched without an id as well.
        post: book what can be booked, and sign the run off.
        actor: who decides so; kept in the ledger.
        approver: a second person, for bookings above `approve_over`.
        approve_over: above it, `approver` is needed; None: never.
        now: aware; default: the ledger's clock.
        progress: told how many lines were read, now and then.

    Raises:
        StatementError: the file is no statement; with `post`, no line of it is of the month (see
            `Reconciliation.other_month`).
            Bad lines do not raise: they are `unparseable`, nothing that only silence shows is
            booked while there are any, and their amounts are unexplained.
        InvalidEntry: no month, a naive `now`, or `post` without an actor.
    """
    month = as_month(month)
    check_aware("now", now)
    terms: SignOff | None = None
    if post:
        terms = SignOff(actor=actor or "", approver=approver, approve_over=approve_over)
    statement = Statement.open(path, mapping)
    if progress is not None:
        statement = watched(statement, progress)
    look = partial(
        compare,
        ledger,
        statement,
        month,
        tolerances=tolerances,
        accept_fingerprints=accept_fingerprints,
        now=now,
    )
    found = look()
    if terms is None:
        return found
    found.refuse_other_month(str(path))

    def again(opening: Sequence[CarriedItem]) -> Reconciliation:
        return look(opening=opening)

    return signing.sign(ledger, again, found, terms, name=Path(path).name)


def compare(
    ledger: Ledger,
    statement: Statement,
    month: Month,
    *,
    tolerances: Tolerances | None = None,
    accept_fingerprints: bool = False,
    opening: Sequence[CarriedItem] | None = None,
    now: datetime | None = None,
) -> Reconciliation:
    """Compare only; `opening` are the carried items to know of, by default the stored ones."""
    with reading(ledger.engine) as connection:
        currency = statement.currency() or _only_currency(connection, statement)
        items = opening_items(connection, month, currency) if opening is None else opening
        terms = Terms(
            month=month,
            sha256=statement.sha256,
            currency=currency,
            now=now or ledger.now(),
            tolerances=_held_to(tolerances, statement),
            accept_fingerprints=accept_fingerprints,
            left_to_others=left_to_others(connection, month, currency, statement.sha256),
            opening=OpeningItems(
                items, month=month, same_file=runs_over(connection, statement.sha256)
            ),
        )
        match = match_lines if statement.level == "line" else match_buckets
        totals = match(connection, statement, terms)
    return _answer(terms.findings, totals, terms, statement)


def _held_to(tolerances: Tolerances | None, statement: Statement) -> Tolerances:
    usual = tolerances or Tolerances()
    return usual.for_statement(writes_floats=statement.writes_floats)


def _only_currency(connection: Connection, statement: Statement) -> str:
    found = booked.currencies(connection)
    if len(found) > 1:
        problem = f"no good line says which currency it is in; accounts are in {', '.join(found)}"
        raise StatementError(str(statement.path), [problem])
    return found[0] if found else ""


def _answer(
    findings: Findings, totals: Totals, terms: Terms, statement: Statement
) -> Reconciliation:
    return Reconciliation(
        statement=StatementFacts(
            *(statement.id, statement.sha256, totals.lines, dict(sorted(terms.left_out.items()))),
            outside=totals.outside,
            first_outside=totals.first_outside,
            is_other_months=totals.is_other_months,
            begins=totals.begins,
        ),
        month=terms.month,
        currency=terms.currency,
        level=statement.level,
        tolerances=terms.tolerances,
        summary=findings.summary(),
        discrepancies=findings.in_order(),
        carried=tuple(findings.carried),
        pending=tuple(findings.pending),
        resolved=tuple(findings.resolved),
        decided=tuple(terms.opening.used),
        uncosted=totals.uncosted,
        proof=findings.proof(ledger=totals.ledger_nanos, statement=totals.statement_nanos),
        unexplained=findings.unexplained,
    )
