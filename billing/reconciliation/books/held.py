"""The ledger's holds for a reconciliation, read from the database: queries, no decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from billing.database.tables import account, balance, evidence, rate, transfer
from billing.ledger import holds
from billing.ledger.accounts import AccountRow
from billing.ledger.ids import parse_id, to_text
from billing.reconciliation.books.booked import batches
from billing.reconciliation.books.recognition import HeldCall

_ending = transfer.alias("ending_row")
_cost_currency: Final = (
    select(rate.c.currency)
    .where(rate.c.id == transfer.c.cost_rate_id)
    .correlate(transfer)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class HeldCalls:
    """Holds without a capture that cost us something in one currency."""

    connection: Connection
    currency: str
    now: datetime

    def with_request_ids(self, request_ids: Iterable[str]) -> Iterator[HeldCall]:
        """Those whose evidence has one of these request ids."""
        for ids in batches(request_ids):
            wanted = evidence.c.request_id.in_(ids)
            found = _request_ids(self.connection, wanted)
            for call in self._of(found):
                for request_id in found[call[0]]:
                    yield self._held_call(*call[1:], request_id)

    def with_ids(self, hold_ids: Iterable[str]) -> Iterator[HeldCall]:
        """Those with these ids."""
        for texts in batches(hold_ids):
            own_ids = [parse_id(text) for text in texts]
            statement = select(transfer.c.account_id, transfer.c.id).where(
                transfer.c.kind == "hold", transfer.c.id.in_(own_ids)
            )
            keys = [(owner, own) for owner, own in self.connection.execute(statement)]
            yield from self._with_known_ids(keys)

    def unsettled(self, *, since: datetime, until: datetime) -> Iterator[HeldCall]:
        """Those made in a span that no row has ended."""
        ends = and_(
            _ending.c.account_id == transfer.c.account_id,
            _ending.c.hold_id == transfer.c.id,
            _ending.c.kind != "doubt",
        )
        # Accounts that tie up no money have no such hold: most of a month is not even looked at.
        ties_up = or_(balance.c.held != 0, balance.c.in_doubt != 0)
        owners = self.connection.scalars(select(balance.c.account_id).where(ties_up)).all()
        keys: list[tuple[UUID, UUID]] = []
        for some in batches(owners):
            statement = select(transfer.c.account_id, transfer.c.id).where(
                transfer.c.account_id.in_(some),
                transfer.c.kind == "hold",
                transfer.c.occurred_at >= since,
                transfer.c.occurred_at < until,
                ~select(_ending.c.id).where(ends).exists(),
            )
            keys += ((owner, own) for owner, own in self.connection.execute(statement))
        for held in batches(keys):
            yield from self._with_known_ids(held)

    def _with_known_ids(self, keys: list[tuple[UUID, UUID]]) -> Iterator[HeldCall]:
        if not keys:
            return
        # Two lists and no pairs: with pairs SQLite reads all the evidence there is.
        of_owners = evidence.c.account_id.in_({owner for owner, _own in keys})
        of_holds = evidence.c.hold_id.in_([own for _owner, own in keys])
        known = _request_ids(self.connection, and_(of_owners, of_holds))
        for key, owner, row in self._of(keys):
            yield self._held_call(owner, row, known.get(key, [None])[-1])

    def _of(
        self, keys: Iterable[tuple[UUID, UUID]]
    ) -> Iterator[tuple[tuple[UUID, UUID], AccountRow, holds.HoldRow]]:
        keys = list(keys)
        where = (
            transfer.c.account_id.in_({owner for owner, _own in keys}),
            transfer.c.id.in_([own for _owner, own in keys]),
            func.coalesce(_cost_currency, account.c.currency) == self.currency,
        )
        for owner, row in holds.chosen(self.connection, *where):
            if row.state(self.now) != "captured":
                yield (row.transfer.account_id, row.transfer.id), owner, row

    def _held_call(self, owner: AccountRow, row: holds.HoldRow, request_id: str | None) -> HeldCall:
        cost = row.transfer.cost
        return HeldCall(
            hold_id=to_text("hold", row.transfer.id),
            request_id=request_id,
            state=row.state(self.now),
            account=owner.code,
            model=row.rate.model,
            endpoint=row.rate.endpoint,
            size=row.rate.size,
            quality=row.rate.quality,
            n=row.n,
            unit_nanos=row.rate.unit_price if cost is None else cost // row.n,
            occurred_at=row.transfer.occurred_at,
            expires_at=row.transfer.expires_at,
        )


def _request_ids(
    connection: Connection, where: ColumnElement[bool]
) -> dict[tuple[UUID, UUID], list[str]]:
    """The request ids in the evidence of holds, by account and hold."""
    columns = evidence.c.account_id, evidence.c.hold_id, evidence.c.request_id
    statement = select(*columns).distinct().where(where, evidence.c.request_id.is_not(None))
    found: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for account_id, hold_id, request_id in connection.execute(statement.order_by(*columns)):
        found[account_id, hold_id].append(request_id)
    return found
