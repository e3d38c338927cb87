"""The one way a transfer gets into the ledger: move the balance under guard, then write the row.

The guarded update takes the account's row lock, so rows of one account are written one after the
other and their versions are dense. On PostgreSQL both halves are one statement, on SQLite (which
has no data-modifying CTE) two statements under BEGIN IMMEDIATE.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from billing.database.columns import Nanos
from billing.database.tables import balance, evidence, transfer
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Entry
from billing.ledger.evidence import Evidence
from billing.ledger.ids import new_id
from billing.ledger.rows import TransferRow

_BUCKETS: Final = ("available", "held", "in_doubt", "posted")

# Parameters are named apart from the columns: SQLAlchemy keeps the columns' own names for itself.
_move_available = bindparam("move_available", type_=Nanos)
_move_forced = bindparam("move_forced", type_=Nanos)
_guarded_move = (
    update(balance)
    .where(
        balance.c.account_id == bindparam("of_account"),
        # Money coming back is never refused; money going out must leave the floor untouched.
        or_(
            _move_available >= 0,
            _move_forced > 0,
            balance.c.available + _move_available >= balance.c.floor,
        ),
    )
    .values(
        {
            **{b: balance.c[b] + bindparam(f"move_{b}", type_=Nanos) for b in _BUCKETS},
            "forced": balance.c.forced + _move_forced,
            "version": balance.c.version + 1,
        }
    )
    .returning(balance.c.version)
)
_write_row = insert(transfer)
_moved = _guarded_move.cte("moved")
_move_and_write = (
    insert(transfer)
    .from_select(
        [column.name for column in transfer.c],
        select(
            *(
                _moved.c.version
                if column.name == "version"
                else bindparam(f"row_{column.name}", type_=column.type)
                for column in transfer.c
            )
        ),
    )
    .returning(transfer.c.version)
)
_lock = (
    select(balance.c.version)
    .where(balance.c.account_id == bindparam("of_account"))
    .with_for_update()
)
_by_id = select(transfer).where(
    transfer.c.account_id == bindparam("of_account"), transfer.c.id == bindparam("row")
)
_by_key = select(transfer).where(
    transfer.c.account_id == bindparam("of_account"), transfer.c.idem_key == bindparam("key")
)


def post(
    connection: Connection,
    account: AccountRow,
    entry: Entry,
    *,
    key: str,
    request_digest: bytes,
    now: datetime,
) -> TransferRow | None:
    """Move the money and write the row, or do neither and answer None when the guard refuses.

    Raises:
        sqlalchemy.exc.IntegrityError: the key, or a hold's ending, is taken; nothing was kept.
    """
    row: dict[str, object] = {
        **dict.fromkeys(TransferRow._fields),
        "occurred_at": now,
        **entry.columns,
        "account_id": account.id,
        "id": new_id(account.tag),
        "kind": entry.kind,
        "amount": entry.amount,
        "released": entry.released,
        "from_bucket": entry.from_bucket,
        "idem_key": key,
        "request_digest": request_digest,
        "recorded_at": now,
    }
    moves: dict[str, object] = {
        "of_account": account.id,
        "move_forced": entry.amount if entry.is_forced else 0,
        **{f"move_{bucket}": change for bucket, change in entry.moves._asdict().items()},
    }
    if connection.dialect.name == "postgresql":
        bound = {f"row_{name}": value for name, value in row.items()}
        row["version"] = connection.execute(_move_and_write, {**moves, **bound}).scalar()
    else:
        row["version"] = connection.execute(_guarded_move, moves).scalar()
        if row["version"] is not None:
            connection.execute(_write_row, row)
    if row["version"] is None:
        return None
    return TransferRow(**row)  # type: ignore[arg-type]  # the columns, by name


def attach(
    connection: Connection,
    account: AccountRow,
    row: TransferRow,
    facts: Evidence,
    *,
    hold_id: UUID,
    now: datetime,
) -> None:
    """Write what is known of the provider call beside the row it led to, before the commit."""
    detail = {name: value for name, value in asdict(facts).items() if value}
    connection.execute(
        insert(evidence),
        {
            "account_id": account.id,
            "id": new_id(account.tag),
            "hold_id": hold_id,
            "transfer_id": row.id,
            "request_id": facts.request_id,
            "http_status": facts.http_status,
            "delivered": facts.delivered,
            "detail": json.dumps(detail, default=datetime.isoformat, sort_keys=True),
            "recorded_at": now,
        },
    )


def lock(connection: Connection, account: AccountRow) -> None:
    """Wait for other writers of this account; what is read afterwards stays true until the end."""
    connection.execute(_lock, {"of_account": account.id})


def find_by_id(connection: Connection, account: AccountRow, row_id: UUID) -> TransferRow | None:
    """The row with this id, if the account has one."""
    found = connection.execute(_by_id, {"of_account": account.id, "row": row_id}).one_or_none()
    return None if found is None else TransferRow(*found)


def find_by_key(connection: Connection, account: AccountRow, key: str) -> TransferRow | None:
    """The row that an idempotency key of this account stands for, if any."""
    found = connection.execute(_by_key, {"of_account": account.id, "key": key}).one_or_none()
    return None if found is None else TransferRow(*found)
