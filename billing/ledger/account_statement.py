"""The statement of an account: what it opened a month with, every transfer, what it closed with.

A statement ties or it does not exist: opening plus lines is closing, bucket by bucket. It reads the
ledger and writes nothing; how it looks is the business of `billing.formats`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from billing.database.tables import account, rate, transfer
from billing.errors import InvalidEntry
from billing.ledger.accounts import KEY_SEPARATOR, RECONCILED_KEYS, Payer
from billing.ledger.entries import Moves, moves_of
from billing.ledger.history import aware, fold, rows_of, version_at
from billing.ledger.ids import to_text
from billing.period import Month
from pricing.money import EXACT, from_nanos

#: Which of a transfer's two instants puts it into a month: when it happened, or when we wrote it.
#: What happened in a month that was closed belongs to the one it is booked in.
By = Literal["occurred", "recorded"]

#: Kinds of transfer that put money in, or take it out again; all others move it between buckets.
PUT_IN: Final = ("top-up", "adjustment")
#: Rows fetched at a time.
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """The money of an account, or a change of it; exact, in the currency of the statement."""

    available: Decimal
    held: Decimal
    in_doubt: Decimal
    posted: Decimal

    @classmethod
    def of(cls, moves: Moves) -> Self:
        """The same in Decimals."""
        return cls(**{name: from_nanos(nanos) for name, nanos in moves._asdict().items()})

    @property
    def put_in(self) -> Decimal:
        """All four together: what top-ups and adjustments put in, those by way of a member too."""
        return reduce(EXACT.add, (self.available, self.held, self.in_doubt, self.posted))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine(Buckets):
    """One transfer: its four buckets say what it gave to each of them, or took."""

    id: str
    kind: str
    #: The idempotency key.
    key: str
    version: int
    #: What was moved; the buckets say from where to where.
    amount: Decimal
    #: `available` after this line, in the order of the statement.
    balance_available: Decimal
    occurred_at: datetime
    recorded_at: datetime
    #: Asked for by a hold, delivered and paid by a capture or a charge.
    images: int | None = None
    model: str | None = None
    endpoint: str | None = None
    size: str | None = None
    quality: str | None = None
    #: The hold that this transfer moves, ends, or came too late for.
    hold_id: str | None = None
    #: What that hold asked for, `4 x 1024x1024 high`, where the transfer itself has no images.
    hold_asked: str | None = None
    request_id: str | None = None
    reason: str | None = None
    actor: str | None = None
    #: The member that spent it; None for the account itself.
    member: str | None = None

    @property
    def is_of_cost_only(self) -> bool:
        """It corrects what the provider charges us, and moves no money of the account."""
        return self.kind == "adjustment" and self.amount == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatement:
    """A month of one account, half-open in UTC; opening plus lines is closing in every bucket.

    A member has no money of its own: its `available` is what was put in by way of it, less what it
    has drawn from its parent, mostly below zero. Of any account the four buckets together are what
    was put in.

    Raises:
        AssertionError: it does not tie; such a statement is never handed out.
    """

    account: str
    #: The account whose money a member spends; None for an account with money of its own.
    parent: str | None = None
    currency: str
    month: Month
    by: By
    #: What was recorded later is left out; None: nothing is.
    as_of_recorded: datetime | None = None
    opening: Buckets
    lines: tuple[StatementLine, ...]
    closing: Buckets
    #: Whether it has our costs in it, too: not for the customer.
    internal: bool = True

    def for_customer(self) -> Self:
        """The same without what the provider charges us: neither rows nor reasons say it.

        What is left out moves no money, so it ties all the same; versions are not dense then.
        """
        lines = tuple(
            replace(line, reason=None) if line.key.startswith(RECONCILED_KEYS) else line
            for line in self.lines
            if not line.is_of_cost_only
        )
        return replace(self, lines=lines, internal=False)

    def __post_init__(self) -> None:
        for name in Moves._fields:
            self._tie(name, [getattr(line, name) for line in self.lines])
        self._tie("put_in", [line.amount for line in self.lines if line.kind in PUT_IN])

    def _tie(self, name: str, changes: Iterable[Decimal]) -> None:
        total: Decimal = reduce(EXACT.add, changes, getattr(self.opening, name))
        if total != getattr(self.closing, name):
            raise AssertionError(
                f"statement of {self.account!r}, {self.month}: opening and lines give {name} "
                f"{total:f}, closing is {getattr(self.closing, name):f}"
            )


def read_statement(
    connection: Connection,
    payer: Payer,
    month: Month,
    *,
    by: By,
    as_of_recorded: datetime | None = None,
) -> AccountStatement:
    """The statement of a month; the sums are the database's own, the lines must come to the same.

    Cost: the opening folds the rows before the month, the rest reads the month's rows twice.

    Raises:
        InvalidEntry: `by` is neither of the two, or the instant has no time zone.
    """
    known = [*rows_of(payer)]
    if as_of_recorded is not None:
        as_of_recorded = aware("as_of_recorded", as_of_recorded)
        known.append(transfer.c.version <= version_at(connection, payer, as_of_recorded))
    period = _period(connection, payer, month, by)
    opening = fold(connection, *known, period.before).moves
    change = fold(connection, *known, period.within).moves
    return AccountStatement(
        account=payer.named.code,
        parent=None if payer.member is None else payer.account.code,
        currency=payer.account.currency,
        month=month,
        by=by,
        as_of_recorded=as_of_recorded,
        opening=Buckets.of(opening),
        lines=tuple(_lines(connection, [*known, period.within], period.order, opening.available)),
        closing=Buckets.of(opening.plus(change)),
    )


class _Row(NamedTuple):
    """What a line needs of its row; money in nano-units."""

    id: UUID
    kind: str
    version: int
    amount: int
    released: int
    from_bucket: str | None
    idem_key: str
    hold_id: UUID | None
    late_hold_id: UUID | None
    images: int | None
    request_id: str | None
    occurred_at: datetime
    recorded_at: datetime
    reason: str | None
    actor: str | None
    model: str | None
    endpoint: str | None
    size: str | None
    quality: str | None
    member: str | None
    hold_images: int | None
    hold_size: str | None
    hold_quality: str | None


_OF_RATE: Final = ("model", "endpoint", "size", "quality")
_OF_OTHERS: Final = 4
_hold, _hold_rate = transfer.alias("hold"), rate.alias("hold_rate")
# A void or a doubt has no images of its own: what it was for, its hold says.
_is_its_hold = and_(
    transfer.c.rate_id.is_(None),
    _hold.c.account_id == transfer.c.account_id,
    _hold.c.id == transfer.c.hold_id,
)
_rows = select(
    *((rate if name in _OF_RATE else transfer).c[name] for name in _Row._fields[:-_OF_OTHERS]),
    *(account.c.code, _hold.c.images, _hold_rate.c.size, _hold_rate.c.quality),
).select_from(
    transfer.outerjoin(rate, rate.c.id == transfer.c.rate_id)
    .outerjoin(account, account.c.id == transfer.c.member_id)
    .outerjoin(_hold, _is_its_hold)
    .outerjoin(_hold_rate, _hold_rate.c.id == _hold.c.rate_id)
)


class _Period(NamedTuple):
    """A month as conditions on the rows of an account."""

    before: ColumnElement[bool]
    within: ColumnElement[bool]
    order: tuple[ColumnElement[object], ...]


def _period(connection: Connection, payer: Payer, month: Month, by: By) -> _Period:
    version, occurred_at = transfer.c.version, transfer.c.occurred_at
    if by == "occurred":
        booked_in, number = transfer.c.booked_in, month.number
        in_time = booked_in.is_(None)
        before = or_(and_(in_time, occurred_at < month.start), booked_in < number)
        inside = and_(in_time, occurred_at >= month.start, occurred_at < month.end)
        return _Period(before, or_(inside, booked_in == number), (occurred_at, version))
    if by == "recorded":
        first, last = (
            version_at(connection, payer, edge, is_included=False)
            for edge in (month.start, month.end)
        )
        return _Period(version <= first, and_(version > first, version <= last), (version,))
    raise InvalidEntry("by", by, "use occurred or recorded")


def _lines(
    connection: Connection,
    counted: list[ColumnElement[bool]],
    order: tuple[ColumnElement[object], ...],
    available: int,
) -> Iterator[StatementLine]:
    statement = _rows.where(*counted).order_by(*order).execution_options(yield_per=_BATCH)
    for found in connection.execute(statement):
        row = _Row._make(found)
        moves = moves_of(row.kind, row.amount, row.released, row.from_bucket)
        available += moves.available
        yield _line(row, moves, available)


def _line(row: _Row, moves: Moves, available: int) -> StatementLine:
    hold_id = row.hold_id or row.late_hold_id
    has_asked = row.hold_size is not None and row.hold_images is not None
    asked = f"{row.hold_images} x {row.hold_size} {row.hold_quality}" if has_asked else None
    return StatementLine(
        **{name: from_nanos(nanos) for name, nanos in moves._asdict().items()},
        id=to_text(row.kind, row.id),
        kind=row.kind,
        # A member's key is stored behind its code, see `Payer.stored_key`.
        key=row.idem_key.partition(KEY_SEPARATOR)[2] if row.member else row.idem_key,
        version=row.version,
        amount=from_nanos(row.amount),
        balance_available=from_nanos(available),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        images=row.images,
        model=row.model,
        endpoint=row.endpoint,
        size=row.size,
        quality=row.quality,
        hold_id=None if hold_id is None else to_text("hold", hold_id),
        hold_asked=asked,
        request_id=row.request_id,
        reason=row.reason,
        actor=row.actor,
        member=row.member,
    )
