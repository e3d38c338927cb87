"""The ledger's side of a reconciliation, and the keys of what one booked; pure.

What a charge costs us is compared, never its price. A charge without a cost (one book sets both)
stands with its amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from billing.ledger.accounts import KEY_SEPARATOR, RECONCILED_KEYS
from billing.ledger.transfers import HoldState
from billing.period import Month, as_month

#: How far apart the provider's clock and ours may be for a fingerprint to match.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
#: Idempotency keys of what a reconciliation booked begin like this.
KEY_PREFIX: Final = RECONCILED_KEYS
_SHA256_DIGITS: Final = 16
#: What follows the subject in a key: which of several bookings about it this one is.
_AGAIN: Final = "~"
_KEY: Final = re.compile(
    rf"({KEY_PREFIX}[0-9a-f]{{{_SHA256_DIGITS}}}/)([^/{_AGAIN}]+)(?:{_AGAIN}-?[0-9a-f]+)?/([0-9]{{4}}-[0-9]{{2}})"
)
#: Ends the subject of a refund: its cost is corrected by a booking about the same charge.
REFUND: Final = ":refund"

Kind = Literal["capture", "charge", "refund", "adjustment"]


def statement_prefix(sha256: str) -> str:
    """How the keys of everything begin that was booked from one statement."""
    return f"{KEY_PREFIX}{sha256[:_SHA256_DIGITS]}/"


def booking_key(sha256: str, what: int | str, month: Month) -> str:
    """The idempotency key under which a line, or a hold without one, of a statement is booked.

    It ends with the month that the statement was held against: whether a charge is a matter of
    another month's statement cannot be told from the times alone.
    """
    return f"{statement_prefix(sha256)}{what}/{month}"


def own_key(stored: str) -> str:
    """An idempotency key as it was given: that of a member is stored behind the member's code."""
    return stored.rpartition(KEY_SEPARATOR)[2]


class Booking(NamedTuple):
    """What a booking key says."""

    #: The statement's, as it begins in `booking_key`.
    prefix: str
    #: What it was booked for: the number of a line, an id of ours, or the name of a bucket.
    subject: str
    #: The month that was reconciled.
    month: str

    @property
    def line(self) -> int:
        """The number of the line; 0 when it was booked for something else."""
        return int(self.subject) if self.subject.isdecimal() else 0

    @classmethod
    def parse(cls, key: str | None) -> Booking | None:
        """What the key says; None when no reconciliation made it."""
        found = _KEY.fullmatch(key or "")
        return None if found is None else cls(*found.groups())


class Charge(NamedTuple):
    """A capture, charge, refund, or correction of a cost in the ledger, on the side of cost."""

    request_id: str | None
    #: The hold that was paid; of a refund, the one that it gives back from.
    hold_id: str | None
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    images: int
    #: Its effect on what the provider's calls cost us; below zero when that becomes less.
    amount_nanos: int
    occurred_at: datetime
    #: Its idempotency key, when a reconciliation booked it or a statement may echo it.
    key: str | None = None
    kind: Kind = "capture"
    transfer_id: str = ""
    #: What the account paid.
    price_nanos: int = 0
    #: Whether `amount_nanos` is a cost, and not the price for want of one.
    is_costed: bool = False
    #: When the row was written; None when it does not matter.
    recorded_at: datetime | None = None

    @property
    def charge_id(self) -> str | None:
        """The id that a correction or a refund may name; None for what is no charge."""
        return self.transfer_id or None if self.kind in ("capture", "charge") else None


def is_then(row: Charge, at: datetime) -> bool:
    """Whether a row is of a line's time; a booking was moved into the month of its statement."""
    booking = Booking.parse(row.key)
    times = [at]
    if booking is not None:
        month = as_month(booking.month)
        times.append(max(month.start, min(at, month.end)))
    return any(abs(row.occurred_at - each) <= CLOCK_TOLERANCE for each in times)


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
    #: What an image costs us; without a cost, its price.
    unit_nanos: int
    occurred_at: datetime
    key: str | None = None
    expires_at: datetime | None = None

    @property
    def can_be_captured(self) -> bool:
        """Whether the ledger still takes a capture; of an expired hold, as a late charge."""
        return self.state in ("open", "in_doubt", "expired")

    @property
    def amount_nanos(self) -> int:
        """What all its images cost us."""
        return self.n * self.unit_nanos


def what_of(subject: int | str, booked: Iterable[Charge], *, prefix: str) -> int | str:
    """What to book about a subject under a statement's prefix, beside what was booked so before.

    >>> what_of(7, [], prefix="recon/0123456789abcdef/")
    7
    """
    bookings = (Booking.parse(each.key) for each in booked)
    ours = (each for each in bookings if each is not None and each.prefix == prefix)
    before = sum(each.subject == str(subject) for each in ours)
    return again(subject, before + 1) if before else subject


def again(subject: int | str, number: int) -> str:
    """A subject that was booked about before, and what tells this time from the others.

    >>> again(7, 2), again(7, -255)
    ('7~2', '7~-ff')
    """
    return f"{subject}{_AGAIN}{number:x}"
