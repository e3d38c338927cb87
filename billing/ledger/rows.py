"""From the rows of the database to the objects that callers get: no queries, no decisions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from billing.errors import InvalidEntry
from billing.ledger.accounts import KEY_SEPARATOR, AccountRow
from billing.ledger.evidence import Evidence
from billing.ledger.ids import to_text
from billing.ledger.rates import RateRow
from billing.ledger.transfers import Capture, Charge, Deadline, Hold, Transfer
from pricing import BookRef
from pricing.money import from_nanos

Answer = TypeVar("Answer", bound=Transfer)


class TransferRow(NamedTuple):
    """A row of `transfer`, columns in the order of the table; money in nano-units."""

    account_id: UUID
    id: UUID
    version: int
    kind: str
    amount: int
    released: int
    idem_key: str
    request_digest: bytes
    hold_id: UUID | None
    from_bucket: str | None
    rate_id: UUID | None
    images: int | None
    over_delivered: int | None
    late_hold_id: UUID | None
    cost: int | None
    cost_rate_id: UUID | None
    actual_cost: int | None
    refunds_id: UUID | None
    refundable: int | None
    refunded_before: int | None
    quote_id: str | None
    expires_at: datetime | None
    on_deadline: Deadline | None
    request_id: str | None
    occurred_at: datetime
    recorded_at: datetime
    reason: str | None
    actor: str | None
    tags: str | None
    month: int | None
    member_id: UUID | None
    over_limit: int | None
    member_over_limit: int | None
    booked_in: int | None


def to_transfer(row: TransferRow, account: AccountRow, *, repeated: bool = False) -> Transfer:
    """Any transfer, by what all kinds have in common."""
    return _made(Transfer, _common(row, account, repeated=repeated))


def to_hold(
    row: TransferRow, rate: RateRow, account: AccountRow, *, repeated: bool = False
) -> Hold:
    """A hold with the rate it was made at."""
    assert row.kind == "hold"
    facts = _common(row, account, repeated=repeated)
    facts["model"] = rate.model
    facts["endpoint"] = rate.endpoint
    facts["size"] = rate.size
    facts["tier"] = rate.tier
    facts["quality"] = rate.quality
    facts["n"] = row.images
    facts["unit_price"] = from_nanos(rate.unit_price)
    facts["book"] = _book(rate.book_id, rate.book_version, rate.book_digest)
    facts["plan"] = rate.plan
    facts["set_by"] = rate.set_by
    facts["quote_id"] = row.quote_id or ""
    facts["expires_at"] = row.expires_at
    facts["on_deadline"] = row.on_deadline
    facts["tags"] = json.loads(row.tags) if row.tags else {}
    return _made(Hold, facts)


def to_capture(row: TransferRow, account: AccountRow, *, repeated: bool = False) -> Capture:
    """A capture with the hold it ended, or the charge that came too late for its hold."""
    hold_id = row.hold_id or row.late_hold_id
    assert hold_id is not None
    facts = _common(row, account, repeated=repeated)
    facts["hold_id"] = to_text("hold", hold_id)
    facts["images"] = row.images or 0
    facts["released"] = from_nanos(row.released)
    facts["over_delivered"] = row.over_delivered or 0
    facts["is_late"] = row.late_hold_id is not None
    return _made(Capture, facts)


def to_charge(row: TransferRow, account: AccountRow, *, repeated: bool = False) -> Charge:
    """A charge; `late_for` names the expired hold it came too late for."""
    assert row.kind == "charge"
    late = row.late_hold_id
    facts = _common(row, account, repeated=repeated)
    facts["images"] = row.images or 0
    facts["late_for"] = None if late is None else to_text("hold", late)
    return _made(Charge, facts)


def _made(kind: type[Answer], facts: dict[str, object]) -> Answer:
    """A frozen object with these fields, all of them: its constructor sets each by a call."""
    made = object.__new__(kind)
    made.__dict__.update(facts)
    return made


_book: Final = lru_cache(1024)(BookRef)


def _common(row: TransferRow, account: AccountRow, *, repeated: bool) -> dict[str, object]:
    return {
        "id": to_text(row.kind, row.id),
        "account": account.code,
        "kind": row.kind,
        "amount": from_nanos(row.amount),
        "currency": account.currency,
        "version": row.version,
        "key": row.idem_key if row.member_id is None else _own_key(row.idem_key),
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
        "reason": row.reason,
        "actor": row.actor,
        "request_id": row.request_id,
        "cost": None if row.cost is None else from_nanos(row.cost),
        "actual_cost": None if row.actual_cost is None else from_nanos(row.actual_cost),
        "repeated": repeated,
    }


def _own_key(stored: str) -> str:
    """A member's key without the member, see `Payer.stored_key`."""
    return stored.partition(KEY_SEPARATOR)[2]


def tags_text(tags: Mapping[str, str] | None) -> str | None:
    """Tags as the database keeps them: JSON with sorted names, or None without any.

    Raises:
        InvalidEntry: no mapping, or a name or a value is not text, or has a NUL in it.
    """
    if not tags:
        return None
    is_mapping = isinstance(tags, Mapping)
    if not is_mapping or not all(isinstance(part, str) for tag in tags.items() for part in tag):
        raise InvalidEntry("tags", tags, "tags map text to text")
    # JSON would take a NUL, and PostgreSQL could then not read any tag of the row.
    if any("\x00" in part for tag in tags.items() for part in tag):
        raise InvalidEntry("tags", dict(tags), "use text without NUL")
    return json.dumps(dict(tags), sort_keys=True, ensure_ascii=False)


def to_evidence(detail: str) -> Evidence:
    """Evidence from its JSON."""
    facts: Mapping[str, object] = json.loads(detail)
    known = {name: facts[name] for name in Evidence.__slots__ if name in facts}
    for name in ("sent_at", "done_at"):
        if isinstance(known.get(name), str):
            known[name] = datetime.fromisoformat(str(known[name]))
    for name in ("urls", "error"):
        known[name] = tuple(known.get(name) or ())  # type: ignore[arg-type]  # lists, by our own writing
    return Evidence(**known)  # type: ignore[arg-type]  # the JSON that `posting.attach` wrote
