"""Alerts: rows that took a month's spending across a soft limit, told once a crossing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select, text

from billing.database.tables import account, transfer
from billing.ledger.accounts import AccountRow, Payer
from billing.ledger.ids import to_text
from billing.ledger.rows import TransferRow
from billing.ledger.transfers import Alert
from pricing.money import from_nanos

#: Called with each alert, after the commit; what it raises is logged, the money has moved.
OnAlert = Callable[[Alert], None]


def alerts_of(row: TransferRow, payer: Payer) -> Iterator[Alert]:
    """The limits that this row crossed: its account's, its member's, mostly none."""
    for owner, over in ((payer.account, row.over_limit), (payer.member, row.member_over_limit)):
        # Further above than the row is large: another row had crossed it before.
        if owner is not None and over is not None and over <= row.amount:
            yield to_alert(row, owner, over)


def to_alert(row: TransferRow, owner: AccountRow, over: int) -> Alert:
    """The alert that a row stands for."""
    assert row.month is not None
    return Alert(
        account=owner.code,
        month=f"{row.month // 100:04}-{row.month % 100:02}",
        over=from_nanos(over),
        currency=owner.currency,
        transfer_id=to_text(row.kind, row.id),
        recorded_at=row.recorded_at,
    )


def list_alerts(connection: Connection, code: str | None = None) -> Iterator[Alert]:
    """Every alert there is, oldest first; of one account or member."""
    crossed = text("alert.account_id = transfer.account_id AND alert.transfer_id = transfer.id")
    of_whom = text("alert.of_id = account.id")
    over = text("alert.over_limit")
    statement = (
        select(transfer, account)
        .add_columns(over)
        .select_from(transfer.join(text("alert"), crossed).join(account, of_whom))
        .order_by(transfer.c.recorded_at, transfer.c.version)
    )
    if code is not None:
        statement = statement.where(account.c.code == code)
    width = len(TransferRow._fields)
    for found in connection.execute(statement):
        columns = tuple(found)
        owner = AccountRow(*columns[width:-1])
        yield to_alert(TransferRow(*columns[:width]), owner, columns[-1])
