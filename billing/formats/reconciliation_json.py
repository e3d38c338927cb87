"""A reconciliation as the object that other programs read; money is text.

`unexplained` is null when the statement has a line whose amount cannot be read: only the text "0"
says that nothing is unexplained.
"""

from __future__ import annotations

from billing.reconciliation import Reconciliation
from billing.reconciliation.findings import Discrepancy
from pricing.money import amount_text


def reconciliation_object(found: Reconciliation) -> dict[str, object]:
    """The reconciliation with stable keys, ready for `json.dumps`; amounts are in `currency`."""
    proof = found.proof
    return {
        "statement": {
            "id": found.statement.id,
            "sha256": found.statement.sha256,
            "lines": found.statement.lines,
        },
        "month": str(found.month),
        "currency": found.currency,
        "summary": [
            {
                "class": row.class_name,
                "lines": row.lines,
                "ledger_amount": amount_text(row.ledger_amount),
                "statement_amount": amount_text(row.statement_amount),
            }
            for row in found.summary
        ],
        "discrepancies": [_discrepancy(each) for each in found.discrepancies],
        "carried": [_discrepancy(each) for each in found.carried],
        "posted": [
            {
                "class": each.class_name,
                "transfer_id": each.transfer_id,
                "hold_id": each.hold_id,
                "request_id": each.request_id,
                "line": each.line,
                "amount": amount_text(each.amount),
            }
            for each in found.posted
        ],
        "proof": {
            "ledger": amount_text(proof.ledger),
            "explained": amount_text(proof.explained),
            "open": amount_text(proof.open),
            "statement": amount_text(proof.statement),
            "carried": amount_text(proof.carried),
        },
        "unexplained": None if found.unexplained.is_nan() else amount_text(found.unexplained),
    }


def _discrepancy(found: Discrepancy) -> dict[str, object]:
    return {
        "class": found.class_name,
        "request_id": found.request_id,
        "hold_id": found.hold_id,
        "ledger_amount": amount_text(found.ledger_amount),
        "statement_amount": amount_text(found.statement_amount),
        "proposal": found.proposal,
        "line": found.line,
    }
