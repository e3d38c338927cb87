"""Why a month is not closed, not reopened, or takes nothing in any more.

BillingError
|- PeriodClosed        the month is closed already
|- PeriodNotClosed     there is nothing to reopen
|- PeriodNotOver       the month is not over
|- PeriodInGrace       it is over, but not for long enough
`- PeriodOutOfOrder    another month comes first
"""

from __future__ import annotations

from datetime import datetime

from billing.errors import BillingError


class PeriodClosed(BillingError):
    """The month is closed: nothing goes into it any more."""

    code = "period_closed"

    def __init__(self, month: str, *, closed_at: datetime, actor: str) -> None:
        super().__init__(
            f"{month} is closed, since {_instant(closed_at)} by {actor}. What comes late is booked "
            f"in the first open month. To open it again: image-billing period reopen {month} "
            "--actor WHO --reason WHY",
            param="month",
        )
        self.month, self.closed_at, self.actor = month, closed_at, actor


class PeriodNotClosed(BillingError):
    """The month is open, so it cannot be reopened."""

    code = "period_not_closed"

    def __init__(self, month: str, *, newest: str | None) -> None:
        said = "no month is" if newest is None else f"the newest closed month is {newest}"
        super().__init__(f"{month} is not closed; {said}.", param="month")
        self.month, self.newest = month, newest


class PeriodNotOver(BillingError):
    """The month is not over: what happens today belongs to it."""

    code = "period_not_over"

    def __init__(self, month: str, *, ends_at: datetime) -> None:
        super().__init__(
            f"{month} is not over: it ends at {_instant(ends_at)}. Nothing closes it before then.",
            param="month",
        )
        self.month, self.ends_at = month, ends_at


class PeriodInGrace(BillingError):
    """The month is over, but calls of its last days may still be on their way."""

    code = "period_in_grace"

    def __init__(self, month: str, *, until: datetime) -> None:
        super().__init__(
            f"{month} is over, but late calls may still come in: close it from {_instant(until)} "
            "on, when the grace has passed. A shorter --grace would do, or --force, which is "
            "recorded.",
            param="month",
        )
        self.month, self.until = month, until


class PeriodOutOfOrder(BillingError):
    """Months close in order, and open again in the opposite one; `first` comes before."""

    code = "period_out_of_order"

    def __init__(self, month: str, *, first: str, verb: str) -> None:
        super().__init__(
            f"Cannot {verb} {month}: {first} comes first. Run: image-billing period {verb} {first}",
            param="month",
        )
        self.month, self.first = month, first


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
