"""Pages of reports put together from single calls, by other code than the ledger's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from billing.report import (
    AdjustmentSum,
    Budget,
    CorrectionSum,
    Figures,
    Forecast,
    HeldSum,
    Reconciled,
    Report,
    ReportPeriod,
    Span,
    UsageRow,
    month_span,
)
from billing.report.figures import totals
from billing.report.series import MonthSums, ReportPage

OCTOBER = month_span("2026-10")
BY = ("account", "model", "size", "quality")
SIZES = ("1024x768", "1024x1024", "1536x864", "1920x1080", "2048x2048", "3840x2160")
QUALITIES = {"low": Decimal("0.00402"), "medium": Decimal("0.042"), "high": Decimal("0.21072")}


@dataclass(frozen=True, slots=True)
class Call:
    """One captured call."""

    day: date
    account: str
    size: str
    quality: str
    images: int
    amount: Decimal
    currency: str = "USD"
    cost: Decimal | None = None

    def key(self, name: str) -> str:
        if name == "month":
            return f"{self.day:%Y-%m}"
        if name.startswith("tag:"):
            return self.account
        return "gpt-image-2" if name == "model" else str(getattr(self, name))


def grouped(calls: Iterable[Call], by: tuple[str, ...]) -> tuple[UsageRow, ...]:
    """A row for each group and currency."""
    groups: dict[tuple[str, ...], list[Call]] = {}
    for call in calls:
        groups.setdefault((*map(call.key, by), call.currency), []).append(call)
    return tuple(
        UsageRow(
            keys=dict(zip(by, key, strict=False)),
            currency=key[-1],
            calls=len(group),
            asked=sum(call.images for call in group),
            images=sum(call.images for call in group),
            amount=sum((call.amount for call in group), Decimal(0)),
            costs=_costs(group),
            uncosted=sum(call.cost is None for call in group),
        )
        for key, group in sorted(groups.items())
    )


def page_of(
    calls: Iterable[Call],
    *,
    span: Span = OCTOBER,
    by: tuple[str, ...] = BY,
    now: datetime | None = None,
    change: Callable[[Report], Report] = lambda report: report,
) -> ReportPage:
    """The page of a span, out of calls of that span and of others; `change` alters its report."""
    now = now or span.end
    calls = [call for call in calls if call.day <= now.date()]
    own = [call for call in calls if span.first_day <= call.day <= span.last_day]
    before = span.before(now)
    months = {
        f"{_earlier(span.last_day, at):%Y-%m}": tuple[Figures, ...]() for at in range(5, -1, -1)
    }
    for month in months:
        months[month] = totals(grouped((c for c in calls if c.key("month") == month), ("month",)))
    rows = grouped(own, by)
    report = Report(
        period=ReportPeriod.of(span, now), by=by, made_at=now, rows=rows, totals=totals(rows)
    )
    earlier = [call for call in calls if before.first_day <= call.day <= before.last_day]
    return ReportPage(
        report=change(report),
        previous=ReportPeriod.of(before, now),
        previous_totals=totals(grouped(earlier, ("currency",))),
        days=grouped(own, ("day", "quality")),
        cells=grouped(own, ("size", "quality")),
        accounts=grouped(own, ("account",)),
        months=tuple(MonthSums(month, sums) for month, sums in months.items()),
    )


def busy(
    accounts: Iterable[str] = ("acme", "beta"),
    *,
    currencies: tuple[str, ...] = ("USD",),
    first: date = date(2026, 5, 1),
    days: int = 184,
    costs: bool = False,
) -> list[Call]:
    """Calls of every day: the same ones each time, and no two days alike."""
    found = []
    for at, account in enumerate(accounts):
        for passed in range(at % 3, days, 1 + at % 5):
            for of, (quality, price) in enumerate(QUALITIES.items()):
                images = 1 + (passed * 7 + at * 5 + of * 11) % 23 * (1 + passed // 40)
                size = SIZES[(passed + at + of * 2) % len(SIZES)]
                found.append(
                    Call(
                        first + timedelta(days=passed),
                        account,
                        size,
                        quality,
                        images,
                        images * price,
                        currencies[at % len(currencies)],
                        images * price * Decimal("0.75") if costs else None,
                    )
                )
    return found


def rich(report: Report) -> Report:
    """The report with everything that may stand beside its totals."""
    currencies = [each.currency for each in report.totals]
    forecast = report.made_at < report.period.end
    return replace(
        report,
        held=tuple(HeldSum(each, Decimal("12.6432"), 3) for each in currencies),
        in_doubt=(HeldSum(currencies[0], Decimal("0.84288"), 1),),
        adjustments=(AdjustmentSum(currencies[0], Decimal("-5.5"), 2),),
        cost_corrections=(CorrectionSum(currencies[0], Decimal("-0.25"), 3),),
        prior_period=(replace(report.rows[0], calls=2, images=5, asked=5),),
        forecast=tuple(
            Forecast(each.currency, each.amount * 2 + Decimal("0.000000001"), "run rate of 16 days")
            for each in report.totals
            if forecast
        ),
        budgets=(
            Budget(
                account="acme", currency="USD", spent=Decimal(80), limit=Decimal(100), kind="hard"
            ),
            Budget(account="beta", currency="USD", spent=Decimal(7), limit=Decimal(0), kind="soft"),
            Budget(
                account="delta", currency="USD", spent=Decimal(150), limit=Decimal(100), kind="soft"
            ),
        ),
    )


def closed(report: Report) -> Report:
    """The report of a month that was reconciled and closed: with a digest, and a statement's."""
    signed = Reconciled("5c" * 32, report.made_at, "ana of the accounts department")
    period = replace(report.period, state="closed", digest="ab" * 32)
    return replace(report, period=period, reconciled=signed)


HALFWAY = datetime(2026, 10, 17, 9, 30, tzinfo=UTC)


def _costs(group: list[Call]) -> dict[str, Decimal]:
    known = [call.cost for call in group if call.cost is not None]
    return {group[0].currency: sum(known, Decimal(0))} if known else {}


def _earlier(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
