"""The ledger's charges for a reconciliation, read from the database: queries, no decisions.

Captures that an operator made carry no request id of their own; the evidence of their hold, from
when it fell in doubt, may have it. A charge's hold is the expired one that it came too late for; a
refund's is that of the capture or charge that it gives back from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from sys import intern
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    or_,
    select,
)

from billing.database.tables import account, evidence, rate, spender_id, transfer
from billing.ledger.ids import parse_id, to_text
from billing.period import Month
from billing.reconciliation.books.key_prefixes import with_key
from billing.reconciliation.books.recognition import KEY_PREFIX, REFUND, Booking, Charge, own_key
from billing.report.usage import USAGE_KINDS

_BATCH: Final = 1000
#: Ids to a query; well below what either engine takes as parameters.
_IDS: Final = 500

Value = TypeVar("Value")

#: What a refund gives back from.
_paid = transfer.alias("paid")
_cost_rate = rate.alias("cost_rate")
_paid_hold_id: Final = func.coalesce(
    transfer.c.hold_id, transfer.c.late_hold_id, _paid.c.hold_id, _paid.c.late_hold_id
)
#: Rows that cost us something: usage, and corrections of what it costs.
is_cost: Final = or_(
    transfer.c.kind.in_(USAGE_KINDS),
    and_(transfer.c.kind == "adjustment", transfer.c.cost.is_not(None)),
)


def inside(month: Month) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What occurred in a month."""
    return transfer.c.occurred_at >= month.start, transfer.c.occurred_at < month.end


def charges_of(
    connection: Connection, month: Month, currency: str, *where: ColumnElement[bool]
) -> Iterator[Charge]:
    """Everything of a month that costs us something, or less, streamed."""
    return _charges(connection, currency, *inside(month), *where)


def charges_with(
    connection: Connection, month: Month, currency: str, *, request_ids: Iterable[str]
) -> Iterator[Charge]:
    """Those of them that have one of these request ids themselves."""
    for ids in batches(request_ids):
        yield from _charges(connection, currency, *inside(month), transfer.c.request_id.in_(ids))


def charges_by_id(
    connection: Connection, currency: str, *, ids: Iterable[tuple[UUID, UUID]]
) -> Iterator[Charge]:
    """Charges by their accounts' ids and their own."""
    for keys in batches(ids):
        # Two lists and no pairs: with pairs SQLite reads all the rows that there are.
        of_accounts = transfer.c.account_id.in_({owner for owner, _id in keys})
        of_rows = transfer.c.id.in_([own for _owner, own in keys])
        yield from _charges(connection, currency, of_accounts, of_rows)


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
    for ids in batches(request_ids):
        yield from _charges(connection, currency, elsewhere, transfer.c.request_id.in_(ids))
        yield from _charges_of_evidence(connection, currency, ids, elsewhere)
    if prefix is not None:
        for begins in with_key(connection, prefix):
            yield from _charges(connection, currency, elsewhere, begins)


def _charges_of_evidence(
    connection: Connection, currency: str, ids: list[str], elsewhere: ColumnElement[bool]
) -> Iterator[Charge]:
    """Charges without an id whose hold has one of these in its evidence, and their refunds."""
    statement = select(evidence.c.account_id, evidence.c.hold_id)
    found = list(connection.execute(statement.where(evidence.c.request_id.in_(ids))))
    # One index after another, each led by the account: together SQLite reads every row.
    of_owners = transfer.c.account_id.in_({owner for owner, _hold in found})
    holds = [hold_id for _owner, hold_id in found]
    without_id = transfer.c.request_id.is_(None)
    paid = select(transfer.c.id).where(
        of_owners, or_(transfer.c.hold_id.in_(holds), transfer.c.late_hold_id.in_(holds))
    )
    for place in (
        transfer.c.hold_id.in_(holds),
        transfer.c.late_hold_id.in_(holds),
        transfer.c.refunds_id.in_(paid),
    ):
        if found:
            yield from _charges(connection, currency, elsewhere, without_id, of_owners, place)


def calls_in_other_currencies(
    connection: Connection, currency: str, *, request_ids: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Those of these request ids that calls and holds of another currency have, and which."""
    cost_currency = func.coalesce(_cost_rate.c.currency, account.c.currency)
    of_hold = and_(
        transfer.c.account_id == evidence.c.account_id, transfer.c.id == evidence.c.hold_id
    )
    for ids in batches(request_ids):
        own, of_evidence = (
            select(column, cost_currency)
            .select_from(rows)
            .join(account, account.c.id == transfer.c.account_id)
            .outerjoin(_cost_rate, _cost_rate.c.id == transfer.c.cost_rate_id)
            .where(column.in_(ids), cost_currency != currency)
            for column, rows in (
                (transfer.c.request_id, transfer),
                (evidence.c.request_id, evidence.join(transfer, of_hold)),
            )
        )
        of_calls = own.where(transfer.c.kind.in_(("capture", "charge")))
        for statement in (of_calls, of_evidence):
            yield from ((known, other) for known, other in connection.execute(statement))


def given_back(connection: Connection, charges: Iterable[Charge]) -> dict[str, int]:
    """What the refunds of charges come to, whenever they were, by the ids of the charges."""
    found: dict[str, int] = {}
    for some in batches(charges):
        # The account first: it leads the index of refunds.
        codes = account.c.code.in_({each.account for each in some})
        owners = select(func.coalesce(account.c.parent_id, account.c.id)).where(codes)
        ids = {parse_id(each.transfer_id): each.transfer_id for each in some}
        statement = select(transfer.c.refunds_id, transfer.c.amount).where(
            transfer.c.account_id.in_(owners), transfer.c.refunds_id.in_(list(ids))
        )
        for paid, amount in connection.execute(statement):
            found[ids[paid]] = found.get(ids[paid], 0) + amount
    return found


def holders_of_keys(connection: Connection, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Idempotency keys of holds, captures and charges, with the ids that have them."""
    kinds = transfer.c.kind.in_(("hold", "capture", "charge"))
    columns = transfer.c.idem_key, transfer.c.kind, transfer.c.id
    for some in batches(keys):
        statement = select(*columns).where(transfer.c.idem_key.in_(some), kinds)
        for key, kind, own_id in connection.execute(statement):
            yield key, to_text(kind, own_id)


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
    names = ("kind", "id", "images", "amount", "cost", "occurred_at", "idem_key", "recorded_at")
    statement = (
        select(
            *(transfer.c[name] for name in names),
            func.coalesce(transfer.c.request_id, known).label("request_id"),
            _paid_hold_id.label("paid_hold_id"),
            _paid.c.cost.label("paid_cost"),
            account.c.code,
            # A correction has no price; its cell is that of the cost which it corrects.
            *(
                func.coalesce(rate.c[name], _cost_rate.c[name]).label(name)
                for name in ("model", "endpoint", "size", "quality")
            ),
        )
        .select_from(transfer)
        .join(account, account.c.id == spender_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(_cost_rate, _cost_rate.c.id == transfer.c.cost_rate_id)
        .outerjoin(
            _paid,
            and_(_paid.c.account_id == transfer.c.account_id, _paid.c.id == transfer.c.refunds_id),
        )
        .where(
            is_cost, func.coalesce(_cost_rate.c.currency, account.c.currency) == currency, *where
        )
        .execution_options(yield_per=_BATCH)
    )
    for found in connection.execute(statement):
        effect = _effect(found)
        if effect is not None:
            yield _charge(found, effect)


def _effect(found: Any) -> int | None:  # noqa: ANN401  # a row with names
    """What a row adds to what calls cost us; None for one that says nothing of it."""
    amount: int = found.amount
    cost: int | None = found.cost
    if found.kind != "refund":
        return amount if cost is None else cost
    if cost is not None:
        return -cost
    booking = Booking.parse(own_key(found.idem_key))
    # The customer's money: beside a cost it changes none, nor where a correction stands beside it.
    is_beside = found.paid_cost is not None or (booking and booking.subject.endswith(REFUND))
    return None if is_beside else -amount


def _charge(found: Any, effect: int) -> Charge:  # noqa: ANN401  # as above
    # A month has few different ones: a million charges share them.
    names = found.code, found.model, found.endpoint, found.size, found.quality
    code, model, endpoint, size, quality = (intern(text or "") for text in names)
    hold_id, key = found.paid_hold_id, own_key(found.idem_key)
    return Charge(
        request_id=found.request_id,
        hold_id=None if hold_id is None else to_text("hold", hold_id),
        account=code,
        model=model,
        endpoint=endpoint,
        size=size,
        quality=quality,
        images=found.images or 0,
        amount_nanos=effect,
        occurred_at=found.occurred_at,
        key=key if key.startswith(KEY_PREFIX) else None,
        kind=found.kind,
        transfer_id=to_text(found.kind, found.id),
        price_nanos=found.amount,
        is_costed=found.cost is not None,
        recorded_at=found.recorded_at,
    )


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values in lists that fit into a query."""
    remaining = iter(values)
    while batch := list(islice(remaining, _IDS)):
        yield batch
