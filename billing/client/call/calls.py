"""One billed call: what is asked for, and how it ended. Plain data, for the machine and drivers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from billing.client.call.plan import Endpoint
from billing.client.call.prices import Prices
from billing.client.outcome.exchange import Exchange
from billing.client.receipt import Receipt
from billing.client.terms import Terms
from billing.errors import BillingError
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import HoldView
from pricing.catalog import ProviderTerms

if TYPE_CHECKING:
    from billing.client.call.steps import Request
    from billing.ledger.spool.files import Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked for, on which terms, and what time it is."""

    endpoint: Endpoint
    #: The keyword arguments of the SDK's method, without `billing`.
    given: Mapping[str, object]
    #: The names that the SDK's method takes.
    sdk_arguments: Collection[str]
    #: Of the SDK, or of what else sends; kept in the evidence.
    sender: str
    terms: Terms
    prices: Prices
    provider: ProviderTerms
    #: How often a call that may go again does.
    retries: int
    #: Where a settlement is kept while the ledger is away; None: in the ledger's own.
    spool: Spool | None
    #: It goes out as the bare client sends it, and nothing is booked.
    is_dry_run: bool = False
    #: What is wrong with what the call says of its billing, in a dry run.
    refused: BillingError | None = None
    #: The ledger's clock, by which quotes and holds run out.
    ledger_now: Callable[[], datetime]
    #: Ours, for evidence.
    now: Callable[[], datetime]
    #: Seconds that only go up, for the deadline.
    seconds: Callable[[], float]


class Spent(NamedTuple):
    """The key was spent by an earlier call: nothing was sent."""

    key: str
    call: HoldView
    #: What would have been sent.
    request: Request

    @property
    def unanswered(self) -> str | None:
        """Why that call has no answer to give again; None when it was captured."""
        if self.call.state == "captured":
            return None
        state = "still open" if self.call.state == "open" else "in doubt"
        return f"Key {self.key!r} was used by a call that is {state}; nothing was sent"

    def answer(self) -> tuple[int, tuple[str, ...]]:
        """Of a captured call: `created`, and the stored addresses; base64 is not kept."""
        assert self.call.ending is not None, "it was captured"
        answered = [evidence for evidence in self.call.evidence if evidence.delivered]
        evidence = answered[-1] if answered else Evidence()
        charged_at = int(self.call.ending.occurred_at.timestamp())
        return charged_at if evidence.created is None else evidence.created, evidence.urls


class Ended(NamedTuple):
    """How a call ended: its receipt, and the last attempt."""

    receipt: Receipt
    exchange: Exchange | Spent
