"""The ledger's side of a reconciliation, read from the database: queries, no decisions.

Captures that an operator made carry no request id of their own; the evidence of their hold, from
when it fell in doubt, may have it. A charge's hold is the expired one that it came too late for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from billing.database.tables import ENDINGS, account, evidence, rate, transfer
from billing.ledger.ids import to_text
from billing.ledger.transfers import HoldState
from billing.period import Month
from billing.reconciliation.recognition import KEY_PREFIX, Charge, HeldCall
from billing.usage import USAGE_KINDS

_BATCH: Final = 1000
#: Ids to a query; well below what either engine takes as parameters.
_IDS: Final = 500

_STATE_OF_ENDING: Final[dict[str, HoldState]] = {"void": "voided", "expire": "expired"}


class _CallRow(NamedTuple):
    hold_id: UUID
    request_id: str | None
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    n: int
    unit_nanos: int
    occurred_at: datetime
    expires_at: datetime
    on_deadline: str
    ended_by: str | None
    doubted: bool


_FACTS_END: Final = _CallRow._fields.index("occurred_at") + 1

_hold = transfer.alias("hold")
_late = transfer.alias("late")
#: The hold that a capture ended, or that a charge came too late for.
_paid_hold_id: Final = func.coalesce(transfer.c.hold_id, transfer.c.late_hold_id)
_ending = transfer.alias("ending")
_doubt = transfer.alias("doubt")


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
    keys: Iterable[str],
) -> Iterator[Charge]:
    """Charges outside a month that have one of these request ids, or booking keys."""
    elsewhere = or_(transfer.c.occurred_at < month.start, transfer.c.occurred_at >= month.end)
    known = evidence.c.account_id == transfer.c.account_id, evidence.c.hold_id == _paid_hold_id
    for ids in _batches(request_ids):
        in_evidence = select(evidence.c.id).where(*known, evidence.c.request_id.in_(ids)).exists()
        by_evidence = and_(transfer.c.request_id.is_(None), in_evidence)
        by_id = or_(transfer.c.request_id.in_(ids), by_evidence)
        yield from _charges(connection, currency, elsewhere, by_id)
    for batch in _batches(keys):
        yield from _charges(connection, currency, elsewhere, transfer.c.idem_key.in_(batch))


def calls_with(
    connection: Connection, request_ids: Iterable[str], *, currency: str, now: datetime
) -> Iterator[HeldCall]:
    """Holds without a capture whose evidence has one of these request ids."""
    for ids in _batches(request_ids):
        statement = (
            _calls(evidence.c.request_id)
            .join(
                evidence,
                and_(evidence.c.account_id == _hold.c.account_id, evidence.c.hold_id == _hold.c.id),
            )
            .where(evidence.c.request_id.in_(ids), account.c.currency == currency)
        )
        yield from _read_calls(connection, statement, now)


def calls_in_doubt(connection: Connection, *, currency: str, now: datetime) -> Iterator[HeldCall]:
    """Every hold that is in doubt at `now`."""
    known = (
        select(func.max(evidence.c.request_id))
        .where(evidence.c.account_id == _hold.c.account_id, evidence.c.hold_id == _hold.c.id)
        .scalar_subquery()
    )
    statement = _calls(known).where(_ending.c.id.is_(None), account.c.currency == currency)
    for call in _read_calls(connection, statement, now):
        if call.state == "in_doubt":
            yield call


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
    statement = (
        select(
            func.coalesce(transfer.c.request_id, known),
            _paid_hold_id,
            transfer.c.images,
            rate.c.size,
            rate.c.quality,
            transfer.c.amount,
            transfer.c.occurred_at,
            transfer.c.idem_key,
            transfer.c.kind,
        )
        .join(account, account.c.id == transfer.c.account_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .where(transfer.c.kind.in_(USAGE_KINDS), account.c.currency == currency, *where)
        .execution_options(yield_per=_BATCH)
    )
    for found in connection.execute(statement):
        request_id, hold_id, images, size, quality, amount, occurred_at, key, kind = found
        yield Charge(
            request_id=request_id,
            hold_id=None if hold_id is None else to_text("hold", hold_id),
            images=images or 0,
            size=size or "",
            quality=quality or "",
            amount_nanos=-amount if kind == "refund" else amount,
            occurred_at=occurred_at,
            key=key if key.startswith(KEY_PREFIX) else None,
        )


def _calls(request_id: ColumnElement[str | None]) -> Select[tuple[object, ...]]:
    same_hold = _doubt.c.account_id == _hold.c.account_id, _doubt.c.hold_id == _hold.c.id
    late = _late.c.account_id == _hold.c.account_id, _late.c.late_hold_id == _hold.c.id
    return (
        select(
            *(_hold.c.id, request_id, account.c.code),
            *(rate.c.model, rate.c.endpoint, rate.c.size, rate.c.quality),
            *(_hold.c.images, rate.c.unit_price, _hold.c.occurred_at),
            *(_hold.c.expires_at, _hold.c.on_deadline, _ending.c.kind),
            select(_doubt.c.id).where(*same_hold, _doubt.c.kind == "doubt").exists(),
        )
        .select_from(_hold)
        .join(account, account.c.id == _hold.c.account_id)
        .join(rate, rate.c.id == _hold.c.rate_id)
        .outerjoin(
            _ending,
            and_(
                _ending.c.account_id == _hold.c.account_id,
                _ending.c.hold_id == _hold.c.id,
                _ending.c.kind.in_(ENDINGS),
            ),
        )
        .where(
            _hold.c.kind == "hold",
            or_(_ending.c.id.is_(None), not_(_ending.c.kind == "capture")),
            ~select(_late.c.id).where(*late).exists(),
        )
    )


def _read_calls(
    connection: Connection, statement: Select[tuple[object, ...]], now: datetime
) -> Iterator[HeldCall]:
    for found in connection.execute(statement):
        row = _CallRow(*tuple(found))  # type: ignore[arg-type]  # the columns of `_calls`
        overdue = row.on_deadline == "doubt" and row.expires_at <= now
        state: HoldState = "in_doubt" if row.doubted or overdue else "open"
        yield HeldCall(
            to_text("hold", row.hold_id),
            row.request_id,
            state if row.ended_by is None else _STATE_OF_ENDING[row.ended_by],
            *row[2:_FACTS_END],  # type: ignore[arg-type]  # account to occurred_at, as in HeldCall
        )


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while batch := list(islice(remaining, _IDS)):
        yield batch
