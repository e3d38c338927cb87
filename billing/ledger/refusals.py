"""Why the guard let nothing through: which limit, what is left of it, what would help."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection

from billing.errors import BillingError, BudgetExceeded, InsufficientFunds
from billing.ledger.accounts import Payer
from billing.ledger.balances import balance_of
from billing.ledger.entries import Entry
from billing.ledger.orders import Refused
from billing.ledger.transfers import Balance
from pricing.money import EXACT, from_nanos


def explained(refused: Refused, connection: Connection, payer: Payer) -> BillingError | None:
    """The error for an order that was refused, by the figures as they are now.

    None when it would fit by now: somebody gave money back in between.
    """
    order = refused.order
    asked = from_nanos(-order.entry.moves.available)
    whole = Payer(payer.account)
    limits = [balance_of(connection, whole, now_month=order.now_month)]
    if payer.member is not None:
        limits.insert(0, balance_of(connection, payer, now_month=order.now_month))
    # A charge that happened in an earlier month is refused by the floor only.
    is_spending = order.entry.spend > 0 and order.entry.spend_month == 0
    for standing in limits:
        if is_spending and _is_over(standing, from_nanos(order.entry.spend)):
            return _budget(standing, order.entry, payer)
    money = limits[-1]
    if EXACT.subtract(money.available, asked) >= money.floor:
        return None
    return InsufficientFunds(
        payer.account.code,
        member=None if payer.member is None else payer.member.code,
        asked=asked,
        available=money.available,
        floor=money.floor,
        currency=money.currency,
        fits=_fits(order.entry, EXACT.subtract(money.available, money.floor)),
    )


def _fits(entry: Entry, room: Decimal) -> int:
    """How many of the images that it asks for the room is enough for; 0: not even one."""
    images, amount = entry.columns.get("images"), from_nanos(entry.amount)
    if not isinstance(images, int) or amount <= 0:
        return 0
    return max(int(room * images // amount), 0)


def _is_over(standing: Balance, asked: Decimal) -> bool:
    limit, spent = standing.monthly_limit, standing.month_spent
    if limit is None or spent is None or standing.limit_kind == "soft":
        return False
    return EXACT.add(spent, asked) > limit


def _budget(standing: Balance, entry: Entry, payer: Payer) -> BudgetExceeded:
    assert standing.monthly_limit is not None
    assert standing.month_spent is not None
    assert standing.month is not None
    asking = payer.named.code
    return BudgetExceeded(
        standing.account,
        member=None if asking == standing.account else asking,
        asked=from_nanos(entry.spend),
        spent=standing.month_spent,
        limit=standing.monthly_limit,
        month=standing.month,
        currency=standing.currency,
        fits=_fits(entry, EXACT.subtract(standing.monthly_limit, standing.month_spent)),
    )
