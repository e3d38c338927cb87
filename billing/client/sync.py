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
from inspect import signature
from typing import TYPE_CHECKING

from openai.resources.images import Images

from billing.client.doubt import carry
from billing.client.exchange import SDK, post_once
from billing.client.outcomes import classify
from billing.client.pauses import pause_s
from billing.client.plan import Endpoint, plan_call
from billing.client.prepared import METHODS, Prepared, prepare
from billing.client.proof import evidence_of
from billing.client.receipt import Receipt, receipt_of, stored_receipt
from billing.client.results import BilledImagesResponse, repeated_result, result_of
from billing.client.settling import claim, settle
from billing.client.terms import Terms
from pricing import PriceBook, Quote

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
    book: PriceBook
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
        quote = self.book.quote(plan.request, endpoint=endpoint)
        terms.check(quote)
        prepared = prepare(plan, quote)
        attempt = _Attempt(self, client, account, terms, quote, prepared)
        key = terms.hold_key()
        for number in range(1, self.retries + 1):
            try:
                return attempt.run(key)
            except Exception as error:
                if not _is_voided(error):
                    raise
                pause = pause_s(error, attempt=number, now=self.clock())
            time.sleep(pause)
        return attempt.run(key)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One hold, one request, one settlement; a repeated run of a voided key makes the next hold."""

    driver: Driver
    client: OpenAI
    account: str
    terms: Terms
    quote: Quote
    prepared: Prepared

    def run(self, key: str) -> BilledImagesResponse:
        ledger, quote = self.driver.ledger, self.quote
        claimed = claim(ledger, self.account, quote, key=key, tags=self.terms.tags)
        if claimed.earlier is not None:
            return repeated_result(claimed.earlier, stored_receipt(claimed.earlier, quote))
        sent_at = self.driver.clock()
        exchange = post_once(self.client, self.prepared)
        try:
            evidence = evidence_of(
                exchange.reply,
                quote,
                sdk=SDK,
                body_sha256=self.prepared.body_sha256,
                sent_at=sent_at,
                done_at=self.driver.clock(),
            )
            receipt = settle(ledger, claimed.hold, quote, classify(exchange.reply), evidence)
        except BaseException as error:  # interrupted while settling
            carry(error, receipt_of(claimed.hold, quote, "open"))
            raise
        return result_of(exchange, receipt)


def _is_voided(error: Exception) -> bool:
    receipt = getattr(error, "billing", None)
    return isinstance(receipt, Receipt) and receipt.state == "voided"
