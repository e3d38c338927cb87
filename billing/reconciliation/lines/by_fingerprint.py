"""What a line and a call that match by fingerprint come to: a proposal that a person accepts."""

from __future__ import annotations

from billing.reconciliation.books.known_calls import KnownCalls
from billing.reconciliation.books.recognition import HeldCall
from billing.reconciliation.lines.captures import add_capture
from billing.reconciliation.lines.fingerprints import Candidate
from billing.reconciliation.terms import Terms, matter_of
from billing.statement import StatementLine


def add_by_fingerprint(
    terms: Terms, known_calls: KnownCalls, call: Candidate, line: StatementLine
) -> None:
    """Class the pair: a held call is captured, a charged one noted, each only when accepted."""
    accepted = terms.accept_fingerprints
    hint = "" if accepted else ", if you accept it: --accept-fingerprints"
    if isinstance(call, HeldCall):
        told = f"capture {line.n} of {call.n}{hint}"
        add_capture(terms, "matched_by_fingerprint", told, call, line, books=accepted)
        return
    known = known_calls.of_own_id(call.transfer_id or call.hold_id or "")
    assert known is not None
    known.is_matched = True
    amounts = {"ledger": call.amount_nanos, "statement": line.effect_nanos}
    matter = matter_of(call)
    asked = matter._replace(request_id=line.request_id or None)
    if terms.opening.decided("matched_by_fingerprint", asked):
        terms.findings.tally("matched", **amounts)
        return
    noted = matter.about(kind="carry", reason="fingerprint", what=line.line, line=line.line)
    terms.findings.add(
        "matched_by_fingerprint",
        f"take it for {call.hold_id or call.transfer_id}{hint}",
        matter,
        line=line,
        ledger=call.amount_nanos,
        statement=line.effect_nanos,
        actions=[noted] if accepted else [],
    )
