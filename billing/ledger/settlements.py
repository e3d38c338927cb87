"""What became of a call, ready to be booked: at once, or later from the spool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from billing.ledger.evidence import Evidence
from billing.ledger.transfers import Transfer
from billing.ledger.verbs import Verbs

Verb = Literal["capture", "void", "doubt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The verb that moves or ends a hold, and everything it is called with."""

    hold_id: str
    verb: Verb
    #: Of the hold and the verb: booked twice, it is booked once.
    key: str
    reason: str
    evidence: Evidence
    #: Delivered; 0 unless it is a capture.
    images: int = 0
    actual_cost: Decimal | None = None
    #: When the answer was in, by the ledger's clock; it decides the month of a late capture.
    at: datetime


def book(verbs: Verbs, settlement: Settlement, *, occurred_at: datetime | None = None) -> Transfer:
    """Call the verb; the row that it wrote, or had written before.

    Args:
        verbs: the ledger.
        settlement: what to book.
        occurred_at: of a capture, when that was not just now.

    Raises:
        HoldEnded: somebody else settled the hold before.
    """
    hold_id, key, evidence = settlement.hold_id, settlement.key, settlement.evidence
    if settlement.verb == "capture":
        return verbs.capture(
            hold_id,
            images=settlement.images,
            key=key,
            evidence=evidence,
            occurred_at=occurred_at,
            actual_cost=settlement.actual_cost,
        )
    if settlement.verb == "void":
        return verbs.void(hold_id, key=key, reason=settlement.reason, evidence=evidence)
    return verbs.doubt(hold_id, key=key, reason=settlement.reason, evidence=evidence)


def capture_item(settlement: Settlement) -> dict[str, object]:
    """The same as an item of `capture_many`, for a settlement that is a capture."""
    assert settlement.verb == "capture"
    return {
        "hold_id": settlement.hold_id,
        "images": settlement.images,
        "key": settlement.key,
        "evidence": settlement.evidence,
        "actual_cost": settlement.actual_cost,
    }
