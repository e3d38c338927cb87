"""How far both sides of a reconciliation may be apart and still agree; pure.

A currency is never a tolerance: lines in another one are refused when the statement is read.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import Final

from billing.errors import InvalidEntry
from billing.report.minor_units import minor_units
from pricing.money import to_nanos

#: How long the provider may take to bill a call.
SETTLING_LAG: Final = timedelta(hours=72)
#: Of a line whose amount went through a float on its way: one micro-unit.
FLOAT_LINE: Final = Decimal("0.000001")

_NONE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerances:
    """Every figure that decides whether a difference counts; amounts in the statement's currency.

    Attributes:
        line: of one line; None: nothing, or a micro-unit where the statement writes floats.
        bucket_minor_units: of a day's bucket, in minor units of the currency: at least that much,
        bucket_share: or this share of it, whichever is more.
        month_share: of the month, for all the buckets that agree together.
        edge: how far from midnight a call may lie that the provider counts to the other day.
        settling_lag: how old a call must be before a missing line says that it is not billed.
        write_off_limit: the most that the total of an invoice may differ from its lines and be
            written off as rounding.
    """

    line: Decimal | None = None
    bucket_minor_units: Decimal = Decimal("0.5")
    bucket_share: Decimal = Decimal("0.001")
    month_share: Decimal = Decimal("0.0001")
    edge: timedelta = timedelta(hours=1)
    settling_lag: timedelta = SETTLING_LAG
    write_off_limit: Decimal = Decimal("0.01")

    def __post_init__(self) -> None:
        """Refuse what is below zero, by the name that the command line has for it."""
        for each in fields(self):
            given = getattr(self, each.name)
            if given is not None and given < (_NONE if isinstance(given, timedelta) else 0):
                raise InvalidEntry(each.name.replace("_", "-"), given, "0 or more")

    def for_statement(self, *, writes_floats: bool) -> Tolerances:
        """These, with the tolerance of a line decided by how the statement writes amounts."""
        if self.line is not None:
            return self
        line = FLOAT_LINE if writes_floats else Decimal(0)
        return Tolerances(
            **{each.name: getattr(self, each.name) for each in fields(self)} | {"line": line}
        )

    @property
    def line_nanos(self) -> int:
        """How far a line may be off."""
        return to_nanos(self.line or Decimal(0))

    @property
    def write_off_nanos(self) -> int:
        """How far the total of an invoice may be off."""
        return to_nanos(self.write_off_limit)

    def bucket_nanos(self, amount_nanos: int, currency: str) -> int:
        """How far a day's bucket may be off."""
        least = self.bucket_minor_units.scaleb(-minor_units(currency))
        return max(to_nanos(least), int(self.bucket_share * abs(amount_nanos)))

    def month_nanos(self, amount_nanos: int, currency: str) -> int:
        """How far the agreeing buckets of a month may be off together."""
        least = self.bucket_minor_units.scaleb(-minor_units(currency))
        return max(to_nanos(least), int(self.month_share * abs(amount_nanos)))
