"""Who signs a reconciliation off, on what terms, and what a run wrote to the ledger; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.errors import BillingError, EntryRefused, InvalidEntry, listed
from billing.reconciliation.actions import ActionKind, Reason
from billing.reconciliation.classes import ClassName

#: Where costs are booked that belong to no call of ours.
UNALLOCATED: Final = "unallocated"
#: Where the provider's taxes, fees, credits and roundings are booked.
PROVIDER_ACCOUNT: Final = "provider-charges"


class ApprovalNeeded(BillingError):
    """Bookings are above what one person may decide; `bookings` says which. Nothing was booked."""

    code = "approval_needed"

    def __init__(self, bookings: Sequence[str], *, limit: str, actor: str) -> None:
        super().__init__(
            f"Above {limit} a second person decides, other than {actor}: "
            f"--approver WHO. Nothing was booked.{listed(bookings)}",
            param="approver",
        )
        self.bookings = tuple(bookings)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who lets a run be booked, and on what terms.

    Attributes:
        actor: who decides; kept in every row.
        approver: a second person, who let pass what is above `approve_over`.
        approve_over: any single booking above it needs an approver; None: none does.
        unallocated: the account for costs that belong to no call of ours.
        provider_charges: the account for taxes, fees, credits and roundings.
    """

    actor: str
    approver: str | None = None
    approve_over: Decimal | None = None
    unallocated: str = UNALLOCATED
    provider_charges: str = PROVIDER_ACCOUNT

    def __post_init__(self) -> None:
        if not (self.actor or "").strip():
            raise InvalidEntry("actor", self.actor or "", "say who decides to post")
        if self.approver is not None:
            if not self.approver.strip():
                raise InvalidEntry("approver", self.approver, "say who approves")
            if self.approver.strip().casefold() == self.actor.strip().casefold():
                allowed = f"another person than the actor, {self.actor}"
                raise EntryRefused("approver", self.approver, allowed)
        if self.approve_over is not None and self.approve_over < 0:
            raise InvalidEntry("approve-over", self.approve_over, "0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One row that a run wrote to the ledger."""

    class_name: ClassName
    kind: ActionKind
    reason: Reason
    transfer_id: str
    account: str
    hold_id: str | None
    request_id: str | None
    line: int | None
    #: What the customer pays by it: below zero when money is given back, 0 for a void or a cost.
    amount: Decimal
    #: What it adds to what the provider charges us; None where the row names no cost.
    cost: Decimal | None
    #: Of the booking key.
    what: int | str
    #: An earlier run had written it.
    is_repeated: bool = False
