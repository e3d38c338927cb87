"""The two moments at which a call touches the ledger: claiming its hold, and settling it.

No transaction is open between them. Neither knows the SDK. What cannot be settled because the
database is away goes to the spool.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING, Final, Literal, TypedDict

from billing.client.outcome.table import Outcome
from billing.client.receipt import Receipt, receipt_of, stored_receipt
from billing.errors import HoldEnded
from billing.ledger.evidence import Evidence
from billing.ledger.settlements import Settlement, Verb, book
from billing.ledger.spool.files import Spool
from billing.ledger.spool.replaying import replay_if_any
from billing.ledger.transfers import Capture, Hold, HoldState, HoldView
from pricing import Quote

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from billing.ledger.verbs import Verbs

_log = logging.getLogger("image_billing")

#: How long a hold stands at least, counted from just before the request leaves; then it falls in
#: doubt.
HOLD_STANDS: Final = timedelta(minutes=15)

#: A key whose hold ended like this was not spent: nothing was, or will be, charged for it.
UNSPENT: Final[frozenset[HoldState]] = frozenset({"voided", "expired"})
_STATE_OF: Final[Mapping[Verb, HoldState]] = {
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
    ledger: Ledger,
    account: str,
    quote: Quote,
    *,
    key: str,
    tags: Mapping[str, str],
    stands: timedelta = HOLD_STANDS,
    verbs: Verbs | None = None,
) -> Claim:
    """Hold the quoted total under `key`, or find the call that spent the key.

    A key is spent by a captured, open or in-doubt call, not by a voided one: then the call goes
    again under a hold of its own, whose key is derived from the id of the voided one. No caller can
    have used that key for something else. With `verbs` these take the hold: those of the ledger
    within a transaction.
    """
    while True:
        asked = hold_item(account, quote, key=key, tags=tags, stands=stands)
        hold = (verbs or ledger).hold(**asked)
        # Of our own quote: a batch took it, and failed before it could say so.
        if not hold.repeated or hold.quote_id == quote.id:
            return Claim(replace(hold, repeated=False))
        view = ledger.hold_by_id(hold.id)
        if view.state not in UNSPENT:
            return Claim(hold, earlier=view)
        key = f"{hold.id}/again"


class HoldItem(TypedDict):
    """The arguments of `Ledger.hold`."""

    account: str
    quote: Quote
    key: str
    expires_in: timedelta
    on_deadline: Literal["doubt"]
    tags: Mapping[str, str]


def hold_item(
    account: str, quote: Quote, *, key: str, tags: Mapping[str, str], stands: timedelta
) -> HoldItem:
    """What a call's hold is asked for with, alone or as an item of `hold_many`."""
    return {
        "account": account,
        "quote": quote,
        "key": key,
        "expires_in": stands,
        "on_deadline": "doubt",
        "tags": tags,
    }


def spool_for(ledger: Ledger, folder: str | PathLike[str] | None = None) -> Spool:
    """Where a client keeps what it cannot book: in a folder, or in the ledger's own spool.

    What waits there is booked first, as far as that is possible now.
    """
    spool = ledger.spool if folder is None else Spool.of(ledger.engine.url, folder)
    replay_if_any(ledger, spool)
    return spool


def settlement_of(
    ledger: Ledger,
    hold: Hold,
    outcome: Outcome,
    evidence: Evidence,
    *,
    actual_cost: Decimal | None = None,
) -> Settlement:
    """What is to be written of a call whose answer is in now."""
    return Settlement(
        hold_id=hold.id,
        verb=outcome.verb,
        # Of the hold's id, never of the caller's key: that may be as long as a key can be. Not the
        # key of an operator's void either, which would pass for ours and lose the evidence.
        key=f"{hold.id}/call/{outcome.verb}",
        reason=outcome.reason,
        evidence=evidence,
        images=outcome.images,
        actual_cost=actual_cost,
        at=max(ledger.now(), hold.occurred_at),
    )


def settle(
    ledger: Ledger,
    hold: Hold,
    quote: Quote,
    outcome: Outcome,
    evidence: Evidence,
    *,
    actual_cost: Decimal | None = None,
    spool: Spool | None = None,
) -> Receipt:
    """Write what became of the call; never raises for a ledger that is away.

    The provider has answered and the caller must get that answer. What cannot be booked now is kept
    in a spool, the ledger's own unless another is given, and booked at the next start; until then
    the hold stays open. A hold that moved on while the call was under way stays as it is, and the
    evidence is added to it.
    """
    settlement = settlement_of(ledger, hold, outcome, evidence, actual_cost=actual_cost)
    spool = spool or ledger.spool
    try:
        return _booked(ledger, hold, quote, settlement)
    except Exception as error:  # noqa: BLE001 - the answer is worth more than our bookkeeping
        return put_aside(hold, quote, settlement, error, spool)
    except BaseException as error:  # interrupted: the answer is known all the same
        put_aside(hold, quote, settlement, error, spool)
        raise


def put_aside(
    hold: Hold, quote: Quote, settlement: Settlement, error: BaseException, spool: Spool
) -> Receipt:
    """Keep what could not be booked, because of that error; what the call comes to until then."""
    is_spooled = _kept(spool, settlement, error)
    receipt = receipt_of(hold, quote, "open", request_id=settlement.evidence.request_id)
    return replace(receipt, spooled=is_spooled)


def _booked(ledger: Ledger, hold: Hold, quote: Quote, settlement: Settlement) -> Receipt:
    request_id = settlement.evidence.request_id
    try:
        row = book(ledger, settlement)
    except HoldEnded as error:
        _log.warning("%s was %s before the answer came", hold.id, error.stands)
        ledger.add_evidence(hold.id, settlement.evidence)
        stored = stored_receipt(ledger.hold_by_id(hold.id), quote)
        return replace(stored, repeated=False, request_id=request_id or stored.request_id)
    return receipt_of(
        hold,
        quote,
        _STATE_OF[settlement.verb],
        capture=row if isinstance(row, Capture) else None,
        request_id=request_id,
    )


def _kept(spool: Spool, settlement: Settlement, error: BaseException) -> bool:
    """Whether the settlement is safe on a disk; the log says where, or that it is nowhere."""
    # Class names only: a database's message may quote what was written.
    failed = type(error).__name__
    try:
        file = spool.keep(settlement)
    except Exception as problem:  # noqa: BLE001 - as above: the answer goes out whatever happens
        _log.error(
            "%s stays open and falls in doubt: settling failed (%s), and so did the spool (%s). "
            "Settle it by hand: %s, %s, request id %s",
            settlement.hold_id,
            failed,
            type(problem).__name__,
            settlement.verb,
            settlement.reason,
            settlement.evidence.request_id,
            extra={"event": "unspooled", "hold_id": settlement.hold_id},
        )
        return False
    _log.warning(
        "%s stays open until the spool is replayed, settling failed: %s; kept in %s",
        settlement.hold_id,
        failed,
        file,
        extra={"event": "spooled", "hold_id": settlement.hold_id},
    )
    return True
