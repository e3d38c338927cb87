"""The ledger's month for a statement of buckets, summed up by hour by the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, case, func, or_, select, type_coerce
from sqlalchemy import literal_column as literal

from billing.database.tables import account, rate, spender_id, transfer
from billing.ledger.accounts import KEY_SEPARATOR
from billing.reconciliation.books.recognition import KEY_PREFIX, REFUND
from billing.report.dimensions import dimension
from billing.report.spans import Span
from billing.report.usage import USAGE_KINDS, joined, summed
from pricing.money import to_nanos

#: The tag that says which of the provider's projects a call was made in.
PROJECT: Final = "project"
_HOUR: Final = len("2026-10-31T23")

_paid = transfer.alias("paid")
_cost_rate = rate.alias("cost_rate")
_ZERO: Final = literal("0", transfer.c.amount.type)


class HourSum(NamedTuple):
    """What the calls of one hour came to, of one project and cell."""

    hour: datetime
    project: str
    model: str
    endpoint: str
    size: str
    quality: str
    images: int
    amount_nanos: int
    #: Charges that stand with their price.
    uncosted: int


def hour_sums(
    connection: Connection, currency: str, *, since: datetime, until: datetime
) -> Iterator[HourSum]:
    """The usage of a span by hour (UTC), project and cell; corrections are not in it."""
    hour = _hour(connection.dialect.name == "sqlite")
    tag = dimension(connection, f"tag:{PROJECT}", Span(since, until), param="by")
    project = func.coalesce(func.nullif(tag, literal("''")), account.c.code)
    is_charge = transfer.c.kind != "refund"
    is_uncosted = and_(is_charge, transfer.c.cost.is_(None))
    cell = (rate.c.model, rate.c.endpoint, rate.c.size, rate.c.quality)
    groups = hour, project, *cell
    statement = (
        select(
            *groups,
            func.sum(case((is_charge, func.coalesce(transfer.c.images, _ZERO)), else_=_ZERO)),
            func.sum(case((is_uncosted, literal("1", transfer.c.amount.type)), else_=_ZERO)),
            *summed(_effect()),
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
            transfer.c.kind.in_(USAGE_KINDS),
            transfer.c.occurred_at >= since,
            transfer.c.occurred_at < until,
            func.coalesce(_cost_rate.c.currency, account.c.currency) == currency,
        )
        .group_by(*groups)
    )
    for at, name, model, endpoint, size, quality, images, uncosted, *sums in connection.execute(
        statement
    ):
        yield HourSum(
            hour=datetime.fromisoformat(f"{at}:00:00").replace(tzinfo=UTC),
            project=name,
            model=model or "",
            endpoint=endpoint or "",
            size=size or "",
            quality=quality or "",
            images=int(images or 0),
            amount_nanos=to_nanos(joined(*sums)),
            uncosted=int(uncosted or 0),
        )


def _effect() -> ColumnElement[int]:
    """What a row adds to what calls cost us, as `booked` has it."""
    key = transfer.c.idem_key
    booked = f"{KEY_PREFIX}%{REFUND}/%"
    is_beside = or_(key.like(booked), key.like(f"%{KEY_SEPARATOR}{booked}"))
    back = case(
        (transfer.c.cost.is_not(None), -transfer.c.cost),
        (_paid.c.cost.is_not(None), _ZERO),
        (is_beside, _ZERO),
        else_=-transfer.c.amount,
    )
    own = func.coalesce(transfer.c.cost, transfer.c.amount)
    return case((transfer.c.kind == "refund", back), else_=own)


def _hour(is_sqlite: bool) -> ColumnElement[Any]:  # noqa: FBT001
    at = transfer.c.occurred_at
    if is_sqlite:
        return func.substr(type_coerce(at, Text), literal("1"), literal(str(_HOUR)))
    shown: ColumnElement[str] = literal("'YYYY-MM-DD\"T\"HH24'")
    return func.to_char(func.timezone(literal("'UTC'"), at), shown, type_=Text)
