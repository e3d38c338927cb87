"""The two moments at which a call touches the ledger: claiming its hold, and settling it.

No transaction is open between them. Neither knows the SDK.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
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

#: A key whose hold ended like this was not spent: nothing was, or will be, charged for it.
_UNSPENT: Final[frozenset[HoldState]] = frozenset({"voided", "expired"})
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
    again under `key#2`, `key#3` and so on, each a hold with its own settlement and evidence.
    """
    derived = key
    for number in count(2):
        hold = ledger.hold(account, quote, key=derived, on_deadline="doubt", tags=tags)
        if not hold.repeated:
            return Claim(hold)
        view = ledger.hold_by_key(account, derived)
        assert view is not None, derived
        if view.state not in _UNSPENT:
            return Claim(hold, earlier=view)
        derived = f"{key}#{number}"
    raise AssertionError  # a count does not end, which type checkers cannot know


def settle(
    ledger: Ledger, hold: Hold, quote: Quote, outcome: Outcome, evidence: Evidence
) -> Receipt:
    """Write what became of the call; never raises for a ledger that is away.

    The provider has answered and the caller must get that answer. A hold that cannot be settled now
    stays open, and falls in doubt at its deadline.
    """
    try:
        try:
            return _written(ledger, hold, quote, outcome, evidence)
        except HoldEnded as error:
            _log.warning("%s was ended by a %s before the answer came", hold.id, error.ended_by)
            view = ledger.hold_by_id(hold.id)
            return replace(stored_receipt(view, quote), repeated=False)
    except Exception as error:  # noqa: BLE001 - the answer is worth more than our bookkeeping
        # Class name only: a database's message may quote what was written.
        _log.warning("%s stays open, settling failed: %s", hold.id, type(error).__name__)
        return receipt_of(hold, quote, "open", request_id=evidence.request_id)


def _written(
    ledger: Ledger, hold: Hold, quote: Quote, outcome: Outcome, evidence: Evidence
) -> Receipt:
    key = f"{hold.key}/{outcome.settlement}"
    capture: Capture | None = None
    if outcome.settlement == "capture":
        capture = ledger.capture(hold.id, images=outcome.images, key=key, evidence=evidence)
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
