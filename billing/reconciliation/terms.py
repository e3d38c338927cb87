"""What one run is held to, and where its findings go: shared by all that classes; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from billing.period import Month
from billing.reconciliation.books.recognition import Charge, HeldCall, statement_prefix
from billing.reconciliation.dates import Dates
from billing.reconciliation.findings import Findings
from billing.reconciliation.proof import Matter
from billing.reconciliation.runs.opening import OpeningItems
from billing.reconciliation.tolerances import Tolerances
from pricing.money import format_amount, from_nanos

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(kw_only=True)
class Terms:
    """The terms of one run over one statement."""

    month: Month
    sha256: str
    currency: str
    now: datetime
    tolerances: Tolerances = field(default_factory=Tolerances)
    accept_fingerprints: bool = False
    opening: OpeningItems
    findings: Findings = field(default_factory=Findings)
    #: Request ids of lines that statements of other months left to this one, and which those are.
    left_to_others: Mapping[str, str] = field(default_factory=dict)
    #: Why rows of the statement are no lines, and how many.
    left_out: Counter[str] = field(default_factory=Counter)

    @cached_property
    def prefix(self) -> str:
        """How the keys of everything begin that was booked from this statement."""
        return statement_prefix(self.sha256)

    @cached_property
    def dates(self) -> Dates:
        """Which lines of the statement are dated outside the month."""
        return Dates(self.month)

    def is_young(self, at: datetime) -> bool:
        """Whether the provider may still bill a call of then."""
        return self.now < at + self.tolerances.settling_lag

    def booked_at(self, at: datetime) -> datetime:
        """When a booking for a line of then occurs: in the month, and not in the future."""
        return max(self.month.start, min(at, self.month.end - _INSTANT, self.now))

    def money(self, nanos: int) -> str:
        """An amount with its currency."""
        return format_amount(from_nanos(nanos), self.currency)


def matter_of(charge: Charge | HeldCall) -> Matter:
    """The call as a discrepancy names it."""
    return Matter(
        request_id=charge.request_id,
        hold_id=charge.hold_id,
        transfer_id=charge.charge_id if isinstance(charge, Charge) else None,
        account=charge.account,
        occurred_at=charge.occurred_at,
    )


class Totals(NamedTuple):
    """What both sides come to, added up apart from what is found; in nano-units."""

    ledger_nanos: int
    statement_nanos: int
    lines: int
    #: Charges that stand with their price, because the ledger has no cost for them.
    uncosted: int
    #: Lines that are dated outside the month by more than time zones, their calls known or not.
    outside: int = 0
    #: Lines that are dated outside it by no more than that.
    near: int = 0
    #: The time of the earliest line outside.
    first_outside: datetime | None = None
    #: Lines that cannot be read.
    unreadable: int = 0
    #: The time of the first line of usage.
    begins: datetime | None = None

    @property
    def is_other_months(self) -> bool:
        """Whether no line is of the month: it is another month's statement, by all that it says."""
        return bool(self.outside) and self.outside + self.near + self.unreadable == self.lines
