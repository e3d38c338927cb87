"""The course of one billed call, as a generator of steps: it takes every decision and does no I/O.

    terms, plan, quote -> hold -> send -> classify -> settle
                                   ^---- wait ----'

The order is the promise: every refusal comes before the hold, the hold is committed before the
request leaves, and no transaction is open while it is on its way. All attempts of a call are under
one hold, each with evidence of its own.

A driver asks a `Machine` for steps, performs each as `billing.client.call.steps` says, and tells
what came of it. An exception that ends a step is thrown in, interrupts (KeyboardInterrupt,
CancelledError, GeneratorExit) included; the machine asks for what has to be done about the money
and lets it go on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from inspect import GEN_CLOSED, getgeneratorstate
from typing import Final, cast

from billing.client.call.attempts import UnderHold
from billing.client.call.calls import Call, Ended, Spent
from billing.client.call.ledger_steps import ReadPlan, Release, TakeHold
from billing.client.call.plan import Plan, plan_call
from billing.client.call.settling import HOLD_STANDS, Claim
from billing.client.call.steps import Prepare, Step, Steps, perform
from billing.client.call.watching import watch
from billing.client.outcome.exchange import Exchange
from billing.client.receipt import (
    Receipt,
    ShadowReceipt,
    carry,
    receipt_of,
    stored_receipt,
)
from billing.errors import BillingError, LedgerUnavailable
from pricing import PricingError, Quote

#: What a call needs after its deadline until it is settled.
_TO_SETTLE: Final = timedelta(minutes=1)
#: A hold stands no longer than this, whatever deadline its call has.
_LONGEST_S: Final = 30 * 86_400.0


class CallClosed(BaseException):
    """Stands in the machine for the GeneratorExit of a coroutine that is closed.

    Thrown into a generator that delegates to others, a GeneratorExit closes those without a chance
    to ask for anything more.
    """

    def __init__(self, closing: GeneratorExit) -> None:
        super().__init__()
        self.closing = closing

    def original(self) -> BaseException:
        """The GeneratorExit, with the receipt if there is one."""
        receipt: Receipt | None = getattr(self, "billing", None)
        return self.closing if receipt is None else carry(self.closing, receipt)


class Machine:
    """A call under way, for a driver: what to do next, and what came of it."""

    def __init__(self, call: Call, steps: Steps[Ended]) -> None:
        self._steps = steps
        self._watch = watch(call)
        self._answer: object = None
        self._error: BaseException | None = None
        self._step: Step[object] | None = None
        self._open_receipt: Receipt | None = None
        #: How the call ended, when `next_step` has answered None. With an exchange that
        #: `is_handed_out` it goes on: the caller reads the answer, and `read` tells how that ended.
        self.ended: Ended | None = None

    def next_step(self) -> Step[object] | None:
        """What to do next; None when the call has ended.

        Raises:
            BaseException: By which the call ended.
        """
        if self.ended is not None:
            return None
        try:
            if self._error is None:
                self._step = self._steps.send(self._answer)
            else:
                self._step = self._steps.throw(self._error)
        except StopIteration as end:
            self.ended = _as_thrown(cast("Ended", end.value))
            self._watch.ended()
            return None
        except CallClosed as closed:
            self._watch.ended(closed.closing)
            raise closed.original() from None
        except BaseException as error:
            self._watch.ended(error)
            raise
        self._watch.asked(self._step)
        return self._step

    def answer(self, answer: object) -> None:
        """The step was performed."""
        self._answer, self._error = answer, None
        if isinstance(self._step, TakeHold) and isinstance(answer, Claim) and not answer.earlier:
            self._open_receipt = receipt_of(answer.hold, self._step.quote, "open")
        if isinstance(answer, ShadowReceipt):
            self._open_receipt = answer
        if isinstance(answer, Exchange) and answer.is_handed_out:
            assert self._open_receipt is not None, "nothing is sent without a hold"
            self.ended = Ended(self._open_receipt, answer)
            self._answer = None  # the answer is the caller's alone
        else:
            self._watch.answered(answer)

    def read(self, exchange: Exchange) -> None:
        """The answer that was handed out has ended, like this."""
        self.ended = None
        self._answer, self._error = exchange, None
        self._watch.answered(exchange)

    def fail(self, error: BaseException) -> None:
        """Something was raised: by the step, or by the machine at its end; then it goes on."""
        if getgeneratorstate(self._steps) == GEN_CLOSED:
            raise error
        self._watch.failed(error)
        self.ended = self._answer = None
        self._error = CallClosed(error) if isinstance(error, GeneratorExit) else error


def course(call: Call) -> Steps[Ended]:
    """The steps of a call.

    Raises:
        PricingError: The request cannot be priced; no money and no request moved.
        BillingError: The ledger or the terms refuse; no request moved.
        BaseException: An interrupt that was thrown in, with `.billing` from the hold on.
    """
    deadline = None if call.terms.deadline_s is None else call.seconds() + call.terms.deadline_s
    account = call.terms.payer()
    plan = plan_call(call.endpoint, call.given, sdk_arguments=call.sdk_arguments)
    if call.prices.catalog is not None:
        call.prices.check_plan(account, (yield from perform(ReadPlan(account))))
    quote = _quoted(call, plan, account)
    call.terms.check(quote)
    request = yield from perform(Prepare(plan, quote))
    if quote.expires_at <= call.ledger_now():  # reading the uploads took that long
        quote = _quoted_again(call, plan, account, quote)
    take = TakeHold(
        account=account,
        quote=quote,
        key=call.terms.hold_key(),
        tags=call.terms.tags,
        stands=_stands(call.terms.deadline_s),
    )
    try:
        claimed = yield from perform(take)
    except BaseException as error:
        if not _is_refusal(error):
            receipt = yield from perform(Release(take, f"never sent: {type(error).__name__}"))
            if receipt is not None:
                carry(error, receipt)
        raise
    if claimed.earlier is not None:
        spent = Spent(take.key, claimed.earlier, request)
        return Ended(stored_receipt(claimed.earlier, quote), spent)
    return (yield from UnderHold(call, request, claimed.hold, quote, deadline).course())


def _stands(deadline_s: float | None) -> timedelta:
    """A hold must not fall due while its call may still be under way."""
    if deadline_s is None:
        return HOLD_STANDS
    return max(HOLD_STANDS, timedelta(seconds=min(deadline_s, _LONGEST_S)) + _TO_SETTLE)


def _is_refusal(error: BaseException) -> bool:
    """Nothing was held; whatever else it is, the hold may have been committed all the same."""
    return isinstance(error, BillingError | PricingError) and not isinstance(
        error, LedgerUnavailable
    )


def _as_thrown(ended: Ended) -> Ended:
    exchange = ended.exchange
    if isinstance(exchange, Exchange) and isinstance(exchange.error, CallClosed):
        return ended._replace(exchange=replace(exchange, error=exchange.error.closing))
    return ended


def _quoted(call: Call, plan: Plan, account: str) -> Quote:
    now = call.ledger_now()
    return call.prices.quote(plan.request, account=account, endpoint=plan.endpoint, at=now)


def _quoted_again(call: Call, plan: Plan, account: str, first: Quote) -> Quote:
    """A fresh quote; the old one, which nobody can hold, if the price is another meanwhile."""
    try:
        fresh = _quoted(call, plan, account)
    except PricingError:
        return first
    is_same = (fresh.unit_price, fresh.currency) == (first.unit_price, first.currency)
    return fresh if is_same else first
