"""Lines, charges and calls that agree unless a test says otherwise, and one run over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from billing.period import Month
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.books.recognition import Charge, HeldCall
from billing.reconciliation.findings import Findings
from billing.reconciliation.lines.matching import Matching
from billing.reconciliation.proof import Discrepancy
from billing.reconciliation.runs.opening import OpeningItems
from billing.reconciliation.terms import Terms
from billing.reconciliation.tolerances import Tolerances
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
        transfer_id="capture_1",
        price_nanos=2 * UNIT,
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
    opening: Iterable[CarriedItem] = (),
    holders: Iterable[tuple[str, str]] = (),
    given_back: Mapping[str, int] | None = None,
    elsewhere: Mapping[str, str] | None = None,
    tolerances: Tolerances | None = None,
) -> Findings:
    matching = matching_of(opening=opening, accept=accept, now=now, tolerances=tolerances)
    matching.take_charges(charges)
    matching.take_lines(lines)
    matching.take_given_back(given_back or {})
    matching.compare()
    matching.match_own_keys(holders)
    matching.match_other_months(others)
    matching.stray.elsewhere |= elsewhere or {}
    matching.match_holds(calls)
    matching.finish(in_doubt)
    found = matching.findings
    assert found.proof(ledger=matching.ledger_nanos, statement=matching.statement_nanos).ties
    return found


def matching_of(
    *,
    opening: Iterable[CarriedItem] = (),
    accept: bool = False,
    now: datetime = NOW,
    tolerances: Tolerances | None = None,
) -> Matching:
    return Matching(
        Terms(
            month=MARCH,
            sha256=SHA256,
            currency="USD",
            now=now,
            tolerances=tolerances or Tolerances(),
            accept_fingerprints=accept,
            opening=OpeningItems(opening, month=MARCH),
        )
    )


def actions(found: Findings) -> list[tuple[str, str, int]]:
    """What is proposed, in the order in which it is listed: kind, reason, and amount."""
    return [
        (action.kind, action.reason, action.amount_nanos)
        for each in found.in_order()
        for action in each.actions
    ]


def classes(found: Findings) -> list[str]:
    return [each.class_name for each in found.in_order()]


def booked_as(found: Discrepancy) -> str | None:
    """What posting does first about it."""
    return found.actions[0].kind if found.actions else None
