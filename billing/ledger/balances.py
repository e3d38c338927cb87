"""The balance of an account as the database holds it now."""

from __future__ import annotations

from sqlalchemy import Connection, select

from billing.database.tables import allowance, balance
from billing.ledger.accounts import Payer
from billing.ledger.transfers import Balance
from pricing.money import from_nanos


def balance_of(connection: Connection, payer: Payer, *, now_month: int) -> Balance:
    """What an account has; a member shows its parent's available money and its own share of it.

    Args:
        connection: a view of the database.
        payer: the account, or the member with its parent.
        now_month: YYYYMM; a month that has not begun in the books has spent nothing.
    """
    money = connection.execute(
        select(balance).where(balance.c.account_id == payer.account.id)
    ).one()
    share = money
    if payer.member is not None:
        of_member = (
            allowance.c.account_id == payer.account.id,
            allowance.c.member_id == payer.member.id,
        )
        share = connection.execute(select(allowance).where(*of_member)).one()
    limit = None if share.month_limit is None else from_nanos(share.month_limit)
    # A member's share may not have been moved on to the month that its parent stands at.
    month = max(share.month, money.month, now_month)
    return Balance(
        account=payer.named.code,
        currency=payer.account.currency,
        available=from_nanos(money.available),
        held=from_nanos(share.held),
        in_doubt=from_nanos(share.in_doubt),
        posted=from_nanos(share.posted),
        floor=from_nanos(money.floor),
        version=money.version,
        month=f"{month // 100:04}-{month % 100:02}",
        month_spent=from_nanos(share.month_spent if share.month == month else 0),
        monthly_limit=limit,
        limit_kind=share.limit_kind,
    )
