"""How long to wait before a refused call goes again; decides no money and does not sleep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

#: A provider that asks for a longer pause is not asked again: neither is a caller kept waiting
#: longer than this, nor does a call go again sooner than it was told.
LONGEST_S: Final = 60.0
_FIRST_S: Final = 0.5
_LONGEST_BACKOFF_S: Final = 8.0


def pause_s(headers: Mapping[str, str], *, attempt: int, now: datetime) -> float | None:
    """Seconds to wait after attempt number `attempt` (from 1) was answered with these headers.

    What the provider asks for (`retry-after-ms`, `retry-after` as seconds or a date), or None when
    that is longer than `LONGEST_S`; without it half a second, doubled each time.
    """
    asked = _asked(headers, now)
    if asked is None:
        return float(min(_FIRST_S * 2 ** (attempt - 1), _LONGEST_BACKOFF_S))
    return max(asked, 0.0) if asked <= LONGEST_S else None


def _asked(headers: Mapping[str, str], now: datetime) -> float | None:
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    try:
        return (parsedate_to_datetime(text) - now).total_seconds()
    except (TypeError, ValueError):  # no date, or one without a zone
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if number == number else None  # NaN is no pause
