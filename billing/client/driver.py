"""What every driver knows: who pays, at which prices, how a call begins; it performs nothing.

How a new driver is written. `Driver.machine_of` gives the machine of a call; `drive` is the loop of
those that wait, `AsyncDrive` of those that do not, and `SyncDriver` is the shortest example:

1. `machine.next_step()` says what to do; None means that `machine.ended` is there.
2. Perform the step as `billing.client.steps` says, and give `machine.answer` what came of it.
3. Whatever is raised meanwhile, between two steps too, goes to `machine.fail`, which throws it in,
   or raises it when the machine has ended by it.
4. Make of the `Ended` what the caller gets: `results.result_of` for the SDK.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from billing.client.calls import Call, Ended
from billing.client.machine import Machine
from billing.client.plan import Endpoint
from billing.client.prices import Prices
from billing.client.steps import Step
from billing.client.terms import Terms
from pricing.catalog import ProviderTerms

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.ledger import Ledger
    from billing.ledger.spool.files import Spool


_CAREFUL: Final = ProviderTerms()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What `bill` was told."""

    ledger: Ledger
    prices: Prices
    terms: Terms
    provider: ProviderTerms = _CAREFUL
    #: How often a call that may go again does; None: as often as the client's `max_retries` says.
    retries: int | None = 0
    spool: Spool | None = None
    clock: Callable[[], datetime] = _utc_now

    def machine(
        self,
        client: OpenAI | AsyncOpenAI,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        billing: Mapping[str, object] | None,
    ) -> Machine:
        """The machine of one call.

        Raises:
            InvalidEntry: In `billing`; whatever else is wrong is found by the steps.
        """
        from billing.client.sdk_arguments import SDK_ARGUMENTS
        from billing.client.sdk_exchange import SDK

        return self.machine_of(
            endpoint,
            given,
            arguments=SDK_ARGUMENTS[endpoint],
            sender=SDK,
            retries=client.max_retries if self.retries is None else self.retries,
            billing=billing,
        )

    def machine_of(
        self,
        endpoint: Endpoint,
        given: Mapping[str, object],
        *,
        arguments: Collection[str],
        sender: str,
        retries: int,
        billing: Mapping[str, object] | None,
    ) -> Machine:
        """The same for whatever else sends: it names itself and the arguments that it takes."""
        return Machine(
            Call(
                endpoint=endpoint,
                given=given,
                sdk_arguments=arguments,
                sender=sender,
                terms=self.terms.for_call(billing),
                prices=self.prices,
                provider=self.provider,
                retries=retries,
                spool=self.spool,
                ledger_now=self.ledger.now,
                now=self.clock,
                seconds=time.monotonic,
            )
        )


def drive(machine: Machine, perform: Callable[[Step[object]], object]) -> Ended:
    """Drive a call to its end, here and now.

    Raises:
        BaseException: By which the call ended.
    """
    while True:
        try:
            step = machine.next_step()
            if step is None:
                break
            machine.answer(perform(step))
        except BaseException as error:  # noqa: BLE001 - the machine lets it go on
            machine.fail(error)
    assert machine.ended is not None
    return machine.ended
