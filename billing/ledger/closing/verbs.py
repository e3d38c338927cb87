"""Closing months and opening them again; both are events that stay in the ledger.

A closing is one transaction: it takes the lock of every balance, so each posting is either in the
digest or comes after it, finds its month closed and is booked in the first open one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Connection, func, insert, select, text, update

from billing.database.engines import writing
from billing.database.tables import balance, period_event
from billing.errors import InvalidEntry
from billing.ledger.asking import check_storable, in_words, later
from billing.ledger.closing.content import books_of, contents, first_month
from billing.ledger.closing.periods import PeriodEvent, Periods, keep_others_out
from billing.ledger.limits import Limits
from billing.ledger.orders import month_after, month_number
from billing.ledger.transfers import PeriodChange
from billing.period import Month, as_month
from billing.period_errors import (
    PeriodClosed,
    PeriodInGrace,
    PeriodNotClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from pricing import BookRef

#: How long after its end a month stays open for late calls.
GRACE: Final = timedelta(hours=72)
#: A caller's transaction may hold a balance for long; postings queue behind us meanwhile.
_PATIENCE: Final = text("SET LOCAL lock_timeout = '10s'")
_TICK: Final = timedelta(microseconds=1)

_locked = select(balance.c.account_id).order_by(balance.c.account_id).with_for_update()
_newest = select(func.max(balance.c.recorded_at))
Done = TypeVar("Done")


class Closing(Limits):
    """Periods: what is closed, and the two verbs that change it."""

    def close_period(
        self,
        month: Month | str,
        *,
        actor: str,
        reason: str | None = None,
        grace: timedelta = GRACE,
        force: bool = False,
    ) -> list[PeriodChange]:
        """Close a month: nothing is posted into it any more, its report stays what it is now.

        Months close in order. The first closing also closes what was before it: each month from the
        first in which anything counts by an event of its own, those before that without one.

        Args:
            month: a `Month`, or `YYYY-MM`; in UTC, and over.
            actor: who decided.
            reason: why, in words.
            grace: how long after its end the month stays open for late calls.
            force: close it before the grace has passed; that is recorded.

        Returns:
            The closings, oldest month first.

        Raises:
            PeriodClosed, PeriodNotOver, PeriodInGrace, PeriodOutOfOrder: nothing was written.
        """
        month = as_month(month)
        _check_words(actor, reason)
        until = later("grace", month.end, grace)
        if until < month.end:
            raise InvalidEntry("grace", grace, "0 or more")

        def close(connection: Connection) -> list[PeriodEvent]:
            periods, now = Periods.of(connection), self._clock()
            is_forced = _check_over(month, now, until, force=force)
            asked = month.number
            first = _first_to_close(connection, periods, month)
            begun = _lock(connection, periods, now)
            by_month = contents(connection, first, asked)
            events = [
                PeriodEvent(
                    month=each,
                    number=len(periods.events_of(each)) + 1,
                    kind="close",
                    # Only the newest can be in its grace: those before it are over for a month.
                    forced=int(is_forced and each == asked),
                    actor=actor,
                    reason=reason,
                    recorded_at=begun + turn * _TICK,
                    report_digest=content.digest,
                    book_digests=books_of(connection, content.rates),
                )
                for turn, (each, content) in enumerate(by_month.items())
            ]
            return _write(connection, periods, events)

        return [_public(event) for event in self._in_turn(close)]

    def reopen_period(self, month: Month | str, *, actor: str, reason: str) -> PeriodChange:
        """Open the newest closed month again: it can be posted into until it is closed again.

        Raises:
            PeriodNotClosed, PeriodOutOfOrder: nothing was written.
        """
        month = as_month(month)
        in_words("reason", reason)
        _check_words(actor, reason)

        def reopen(connection: Connection) -> list[PeriodEvent]:
            periods = Periods.of(connection)
            _check_newest(month, periods)
            at = _lock(connection, periods, self._clock())
            number = len(periods.events_of(month.number)) + 1
            event = PeriodEvent(month.number, number, "reopen", 0, actor, reason, at)
            return _write(connection, periods, [event])

        return _public(self._in_turn(reopen)[0])

    def period_changes(self) -> list[PeriodChange]:
        """Every closing and reopening, oldest first."""
        with self._view() as connection:
            return [_public(event) for event in Periods.of(connection).events]

    def closed_through(self) -> Month | None:
        """The newest closed month: all before it are closed too; None when none is."""
        with self._view() as connection:
            found = Periods.of(connection).closed_through
        return Month.numbered(found) if found else None

    def _in_turn(self, work: Callable[[Connection], Done]) -> Done:
        """One transaction in which nobody else closes a month or opens an account."""

        def run() -> Done:
            with writing(self.engine) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(_PATIENCE)
                keep_others_out(connection, is_closing=True)
                return work(connection)

        return self._patiently(run)


def _check_words(actor: str, reason: str | None) -> None:
    in_words("actor", actor)
    check_storable("actor", actor)
    if reason is not None:
        check_storable("reason", reason)


def _check_over(month: Month, now: datetime, until: datetime, *, force: bool) -> bool:
    """Whether closing it now is by force."""
    if now < month.end:
        raise PeriodNotOver(str(month), ends_at=month.end)
    is_early = now < until
    if is_early and not force:
        raise PeriodInGrace(str(month), until=until)
    return is_early


def _first_to_close(connection: Connection, periods: Periods, month: Month) -> int:
    """The oldest month that is closed with the one that was asked for."""
    through, asked = periods.closed_through, month.number
    if not through:
        return min(first_month(connection) or asked, asked)
    closing = periods.closing_of(asked)
    if closing is not None:
        raise PeriodClosed(str(month), closed_at=closing.recorded_at, actor=closing.actor)
    following = month_after(through)
    if asked != following:
        raise PeriodOutOfOrder(str(month), first=str(Month.numbered(following)), verb="close")
    return asked


def _check_newest(month: Month, periods: Periods) -> None:
    newest, asked = periods.closed_through, month.number
    # A month before the first one that was closed has no event to undo.
    if asked > newest or not periods.events_of(newest):
        raise PeriodNotClosed(str(month), newest=str(Month.numbered(newest)) if newest else None)
    if asked < newest:
        raise PeriodOutOfOrder(str(month), first=str(Month.numbered(newest)), verb="reopen")


def _lock(connection: Connection, periods: Periods, now: datetime) -> datetime:
    """Stop every balance; answers an instant later than all that was recorded."""
    if connection.dialect.name == "postgresql":
        # In the order that every batch takes them in, so that nobody waits in a circle.
        connection.execute(_locked).all()
    newest = connection.execute(_newest).scalar()
    instants = [newest, periods.last_at]
    return max([now, *(at + _TICK for at in instants if at is not None)])


def _write(
    connection: Connection, periods: Periods, events: list[PeriodEvent]
) -> list[PeriodEvent]:
    """Write the events, and let the guard of every balance go by them."""
    before = periods.events[-1] if periods.events else None
    chained: list[PeriodEvent] = []
    for event in events:
        before = event._replace(hash=event.hash_after(before))
        chained.append(before)
    connection.execute(insert(period_event), [event._asdict() for event in chained])
    through = Periods([*periods.events, *chained]).closed_through
    last = chained[-1].recorded_at
    # As a transfer does: an account's clock, and with it its month, never runs backwards. All that
    # follows is recorded from here on, whatever the clocks of others say.
    turned = {"month": month_number(last), "month_spent": 0, "month_forced": 0}
    is_behind = balance.c.month < month_number(last)
    connection.execute(update(balance).where(is_behind), turned)
    connection.execute(update(balance).values(closed_through=through, recorded_at=last))
    return chained


def _public(event: PeriodEvent) -> PeriodChange:
    books = json.loads(event.book_digests or "[]")
    return PeriodChange(
        month=str(Month.numbered(event.month)),
        number=event.number,
        kind=event.kind,
        forced=bool(event.forced),
        actor=event.actor,
        reason=event.reason,
        recorded_at=event.recorded_at,
        digest=None if event.report_digest is None else event.report_digest.hex(),
        books=tuple(BookRef(book["id"], book["version"], book["digest"]) for book in books),
    )
