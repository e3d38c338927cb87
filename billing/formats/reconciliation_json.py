"""A reconciliation as the object that other programs read; money is text, times are UTC.

`unexplained` is null when the statement has a line whose amount cannot be read: only the text "0"
says that nothing is unexplained.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal

from billing.formats.reconciliation_words import amount_of
from billing.reconciliation import Reconciliation, Run
from billing.reconciliation.actions import Action
from billing.reconciliation.proof import Discrepancy
from billing.reconciliation.runs.sign_off import Posted
from pricing.money import amount_text


def reconciliation_object(found: Reconciliation) -> dict[str, object]:
    """The reconciliation with stable keys, ready for `json.dumps`; amounts are in `currency`."""
    proof = found.proof
    return {
        "statement": {
            "id": found.statement.id,
            "sha256": found.statement.sha256,
            "lines": found.statement.lines,
            "skipped": dict(found.statement.skipped),
            "outside": found.statement.outside,
            "other_month": found.other_month,
        },
        "month": str(found.month),
        "currency": found.currency,
        "level": found.level,
        "clean": found.is_clean,
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
        "pending": [_discrepancy(each) for each in found.pending],
        "carried": [_discrepancy(each) for each in found.carried],
        "posted": [_posted(each) for each in found.posted],
        "tolerances": {
            each.name: _setting(getattr(found.tolerances, each.name))
            for each in fields(found.tolerances)
        },
        "uncosted": found.uncosted,
        "run": None if found.run is None else run_object(found.run),
        "proof": {each.name: amount_text(getattr(proof, each.name)) for each in fields(proof)},
        "unexplained": None if found.unexplained.is_nan() else amount_text(found.unexplained),
    }


def reconciliation_json(found: Reconciliation) -> str:
    """The object as text, with a line break at the end."""
    return json.dumps(reconciliation_object(found), indent=2) + "\n"


def run_object(run: Run) -> dict[str, object]:
    """A signed-off run with stable keys."""
    return {
        "number": run.number,
        "month": str(run.month),
        "currency": run.currency,
        "statement_sha256": run.statement_sha256,
        "statement_name": run.statement_name,
        "lines": run.lines,
        "supersedes": run.supersedes,
        "clean": run.is_clean,
        "proof": dict(run.proof),
        "settings": dict(run.settings),
        "items": run.items,
        "actor": run.actor,
        "approver": run.approver,
        "at": run.at.isoformat(),
        "repeated": run.is_repeated,
    }


def _discrepancy(found: Discrepancy) -> dict[str, object]:
    at = found.occurred_at
    return {
        "class": found.class_name,
        "request_id": found.request_id,
        "hold_id": found.hold_id,
        "transfer_id": found.transfer_id,
        "account": found.account,
        "occurred_at": None if at is None else at.isoformat(),
        "day": found.day,
        "project": found.project,
        "model": found.model,
        "line_item": found.line_item,
        "line": found.line,
        "ledger_amount": amount_text(found.ledger_amount),
        "statement_amount": amount_text(found.statement_amount),
        "difference": amount_text(found.difference),
        "proposal": found.proposal,
        "actions": [_action(each) for each in found.actions],
    }


def _action(action: Action) -> dict[str, object]:
    return {
        "kind": action.kind,
        "reason": action.reason,
        "amount": amount_text(amount_of(action)),
        "images": action.images,
        "account": action.account,
    }


def _posted(each: Posted) -> dict[str, object]:
    return {
        "class": each.class_name,
        "kind": each.kind,
        "reason": each.reason,
        "transfer_id": each.transfer_id,
        "account": each.account,
        "hold_id": each.hold_id,
        "request_id": each.request_id,
        "line": each.line,
        "amount": amount_text(each.amount),
        "cost": None if each.cost is None else amount_text(each.cost),
    }


def _setting(value: Decimal | timedelta | None) -> str | int | None:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return None if value is None else amount_text(value)
