"""A signed-off run as rows of the database: columns by name; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime, timedelta
from typing import Final

from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.proof import Discrepancy
from billing.reconciliation.result import Reconciliation
from billing.reconciliation.runs.sign_off import Posted, SignOff
from pricing.money import amount_text, to_nanos

Columns = dict[str, object]

#: Of a discrepancy, as an item has them.
_NAMES: Final = ("class_name", "line", "request_id", "hold_id", "transfer_id", "account")
_FACTS: Final = (*_NAMES, "day", "project", "model", "line_item", "proposal")


def run_row(
    after: Reconciliation, items: list[Columns], terms: SignOff, *, name: str, now: datetime
) -> Columns:
    """The row of a run, without what the runs before it decide."""
    told: Columns = {
        "month": after.month.number,
        "currency": after.currency,
        "statement_sha256": after.statement.sha256,
        "statement_name": name,
        "lines": after.statement.lines,
        "is_clean": int(after.is_clean),
        "proof": json.dumps(_proof(after)),
        "settings": json.dumps(_settings(after, terms)),
        "result_digest": result_digest(after),
        "items": len(items),
        "actor": terms.actor,
        "approver": terms.approver,
        "recorded_at": now,
    }
    return storable(told)


def _proof(found: Reconciliation) -> dict[str, str | None]:
    parts = {each.name: getattr(found.proof, each.name) for each in fields(found.proof)}
    unexplained = None if found.unexplained.is_nan() else amount_text(found.unexplained)
    return {name: amount_text(part) for name, part in parts.items()} | {"unexplained": unexplained}


def _settings(found: Reconciliation, terms: SignOff) -> dict[str, str | None]:
    told = {**asdict(found.tolerances), **asdict(terms)}
    del told["actor"], told["approver"]
    return {name: _setting(value) for name, value in told.items()}


def _setting(value: object) -> str | None:
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())} s"
    return None if value is None else str(value)


def result_digest(found: Reconciliation) -> bytes:
    """The sha256 of what a comparison says: equal for two runs with nothing new between them."""
    told = {
        "statement": found.statement.sha256,
        "summary": [[str(part) for part in astuple(row)] for row in found.summary],
        "proof": _proof(found),
        **{
            name: [_facts(each) for each in getattr(found, name)]
            for name in ("discrepancies", "carried", "pending")
        },
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


def carried_items(found: Reconciliation) -> list[CarriedItem]:
    """What a run with these discrepancies carries."""
    return [
        CarriedItem(
            month=found.month,
            class_name=each.class_name,
            reason=action.reason,
            amount_nanos=action.amount_nanos,
            request_id=action.request_id or each.request_id,
            hold_id=action.hold_id or each.hold_id,
            transfer_id=action.transfer_id or each.transfer_id,
            line=action.line or each.line,
            day=each.day,
            what=str(action.what),
            occurred_at=action.occurred_at or each.occurred_at,
        )
        for each in (*found.discrepancies, *found.pending)
        for action in each.actions
        if action.kind == "carry"
    ]


def decisions(
    found: Reconciliation,
    after: Reconciliation,
    *,
    booked: Sequence[Posted],
    carried: Sequence[CarriedItem],
) -> list[Columns]:
    """The items of a run: what was booked, carried, resolved, and what is left to a person."""
    items = [*_bookings(found, booked), *map(_carry, carried)]
    items += [_carry(item, of_run=int(item.run_id)) for item in after.resolved if item.run_id]
    items += [_decided(each, decision="person") for each in after.discrepancies]
    nothing = dict.fromkeys(("reason", "what", "occurred_at", "day", "booked_as", "of_run"))
    return [storable({**nothing, **item, "number": at}) for at, item in enumerate(items, start=1)]


def storable(row: Columns) -> Columns:
    """The row with its texts as both engines keep them: a statement's are anybody's."""
    return {name: _kept(value) if isinstance(value, str) else value for name, value in row.items()}


def _kept(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "?")


def _bookings(found: Reconciliation, booked: Sequence[Posted]) -> Iterator[Columns]:
    rows = {each.what: each.transfer_id for each in booked}
    for each in found.discrepancies:
        for action in each.actions:
            if action.what not in rows or action.kind == "carry":
                continue  # somebody else had settled it
            yield _decided(each, decision=action.kind) | {
                "reason": action.reason,
                "what": str(action.what),
                "amount": action.amount_nanos,
                "booked_as": rows[action.what],
            }


def _decided(each: Discrepancy, *, decision: str) -> Columns:
    return {name: getattr(each, name) for name in (*_NAMES, "day", "proposal")} | {
        "decision": decision,
        "occurred_at": each.occurred_at,
        "ledger_amount": to_nanos(each.ledger_amount),
        "statement_amount": to_nanos(each.statement_amount),
        "amount": 0,
    }


def _carry(item: CarriedItem, of_run: int | None = None) -> Columns:
    names = (*_NAMES[:-1], "reason", "what", "day", "occurred_at")
    return {name: getattr(item, name) for name in names} | {
        "decision": "carry" if of_run is None else "resolve",
        "account": None,
        "ledger_amount": 0,
        "statement_amount": 0,
        "amount": item.amount_nanos,
        "proposal": "",
        "of_run": of_run,
    }


def _facts(each: Discrepancy) -> list[str]:
    told = [getattr(each, name) for name in _FACTS]
    return [str(part) for part in (*told, each.ledger_amount, each.statement_amount)]
