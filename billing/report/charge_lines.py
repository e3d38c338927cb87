"""Every charge of a span, one by one, as the database finds them; nothing is kept in memory.

A report sums them up; a file for another program wants each. A charge counts against its account:
what was paid is above zero, what was given back below.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from billing.database.tables import account, rate, spender_id, transfer
from billing.ledger.accounts import Payer
from billing.ledger.ids import to_text
from billing.period import Month
from billing.report.dimensions import Where, effective_tags, filters
from billing.report.in_span import booked
from billing.report.sources import FROM_TRANSFERS
from billing.report.spans import Span
from billing.report.usage import OF_ACCOUNTS, USAGE_KINDS
from pricing.money import from_nanos

#: Kinds whose amount is what the account is given.
_GIVING: Final = ("refund", "adjustment", "top-up")
_ROWS_AT_ONCE: Final = 1000

_payer = account.alias("payer")
_paid = transfer.alias("paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The price cell that a charge was made by."""

    model: str
    endpoint: str
    size: str
    tier: str
    quality: str
    unit_price: Decimal
    book_id: str
    book_version: str
    book_digest: str
    set_by: str

    @property
    def words(self) -> str:
        """What was bought, as an invoice says it."""
        return in_words(self.model, self.endpoint, self.size, self.quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """One capture, charge, refund, adjustment or top-up.

    Attributes:
        id: of the transfer.
        kind: of the transfer.
        account: who pays.
        member: who spent it, where that is another.
        currency: of `amount` and of the cell's price.
        amount: above zero when the account pays, below when it is given something.
        occurred_at: decides the month.
        booked_in: the month that it counts in; of all but late ones, that of `occurred_at`.
        charge_id: the capture or charge that this is, or that a refund gives back.
        charged_at: when that occurred.
        charged_in: the month that it counts in.
        images: that were paid; 0 for what is no usage, and for refunds, which give back money.
        tags: a JSON object of text to text; of a refund, those of what it gives back.
        cell: None for what has no price: adjustments and top-ups.
    """

    id: str
    kind: str
    account: str
    member: str | None
    currency: str
    amount: Decimal
    occurred_at: datetime
    booked_in: Month
    charge_id: str | None
    charged_at: datetime
    charged_in: Month
    images: int
    request_id: str | None
    reason: str | None
    tags: str | None
    cell: Cell | None

    @property
    def is_of_cost_only(self) -> bool:
        """It corrects what the provider charges us, and moves no money of the account."""
        return self.kind == "adjustment" and self.amount == 0


def charge_lines(
    connection: Connection,
    span: Span,
    *,
    where: Where | None = None,
    payer: Payer | None = None,
    kinds: tuple[str, ...] = (*USAGE_KINDS, "adjustment"),
    late: bool = False,
) -> Generator[ChargeLine, None, None]:
    """The charges of a span, by account and time; filtered, what has no size or model is left out.

    Late ones are among them: what occurred in a closed month and is booked in the span. With `late`
    there are only those.

    Whoever may stop in the middle closes it (`contextlib.closing`): the database is still sending.

    Raises:
        InvalidEntry: `where` names something that is no dimension.
        AccountNotFound: `where` names an account that does not exist.
    """
    if set(where or {}) - set(OF_ACCOUNTS):
        kinds = tuple(kind for kind in kinds if kind in USAGE_KINDS)
    chosen = FROM_TRANSFERS.late if late else booked
    statement = (
        _every_charge()
        .where(*chosen(span, *kinds), *paid_by(payer), *filters(connection, where, span))
        .order_by(transfer.c.account_id, transfer.c.occurred_at, transfer.c.version)
    )
    cells: dict[UUID, Cell] = {}
    options = {"yield_per": _ROWS_AT_ONCE}
    with connection.execute(statement, execution_options=options) as streamed:
        for found in streamed:
            yield _line(found, cells)


def paid_by(payer: Payer | None) -> tuple[ColumnElement[bool], ...]:
    """Transfers of an account and its members, or of one member; of everybody when None."""
    if payer is None:
        return ()
    if payer.member is None:
        return (transfer.c.account_id == payer.account.id,)
    return transfer.c.account_id == payer.account.id, transfer.c.member_id == payer.member.id


def in_words(model: str, endpoint: str, size: str, quality: str) -> str:
    """A cell as an invoice says it.

    >>> in_words("gpt-image-2", "edits", "1024x1024", "high")
    'gpt-image-2 image edit 1024x1024 high'
    """
    made = {"generations": "generation", "edits": "edit"}.get(endpoint, endpoint)
    return f"{model} image {made} {size} {quality}"


def _every_charge() -> Select[tuple[Any, ...]]:
    is_paid = and_(_paid.c.account_id == transfer.c.account_id, _paid.c.id == transfer.c.refunds_id)
    return select(
        *(transfer.c[name] for name in ("id", "kind", "amount", "occurred_at")),
        *(transfer.c[name] for name in ("images", "request_id", "reason", "rate_id", "booked_in")),
        _payer.c.code.label("payer"),
        account.c.code.label("spender"),
        _payer.c.currency.label("currency"),
        effective_tags.label("tags"),
        _paid.c.id.label("paid_id"),
        _paid.c.kind.label("paid_kind"),
        _paid.c.occurred_at.label("paid_at"),
        _paid.c.booked_in.label("paid_in"),
        *(rate.c[name] for name in Cell.__slots__),
    ).select_from(
        transfer.join(account, account.c.id == spender_id)
        .join(_payer, _payer.c.id == transfer.c.account_id)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .outerjoin(_paid, is_paid)
    )


def _line(found: Row[Any], cells: dict[UUID, Cell]) -> ChargeLine:
    cell = cells.get(found.rate_id)
    if cell is None and found.rate_id is not None:
        facts = {name: getattr(found, name) for name in Cell.__slots__}
        cell = cells[found.rate_id] = Cell(**facts | {"unit_price": from_nanos(found.unit_price)})
    charge_kind, charge_id = found.paid_kind or found.kind, found.paid_id or found.id
    booked_in = _month(found.booked_in, found.occurred_at)
    is_of_other = found.paid_at is not None
    return ChargeLine(
        id=to_text(found.kind, found.id),
        kind=found.kind,
        account=found.payer,
        member=found.spender if found.spender != found.payer else None,
        currency=found.currency,
        amount=from_nanos(-found.amount if found.kind in _GIVING else found.amount),
        occurred_at=found.occurred_at,
        charge_id=to_text(charge_kind, charge_id) if charge_kind in USAGE_KINDS else None,
        charged_at=found.paid_at or found.occurred_at,
        booked_in=booked_in,
        charged_in=_month(found.paid_in, found.paid_at) if is_of_other else booked_in,
        images=found.images or 0 if found.kind != "refund" else 0,
        request_id=found.request_id,
        reason=found.reason,
        tags=found.tags,
        cell=cell,
    )


def _month(booked_in: int | None, at: datetime) -> Month:
    return Month.of(at) if booked_in is None else Month.numbered(booked_in)
