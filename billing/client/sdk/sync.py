"""The driver for `openai.OpenAI`: performs the steps of a call in the caller's thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from billing.client.call.machine import Machine
from billing.client.call.plan import Endpoint
from billing.client.call.steps import LedgerStep, Prepare, Send, Step, Wait
from billing.client.driving.driver import drive
from billing.client.outcome.exchange import Exchange
from billing.client.sdk.driver import SdkDriver
from billing.client.sdk.exchange import post_once
from billing.client.sdk.forms import PLAIN, Form, handed_out
from billing.client.sdk.requests import Prepared
from billing.client.sdk.stored_answers import stored_answer
from billing.client.streams.bodies import hear
from billing.client.streams.open_calls import OpenCall

if TYPE_CHECKING:
    from openai import OpenAI

    from billing.client.sdk.exchange import Response
    from billing.client.streams.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncDriver(SdkDriver):
    """Everything happens here and now."""

    def call(
        self,
        client: OpenAI,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
        form: Form = PLAIN,
    ) -> object:
        """Make one billed call; what it returns is of the form that was asked for.

        Raises:
            PricingError: The request cannot be priced; no money and no request moved.
            BillingError: The ledger or the terms refuse; no request moved.
            openai.OpenAIError: As the bare SDK with retries off, with `.billing`.
        """
        machine = self.machine(client, endpoint, given, billing=billing)
        ended = drive(machine, lambda step: self.perform(step, client, form))
        if isinstance(ended.exchange, Exchange) and ended.exchange.is_handed_out:
            return self._handed_out(machine, ended.exchange, form)
        is_stream = bool(given.get("stream"))
        if form.is_stored(ended, is_stream=is_stream):
            return stored_answer(client, ended, form)
        return form.result(ended, is_stream=is_stream)

    def perform(self, step: Step[object], client: OpenAI, form: Form = PLAIN) -> object:
        """One step, here and now."""
        match step:
            case LedgerStep():
                return step.run(self.ledger)
            case Prepare():
                return form.prepared(step.plan, step.quote)
            case Send():
                return _sent(step, client)
            case Wait():
                time.sleep(step.seconds)
                return None
        raise AssertionError(step)

    def _handed_out(self, machine: Machine, exchange: Exchange, form: Form) -> object:
        call = OpenCall(machine, self.ledger)
        opened = cast("Opened", exchange.answer)
        response = cast("Response", opened.response)
        try:
            hear(response.http_response, call)
            return response.parse() if form.view == "plain" else handed_out(call, response)
        except BaseException as error:  # noqa: BLE001 - it goes on
            shown = call.cut(error)
            raise shown from shown.__cause__


def _sent(step: Send, client: OpenAI) -> Exchange:
    return post_once(
        client,
        cast("Prepared", step.request),
        idempotency_key=step.idempotency_key,
        timeout_s=step.timeout_s,
    )
