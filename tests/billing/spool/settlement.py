"""A settlement that has everything a line of the spool can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from billing import Evidence
from billing.ledger.settlements import Settlement

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTLEMENT = Settlement(
    hold_id="hold_" + "0" * 32,
    verb="capture",
    key="k\u2028\n",
    reason="3 delivered, “quoted” \x85",
    evidence=Evidence(
        request_id="req_1",
        http_status=200,
        delivered=3,
        usage={"total_tokens": 9},
        urls=("https://a.test/1",),
        sent_at=NOON,
        done_at=NOON,
        error=("ReadError",),
    ),
    images=3,
    actual_cost=Decimal("0.123456789"),
    at=NOON,
)
