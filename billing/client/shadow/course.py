"""The course of a call in a dry run: it goes out as the bare client sends it, and is not booked.

    terms, plan, quote -> weigh -> send -> classify -> write down

What billing would have refused is written down, and goes out all the same. Trouble of ours (the
ledger away, a folder that cannot be written) never disturbs the call. The generator gives the same
steps to the same drivers as that of `billing.client.call.machine`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from billing.client.call.calls import Call, Ended
from billing.client.call.plan import plan_as_given, plan_call, wire_arguments
from billing.client.call.prices import Prices
from billing.client.call.steps import LedgerStep, Prepare, Send, Steps, perform
from billing.client.outcome.answers import plain_text
from billing.client.outcome.exchange import Exchange, broken_by
from billing.client.outcome.table import REFUSED, Outcome, classify
from billing.client.receipt import ShadowReceipt, carry
from billing.client.shadow.trial import tried_claim
from billing.client.terms import Terms
from billing.errors import BillingError, LedgerUnavailable
from billing.ledger.transfers import HoldState
from billing.shadow import files
from billing.shadow.lines import ShadowCall
from billing.telemetry import tell
from pricing import PricingError, Quote
from pricing.money import EXACT, amount_text

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from billing.ledger.spool.files import Spool

_LONGEST: Final = 256
_STATES: Final[Mapping[str, HoldState]] = {
    "capture": "captured",
    "doubt": "in_doubt",
    "void": "voided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh(LedgerStep[ShadowReceipt]):
    """Find whether the ledger would let the call go out; the refusal before it is the first."""

    terms: Terms
    prices: Prices
    quote: Quote | None
    refused: Exception | None

    def run(self, ledger: Ledger) -> ShadowReceipt:
        """Do it; nothing is raised, and nothing is booked."""
        receipt = ShadowReceipt(
            quote=self.quote, currency="" if self.quote is None else self.quote.currency
        )
        if self.quote is None or self.refused is not None:
            return _refused(receipt, self.refused)
        account = self.terms.payer()
        try:
            if self.prices.catalog is not None:
                self.prices.check_plan(account, ledger.account(account).plan)
            key, tags = self.terms.hold_key(), self.terms.tags
            claim = tried_claim(ledger, account, self.quote, key=key, tags=tags)
        except LedgerUnavailable:
            return receipt  # a call that is billed would have waited for longer
        except Exception as error:  # noqa: BLE001 - whatever it is, the call goes out
            is_ours = isinstance(error, BillingError | PricingError)
            return replace(_refused(receipt, error if is_ours else None), is_weighed=is_ours)
        return replace(receipt, is_weighed=True, repeated=claim.earlier is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(LedgerStep[None]):
    """Write the call down."""

    is_owed: ClassVar[bool] = True

    #: Puts the line together.
    line: Callable[[], ShadowCall]
    spool: Spool | None

    def run(self, ledger: Ledger) -> None:
        """Do it, if it can be done."""
        try:
            call = self.line()
            _tell(call)
            files.append(self.spool or ledger.spool, call)
        except Exception as error:  # noqa: BLE001 - the answer goes out whatever happens
            # Class name only, as everywhere.
            told = "a call of a dry run was not written down: %(error)s"
            tell(logging.WARNING, "unwritten", told, error=type(error).__name__)


def shadow_course(call: Call) -> Steps[Ended]:
    """The steps of a call in a dry run.

    Raises:
        BaseException: What the bare client raises before it sends, or an interrupt.
    """
    quote, refused = _quoted(call)
    weigh = Weigh(terms=call.terms, prices=call.prices, quote=quote, refused=refused)
    receipt = yield from perform(weigh)
    request = yield from perform(Prepare(plan_as_given(call.endpoint, call.given), None))
    sent_at = call.now()
    try:
        send = Send(request=request, timeout_s=None, idempotency_key=None)
        exchange = yield from perform(send)
    except BaseException as cut:  # noqa: BLE001 - it goes on when the call is written down
        exchange = broken_by(cut)
    outcome = _outcome(exchange, bills_5xx=call.provider.bills_5xx != "never")
    receipt = _came_to(receipt, exchange, outcome)
    note = Note(line=lambda: _line(call, receipt, exchange, sent_at), spool=call.spool)
    try:
        yield from perform(note)
    except BaseException as interrupt:
        carry(interrupt, receipt)
        raise
    return Ended(receipt, exchange)


def _tell(call: ShadowCall) -> None:
    tell(
        logging.INFO,
        "shadow",
        "%(account)s: not billed: %(outcome)s, %(images)d images, %(amount)s %(currency)s",
        account=call.account,
        outcome=call.outcome,
        images=call.images,
        amount=amount_text(call.delivered_amount),
        currency=call.currency,
        code=call.refusal,
        request_id=call.request_id,
    )


def _quoted(call: Call) -> tuple[Quote | None, Exception | None]:
    """The quote as far as there is one, and what billing would have refused the call for."""
    quote: Quote | None = None
    try:
        plan = plan_call(call.endpoint, call.given, sdk_arguments=call.sdk_arguments)
        account = call.terms.account or ""
        now = call.ledger_now()
        quote = call.prices.quote(plan.request, account=account, endpoint=plan.endpoint, at=now)
        if call.refused is None:
            call.terms.payer()
            call.terms.check(quote)
        wire_arguments(plan, quote)
    except Exception as error:  # noqa: BLE001 - whatever it is, the call goes out
        return quote, call.refused or error
    return quote, call.refused


def _refused(receipt: ShadowReceipt, error: Exception | None) -> ShadowReceipt:
    if error is None:
        return receipt
    code = getattr(error, "code", type(error).__name__)
    return replace(receipt, refusal=str(code), param=getattr(error, "param", None))


def _outcome(exchange: Exchange, *, bills_5xx: bool) -> Outcome:
    """As of a call that is sent once; of one that the client repeated, as far as one can know.

    Only the last answer is seen. A refusal does not say that no attempt before it was charged.
    """
    outcome = classify(exchange.reply, bills_5xx=bills_5xx)
    earlier = exchange.went_out[:-1]
    if outcome.verb == "void" and any(status not in REFUSED for status in earlier):
        return Outcome("doubt", 0, "repeated by the client")
    return outcome


def _came_to(receipt: ShadowReceipt, exchange: Exchange, outcome: Outcome) -> ShadowReceipt:
    quote = receipt.quote
    images = outcome.images if quote is None else min(outcome.images, quote.n)
    is_charged = quote is not None and receipt.refusal is None and not receipt.repeated
    return replace(
        receipt,
        outcome=_STATES[outcome.verb],
        images=images if is_charged else 0,
        amount=EXACT.multiply(quote.unit_price, images) if quote and is_charged else Decimal(0),
        over_delivered=max(outcome.images - images, 0),
        request_id=exchange.reply.request_id,
    )


def _line(call: Call, receipt: ShadowReceipt, exchange: Exchange, sent_at: datetime) -> ShadowCall:
    quote, reply = receipt.quote, exchange.reply
    delivered = reply.answer.delivered if receipt.outcome == "captured" else 0
    # What was asked for and has no price may be anything.
    model, size, quality = (_word(call.given.get(name)) for name in ("model", "size", "quality"))
    return ShadowCall(
        at=sent_at,
        account=call.terms.account,
        endpoint=call.endpoint,
        model=model if quote is None else quote.model,
        size=size if quote is None else quote.size,
        quality=quality if quote is None else quote.quality,
        n=None if quote is None else quote.n,
        unit_price=None if quote is None else quote.unit_price,
        currency=None if quote is None else quote.currency,
        refusal=receipt.refusal,
        param=receipt.param,
        is_weighed=receipt.is_weighed,
        is_repeated=receipt.repeated,
        outcome=receipt.outcome,  # type: ignore[arg-type]  # the call has ended
        images=delivered if quote is None else min(delivered, quote.n),
        requests=len(exchange.went_out) or int(not reply.never_sent),
        status=reply.status,
        request_id=_word(reply.request_id),
        tags=call.terms.tags,
    )


def _word(value: object) -> str | None:
    return plain_text(value, longest=_LONGEST) if isinstance(value, str) else None
