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


class Ended(NamedTuple):
    """How a call ended: its receipt, and the last attempt."""

    receipt: Receipt
    exchange: Exchange | Spent
