"""The part of a call in which money is held: attempts under one hold, and one settlement.

Part of the machine: steps come out, nothing is done here.
"""

from __future__ import annotations

from itertools import count

from billing.client.call.calls import Call, Ended
from billing.client.call.ledger_steps import KeepEvidence, Settle
from billing.client.call.steps import Request, Send, Steps, Wait, perform
from billing.client.outcome.exchange import Exchange, broken_by, names_of
from billing.client.outcome.pauses import pause_s
from billing.client.outcome.proof import evidence_of
from billing.client.outcome.table import Outcome, after_doubt, classify, may_go_again
from billing.client.outcome.token_usage import actual_cost
from billing.client.receipt import Receipt, carry, receipt_of
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import Hold
from pricing import Quote


class UnderHold:
    """One call from its hold to its receipt."""

    def __init__(
        self, call: Call, request: Request, hold: Hold, quote: Quote, deadline: float | None
    ) -> None:
        self.call, self.request, self.hold, self.quote = call, request, hold, quote
        self.deadline = deadline
        #: What the call comes to if it is cut short here and now.
        self.standing = Outcome("void", 0, "never sent")

    def course(self) -> Steps[Ended]:
        """The steps to the end of the call; whatever cuts it short is in the exchange."""
        try:
            exchange, evidence = yield from self._attempts()
            outcome = self.standing
        except BaseException as cut:  # noqa: BLE001 - it goes on when the money is settled
            exchange, evidence = broken_by(cut), self._evidence_of_cut(cut)
            reason = f"{self.standing.reason}: {type(cut).__name__}"
            outcome = self.standing._replace(reason=reason)
        book = self.call.prices.cost_book(self.quote.model)
        settle = Settle(
            hold=self.hold,
            quote=self.quote,
            outcome=outcome,
            evidence=evidence,
            actual_cost=actual_cost(evidence.usage, self.quote, book),
            spool=self.call.spool,
        )
        return Ended((yield from self._settled(settle)), exchange)

    def _attempts(self) -> Steps[tuple[Exchange, Evidence]]:
        """Send until that settles the call, or nothing may be sent any more; sets `standing`."""
        doubt: Outcome | None = None
        for number in count(1):
            exchange, evidence = yield from self._attempt()
            outcome = classify(exchange.reply, bills_5xx=self.call.provider.bills_5xx != "never")
            if doubt is not None:
                outcome = after_doubt(outcome, exchange.reply, doubt=doubt)
            doubt = outcome if outcome.verb == "doubt" else None
            self.standing = outcome
            pause = self._pause_s(exchange, number)
            if pause is None or not (yield from perform(KeepEvidence(self.hold, evidence))):
                break
            yield from perform(Wait(pause))
        return exchange, evidence

    def _attempt(self) -> Steps[tuple[Exchange, Evidence]]:
        sent_at = self.call.now()
        honours = self.call.provider.honours_idempotency_keys
        send = Send(
            request=self.request,
            timeout_s=self._left_s(),
            # Of the hold: a caller's key may go again under another hold after a refusal.
            idempotency_key=self.hold.id if honours else None,
        )
        self.standing = Outcome("doubt", 0, "broke off")
        exchange = yield from perform(send)
        evidence = evidence_of(
            exchange.reply,
            self.quote,
            sdk=self.call.sender,
            body_sha256=self.request.body_sha256,
            sent_at=sent_at,
            done_at=self.call.now(),
        )
        return exchange, evidence

    def _pause_s(self, exchange: Exchange, number: int) -> float | None:
        """How long to wait before the next attempt; None when there is none."""
        if exchange.is_handed_out or number > self.call.retries:
            return None
        asked = exchange.headers.get("x-should-retry")
        honours = self.call.provider.honours_idempotency_keys
        if not may_go_again(self.standing, exchange.reply, asked=asked, honours_keys=honours):
            return None
        pause = pause_s(exchange.headers, attempt=number, now=self.call.now())
        left_s = self._left_s()
        if pause is None or (left_s is not None and pause >= left_s):
            return None
        due_in = (self.hold.expires_at - self.call.ledger_now()).total_seconds()
        # A hold that has fallen due is in doubt, and no longer one to send under.
        return pause if pause < due_in else None

    def _left_s(self) -> float | None:
        if self.deadline is None:
            return None
        return max(self.deadline - self.call.seconds(), 0.0)

    def _settled(self, settle: Settle) -> Steps[Receipt]:
        try:
            return (yield from perform(settle))
        except BaseException as interrupt:
            # It may have been written or not: once more does no harm, and says which.
            try:
                receipt = yield from perform(settle)
            except BaseException:  # noqa: BLE001 - the first one goes on
                receipt = receipt_of(self.hold, self.quote, "open")
            carry(interrupt, receipt)
            raise

    def _evidence_of_cut(self, cut: BaseException) -> Evidence:
        return Evidence(
            sdk=self.call.sender,
            endpoint=self.quote.endpoint,
            body_sha256=self.request.body_sha256,
            error=names_of(cut),
        )
