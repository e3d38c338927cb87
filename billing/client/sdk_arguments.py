"""The names of the arguments that the SDK's methods take; needs the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Final

from openai.resources.images import Images

from billing.client.plan import Endpoint
from billing.client.prepared import METHODS

SDK_ARGUMENTS: Final[Mapping[Endpoint, frozenset[str]]] = {
    endpoint: frozenset(signature(getattr(Images, method)).parameters) - {"self"}
    for endpoint, method in METHODS.items()
}
