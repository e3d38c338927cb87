"""A report of three rows in two currencies, made by hand: what every format is tried with."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from billing.report import Figures, HeldSum, Report, ReportPeriod, UsageRow

REPORT = Report(
    period=ReportPeriod(
        "2025-03",
        datetime(2025, 3, 1, tzinfo=UTC),
        datetime(2025, 4, 1, tzinfo=UTC),
        "UTC",
        "open",
    ),
    by=("account", "size"),
    made_at=datetime(2025, 4, 2, tzinfo=UTC),
    rows=(
        UsageRow(
            keys={"account": "=cmd|x", "size": "1024x1024"},
            calls=1,
            asked=3,
            images=3,
            amount=Decimal("0.63216"),
            currency="USD",
        ),
        UsageRow(
            keys={"account": "acme", "size": "2048x2048"},
            calls=1200,
            asked=4800,
            images=4800,
            amount=Decimal("-12345.5"),
            currency="USD",
        ),
        UsageRow(
            keys={"account": "gamma", "size": "1024x1024"},
            calls=1,
            asked=1,
            images=1,
            amount=Decimal(2),
            currency="EUR",
        ),
    ),
    totals=(
        Figures(currency="EUR", calls=1, asked=1, images=1, amount=Decimal(2)),
        Figures(
            currency="USD", calls=1201, asked=4803, images=4803, amount=Decimal("-12344.86784")
        ),
    ),
    held=(HeldSum("USD", Decimal("0.42"), 1),),
    in_doubt=(),
)
