"""Which transfers count in a span: those that occurred in it, and those that came too late."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from billing.database.tables import transfer
from billing.report.spans import Span


def within(span: Span, *kinds: str) -> tuple[ColumnElement[bool], ...]:
    """Transfers of these kinds that occurred in the span and are booked when they occurred."""
    return transfer.c.kind.in_(kinds), *_in_time(span)


def booked(span: Span, *kinds: str) -> tuple[ColumnElement[bool], ...]:
    """Transfers of these kinds that are booked in the span, late ones too."""
    return transfer.c.kind.in_(kinds), or_(and_(*_in_time(span)), and_(*late(span)))


def late(span: Span) -> tuple[ColumnElement[bool], ...]:
    """Transfers that are booked in the span and occurred in a month that was closed.

    Such a row stands on the day on which it was recorded; where that is before or after the month
    that it is booked in, on the first or the last day of this month.
    """
    (first, last), booked_in = span.booked_months, transfer.c.booked_in
    found: list[ColumnElement[bool]] = [booked_in.between(first, last)]
    if not span.begins_month:
        found.append(or_(booked_in > first, transfer.c.recorded_at >= span.start))
    if not span.ends_month:
        found.append(or_(booked_in < last, transfer.c.recorded_at < span.end))
    return tuple(found)


def _in_time(span: Span) -> tuple[ColumnElement[bool], ...]:
    at = transfer.c.occurred_at
    return transfer.c.booked_in.is_(None), at >= span.start, at < span.end
