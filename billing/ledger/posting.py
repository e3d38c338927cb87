"""How one order gets into the ledger: move the balance under guard, then write the row.

On PostgreSQL a plain order is one statement; anything more (a member, evidence, a rate that is new)
is a few statements of one transaction, as everything is on SQLite.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import transfer
from billing.database.wire import Wire
from billing.ledger import posting_sql
from billing.ledger.accounts import AccountRow
from billing.ledger.evidence import Evidence
from billing.ledger.ids import new_id
from billing.ledger.orders import Order, Refused, summed, to_row, used_by
from billing.ledger.rates import store
from billing.ledger.rollup import parts
from billing.ledger.rows import TransferRow

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_by_id = select(transfer).where(
    transfer.c.account_id == bindparam("of_account"), transfer.c.id == bindparam("row")
)
_by_key = select(transfer).where(
    transfer.c.account_id == bindparam("of_account"), transfer.c.idem_key == bindparam("key")
)


def is_one_statement(wire: Wire, order: Order) -> bool:
    """Whether writing the order needs no transaction around it."""
    return wire.dialect == "postgresql" and order.is_plain


def post(wire: Wire, order: Order) -> TransferRow:
    """Move the money and write the row; call it in a transaction unless `is_one_statement`.

    Raises:
        Refused: the guard let nothing through. Roll back: a part may have moved already.
        Clash: the key, or a hold's ending, is taken.
    """
    write = _post_at_once if is_one_statement(wire, order) else _post_in_steps
    return write(wire, order)


def _post_at_once(wire: Wire, order: Order) -> TransferRow:
    row, sums = order.columns(), order.sums()
    counts = order.entry.spend_month == 0
    columns = used_by(row)
    if row["occurred_at"] is order.now:
        columns = tuple([name for name in columns if name != "occurred_at"])
    values = {**row, **sums, "now": order.now, "now_month": order.now_month}
    rolls = parts.is_rolled(order)
    if rolls:
        values["day"], values["asked"] = parts.day_of(row), order.entry.asked
    statement = posting_sql.move_and_write(columns, tuple(sums), counts=counts, rolls=rolls)
    answers = wire.run(statement, values)
    if not answers:
        raise Refused(order)
    row["version"], row["month"], row["over_limit"], later = answers[0]
    row["recorded_at"] = order.now if later is None else instant(later)
    return to_row(row)


def _post_in_steps(wire: Wire, order: Order) -> TransferRow:
    for rate in order.new_rates:
        store(wire, rate)
    row, sums = order.columns(), order.sums()
    values = {**row, **sums, "now": order.now, "now_month": order.now_month}
    answers = wire.run(posting_sql.move(wire.dialect, tuple(sums)), values)
    if not answers:
        raise Refused(order)
    version, month, spent, soft, later = answers[0]
    row["version"] = version
    if order.entry.spend_month == 0:
        row["month"] = month
    if "spend" in sums:
        row["over_limit"] = above(spent, soft)
    row["recorded_at"] = order.now if later is None else instant(later)
    if order.member is not None:
        row["member_over_limit"] = _allow(wire, order, order.member, month)
    wire.run(posting_sql.write(wire.dialect, used_by(row)), row)
    parts.add_one(wire, order, row)
    if order.evidence is not None and order.hold_id is not None:
        attach(wire, order.account, order.id, order.evidence, hold_id=order.hold_id, now=order.now)
    return to_row(row)


def _allow(wire: Wire, order: Order, member: AccountRow, month: int) -> int | None:
    # The balance is locked and says which month it is: an allowance never knows better.
    counted = {**summed([order], now_month=month), "of_member": member.id}
    answers = wire.run(posting_sql.allow(wire.dialect), counted)
    if not answers:
        raise Refused(order, member=member)
    spent, soft = answers[0]
    return above(spent, soft) if counted["spend"] else None


def attach(
    wire: Wire,
    account: AccountRow,
    transfer_id: UUID,
    facts: Evidence,
    *,
    hold_id: UUID,
    now: datetime,
) -> None:
    """Write what is known of the provider call beside the row it led to, before the commit."""
    detail = facts.known()
    wire.run(
        posting_sql.write_evidence(wire.dialect),
        {
            "account_id": account.id,
            "id": new_id(account.tag),
            "hold_id": hold_id,
            "transfer_id": transfer_id,
            "request_id": facts.request_id,
            "http_status": facts.http_status,
            "delivered": facts.delivered,
            "detail": json.dumps(detail, default=datetime.isoformat, sort_keys=True),
            "recorded_at": now,
        },
    )


def find_by_id(connection: Connection, account: AccountRow, row_id: UUID) -> TransferRow | None:
    """The row with this id, if the account has one."""
    found = connection.execute(_by_id, {"of_account": account.id, "row": row_id}).one_or_none()
    return None if found is None else TransferRow(*found)


def find_by_key(connection: Connection, account: AccountRow, key: str) -> TransferRow | None:
    """The row that an idempotency key of this account stands for, if any."""
    found = connection.execute(_by_key, {"of_account": account.id, "key": key}).one_or_none()
    return None if found is None else TransferRow(*found)


def above(spent: int, soft: int | None) -> int | None:
    """How far the month stands above a soft limit, or None."""
    return None if soft is None or spent <= soft else spent - soft


def instant(later: int | str) -> datetime:
    """An instant as the statements answer it: microseconds since 1970, or SQLite's text."""
    if isinstance(later, str):
        return datetime.fromisoformat(later)
    return _EPOCH + timedelta(microseconds=later)
