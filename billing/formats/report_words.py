"""What a report says in sentences: its heading, and everything that stands beside the totals."""

from __future__ import annotations

from collections.abc import Iterator

from billing.formats.visible import visible
from billing.report import HeldSum, Report, ReportPeriod
from billing.report.dimensions import TAG
from billing.report.figures import totals
from pricing.money import format_amount

#: Of a month, and of any other span.
_NOT_BEGUN = "provisional: the month has not begun", "provisional: its first day has not begun"
_STATES = {
    "provisional": "provisional: the month is not over",
    "open": "the month is over and not closed",
    "closed": "closed: nothing can be posted into it any more",
}
_OTHER_STATES = {
    "provisional": "provisional: its last day is not over",
    "open": "over",
    "closed": "closed: nothing can be posted into it any more",
}


def heading(report: Report) -> str:
    """Which period, of what, and how final it is."""
    chosen = "".join(
        f", {name} {value if isinstance(value, str) else ' or '.join(value)}"
        for name, value in report.where.items()
    )
    period = report.period
    return visible(f"Usage of {when(period)} ({period.time_zone}){chosen}: {_state(report)}")


def _state(report: Report) -> str:
    period = report.period
    if not period.has_begun:
        return _NOT_BEGUN[0 if period.month else 1]
    return (_STATES if period.month else _OTHER_STATES)[period.state]


def when(period: ReportPeriod) -> str:
    """The month, or the first and the last day, both included."""
    if period.month is not None:
        return period.month
    return f"{period.first_day} to {period.last_day}"


def notes(report: Report) -> Iterator[str]:
    """What is not in the totals, and what they are heading for; a sentence each."""
    if report.period.time_zone != "UTC":
        yield (
            f"Days of {report.period.time_zone}: the provider bills in UTC, so these sums are not "
            "those of its invoice. They are summed up from each transfer, not from the roll-up."
        )
    elif any(name.startswith(TAG) for name in (*report.by, *report.where)):
        yield "Tags: summed up from each transfer, not from the roll-up."
    if report.previous is not None:
        yield f"Compared with {when(report.previous)}."
    if report.period.state == "closed":
        yield f"Closed: {report.made_at:%Y-%m-%d %H:%M} UTC. What follows is as of then."
    if report.period.digest is not None:
        yield f"Digest: {report.period.digest}"
    for late in totals(report.prior_period):
        amount = format_amount(late.amount, late.currency)
        calls = counted(late.calls, "call")
        yield f"Prior period: {amount} by {calls} of closed months, booked here; not in the total."
    if report.period.has_begun:
        yield from _held("Held", report.held)
        yield from _held("In doubt", report.in_doubt)
    for adjusted in report.adjustments:
        count = counted(adjusted.adjustments, "adjustment")
        amount = format_amount(adjusted.amount, adjusted.currency)
        yield f"Adjusted: {amount} by {count}, not in the total."
    for corrected in report.cost_corrections:
        count = counted(corrected.corrections, "correction")
        amount = format_amount(corrected.amount, corrected.currency)
        yield f"Cost corrected: {amount} by {count}, not in the costs of the rows."
    found = report.reconciled
    if found is not None:
        yield f"Reconciled: {found.at:%Y-%m-%d %H:%M} UTC, by {visible(found.actor)}."
        yield f"Statement: {found.statement_sha256}"
    for each in report.forecast:
        amount = format_amount(each.amount, each.currency)
        yield f"Forecast: {amount} at the end of {when(report.period)}, by {each.basis}."
    uncosted = sum(total.uncosted for total in report.totals)
    if uncosted and any(total.costs for total in report.totals):
        yield f"Cost unknown: {counted(uncosted, 'call')} of books that name no cost."


def counted(count: int, what: str) -> str:
    """A number with its noun."""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _held(what: str, sums: tuple[HeldSum, ...]) -> Iterator[str]:
    for each in sums:
        amount = format_amount(each.amount, each.currency)
        yield f"{what}: {amount} in {counted(each.holds, 'hold')}, not in the total."
    if not sums:
        yield f"{what}: nothing."
