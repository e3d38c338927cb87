"""The two moments at which a call touches the ledger: claiming its hold, and settling it.

No transaction is open between them. Neither knows the SDK.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from billing.client.outcomes import Outcome, Settlement
from billing.client.receipt import Receipt, receipt_of, stored_receipt
from billing.errors import HoldEnded
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import Capture, Hold, HoldState, HoldView
from pricing import Quote

if TYPE_CHECKING:
    from billing.ledger import Ledger

_log = logging.getLogger("image_billing")

#: How long a hold stands, counted from just before the request leaves; then it falls in doubt.
HOLD_STANDS: Final = timedelta(minutes=15)

#: A key whose hold ended like this was not spent: nothing was, or will be, charged for it.
UNSPENT: Final[frozenset[HoldState]] = frozenset({"voided", "expired"})
_STATE_OF: Final[Mapping[Settlement, HoldState]] = {
    "capture": "captured",
    "doubt": "in_doubt",
    "void": "voided",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The hold of a call; with `earlier`, the key was spent before and nothing may be sent."""

    hold: Hold
    earlier: HoldView | None = None


def claim(
    ledger: Ledger, account: str, quote: Quote, *, key: str, tags: Mapping[str, str]
) -> Claim:
    """Hold the quoted total under `key`, or find the call that spent the key.

    A key is spent by a captured, open or in-doubt call, not by a voided one: then the call goes
    again under a hold of its own, whose key is derived from the id of the voided one. No caller can
    have used that key for something else.
    """
    while True:
        hold = ledger.hold(
            account, quote, key=key, expires_in=HOLD_STANDS, on_deadline="doubt", tags=tags
        )
        if not hold.repeated:
            return Claim(hold)
        view = ledger.hold_by_id(hold.id)
        if view.state not in UNSPENT:
            return Claim(hold, earlier=view)
        key = f"{hold.id}/again"


def settle(
    ledger: Ledger,
    hold: Hold,
    quote: Quote,
    outcome: Outcome,
    evidence: Evidence,
    *,
    actual_cost: Decimal | None = None,
) -> Receipt:
    """Write what became of the call; never raises for a ledger that is away.

    The provider has answered and the caller must get that answer. A hold that cannot be settled now
    stays open, and falls in doubt at its deadline. One that moved on while the call was under way
    stays as it is, and the evidence is added to it.
    """
    try:
        try:
            return _written(ledger, hold, quote, outcome, evidence, actual_cost)
        except HoldEnded as error:
            _log.warning("%s was ended by a %s before the answer came", hold.id, error.ended_by)
            ledger.add_evidence(hold.id, evidence)
            stored = stored_receipt(ledger.hold_by_id(hold.id), quote)
            ours = evidence.request_id or stored.request_id
            return replace(stored, repeated=False, request_id=ours)
    except Exception as error:  # noqa: BLE001 - the answer is worth more than our bookkeeping
        # Class name only: a database's message may quote what was written.
        _log.warning("%s stays open, settling failed: %s", hold.id, type(error).__name__)
        return receipt_of(hold, quote, "open", request_id=evidence.request_id)


def _written(
    ledger: Ledger,
    hold: Hold,
    quote: Quote,
    outcome: Outcome,
    evidence: Evidence,
    actual_cost: Decimal | None,
) -> Receipt:
    # Of the hold's id, never of the caller's key: that may be as long as a key can be. Not the key
    # of an operator's void either, which would pass for ours and lose the evidence.
    key = f"{hold.id}/call/{outcome.settlement}"
    capture: Capture | None = None
    if outcome.settlement == "capture":
        capture = ledger.capture(
            hold.id, images=outcome.images, key=key, evidence=evidence, actual_cost=actual_cost
        )
    elif outcome.settlement == "void":
        ledger.void(hold.id, key=key, reason=outcome.reason, evidence=evidence)
    else:
        ledger.doubt(hold.id, key=key, reason=outcome.reason, evidence=evidence)
    return receipt_of(
        hold,
        quote,
        _STATE_OF[outcome.settlement],
        capture=capture,
        request_id=evidence.request_id,
    )
