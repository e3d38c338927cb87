"""How a statement line is recognised as a call of ours: by key, by id, by fingerprint; pure.

Here stand the ledger's side of a reconciliation (`Charge`, `HeldCall`) and what it has in common
with a line; what follows from a match is decided in `billing.reconciliation.matching`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from billing.ledger.transfers import HoldState
from billing.period import Month
from billing.statement import StatementLine

#: How far apart the provider's clock and ours may be for a fingerprint to match.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
#: Idempotency keys of what a reconciliation booked begin like this.
KEY_PREFIX: Final = "recon/"
_SHA256_DIGITS: Final = 16


def statement_prefix(sha256: str) -> str:
    """How the keys of everything begin that was booked from one statement."""
    return f"{KEY_PREFIX}{sha256[:_SHA256_DIGITS]}/"


def booking_key(sha256: str, what: int | str, month: Month) -> str:
    """The idempotency key under which a line, or a hold without one, of a statement is booked.

    It ends with the month that the statement was held against: whether a charge is a matter of
    another month's statement cannot be told from the times alone.
    """
    return f"{statement_prefix(sha256)}{what}/{month}"


class Booking(NamedTuple):
    """What a booking key says."""

    #: The statement's, as it begins in `booking_key`.
    prefix: str
    #: The number of the line.
    line: int
    #: The month that was reconciled.
    month: str

    @classmethod
    def parse(cls, key: str | None) -> Booking | None:
        """What the key says; None when it is not that of a line."""
        match (key or "").split("/"):
            case ["recon", sha256, line, month] if line.isdecimal():
                return cls(f"{KEY_PREFIX}{sha256}/", int(line), month)
        return None


class Charge(NamedTuple):
    """A capture, charge or refund in the ledger; a refund's amount is negative."""

    request_id: str | None
    #: The hold that was paid; of a refund, the one that it gives back from.
    hold_id: str | None
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    images: int
    amount_nanos: int
    occurred_at: datetime
    #: Its idempotency key, when a reconciliation booked it.
    key: str | None = None


class HeldCall(NamedTuple):
    """A hold that was not captured, as matching needs it."""

    hold_id: str
    request_id: str | None
    state: HoldState
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    n: int
    unit_nanos: int
    occurred_at: datetime

    @property
    def can_be_captured(self) -> bool:
        """Whether the ledger still takes a capture; of an expired hold, as a late charge."""
        return self.state in ("open", "in_doubt", "expired")


def key_of(request_id: str | None, otherwise: str, *, is_refund: bool) -> str:
    """What a line and a charge have in common: the request id, or else another text.

    One text and no pair, because a month may have a million. A refund is not its charge.
    """
    if not request_id:
        return f"\0{otherwise}"
    return f"\0refund\0{request_id}" if is_refund else request_id


class Fingerprints:
    """Holds in doubt that no line was found for, by what they have in common with a line."""

    def __init__(self, calls: Iterable[HeldCall]) -> None:
        self._free: dict[tuple[str, ...], list[HeldCall]] = defaultdict(list)
        for call in sorted(calls, key=lambda call: (call.occurred_at, call.hold_id)):
            self._free[call.model, call.endpoint, call.size, call.quality].append(call)

    def take(self, line: StatementLine) -> HeldCall | None:
        """The call that a line bills, each at most once: the earliest, of the same n if any.

        Take lines in the order of their times; then no line is left without a call that could
        have had one.
        """
        free = self._free.get((line.model, line.endpoint, line.size, line.quality), [])
        start = bisect_left(free, line.created_at - CLOCK_TOLERANCE, key=_occurred_at)
        end = bisect_right(free, line.created_at + CLOCK_TOLERANCE, key=_occurred_at)
        likely = [call for call in free[start:end] if _may_be(call, line)]
        if not likely:
            return None
        call = min(likely, key=lambda each: each.n != line.n)
        free.remove(call)
        return call

    def left(self) -> list[HeldCall]:
        """The calls that no line took."""
        return [call for free in self._free.values() for call in free]


class BookedBefore:
    """Charges that an earlier file of the same month led to, for lines without an id.

    A statement that is issued again has other bytes, so its lines have other booking keys.
    """

    def __init__(self, charges: Iterable[tuple[str, Charge]]) -> None:
        self._free: dict[tuple[object, ...], list[tuple[str, Charge]]] = defaultdict(list)
        for key, charge in sorted(charges, key=lambda pair: pair[1].occurred_at):
            facts = charge.model, charge.endpoint, charge.size, charge.quality
            self._free[*facts, charge.images, charge.amount_nanos].append((key, charge))

    def take(self, line: StatementLine) -> str | None:
        """The key of the charge that the line bills again, each at most once: the earliest."""
        facts = line.model, line.endpoint, line.size, line.quality
        free = self._free.get((*facts, line.n, line.effect_nanos), [])
        for place, (key, charge) in enumerate(free):
            is_near = abs(charge.occurred_at - line.created_at) <= CLOCK_TOLERANCE
            if is_near and line.account in ("", charge.account):
                del free[place]
                return key
        return None


def _occurred_at(call: HeldCall) -> datetime:
    return call.occurred_at


def _may_be(call: HeldCall, line: StatementLine) -> bool:
    return (
        line.status == "charged"
        and line.account in ("", call.account)
        and line.n <= call.n
        and line.amount_nanos == line.n * call.unit_nanos
        # Two ids that are both known are two calls.
        and not (line.request_id and call.request_id)
    )
