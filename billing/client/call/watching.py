"""What a call tells the outside, step by step: log lines, metrics and spans; it decides nothing.

The machine shows it every step and what came of it, so every driver is watched alike. What goes
wrong in here is nobody's problem: a call is never refused or lost for the sake of a log line.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from billing.client.call.ledger_steps import Release, Settle, TakeHold
from billing.client.call.settling import Claim
from billing.client.call.steps import Prepare, Send, Step
from billing.client.outcome.exchange import Exchange
from billing.client.receipt import Receipt
from billing.errors import BillingError
from billing.ledger.transfers import Hold, HoldState
from billing.telemetry import heard_instruments, is_told, tell
from pricing import PricingError, Quote

if TYPE_CHECKING:
    from billing.client.call.calls import Call
    from billing.telemetry_otel import Instruments
    from billing.telemetry_spans import CallSpans, Facts

#: The steps that have a span of their own.
_SPANS: Final[dict[type, str]] = {
    TakeHold: "hold",
    Send: "send",
    Settle: "settle",
    Release: "settle",
}
_SETTLED: Final[frozenset[HoldState]] = frozenset({"captured", "voided", "expired"})
_PRICED: Final = "%(n)d x %(model)s %(size)s %(quality)s, %(amount)s %(currency)s"


class Quiet:
    """Watches where nobody listens to more than warnings; it keeps nothing, so one serves all."""

    __slots__ = ()

    def asked(self, step: Step[object]) -> None:
        """The machine asks for a step."""

    def answered(self, answer: object) -> None:
        """The step was performed."""
        if isinstance(answer, Receipt) and answer.state == "in_doubt":
            _tell_settled(answer)

    def failed(self, error: BaseException) -> None:
        """The step was ended by an exception."""

    def ended(self, error: BaseException | None = None) -> None:
        """The call is over: by an answer, or by what the machine raised."""


_QUIET: Final = Quiet()


def watch(call: Call) -> Quiet:
    """Who watches a call; one of a dry run tells of itself."""
    if call.is_dry_run:
        return _QUIET
    meters = heard_instruments()
    return _QUIET if meters is None and not is_told(logging.INFO) else Watch(call, meters)


class Watch(Quiet):
    """One call, watched."""

    __slots__ = ("_attempt", "_begun", "_call", "_failure", "_hold", "_meters", "_quote", "_spans")

    def __init__(self, call: Call, meters: Instruments | None) -> None:
        self._call, self._meters = call, meters
        self._spans = None if meters is None else meters.call_spans({"endpoint": call.endpoint})
        self._quote: Quote | None = None
        self._hold: Hold | None = None
        self._attempt = 0
        #: What the last attempt failed by: an HTTP status, or the name of an exception.
        self._failure: str | None = None
        self._begun = 0.0

    def asked(self, step: Step[object]) -> None:
        """The machine asks for a step."""
        try:
            if isinstance(step, Prepare) and step.quote is not None:
                self._quoted(step.quote)
            elif isinstance(step, Send):
                self._sent()
            if self._spans is not None:
                self._begin(self._spans, step)
        except Exception as error:  # noqa: BLE001 - see above
            _unwatched(error)

    def answered(self, answer: object) -> None:
        """The step was performed."""
        try:
            self._end_step(answer)
            if isinstance(answer, Claim):
                self._claimed(answer)
            elif isinstance(answer, Receipt):
                self._settled(answer)
        except Exception as error:  # noqa: BLE001 - see above
            _unwatched(error)

    def failed(self, error: BaseException) -> None:
        """The step was ended by an exception."""
        if self._spans is not None:
            # A coroutine that is closed is closed by somebody else.
            is_here = not isinstance(error, GeneratorExit)
            self._spans.end_step({}, error=_name_of(error), is_here=is_here)

    def ended(self, error: BaseException | None = None) -> None:
        """The call is over: by an answer, or by what the machine raised."""
        try:
            if isinstance(error, BillingError | PricingError) and self._hold is None:
                self._refused(error)
            if self._spans is not None:
                self._spans.end({}, error=self._failure if error is None else _name_of(error))
        except Exception as problem:  # noqa: BLE001 - see above
            _unwatched(problem)

    def _quoted(self, quote: Quote) -> None:
        self._quote = quote
        facts = _facts_of(quote)
        account = self._call.terms.payer()
        tell(logging.INFO, "quoted", f"%(account)s: quoted {_PRICED}", account=account, **facts)
        if self._meters is not None and self._spans is not None:
            self._meters.quoted(
                model=quote.model, endpoint=quote.endpoint, size=quote.size, quality=quote.quality
            )
            self._spans.say({"account": account, **facts})

    def _claimed(self, claim: Claim) -> None:
        self._hold = hold = claim.hold
        is_new = claim.earlier is None
        event, words = ("held", "held") if is_new else ("repeated", "the key is spent")
        told = {"account": hold.account, "hold_id": hold.id}
        if self._quote is not None:
            message = f"%(account)s: {words}: {_PRICED}, %(hold_id)s"
            tell(logging.INFO, event, message, **told, **_facts_of(self._quote))
        if self._spans is not None:
            self._spans.say({"hold_id": hold.id, "repeated": not is_new})

    def _sent(self) -> None:
        self._attempt += 1
        self._begun = time.perf_counter()
        if self._hold is not None:
            tell(
                logging.INFO,
                "sent",
                "%(account)s: sending, attempt %(attempt)d, %(hold_id)s",
                account=self._hold.account,
                hold_id=self._hold.id,
                attempt=self._attempt,
            )

    def _settled(self, receipt: Receipt) -> None:
        _tell_settled(receipt)
        if self._spans is not None:
            self._spans.say(_came_to(receipt))

    def _refused(self, error: BillingError | PricingError) -> None:
        tell(
            logging.INFO,
            "refused",
            "%(account)s: refused, nothing was sent: %(code)s (%(param)s)",
            account=self._call.terms.account,
            code=error.code,
            param=error.param,
        )
        if self._meters is not None:
            self._meters.refused(error.code)

    def _begin(self, spans: CallSpans, step: Step[object]) -> None:
        name = _SPANS.get(type(step))
        if name is None:
            return
        is_sending = isinstance(step, Send)
        # The caller has control while a stream arrives: nothing may be left current then.
        is_current = not (is_sending and self._call.given.get("stream"))
        facts: Facts = {"attempt": self._attempt} if is_sending else {}
        spans.begin(name, facts, is_sending=is_sending, is_current=is_current)

    def _end_step(self, answer: object) -> None:
        if self._spans is None:
            return
        if not isinstance(answer, Exchange):
            self._spans.end_step({})
            return
        reply = answer.reply
        self._failure = None if reply.is_success else _status(answer)
        facts: Facts = {} if reply.status is None else {"status": reply.status}
        self._spans.end_step(facts, error=self._failure)
        if self._meters is not None and self._quote is not None:
            self._meters.provider_done(
                self._call.endpoint,
                self._quote.model,
                _status(answer),
                time.perf_counter() - self._begun,
            )


def _facts_of(quote: Quote) -> dict[str, str | int]:
    return {
        "model": quote.model,
        "endpoint": quote.endpoint,
        "size": quote.size,
        "quality": quote.quality,
        "n": quote.n,
        "amount": str(quote.total),
        "currency": quote.currency,
    }


def _tell_settled(receipt: Receipt) -> None:
    is_known = receipt.state in _SETTLED
    tell(
        # The caller hears of a doubt by its error, and of what stays open by who could not settle.
        logging.INFO,
        "settled" if is_known else receipt.state,
        "%(account)s: %(state)s, %(images)d images, %(amount)s %(currency)s, %(hold_id)s",
        account=receipt.hold.account,
        hold_id=receipt.hold.id,
        at_stake=str(receipt.hold.amount),
        request_id=receipt.request_id,
        **_came_to(receipt),
    )


def _came_to(receipt: Receipt) -> dict[str, str | int]:
    return {
        "state": receipt.state,
        "images": receipt.images,
        "amount": str(receipt.amount),
        "currency": receipt.currency,
    }


def _status(exchange: Exchange) -> str:
    """The HTTP status of a whole answer, else the name of what broke the exchange."""
    reply = exchange.reply
    if reply.is_broken or reply.status is None:
        return reply.error[0] if reply.error else "no answer"
    return str(reply.status)


def _name_of(error: BaseException) -> str:
    return error.code if isinstance(error, BillingError | PricingError) else type(error).__name__


def _unwatched(error: Exception) -> None:
    tell(logging.DEBUG, "unwatched", "a call goes on unwatched: %(error)s", error=_name_of(error))
