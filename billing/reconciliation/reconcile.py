"""Reconciling a month of the ledger with a provider's statement; books only what it is told to.

The statement's amount is compared with what the account was charged: until there are books of cost,
the price that an account pays and the cost that the provider bills are the same figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from billing.database.engines import reading
from billing.errors import HoldEnded, InvalidEntry, StatementError
from billing.ledger import Ledger
from billing.ledger.evidence import Evidence
from billing.period import Month, as_month
from billing.reconciliation import booked
from billing.reconciliation.findings import ClassName, Discrepancy, Proof, SummaryRow
from billing.reconciliation.matching import Matching
from billing.reconciliation.recognition import booking_key, statement_prefix
from billing.statement import Statement, StatementLine
from pricing.money import format_amount

#: How long the provider may take to bill a call.
SETTLING_LAG: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """Which statement it was: the same bytes have the same id."""

    id: str
    sha256: str
    #: Below the header, bad ones included.
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One row that this run wrote to the ledger."""

    class_name: ClassName
    transfer_id: str
    hold_id: str
    request_id: str | None
    line: int | None
    #: Captured; 0 for a void.
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What a statement and a month of the ledger say of each other; amounts in `currency`."""

    statement: StatementFacts
    month: Month
    currency: str
    summary: tuple[SummaryRow, ...]
    #: What is still to be decided.
    discrepancies: tuple[Discrepancy, ...]
    #: Timing differences that were decided: booked in one month, billed in another.
    carried: tuple[Discrepancy, ...]
    posted: tuple[Posted, ...] = ()
    proof: Proof
    #: Zero when the proof ties and no open discrepancy has a difference in money; NaN, which is
    #: neither zero nor false, when the amount of a line cannot be read, so that nobody can know.
    unexplained: Decimal

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.discrepancies and not self.unexplained


def reconcile(
    ledger: Ledger,
    path: str | Path,
    month: Month | str,
    *,
    settling_lag: timedelta = SETTLING_LAG,
    accept_fingerprints: bool = False,
    post: bool = False,
    actor: str | None = None,
    now: datetime | None = None,
) -> Reconciliation:
    """Compare a statement file with a month of the ledger, line by line; see `matching`.

    Without `post` nothing is written. With it, a hold that the statement bills is captured and one
    that it shows not to be billed (see `coverage`) is voided, each in a transaction of its own
    under a key made of the statement's sha256: running it twice books nothing twice. The answer is
    then the comparison after booking. A capture occurs when the line says, but not before its hold;
    if that falls into another month than the statement's, it is listed in both months as carried.

    Args:
        ledger: compared; written to with `post` only.
        path: a statement in the canonical CSV.
        month: a `Month`, or `YYYY-MM`; in UTC.
        settling_lag: how old a hold in doubt must be before a missing line means it is not billed.
        accept_fingerprints: book lines that were matched without an id as well.
        post: book what can be booked.
        actor: who decides so; kept in the ledger.
        now: default: the ledger's clock.

    Raises:
        StatementError: the file is no statement. Bad lines do not raise: they are `unparseable`,
            nothing is voided while there are any, and their amounts are unexplained.
        InvalidEntry: no month, a negative lag, or `post` without an actor.
    """
    month = as_month(month)
    if settling_lag < timedelta(0):
        raise InvalidEntry("settling-lag", settling_lag, "0 or more")
    if post and not (actor or "").strip():
        raise InvalidEntry("actor", actor or "", "say who decides to post")
    statement = Statement.open(path)

    def compare() -> Reconciliation:
        return _compare(
            ledger,
            statement,
            month,
            settling_lag=settling_lag,
            accept_fingerprints=accept_fingerprints,
            now=now or ledger.now(),
        )

    found = compare()
    if not post or not any(each.booking for each in found.discrepancies):
        return found
    posted = tuple(_book_all(ledger, found, statement, actor=actor))
    return replace(compare(), posted=posted)


def _compare(
    ledger: Ledger,
    statement: Statement,
    month: Month,
    *,
    settling_lag: timedelta,
    accept_fingerprints: bool,
    now: datetime,
) -> Reconciliation:
    with reading(ledger.engine) as connection:
        currency = statement.currency() or _only_currency(connection, statement)
        matching = Matching(
            month=month,
            sha256=statement.sha256,
            currency=currency,
            now=now,
            settling_lag=settling_lag,
            accept_fingerprints=accept_fingerprints,
        )
        matching.take_charges(booked.charges_of(connection, month, currency))
        matching.take_lines(statement.lines())
        matching.match_booked_before()
        others = booked.charges_of_other_months(
            connection,
            month,
            currency,
            request_ids=matching.pending_ids,
            prefix=statement_prefix(statement.sha256) if matching.is_missing_ids else None,
        )
        matching.match_other_months(others)
        ids = matching.pending_ids
        matching.match_calls(booked.calls_with(connection, ids, currency=currency, now=now))
        matching.match_in_doubt(booked.calls_in_doubt(connection, currency=currency, now=now))
        matching.finish()
    return _answer(matching, statement)


def _only_currency(connection: Connection, statement: Statement) -> str:
    found = booked.currencies(connection)
    if len(found) > 1:
        problem = f"no good line says which currency it is in; accounts are in {', '.join(found)}"
        raise StatementError(str(statement.path), [problem])
    return found[0] if found else ""


def _answer(matching: Matching, statement: Statement) -> Reconciliation:
    findings = matching.findings
    return Reconciliation(
        statement=StatementFacts(statement.id, statement.sha256, matching.line_count),
        month=matching.month,
        currency=matching.currency,
        summary=findings.summary(),
        discrepancies=findings.in_order(),
        carried=tuple(findings.carried),
        proof=findings.proof(ledger=matching.ledger_nanos, statement=matching.statement_nanos),
        unexplained=findings.unexplained,
    )


def _book_all(
    ledger: Ledger, found: Reconciliation, statement: Statement, *, actor: str | None
) -> Iterator[Posted]:
    for each in found.discrepancies:
        if each.booking is None:
            continue
        try:
            transfer_id, amount = _book(ledger, each, found, statement, actor=actor)
        except HoldEnded:
            # Somebody settled it meanwhile; the comparison afterwards says what that makes of it.
            continue
        assert each.hold_id is not None
        yield Posted(
            class_name=each.class_name,
            transfer_id=transfer_id,
            hold_id=each.hold_id,
            request_id=each.request_id,
            line=each.line,
            amount=amount,
        )


def _book(
    ledger: Ledger,
    decided: Discrepancy,
    found: Reconciliation,
    statement: Statement,
    *,
    actor: str | None,
) -> tuple[str, Decimal]:
    assert decided.hold_id is not None, decided
    if decided.booking == "void":
        voided = ledger.void(
            decided.hold_id,
            key=booking_key(statement.sha256, decided.hold_id, found.month),
            reason=f"not on {statement.id}",
            actor=actor,
        )
        return voided.id, Decimal(0)
    line = decided.billed
    assert line is not None
    held_at = ledger.hold_by_id(decided.hold_id).hold.occurred_at
    captured = ledger.capture(
        decided.hold_id,
        images=line.n,
        occurred_at=max(line.created_at, held_at),
        key=booking_key(statement.sha256, line.line, found.month),
        evidence=_evidence(line),
        reason=f"{decided.class_name}: line {line.line} of {statement.id} bills "
        + format_amount(line.amount, found.currency),
        actor=actor,
    )
    return captured.id, captured.amount


def _evidence(line: StatementLine) -> Evidence:
    return Evidence(
        request_id=line.request_id or None,
        created=int(line.created_at.timestamp()),
        endpoint=line.endpoint,
    )
