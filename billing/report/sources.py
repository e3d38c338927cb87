"""Where the sums of a report come from: the roll-up of whole days, or the transfers themselves.

The roll-up knows days in UTC and no tags. So days of another zone, and everything about tags, are
summed up from the transfers; so is a part of a day, which is never mixed with a whole one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
)

from billing.database.tables import account, rate, rollup, spender_id, transfer
from billing.ledger.rollup.parts import day_number
from billing.ledger.rollup.sql import ROLLED
from billing.period import Month
from billing.report.dimensions import IN_ROLLUP
from billing.report.in_span import late, within
from billing.report.spans import Span

#: An amount as two columns.
Parts = tuple[ColumnElement[int], ColumnElement[int]]

_DAY: Final = timedelta(days=1)
_ZERO: Final[ColumnElement[int]] = literal_column("0", transfer.c.images.type)
_UNIT: Final[ColumnElement[int]] = literal_column("1000000000", transfer.c.amount.type)
_ONE: Final[ColumnElement[int]] = literal_column("1", transfer.c.images.type)

cost_rate: Final = rate.alias("cost_rate")
_hold = transfer.alias("hold")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Lines to sum up, joined with `account` (who spent), `rate` and `cost_rate`."""

    lines: FromClause
    kind: ColumnElement[str]
    #: How many transfers a line stands for; of these, how many name no cost.
    transfers: ColumnElement[int]
    uncosted: ColumnElement[int]
    #: Images that were asked for, and those that were paid.
    asked: ColumnElement[int]
    images: ColumnElement[int]
    amount: ColumnElement[int]
    cost: ColumnElement[int]
    #: The month (YYYYMM) that a late line is booked in; 0 of all others.
    booked_in: ColumnElement[int]
    is_rollup: bool
    #: Of transfers: when those that are late occurred, half-open, where that is known.
    late_within: tuple[datetime, datetime] | None = None

    def late(self, span: Span, *kinds: str) -> tuple[ColumnElement[bool], ...]:
        """Lines of these kinds that are booked in the span and occurred in a closed month.

        Lines of the roll-up are those of all months that it has days of; see `source_of_late`.
        """
        # Both have an index that begins with the account.
        if self.is_rollup:
            is_booked = self.booked_in > _ZERO, self.booked_in.between(*span.booked_months)
            everybody = rollup.c.account_id.in_(_accounts())
            return self.kind.in_(kinds), self.transfers > _ZERO, *is_booked, everybody
        if self.late_within is None:
            return self.kind.in_(kinds), *late(span)
        first, end = self.late_within
        at, everybody = transfer.c.occurred_at, transfer.c.account_id.in_(_accounts())
        return self.kind.in_(kinds), everybody, at >= first, at < end, *late(span)

    def within(self, span: Span, *kinds: str) -> tuple[ColumnElement[bool], ...]:
        """Lines of these kinds that lie in the span; of the roll-up, in its whole days.

        What is late is no part of the month in which it occurred.
        """
        if not self.is_rollup:
            return within(span, *kinds)
        first, end = day_number(span.start), day_number(span.end)
        days = _month_is(span), rollup.c.day >= first, rollup.c.day < end
        # The accounts lead the key: named, each is a short stretch of it, however long the history.
        everybody = rollup.c.account_id.in_(_accounts())
        counts = rollup.c.transfers > 0, rollup.c.booked_in == 0
        return rollup.c.kind.in_(kinds), *counts, everybody, *days

    def chosen(
        self, span: Span, *kinds: str, late: bool, has_days: bool, payers: Sequence[UUID] | None
    ) -> Lines:
        """The same lines, or the late ones, with what a report sums up of each.

        Those of some payers are found by their ids, not among those of all.
        """
        where = (self.late if late else self.within)(span, *kinds)
        if payers is not None:
            payer_id = rollup.c.account_id if self.is_rollup else transfer.c.account_id
            where = (*where, payer_id.in_(payers))
        if self.is_rollup:
            return _by_rates(where, has_days=has_days)
        return Lines(
            joined=self.lines,
            where=where,
            kind=self.kind,
            transfers=self.transfers,
            uncosted=self.uncosted,
            asked=self.asked,
            images=self.images,
            amount=split(self.amount),
            cost=split(self.cost),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lines:
    """Chosen lines of a source; `joined` and the columns are as there, `where` chooses them."""

    joined: FromClause
    where: tuple[ColumnElement[bool], ...] = ()
    kind: ColumnElement[str]
    transfers: ColumnElement[int]
    uncosted: ColumnElement[int]
    asked: ColumnElement[int]
    images: ColumnElement[int]
    amount: Parts
    cost: Parts
    #: Of the roll-up: the day as YYYYMMDD.
    day: ColumnElement[int] = rollup.c.day


def split(nanos: ColumnElement[int]) -> Parts:
    """Whole units and the rest of nano-units, to be summed apart: one sum would overflow."""
    return nanos // _UNIT, nanos % _UNIT


def source_of_late(connection: Connection, span: Span, names: Iterable[str]) -> Source:
    """Where late lines are read; `names` are all dimensions that are asked for.

    The roll-up knows the month in which a line is booked, and not the day.
    """
    if _is_rolled(span, names) and span.begins_month and span.ends_month:
        return FROM_ROLLUP
    days = select(func.min(rollup.c.day), func.max(rollup.c.day))
    first, last = connection.execute(days.where(*FROM_ROLLUP.late(span, *ROLLED))).one()
    if first is None:
        return replace(FROM_TRANSFERS, late_within=(span.start, span.start))
    return replace(FROM_TRANSFERS, late_within=(_midnight(first), _midnight(last) + _DAY))


def clocks(connection: Connection, span: Span, names: Iterable[str]) -> Span:
    """The span by whose clocks the days of its lines are told, where `names` ask for days.

    It begins with the first late line: before the span did, clocks may have shown another time.
    """
    if span.is_utc or "day" not in names:
        return span
    earliest = select(func.min(rollup.c.day)).where(*FROM_ROLLUP.late(span, *ROLLED))
    day = connection.scalar(earliest)
    if day is None:
        return span
    return replace(span, start=min(_midnight(day), span.start))


def parts(span: Span, names: Iterable[str]) -> Iterator[tuple[Span, Source]]:
    """The span in parts, each with where it is read; `names` are all dimensions that are asked for.

    Whole days come from the roll-up, where it knows what is asked for.
    """
    first, last = _day_from(span.start), _day_until(span.end)
    if not _is_rolled(span, names) or first >= last:
        yield span, FROM_TRANSFERS
        return
    if span.start < first:
        yield Span(span.start, first), FROM_TRANSFERS
    yield Span(first, last), FROM_ROLLUP
    if last < span.end:
        yield Span(last, span.end), FROM_TRANSFERS


def _is_rolled(span: Span, names: Iterable[str]) -> bool:
    return span.is_utc and set(names) <= set(IN_ROLLUP)


def _midnight(day: int) -> datetime:
    return datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=UTC)


def _day_until(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _day_from(at: datetime) -> datetime:
    midnight = _day_until(at)
    return midnight if midnight == at else midnight + _DAY


def _accounts() -> Select[tuple[object]]:
    return select(account.alias("payer").c.id)


def _transfers() -> FromClause:
    # Outer: a row without a rate is still money, and no grouping may lose it.
    of_hold = func.coalesce(transfer.c.hold_id, transfer.c.late_hold_id)
    return (
        transfer.join(account, account.c.id == spender_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(cost_rate, cost_rate.c.id == transfer.c.cost_rate_id)
        .outerjoin(_hold, and_(_hold.c.account_id == transfer.c.account_id, _hold.c.id == of_hold))
    )


def _named(lines: FromClause) -> FromClause:
    """Lines of the roll-up with what they name."""
    return (
        lines.join(account, account.c.id == lines.c.spender_id)
        .outerjoin(rate, rate.c.id == lines.c.rate_id)
        .outerjoin(cost_rate, cost_rate.c.id == lines.c.cost_rate_id)
    )


def _by_rates(where: Iterable[ColumnElement[bool]], *, has_days: bool) -> Lines:
    """Lines of the roll-up, summed up before they are joined with what they name.

    In the order of the key, so that SQLite need not sort them; few are left to look something up.
    """
    names = ("account_id", "kind", "spender_id", "rate_id", "cost_rate_id")
    keys = [rollup.c[name] for name in (*names, *(("day",) if has_days else ()))]
    columns: dict[str, ColumnElement[int]] = {
        name: rollup.c[name] for name in ("transfers", "uncosted", "asked", "images")
    }
    columns["amount_units"], columns["amount_rest"] = split(rollup.c.amount)
    columns["cost_units"], columns["cost_rest"] = split(rollup.c.cost)
    sums = [func.sum(column).label(name) for name, column in columns.items()]
    lines = select(*keys, *sums).where(*where).group_by(*keys).subquery("lines")
    return Lines(
        joined=_named(lines),
        kind=lines.c.kind,
        transfers=lines.c.transfers,
        uncosted=lines.c.uncosted,
        asked=lines.c.asked,
        images=lines.c.images,
        amount=(lines.c.amount_units, lines.c.amount_rest),
        cost=(lines.c.cost_units, lines.c.cost_rest),
        day=lines.c.day if has_days else rollup.c.day,
    )


def _month_is(span: Span) -> ColumnElement[bool]:
    """Of one month it is an equation, so that its lines come in the order of the key."""
    months = [Month.of(span.start)]
    while months[-1].end < span.end:
        months.append(months[-1].next)
    numbers = [each.number for each in months]
    return rollup.c.month == numbers[0] if len(numbers) == 1 else rollup.c.month.in_(numbers)


_images = func.coalesce(transfer.c.images, _ZERO)
FROM_TRANSFERS: Final = Source(
    lines=_transfers(),
    kind=transfer.c.kind,
    transfers=_ONE,
    uncosted=case((transfer.c.cost.is_(None), _ONE), else_=_ZERO),
    asked=func.coalesce(_hold.c.images, _images),
    images=_images,
    amount=transfer.c.amount,
    cost=func.coalesce(transfer.c.cost, _ZERO),
    booked_in=transfer.c.booked_in,
    is_rollup=False,
)
FROM_ROLLUP: Final = Source(
    lines=_named(rollup),
    kind=rollup.c.kind,
    transfers=rollup.c.transfers,
    uncosted=rollup.c.uncosted,
    asked=rollup.c.asked,
    images=rollup.c.images,
    amount=rollup.c.amount,
    cost=rollup.c.cost,
    booked_in=rollup.c.booked_in,
    is_rollup=True,
)
