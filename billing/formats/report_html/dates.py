"""Months and instants in English words, whatever language the machine speaks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from billing.formats.report_words import when
from billing.report import ReportPeriod

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SHORT: Final = 3


def title(period: ReportPeriod) -> str:
    """The period as a heading: `October 2026`, or its first and last day."""
    if period.month is None:
        return when(period)
    return month_name(period.month)


def month_name(month: str) -> str:
    """The month `YYYY-MM` in words.

    >>> month_name("2026-10")
    'October 2026'
    """
    return f"{_name(month)} {month[:4]}"


def short_month(month: str) -> str:
    """The month `YYYY-MM` in three letters.

    >>> short_month("2026-10")
    'Oct'
    """
    return _name(month)[:_SHORT]


def instant(at: datetime) -> str:
    """An instant to the second, in UTC.

    >>> instant(datetime(2026, 10, 31, 23, 59, 1, tzinfo=UTC))
    '2026-10-31 23:59:01 UTC'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _name(month: str) -> str:
    return _MONTHS[int(month[5:]) - 1]
