"""The receipt that results and errors of billed calls carry as `.billing`; plain data, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from billing.ledger.transfers import Capture, Hold, HoldState, HoldView
from pricing import Quote
from pricing.money import format_amount

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one billed call came to.

    Attributes:
        hold: The money that was set aside; `hold.amount` is what is at stake while in doubt.
        quote: The quote of this call (of the repeating call, when `repeated`).
        state: Of the hold: `captured`, `voided`, `in_doubt`, or `open` when the ledger could not be
            reached after the answer; an open hold falls in doubt at its deadline.
        images: Charged images, at most `quote.n`; 0 unless captured.
        amount: What was charged, in `currency`; 0 unless captured.
        currency: Of `amount`.
        request_id: The provider's id of the call, as far as it is known.
        repeated: The key was spent by an earlier call: nothing was sent this time.
        over_delivered: Images that arrived beyond `quote.n`; never charged.
        spooled: The answer is known, and kept in the spool: the hold is open until it is replayed.
    """

    hold: Hold
    quote: Quote
    state: HoldState
    images: int = 0
    amount: Decimal = _NOTHING
    currency: str
    request_id: str | None = None
    repeated: bool = False
    over_delivered: int = 0
    spooled: bool = False

    def __str__(self) -> str:
        """One line for people."""
        asked = f"{self.quote.n} x {self.quote.size} {self.quote.quality}"
        if self.state == "captured":
            paid = format_amount(self.amount, self.currency)
            paid += " paid before, not again" if self.repeated else " paid"
            return f"captured: {self.images} of {asked}, {paid}, {self.hold.id}"
        held = format_amount(self.hold.amount, self.currency)
        state = self.state.replace("_", " ") + (", spooled" if self.spooled else "")
        return f"{state}: {asked}, {held}, {self.hold.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReceipt(Receipt):
    """What a call of a dry run would have come to; nothing was held and nothing was booked.

    Attributes:
        hold: None.
        quote: None when the call could not be quoted.
        state: `shadow`.
        images: Those that would have been charged.
        amount: What would have been.
        outcome: What the hold would have become; `open` while the answer is still to be read.
        refusal: Code of the error by which billing would have refused the call; it went out.
        param: The argument at fault.
        is_weighed: The ledger said whether funds and limits allow the call.
    """

    # Who asks for a dry run gets no hold; everybody else need not ask whether there is one.
    hold: None = None  # type: ignore[assignment]
    quote: Quote | None = None  # type: ignore[assignment]
    state: Literal["shadow"] = "shadow"  # type: ignore[assignment]
    currency: str = ""
    outcome: HoldState = "open"
    refusal: str | None = None
    param: str | None = None
    is_weighed: bool = False

    def __str__(self) -> str:
        """One line for people."""
        if self.refusal is not None:
            return f"shadow: would have been refused, {self.refusal}"
        said = "repeated" if self.repeated else self.outcome.replace("_", " ")
        paid = format_amount(self.amount, self.currency)
        images = "1 image" if self.images == 1 else f"{self.images} images"
        return f"shadow: would have been {said}, {images}, {paid}"


def receipt_of(
    hold: Hold,
    quote: Quote,
    state: HoldState,
    *,
    capture: Capture | None = None,
    request_id: str | None = None,
    repeated: bool = False,
) -> Receipt:
    """The receipt of a hold in this state; `capture` is the row that charged, if one did."""
    assert (state == "captured") == (capture is not None)
    return Receipt(
        hold=hold,
        quote=quote,
        state=state,
        images=capture.images if capture else 0,
        amount=capture.amount if capture else _NOTHING,
        currency=hold.currency,
        request_id=request_id,
        repeated=repeated,
        over_delivered=capture.over_delivered if capture else 0,
    )


def carry(error: BaseException, receipt: Receipt) -> BaseException:
    """The same exception with the receipt as `.billing`."""
    error.billing = receipt  # type: ignore[attr-defined]  # an added attribute is the contract
    return error


def stored_receipt(view: HoldView, quote: Quote) -> Receipt:
    """The receipt of an earlier call with the same key, as the ledger kept it."""
    ids = [evidence.request_id for evidence in view.evidence if evidence.request_id]
    return receipt_of(
        view.hold,
        quote,
        view.state,
        capture=view.ending if isinstance(view.ending, Capture) else None,
        request_id=ids[-1] if ids else None,
        repeated=True,
    )
