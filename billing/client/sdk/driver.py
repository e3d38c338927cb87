"""What both drivers of SDK clients know: how a call begins, and what the methods take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Final

from openai.resources.images import Images

from billing.client.driving.driver import Driver
from billing.client.sdk.exchange import SDK
from billing.client.sdk.requests import METHODS

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from billing.client.call.machine import Machine
    from billing.client.call.plan import Endpoint

_ARGUMENTS: Final[Mapping[Endpoint, frozenset[str]]] = {
    endpoint: frozenset(signature(getattr(Images, method)).parameters) - {"self"}
    for endpoint, method in METHODS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkDriver(Driver):
    """Drives the calls of an SDK client."""

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
        return self.machine_of(
            endpoint,
            given,
            arguments=_ARGUMENTS[endpoint],
            sender=SDK,
            retries=client.max_retries if self.retries is None else self.retries,
            billing=billing,
        )
