"""What every driver knows: who pays, at which prices, how a call begins; it performs nothing.

How a new driver is written. `Driver.machine_of` gives the machine of a call; `drive` is the loop of
those that wait, `AsyncDrive` of those that do not; `billing.client.sdk.sync` is a short example:

1. `machine.next_step()` says what to do; None means that `machine.ended` is there.
2. Perform the step as `billing.client.call.steps` says, and give `machine.answer` what came of it.
3. Whatever is raised meanwhile, between two steps too, goes to `machine.fail`, which throws it in,
   or raises it when the machine has ended by it.
4. Make of the `Ended` what the caller gets: `billing.client.sdk.results` for the SDK.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from billing.client.call.calls import Call, Ended
from billing.client.call.machine import Machine, course
from billing.client.call.plan import Endpoint
from billing.client.call.prices import Prices
from billing.client.call.steps import Step
from billing.client.shadow.course import Note, shadow_course
from billing.client.terms import Terms
from billing.errors import BillingError
from billing.shadow.lines import ShadowCall
from pricing.catalog import ProviderTerms

if TYPE_CHECKING:
    from billing.ledger import Ledger
    from billing.ledger.spool.files import Spool


_CAREFUL: Final = ProviderTerms()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What `bill` was told."""

    #: The ledger's verbs run in threads of their own.
    uses_threads: ClassVar[bool] = False

    ledger: Ledger
    prices: Prices
    terms: Terms
    provider: ProviderTerms = _CAREFUL
    #: How often a call that may go again does; None: as often as the client's `max_retries` says.
    retries: int | None = 0
    spool: Spool | None = None
    #: Every call goes out as the bare client sends it; what it would have cost is written down.
    dry_run: bool = False
    clock: Callable[[], datetime] = _utc_now

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
        """The machine of one call; who sends names itself and the arguments that it takes.

        Raises:
            InvalidEntry: In `billing`; whatever else is wrong is found by the steps.
        """
        terms, refused = self._terms(billing)
        call = Call(
            endpoint=endpoint,
            given=given,
            sdk_arguments=arguments,
            sender=sender,
            terms=terms,
            prices=self.prices,
            provider=self.provider,
            retries=retries,
            spool=self.spool,
            is_dry_run=self.dry_run,
            refused=refused,
            ledger_now=self.ledger.now,
            now=self.clock,
            seconds=time.monotonic,
        )
        return Machine(call, shadow_course(call) if self.dry_run else course(call))

    def note_passed(self, refused: BillingError) -> None:
        """Write down a call of a dry run that billing would have refused unseen."""
        self._passed(refused).run(self.ledger)

    def _passed(self, refused: BillingError) -> Note:
        account = self.terms.for_call(None).account
        call = ShadowCall(
            at=self.clock(), account=account, refusal=refused.code, param=refused.param
        )
        return Note(line=lambda: call, spool=self.spool)

    def _terms(self, billing: Mapping[str, object] | None) -> tuple[Terms, BillingError | None]:
        try:
            return self.terms.for_call(billing), None
        except BillingError as error:
            if not self.dry_run:
                raise
            return self.terms, error


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
