"""The driver for `openai.OpenAI`: quote, hold, send once, settle; one call at a time, no streams.

All decisions are in `plan`, `outcomes` and `settling`; here is only their order and the I/O. The
order is the promise: every refusal comes before the hold, the hold is committed before the request
leaves, and no transaction is open while it is on its way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING

from openai.resources.images import Images

from billing.client.doubt import carry
from billing.client.exchange import SDK, Exchange, post_once
from billing.client.outcomes import Outcome, classify
from billing.client.pauses import pause_s
from billing.client.plan import Endpoint, Plan, plan_call
from billing.client.prepared import METHODS, Prepared, prepare
from billing.client.prices import Prices
from billing.client.proof import evidence_of
from billing.client.receipt import Receipt, receipt_of, stored_receipt
from billing.client.results import BilledImagesResponse, repeated_result, result_of
from billing.client.settling import UNSPENT, claim, settle
from billing.client.terms import Terms
from billing.client.token_usage import actual_cost
from pricing import PricingError, Quote

if TYPE_CHECKING:
    from openai import OpenAI

    from billing.ledger import Ledger


def _utc_now() -> datetime:
    return datetime.now(UTC)


_SDK_ARGUMENTS: Mapping[Endpoint, frozenset[str]] = {
    endpoint: frozenset(signature(getattr(Images, method)).parameters) - {"self"}
    for endpoint, method in METHODS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """How billed calls are made: who pays, at which prices, how often a refused call goes again."""

    ledger: Ledger
    prices: Prices
    terms: Terms
    retries: int = 0
    clock: Callable[[], datetime] = _utc_now

    def call(
        self,
        client: OpenAI,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> BilledImagesResponse:
        """Make one billed call.

        Raises:
            PricingError: The request cannot be priced; no money and no request moved.
            BillingError: The ledger or the terms refuse; no request moved.
            openai.OpenAIError: As the bare SDK with retries off, with `.billing`.
        """
        terms = self.terms.with_call(billing)
        account = terms.payer()
        plan = plan_call(endpoint, given, sdk_arguments=_SDK_ARGUMENTS[endpoint])
        self.prices.check_plan(account, self.ledger.account(account).plan)
        quote = self._quoted(plan, account)
        terms.check(quote)
        prepared = prepare(plan, quote)
        call = _Call(self, client, account, terms, prepared, terms.hold_key())
        if quote.expires_at <= self.ledger.now():  # reading the uploads took that long
            quote = self._requoted(plan, account, quote) or quote
        attempt = call.once(quote)
        for number in range(1, self.retries + 1):
            if attempt.refusal is None:
                break
            time.sleep(pause_s(attempt.refusal, attempt=number, now=self.clock()))
            fresh = self._requoted(plan, account, quote)
            if fresh is None:
                break
            attempt = call.once(fresh)
        return attempt.answer()

    def _quoted(self, plan: Plan, account: str) -> Quote:
        # By the ledger's clock, which also decides how long a quote is good for.
        now = self.ledger.now()
        return self.prices.quote(plan.request, account=account, endpoint=plan.endpoint, at=now)

    def _requoted(self, plan: Plan, account: str, first: Quote) -> Quote | None:
        """A fresh quote for the same call, or None when it is no longer sold at that price."""
        try:
            fresh = self._quoted(plan, account)
        except PricingError:
            return None
        return fresh if _terms_of(fresh) == _terms_of(first) else None


def _terms_of(quote: Quote) -> tuple[object, ...]:
    what = (quote.model, quote.endpoint, quote.size, quote.quality, quote.n)
    return (*what, quote.unit_price, quote.currency)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How one attempt ended: what the caller gets, and the error by which it may go again."""

    answer: Callable[[], BilledImagesResponse]
    refusal: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of the caller's; each attempt is one hold, one request and one settlement."""

    driver: Driver
    client: OpenAI
    account: str
    terms: Terms
    prepared: Prepared
    key: str

    def once(self, quote: Quote) -> _Attempt:
        ledger = self.driver.ledger
        claimed = claim(ledger, self.account, quote, key=self.key, tags=self.terms.tags)
        if claimed.earlier is not None:
            stored = stored_receipt(claimed.earlier, quote)
            return _Attempt(partial(repeated_result, claimed.earlier, stored, key=self.key))
        sent_at = self.driver.clock()
        exchange = post_once(self.client, self.prepared)
        outcome = classify(exchange.reply)
        try:
            evidence = evidence_of(
                exchange.reply,
                quote,
                sdk=SDK,
                body_sha256=self.prepared.body_sha256,
                sent_at=sent_at,
                done_at=self.driver.clock(),
            )
            cost = actual_cost(evidence.usage, quote, self.driver.prices.cost_book(quote.model))
            receipt = settle(ledger, claimed.hold, quote, outcome, evidence, actual_cost=cost)
        except BaseException as error:  # interrupted while settling
            carry(error, receipt_of(claimed.hold, quote, "open"))
            raise
        return _Attempt(partial(result_of, exchange, receipt), _refusal(exchange, outcome, receipt))


def _refusal(exchange: Exchange, outcome: Outcome, receipt: Receipt) -> Exception | None:
    """The error of an attempt that may go again: by its own outcome, whoever ended its hold.

    Where the hold could not be voided its key counts as spent, and going again would be refused.
    """
    error = exchange.error
    may_go_again = outcome.settlement == "void" and receipt.state in UNSPENT
    return error if may_go_again and isinstance(error, Exception) else None
