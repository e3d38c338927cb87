"""Where a month is heading: a run rate, for what is paid so far and for what its limits allow.

An estimate, and the only figure of a report that is rounded: to what can be paid in its currency.
Its basis stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final

from billing.report.figures import Figures
from billing.report.minor_units import rounded
from billing.report.spans import Span

_DAY_S: Final = Decimal(86_400)
_DIGITS: Final = 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a span is heading for in one currency; `basis` says how that was worked out."""

    currency: str
    amount: Decimal
    basis: str


def forecasts(span: Span, so_far: Sequence[Figures], *, now: datetime) -> tuple[Forecast, ...]:
    """The amount at the end of the span if it goes on as until now; nothing once it is over.

    Less than a whole hour says nothing about a month, so there is no forecast from it either.
    """
    passed, whole = (Decimal((at - span.start).total_seconds()) for at in (now, span.end))
    if not 3600 <= passed < whole:
        return ()
    days = f"{_days(passed)} of {_days(whole)} days"
    return tuple(
        Forecast(each.currency, _grown(each, passed, whole), f"run rate of {days}")
        for each in so_far
    )


def _grown(so_far: Figures, passed: Decimal, whole: Decimal) -> Decimal:
    with localcontext(prec=_DIGITS):
        return rounded(so_far.amount * whole / passed, so_far.currency, "half-even")


def _days(seconds: Decimal) -> str:
    return f"{seconds / _DAY_S:.2f}".removesuffix(".00")
