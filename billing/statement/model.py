"""What a statement is made of: lines of single calls, buckets of many, and lines that are bad."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from pricing.money import from_nanos

#: Statuses of usage, and of the lines that are no usage.
USAGE: Final = ("charged", "refunded")
NOT_USAGE: Final = ("tax", "fee", "credit", "total")
STATUSES: Final = (*USAGE, *NOT_USAGE)


class StatementLine(NamedTuple):
    """One line as the provider wrote it; `amount_nanos` carries no sign for its status.

    A statement that has no sizes, qualities or numbers of images leaves them empty and `n` 0: they
    are then unknown, not different.
    """

    #: Of the file, counted from 1; the header is line 1. In JSON and Parquet: the record.
    line: int
    #: Empty when the provider gave none.
    request_id: str
    #: Aware UTC.
    created_at: datetime
    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    n: int
    #: What the provider charges: the cost, where the file has one beside an amount.
    amount_nanos: int
    currency: str
    status: str
    #: False where the statement leaves the endpoint out; it then stands for generations.
    names_endpoint: bool = True
    #: Our idempotency key, where the provider echoes it.
    key: str = ""
    #: The provider's project.
    project: str = ""

    @property
    def amount(self) -> Decimal:
        """The amount as it was written."""
        return from_nanos(self.amount_nanos)

    @property
    def is_usage(self) -> bool:
        """Whether it charges or refunds a call."""
        return self.status in USAGE

    @property
    def effect_nanos(self) -> int:
        """What it adds to the bill: refunds and credits take away, a total only repeats."""
        return effect_of(self.status, self.amount_nanos)


class BucketLine(NamedTuple):
    """What many calls came to in a span of time; "" and None are what the statement leaves out."""

    #: Of the file, counted from 1, as in `StatementLine`.
    line: int
    #: Aware UTC; the span is half-open.
    start: datetime
    end: datetime
    project: str
    model: str
    line_item: str
    endpoint: str
    size: str
    quality: str
    images: int | None
    #: Below zero when money comes back.
    amount_nanos: int | None
    currency: str


class BadLine(NamedTuple):
    """A line that cannot be read, with everything that is wrong with it."""

    line: int
    problems: tuple[str, ...]
    #: What can be read of it all the same.
    request_id: str = ""
    currency: str = ""
    #: What it adds to the bill, in its currency; None when nobody can know.
    effect_nanos: int | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {'; '.join(self.problems)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What many lines have in common: everything but id and time; see `Statement.rapid`.

    The lines of one pass share one object for equal text, so it can be told by its identity.
    """

    account: str
    model: str
    endpoint: str
    names_endpoint: bool
    size: str
    quality: str
    n: int
    amount_nanos: int
    currency: str
    status: str
    project: str
    #: What a line adds to the bill.
    effect_nanos: int

    def line(
        self, number: int, request_id: str, created_at: datetime, *, key: str = ""
    ) -> StatementLine:
        """The line that it is part of."""
        return StatementLine(
            line=number,
            request_id=request_id,
            created_at=created_at,
            account=self.account,
            model=self.model,
            endpoint=self.endpoint,
            size=self.size,
            quality=self.quality,
            n=self.n,
            amount_nanos=self.amount_nanos,
            currency=self.currency,
            status=self.status,
            names_endpoint=self.names_endpoint,
            key=key,
            project=self.project,
        )


#: A line of usage without its object: its number, request id, time and what it shares.
RapidLine = tuple[int, str, datetime, Combination]


def effect_of(status: str, amount_nanos: int) -> int:
    """What a line of a status adds to the bill."""
    match status:
        case "refunded" | "credit":
            return -abs(amount_nanos)
        case "total":
            return 0
    return amount_nanos
