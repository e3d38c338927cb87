"""The ledger's side of a reconciliation, read from the database: queries, no decisions.

Captures that an operator made carry no request id of their own; the evidence of their hold, from
when it fell in doubt, may have it. A charge's hold is the expired one that it came too late for; a
refund's is that of the capture or charge that it gives back from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from sys import intern
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from billing.database.tables import account, evidence, rate, spender_id, transfer
from billing.ledger import holds
from billing.ledger.accounts import AccountRow
from billing.ledger.ids import to_text
from billing.period import Month
from billing.reconciliation.recognition import KEY_PREFIX, Charge, HeldCall
from billing.report.usage import USAGE_KINDS

_BATCH: Final = 1000
#: Ids to a query; well below what either engine takes as parameters.
_IDS: Final = 500

#: What a refund gives back from.
_paid = transfer.alias("paid")
_paid_hold_id: Final = func.coalesce(
    transfer.c.hold_id, transfer.c.late_hold_id, _paid.c.hold_id, _paid.c.late_hold_id
)


def charges_of(connection: Connection, month: Month, currency: str) -> Iterator[Charge]:
    """Everything that moved money into or out of `posted` in a month, streamed."""
    inside = transfer.c.occurred_at >= month.start, transfer.c.occurred_at < month.end
    return _charges(connection, currency, *inside)


def charges_of_other_months(
    connection: Connection,
    month: Month,
    currency: str,
    *,
    request_ids: Iterable[str],
    prefix: str | None,
) -> Iterator[Charge]:
    """Charges outside a month that have one of these request ids, or keys that begin so."""
    elsewhere = or_(transfer.c.occurred_at < month.start, transfer.c.occurred_at >= month.end)
    known = evidence.c.account_id == transfer.c.account_id, evidence.c.hold_id == _paid_hold_id
    for ids in _batches(request_ids):
        in_evidence = select(evidence.c.id).where(*known, evidence.c.request_id.in_(ids)).exists()
        by_evidence = and_(transfer.c.request_id.is_(None), in_evidence)
        by_id = or_(transfer.c.request_id.in_(ids), by_evidence)
        yield from _charges(connection, currency, elsewhere, by_id)
    if prefix is not None:
        by_key = transfer.c.idem_key.startswith(prefix, autoescape=True)
        yield from _charges(connection, currency, elsewhere, by_key)


def calls_with(
    connection: Connection, request_ids: Iterable[str], *, currency: str, now: datetime
) -> Iterator[HeldCall]:
    """Holds without a capture whose evidence has one of these request ids."""
    hold = tuple_(transfer.c.account_id, transfer.c.id)
    for ids in _batches(request_ids):
        wanted = evidence.c.request_id.in_(ids)
        of_wanted = select(evidence.c.account_id, evidence.c.hold_id).where(wanted)
        found = holds.chosen(connection, hold.in_(of_wanted), account.c.currency == currency)
        by_hold = _request_ids(connection, wanted)
        for owner, row in found:
            if row.state(now) != "captured":
                for request_id in by_hold[row.transfer.account_id, row.transfer.id]:
                    yield _held_call(owner, row, request_id, now=now)


def calls_in_doubt(connection: Connection, *, currency: str, now: datetime) -> Iterator[HeldCall]:
    """Every hold that is in doubt at `now`."""
    unsettled = holds.unsettled(connection, account.c.currency == currency)
    in_doubt = (each for each in unsettled if each[1].state(now) == "in_doubt")
    while batch := list(islice(in_doubt, _IDS)):
        # Two lists and no pairs: with pairs SQLite reads all the evidence there is.
        of_owners = evidence.c.account_id.in_({owner.id for owner, _row in batch})
        of_holds = evidence.c.hold_id.in_([row.transfer.id for _owner, row in batch])
        by_hold = _request_ids(connection, and_(of_owners, of_holds))
        for owner, row in batch:
            known = by_hold.get((row.transfer.account_id, row.transfer.id), [None])
            yield _held_call(owner, row, known[-1], now=now)


def currencies(connection: Connection) -> list[str]:
    """The currencies that accounts are kept in."""
    statement = select(account.c.currency).distinct().order_by(account.c.currency)
    return [currency for (currency,) in connection.execute(statement)]


def _charges(
    connection: Connection, currency: str, *where: ColumnElement[bool]
) -> Iterator[Charge]:
    known = (
        select(func.max(evidence.c.request_id))
        .where(
            evidence.c.account_id == transfer.c.account_id,
            evidence.c.hold_id == _paid_hold_id,
        )
        .scalar_subquery()
    )
    names = account.c.code, rate.c.model, rate.c.endpoint, rate.c.size, rate.c.quality
    statement = (
        select(
            func.coalesce(transfer.c.request_id, known),
            _paid_hold_id,
            *names,
            transfer.c.images,
            transfer.c.amount,
            transfer.c.occurred_at,
            transfer.c.idem_key,
            transfer.c.kind,
        )
        .select_from(transfer)
        .join(account, account.c.id == spender_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(
            _paid,
            and_(_paid.c.account_id == transfer.c.account_id, _paid.c.id == transfer.c.refunds_id),
        )
        .where(transfer.c.kind.in_(USAGE_KINDS), account.c.currency == currency, *where)
        .execution_options(yield_per=_BATCH)
    )
    for found in connection.execute(statement):
        request_id, hold_id, *texts, images, amount, occurred_at, key, kind = found
        # A month has few different ones: a million charges share them.
        code, model, endpoint, size, quality = (intern(text or "") for text in texts)
        yield Charge(
            request_id=request_id,
            hold_id=None if hold_id is None else to_text("hold", hold_id),
            account=code,
            model=model,
            endpoint=endpoint,
            size=size,
            quality=quality,
            images=images or 0,
            amount_nanos=-amount if kind == "refund" else amount,
            occurred_at=occurred_at,
            key=key if key.startswith(KEY_PREFIX) else None,
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


def _held_call(
    owner: AccountRow, row: holds.HoldRow, request_id: str | None, *, now: datetime
) -> HeldCall:
    return HeldCall(
        hold_id=to_text("hold", row.transfer.id),
        request_id=request_id,
        state=row.state(now),
        account=owner.code,
        model=row.rate.model,
        endpoint=row.rate.endpoint,
        size=row.rate.size,
        quality=row.rate.quality,
        n=row.n,
        unit_nanos=row.rate.unit_price,
        occurred_at=row.transfer.occurred_at,
    )


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while batch := list(islice(remaining, _IDS)):
        yield batch
