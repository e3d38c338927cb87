"""The usage report as an object; how it looks is the business of `billing.formats`.

spans -> dimensions, sources -> usage (sums by the database) -> figures, forecast -> Report
"""

from billing.report.building import DEFAULT_BY, build_report
from billing.report.dimensions import DIMENSIONS, Where
from billing.report.figures import AdjustmentSum, CorrectionSum, Figures, HeldSum, UsageRow
from billing.report.forecast import Forecast
from billing.report.model import Budget, Report, ReportPeriod
from billing.report.reconciled import Reconciled
from billing.report.spans import Span, days_span, month_span

__all__ = [
    "DEFAULT_BY",
    "DIMENSIONS",
    "AdjustmentSum",
    "Budget",
    "CorrectionSum",
    "Figures",
    "Forecast",
    "HeldSum",
    "Reconciled",
    "Report",
    "ReportPeriod",
    "Span",
    "UsageRow",
    "Where",
    "build_report",
    "days_span",
    "month_span",
]
