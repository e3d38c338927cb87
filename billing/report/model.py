"""What a report holds; plain data, ready for every format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from billing.ledger.transfers import LimitKind
from billing.period import PeriodState
from billing.report.closed import Closed
from billing.report.dimensions import Where
from billing.report.figures import AdjustmentSum, CorrectionSum, Figures, HeldSum, UsageRow
from billing.report.forecast import Forecast
from billing.report.reconciled import Reconciled
from billing.report.spans import Span


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The half-open stretch of time that a report covers: `start <= occurred_at < end`.

    `month` is None where it is no calendar month; `time_zone` is the one whose days are meant.
    `digest` is that of a closed month, in hexadecimal. `has_begun` is false while its first
    instant is still to come; its state is `provisional` then, too.
    """

    month: str | None
    start: datetime
    end: datetime
    time_zone: str
    state: PeriodState
    digest: str | None = None
    has_begun: bool = True

    @classmethod
    def of(cls, span: Span, now: datetime, closed: Closed | None = None) -> Self:
        """The span, and how final it is now."""
        state = span.state(now) if closed is None else "closed"
        digest = None if closed is None else closed.digest
        whole = span.month, span.start, span.end, span.time_zone
        return cls(*whole, state, digest, has_begun=span.start <= now or closed is not None)

    @property
    def first_day(self) -> date:
        """Its first day, in its time zone."""
        return self._span.first_day

    @property
    def last_day(self) -> date:
        """Its last day, which belongs to it."""
        return self._span.last_day

    @property
    def _span(self) -> Span:
        return Span(self.start, self.end, self.time_zone, self.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the present month has taken of an account's limit."""

    account: str
    currency: str
    spent: Decimal
    limit: Decimal
    kind: LimitKind

    @property
    def share(self) -> Decimal | None:
        """`spent / limit`, at most 28 digits; None for a limit of zero."""
        return self.spent / self.limit if self.limit else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The usage of a period. Amounts are exact; nothing was rounded but the forecast.

    Attributes:
        period: what it covers, and how final it is.
        by: the dimensions of the rows.
        where: the filters.
        made_at: the ledger's clock when it was read; of a closed period, when it was closed.
        rows: a row for each group and currency.
        totals: the sum of the rows by currency; currencies never add.
        previous: the period that the rows are compared with, or None.
        previous_totals: its totals.
        held: holds made before the period's end that were open at `made_at`; not in the totals.
        in_doubt: the same of holds that were in doubt then.
        adjustments: what people put in or took out in the period; no usage.
        prior_period: usage of closed months that was booked in this one; not in the totals.
        forecast: where a period that is not over is heading.
        budgets: monthly limits and what the period, if it is the present month, took of them.
        cost_corrections: what corrections added to the costs; part of no row and no total.
        reconciled: by which statement the month was reconciled; None while it was not.
    """

    period: ReportPeriod
    by: tuple[str, ...]
    where: Where = field(default_factory=dict)
    made_at: datetime
    rows: tuple[UsageRow, ...]
    totals: tuple[Figures, ...]
    previous: ReportPeriod | None = None
    previous_totals: tuple[Figures, ...] = ()
    held: tuple[HeldSum, ...] = ()
    in_doubt: tuple[HeldSum, ...] = ()
    adjustments: tuple[AdjustmentSum, ...] = ()
    prior_period: tuple[UsageRow, ...] = ()
    forecast: tuple[Forecast, ...] = ()
    budgets: tuple[Budget, ...] = ()
    cost_corrections: tuple[CorrectionSum, ...] = ()
    reconciled: Reconciled | None = None

    def share(self, row: UsageRow) -> Decimal | None:
        """The row's part of its currency's total, at most 28 digits; None where there is none."""
        whole = {each.currency: each.amount for each in self.totals}.get(row.currency)
        return row.amount / whole if whole else None
