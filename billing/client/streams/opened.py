"""An answer of which only the head is there: the caller reads the rest; plain data."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The deadline of a call."""

    timeout_s: float
    #: By `time.monotonic`.
    ends_at: float

    @classmethod
    def within(cls, timeout_s: float | None) -> Limit | None:
        """The deadline that is so many seconds away."""
        if timeout_s is None:
            return None
        return cls(timeout_s=timeout_s, ends_at=time.monotonic() + timeout_s)

    def left_s(self) -> float:
        """Seconds; 0 when it has passed."""
        return max(self.ends_at - time.monotonic(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a sender gives back of such an answer."""

    #: The sender's own response.
    response: object
    limit: Limit | None
    #: How an error of the transport, or `DeadlinePassed`, is shown to the caller.
    shown: Callable[[BaseException], BaseException]
