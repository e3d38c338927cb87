"""Lines for holds: what is captured, and what a line bills beside the quote's cost; pure."""

from __future__ import annotations

from functools import partial

from billing.reconciliation.actions import Action
from billing.reconciliation.books.recognition import Charge, HeldCall, what_of
from billing.reconciliation.classes import ClassName
from billing.reconciliation.proof import Matter
from billing.reconciliation.terms import Terms, matter_of
from billing.statement import StatementLine


def about_line(line: StatementLine, matter: Matter) -> partial[Action]:
    """An action about a line, and the call that it is taken for."""
    return partial(
        matter.about,
        what=line.line,
        account=matter.account or line.account or None,
        request_id=line.request_id or matter.request_id,
        occurred_at=line.created_at,
        line=line.line,
    )


def add_hold_only(terms: Terms, call: HeldCall, line: StatementLine) -> None:
    """A line for a hold without a capture."""
    late = ", late: it has expired" if call.state == "expired" else ""
    told = (
        f"capture {line.n or call.n} of {call.n}{late}"
        if call.can_be_captured
        else f"book the cost: billed, but the hold was {call.state}"
    )
    add_capture(terms, "hold_only", told, call, line)


def add_unpaid(terms: Terms, call: HeldCall, line: StatementLine) -> None:
    """A line that gives back to a hold which no line bills: nobody is charged for it."""
    terms.findings.add(
        "hold_only",
        f"find out: {call.hold_id} is given back, and no line bills it",
        matter_of(call)._replace(request_id=line.request_id or call.request_id),
        line=line,
        statement=line.effect_nanos,
    )


def add_beside(terms: Terms, line: StatementLine, rows: list[Charge], charge: Charge) -> None:
    """A line of a charge that a run of this month booked into another, at another amount.

    What it costs beyond is booked beside the charge, under a key that none of its rows has.
    """
    ledger = sum(row.amount_nanos for row in rows)
    matter, difference = matter_of(charge), line.effect_nanos - ledger
    told = f"the ledger has {terms.money(ledger)} at {charge.occurred_at.isoformat()}"
    terms.findings.add_settled("wrong_period", f"carry: {told}", matter, statement=ledger)
    correct = about_line(line, matter)(
        kind="cost",
        reason="price_variance",
        what=what_of(line.line, rows, prefix=terms.prefix),
        amount_nanos=difference,
        occurred_at=charge.occurred_at,
    )
    terms.findings.add(
        "amount_mismatch",
        f"adjust the cost by {terms.money(difference)}, price variance, or dispute: {told}",
        matter,
        line=line,
        statement=difference,
        actions=[correct],
    )


def add_capture(
    terms: Terms,
    class_name: ClassName,
    told: str,
    call: HeldCall,
    line: StatementLine,
    *,
    books: bool = True,
) -> None:
    """A line for a hold: its capture, and what the line bills beside the quote's cost."""
    effect, images = line.effect_nanos, min(line.n or call.n, call.n)
    captured = images * call.unit_nanos if call.can_be_captured else 0
    about = about_line(line, matter_of(call))
    actions = []
    if call.can_be_captured:
        actions.append(
            about(
                kind="capture",
                reason="late_capture",
                images=line.n or call.n,
                occurred_at=line.created_at,
            )
        )
    if effect != captured:
        what = call.hold_id if call.can_be_captured else line.line
        actions.append(
            about(kind="cost", reason="price_variance", what=what, amount_nanos=effect - captured)
        )
    terms.findings.add(
        class_name,
        told,
        matter_of(call),
        line=line,
        statement=effect,
        captured=captured if books else 0,
        actions=actions if books else [],
    )
