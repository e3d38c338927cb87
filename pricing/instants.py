"""Instants as whole microseconds since 1970 UTC, and back; it refuses naive datetimes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from pricing.errors import InvalidValue

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def aware(instant: object, param: str) -> datetime:
    """The instant, when it is a datetime with a UTC offset.

    Raises:
        InvalidValue: For a naive datetime, and for anything else; `param` is what it is called.
    """
    allowed = "a datetime with a UTC offset, such as datetime.now(UTC)"
    if not isinstance(instant, datetime):
        raise InvalidValue(param, instant, allowed=allowed)
    if instant.utcoffset() is None:
        raise InvalidValue(param, instant, allowed=allowed, why="This one is naive.")
    return instant


def instant_us(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(microseconds: int) -> datetime:
    """The instant of so many microseconds since 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def midnight_us(day: date) -> int:
    """The first instant of a day, in UTC."""
    return instant_us(datetime.combine(day, time(), UTC))
