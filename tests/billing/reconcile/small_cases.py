"""Lines, charges and calls that agree unless a test says otherwise, and one run over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from billing.period import Month
from billing.reconciliation.findings import Findings
from billing.reconciliation.matching import Matching
from billing.reconciliation.recognition import Charge, HeldCall
from billing.statement import BadLine, StatementLine

MARCH = Month(2025, 3)
AT = datetime(2025, 3, 10, 12, tzinfo=UTC)
NOW = datetime(2025, 4, 10, tzinfo=UTC)
SHA256 = "0123456789abcdef" * 4
UNIT = 210_720_000


def line(number: int = 2, request_id: str = "r1", /, **facts: object) -> StatementLine:
    plain = StatementLine(
        *(number, request_id, AT, "", "gpt-image-2", "generations", "1024x1024", "high"),
        n=2,
        amount_nanos=2 * UNIT,
        currency="USD",
        status="charged",
    )
    return plain._replace(**facts)  # type: ignore[arg-type]  # facts are fields


def charge(request_id: str | None = "r1", /, **facts: object) -> Charge:
    plain = Charge(
        *(request_id, "hold_1", "acme", "gpt-image-2", "generations", "1024x1024", "high"),
        images=2,
        amount_nanos=2 * UNIT,
        occurred_at=AT,
    )
    return plain._replace(**facts)  # type: ignore[arg-type]  # facts are fields


def call(hold_id: str = "hold_1", **facts: object) -> HeldCall:
    plain = HeldCall(
        *(hold_id, None, "in_doubt", "acme", "gpt-image-2", "generations", "1024x1024", "high"),
        n=2,
        unit_nanos=UNIT,
        occurred_at=AT,
    )
    return plain._replace(**facts)  # type: ignore[arg-type]  # facts are fields


def run(
    *,
    charges: Iterable[Charge] = (),
    lines: Iterable[StatementLine | BadLine] = (),
    others: Iterable[Charge] = (),
    calls: Iterable[HeldCall] = (),
    in_doubt: Iterable[HeldCall] = (),
    accept: bool = False,
    now: datetime = NOW,
) -> Findings:
    matching = Matching(
        month=MARCH,
        sha256=SHA256,
        currency="USD",
        now=now,
        settling_lag=timedelta(hours=72),
        accept_fingerprints=accept,
    )
    matching.take_charges(charges)
    matching.take_lines(lines)
    matching.match_booked_before()
    matching.match_other_months(others)
    matching.match_calls(calls)
    matching.match_in_doubt(in_doubt)
    matching.finish()
    found = matching.findings
    assert found.proof(ledger=matching.ledger_nanos, statement=matching.statement_nanos).ties
    return found


def classes(found: Findings) -> list[str]:
    return [each.class_name for each in found.in_order()]
