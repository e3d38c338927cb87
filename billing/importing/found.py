"""Calls that the ledger has already, by the provider's request id; it decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from billing.database.tables import evidence, rate, transfer
from billing.ledger.accounts import Payer
from billing.ledger.ids import to_text

_PAID_KINDS: Final = ("capture", "charge")
_cost_rate: Final = rate.alias("cost_rate")
_any_evidence: Final = select(evidence.c.id).limit(1)


class Locked(NamedTuple):
    """What is known of the accounts of an import when their balances are locked."""

    #: Those that have a limit of the month.
    limited: set[UUID]
    #: Their newest transfer's version: what is above it the import wrote itself.
    newest: dict[UUID, int]


class FoundCall(NamedTuple):
    """A capture, a charge, or a hold that nothing was captured from; money in nano-units."""

    request_id: str
    account_id: UUID
    member_id: UUID | None
    id: UUID
    version: int
    kind: str
    key: str
    images: int | None
    amount: int
    cost: int | None
    occurred_at: datetime
    tags: str | None
    model: str | None
    endpoint: str | None
    size: str | None
    quality: str | None
    cost_currency: str | None

    @property
    def is_paid(self) -> bool:
        """Whether it charged the account."""
        return self.kind in _PAID_KINDS

    @property
    def text(self) -> str:
        """Its id as people see it."""
        return to_text(self.kind, self.id)

    def is_of(self, payer: Payer) -> bool:
        """Whether it is this account's, or this member's."""
        member_id = None if payer.member is None else payer.member.id
        return self.account_id == payer.account.id and self.member_id == member_id


def calls_found(
    connection: Connection, request_ids: Sequence[str]
) -> Mapping[str, list[FoundCall]]:
    """What is known of calls, by their request ids; one that is known twice is there twice."""
    found: dict[str, list[FoundCall]] = defaultdict(list)
    of_ids = transfer.c.request_id.in_(request_ids)
    paid = _calls(transfer.c.request_id).where(of_ids, transfer.c.kind.in_(_PAID_KINDS))
    for row in connection.execute(paid):
        found[row[0]].append(FoundCall(*row))
    # Captures that a person made carry no request id; the evidence of their hold may have it.
    others = [each for each in request_ids if each not in found]
    if others and connection.execute(_any_evidence).first() is not None:
        for row in connection.execute(_by_evidence(others)):
            found[row[0]].append(FoundCall(*row))
    return found


def _calls(request_id: ColumnElement[str]) -> Select[Any]:
    names = ("account_id", "member_id", "id", "version", "kind", "idem_key", "images", "amount")
    columns = [transfer.c[name] for name in (*names, "cost", "occurred_at", "tags")]
    cell = rate.c.model, rate.c.endpoint, rate.c.size, rate.c.quality
    priced = transfer.outerjoin(rate, rate.c.id == transfer.c.rate_id)
    costed = priced.outerjoin(_cost_rate, _cost_rate.c.id == transfer.c.cost_rate_id)
    return select(request_id, *columns, *cell, _cost_rate.c.currency).select_from(costed)


def _by_evidence(request_ids: Sequence[str]) -> Select[Any]:
    """Holds by the ids in their evidence, and what was captured from them."""
    of_hold = or_(
        transfer.c.id == evidence.c.hold_id,
        and_(transfer.c.hold_id == evidence.c.hold_id, transfer.c.kind == "capture"),
        transfer.c.late_hold_id == evidence.c.hold_id,
    )
    return _calls(evidence.c.request_id).where(
        evidence.c.request_id.in_(request_ids),
        transfer.c.account_id == evidence.c.account_id,
        of_hold,
    )
