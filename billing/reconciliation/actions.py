"""What follows from a discrepancy: bookings for the ledger, and items that are carried; pure.

A discrepancy proposes its actions, posting executes them in their order. Every key of a booking is
made of the statement, of `what` and of the month, so no two actions of a run share `what`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from billing.period import Month
from billing.reconciliation.classes import ClassName

ActionKind = Literal["capture", "void", "cost", "refund", "carry"]

Reason = Literal[
    "late_capture",
    "not_billed",
    "billed_late",
    "price_variance",
    "quantity",
    "unallocated",
    "tax",
    "fee",
    "credit",
    "rounding",
    "duplicate_capture",
    "dispute",
    "timing",
    "fingerprint",
]
#: Reasons of costs that belong to no call: their account is that of the provider's own charges.
PROVIDER_CHARGES: Final[tuple[Reason, ...]] = ("tax", "fee", "credit", "rounding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do; what it leaves empty is not asked of it.

    Attributes:
        kind: `capture`, `void` and `refund` are the ledger's verbs; `cost` is a correction of what
            the provider charges us and leaves the customer's price alone; `carry` is recorded with
            the run and has no effect on the ledger.
        reason: why, in one word.
        what: of the booking key; a line number, or a text that begins with an id of ours.
        amount_nanos: of a cost, its signed effect on the ledger's cost; of a refund, what the
            customer gets back; of a carry, what it takes from the difference of both sides.
        account: whose row it is; None: the account of what belongs to no call, by the reason.
        hold_id: the hold to capture or to void, or that of the call.
        transfer_id: the charge that is corrected or refunded.
        request_id: the provider's id of the call.
        images: to capture.
        occurred_at: when the call was, or what the line says.
        line: of the statement, where there is one.
    """

    kind: ActionKind
    reason: Reason
    what: int | str
    amount_nanos: int = 0
    account: str | None = None
    hold_id: str | None = None
    transfer_id: str | None = None
    request_id: str | None = None
    images: int = 0
    occurred_at: datetime | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedItem:
    """What a signed-off run carried, as a later run takes it in.

    Of the month that is reconciled it is a decision: the same discrepancy is not asked again. Of
    another month it is an opening item: what the statement there had too much (below zero) or too
    little (above zero) may be made up for here.

    Attributes:
        month: that was reconciled when it was carried.
        class_name: of the discrepancy.
        amount_nanos: as it stood among the carried items of the proof.
        run_id: of the stored run.
    """

    month: Month
    class_name: ClassName
    reason: Reason
    amount_nanos: int
    request_id: str | None = None
    hold_id: str | None = None
    transfer_id: str | None = None
    line: int | None = None
    day: str | None = None
    what: int | str = ""
    occurred_at: datetime | None = None
    run_id: str = ""


def ledger_effect(actions: Iterable[Action]) -> int:
    """What the actions add to the ledger's cost beyond captures, in nano-units."""
    return sum(each.amount_nanos for each in actions if each.kind == "cost")


def carried_effect(actions: Iterable[Action]) -> int:
    """What the actions add to the carried items, in nano-units."""
    return sum(each.amount_nanos for each in actions if each.kind == "carry")
