"""Whether a span is closed: then its report is what it was at the closing, whenever it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from billing.ledger.closing.periods import Periods
from billing.ledger.orders import month_number
from billing.report.spans import Span


class Closed(NamedTuple):
    """The closing of a span's last month."""

    at: datetime
    #: Of what counts in the span, in hexadecimal; None when it is not one closed month in UTC.
    digest: str | None


def closing_of(connection: Connection, span: Span) -> Closed | None:
    """The closing after which nothing in the span changes any more; None while something may."""
    last = month_number(span.end - timedelta(microseconds=1))
    event = Periods.of(connection).closing_of(last)
    if event is None:
        return None
    is_whole = span.is_utc and span.month is not None and event.month == last
    digest = event.report_digest if is_whole else None
    return Closed(event.recorded_at, None if digest is None else digest.hex())
