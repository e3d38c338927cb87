"""Which months are closed: the events that say so, and the figure that the guard goes by.

Months close in order and only the newest closed one is reopened, so one month says it all:
everything up to it is closed. `balance.closed_through` repeats it in every balance, where the
guarded update sees it under its lock; the events say who, when and why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, Self

from sqlalchemy import Connection, bindparam, func, select

from billing.database.tables import balance, period_event
from billing.ledger.accounts import Payer
from billing.ledger.proof.canonical import row_hash

Kind = Literal["close", "reopen"]

#: Key of the PostgreSQL advisory lock between opening an account and closing a month
#: ("periods!" in ASCII).
_LOCK: Final = 0x706572696F647321

_events = select(period_event).order_by(period_event.c.recorded_at)
_closed_through = select(balance.c.closed_through).where(
    balance.c.account_id == bindparam("of_account")
)


class PeriodEvent(NamedTuple):
    """A row of `period_event`, columns in the order of the table."""

    month: int
    number: int
    kind: Kind
    forced: int
    actor: str
    reason: str | None
    recorded_at: datetime
    report_digest: bytes | None = None
    book_digests: str | None = None
    #: Over the columns above and the hash of the event before it.
    hash: bytes = b""

    def hash_after(self, before: PeriodEvent | None) -> bytes:
        """The hash that its row should have, after the event before it."""
        columns = {name: value for name, value in self._asdict().items() if name != "hash"}
        previous = b"" if before is None else before.hash
        return hashlib.sha256(previous + row_hash("period_event", columns)).digest()


@dataclass(frozen=True, slots=True)
class Periods:
    """Every event, oldest first, and what follows from them."""

    events: Sequence[PeriodEvent]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        """The events of a ledger."""
        return cls([PeriodEvent(*found) for found in connection.execute(_events)])

    @property
    def closed_through(self) -> int:
        """The newest closed month (YYYYMM); 0 when none is closed.

        With the first month that was ever closed, everything before it was; reopening that month
        leaves those before it closed.
        """
        standing = self._standing()
        closed = [month for month, event in standing.items() if event.kind == "close"]
        if closed or not standing:
            return max(closed, default=0)
        return month_before(min(standing))

    @property
    def last_at(self) -> datetime | None:
        """The instant of the newest event: what came after has a `recorded_at` from it on."""
        return self.events[-1].recorded_at if self.events else None

    def closing_of(self, month: int) -> PeriodEvent | None:
        """The event by which a month stands closed, or None while it is open.

        A month before the first one that was closed goes with the oldest closing that stands; when
        none stands any more, with the first there was.
        """
        if month > self.closed_through:
            return None
        standing = [e for e in self._standing().values() if e.kind == "close" and e.month >= month]
        return min(standing) if standing else self.events[0]

    def events_of(self, month: int) -> list[PeriodEvent]:
        """What became of one month, in order."""
        return [event for event in self.events if event.month == month]

    def _standing(self) -> dict[int, PeriodEvent]:
        """The newest event of each month."""
        return {event.month: event for event in self.events}


def closed_through(connection: Connection, payer: Payer) -> int:
    """The newest closed month, as the guard of an account's balance has it."""
    found = connection.execute(_closed_through, {"of_account": payer.account.id})
    return int(found.scalar_one())


def keep_others_out(connection: Connection, *, is_closing: bool) -> None:
    """Wait for whoever opens an account while we close a month, or the other way round.

    A new balance that is not committed yet is no row that a closing could update. On SQLite there
    is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if is_closing else func.pg_advisory_xact_lock_shared
        connection.execute(select(lock(_LOCK)))


def month_before(month: int) -> int:
    """The month before YYYYMM, as YYYYMM."""
    return month - (89 if month % 100 == 1 else 1)
