"""References far back in a history: a late charge to its hold, a refund to what it gives back.

A page of rows is checked at once, by a query that looks up only what the page names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import transfer
from billing.ledger.accounts import AccountRow
from billing.ledger.proof.findings import Findings, ProblemKind, money
from billing.ledger.proof.folding import named
from billing.ledger.rows import TransferRow

_of_account = transfer.c.account_id == bindparam("of_account")
_hold = transfer.alias("hold")
_expired = (
    select(_hold.c.id, _hold.c.rate_id, _hold.c.member_id, transfer.c.version)
    .join(_hold, (_hold.c.account_id == transfer.c.account_id) & (_hold.c.id == transfer.c.hold_id))
    .where(
        _of_account,
        transfer.c.hold_id.in_(bindparam("ids", expanding=True)),
        transfer.c.kind == "expire",
    )
)
_paid = select(
    transfer.c.id,
    transfer.c.kind,
    transfer.c.amount,
    transfer.c.version,
    transfer.c.month,
    transfer.c.member_id,
).where(_of_account, transfer.c.id.in_(bindparam("ids", expanding=True)))
_refunds = (
    select(transfer.c.refunds_id, transfer.c.amount, transfer.c.version)
    .where(_of_account, transfer.c.refunds_id.in_(bindparam("ids", expanding=True)))
    .order_by(transfer.c.version)
)


def check_references(
    connection: Connection, owner: AccountRow, rows: Sequence[TransferRow], findings: Findings
) -> None:
    """Check what the rows of one page say about rows long before them."""
    late = [row for row in rows if row.late_hold_id is not None]
    refunds = [row for row in rows if row.refunds_id is not None]
    for kind, row, said in (
        *_broken_late(connection, late),
        *_broken_refunds(connection, owner, refunds),
    ):
        findings.report(owner.code, kind, f"{named(row)}: {said}")


def _broken_late(
    connection: Connection, rows: Sequence[TransferRow]
) -> Iterator[tuple[ProblemKind, TransferRow, str]]:
    if not rows:
        return
    bound = _bound(rows, [row.late_hold_id for row in rows])
    expired = {found.id: found for found in connection.execute(_expired, bound)}
    for row in rows:
        found = expired.get(row.late_hold_id)
        if found is None or found.version > row.version:
            yield "late", row, "the hold that it came too late for had not expired"
        elif found.rate_id != row.rate_id:
            yield "price", row, "it was charged at another rate than it was held at"
        elif found.member_id != row.member_id:
            yield "member", row, "it is not of the member who held"


def _broken_refunds(
    connection: Connection, owner: AccountRow, rows: Sequence[TransferRow]
) -> Iterator[tuple[ProblemKind, TransferRow, str]]:
    if not rows:
        return
    bound = _bound(rows, [row.refunds_id for row in rows])
    paid = {found.id: found for found in connection.execute(_paid, bound)}
    siblings = connection.execute(_refunds, bound).all()
    for row in rows:
        found = paid.get(row.refunds_id)
        if found is None or found.kind not in ("capture", "charge") or found.version > row.version:
            yield "refund", row, "it gives back what was never paid"
            continue
        if (row.month, row.member_id) != (found.month, found.member_id):
            yield "month", row, "it is of another month or member than what it gives back"
        before = sum(
            each.amount
            for each in siblings
            if each.refunds_id == row.refunds_id and each.version < row.version
        )
        if (row.refundable, row.refunded_before) != (found.amount, before):
            given, of = (money(each, owner.currency) for each in (before, found.amount))
            yield "refund", row, f"{given} of {of} were given back before it"
        if before + row.amount > found.amount:
            paid_then = money(found.amount, owner.currency)
            yield "refund", row, f"with it, more than the {paid_then} paid is given back"


def _bound(rows: Sequence[TransferRow], ids: Sequence[UUID | None]) -> dict[str, object]:
    return {"of_account": rows[0].account_id, "ids": list(set(ids))}
