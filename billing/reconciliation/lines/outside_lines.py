"""A line that nobody made a call for, and that is dated in another month; pure."""

from __future__ import annotations

from billing.period import Month
from billing.reconciliation.proof import Matter
from billing.reconciliation.terms import Terms
from billing.statement import StatementLine


def add_outside(terms: Terms, line: StatementLine, why: str) -> None:
    """Leave it to the month of its date: nothing of it is booked here."""
    told = f"reconcile it with {Month.of(line.created_at)}: {why}"
    matter = Matter(request_id=line.request_id or None)
    terms.findings.add("wrong_period", told, matter, line=line, statement=line.effect_nanos)
