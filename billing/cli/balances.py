"""Balances on the screen and as JSON, with what the month has spent of its limit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.cli import screen
from billing.ledger.transfers import Account, Balance
from pricing.money import amount_text

if TYPE_CHECKING:
    from rich.table import Table


def balance_json(
    balance: Balance, account: Account | None = None, overdue: Decimal | None = None
) -> dict[str, object]:
    """A balance as `account show --json` prints it; `parent` is whose money a member spends.

    Without an account it has neither a parent nor a plan. `overdue` is how much of what is held is
    past its deadline; not said of a time that is past.
    """
    past = {} if overdue is None else {"held_past_deadline": amount_text(overdue)}
    return {
        "code": balance.account,
        "currency": balance.currency,
        "available": amount_text(balance.available),
        "held": amount_text(balance.held),
        "in_doubt": amount_text(balance.in_doubt),
        "posted": amount_text(balance.posted),
        "floor": amount_text(balance.floor),
        "monthly_limit": _text(balance.monthly_limit),
        "limit_kind": balance.limit_kind,
        "month": balance.month,
        "month_spent": _text(balance.month_spent),
        "parent": account and account.parent,
        "plan": account and account.plan,
        **past,
    }


def balance_table(balances: Sequence[Balance], *, members: Collection[str] = ()) -> Table:
    """One line an account; codes of `members` are set in, below the account they belong to."""
    table = screen.table(
        ("account", "left"),
        ("available", "right"),
        ("held", "right"),
        ("in doubt", "right"),
        ("posted", "right"),
        ("floor", "right"),
        ("", "left"),
    )
    # As many decimals throughout: a line adds up at a glance.
    figures = screen.figures(
        amount
        for balance in balances
        for amount in (
            *(balance.available, balance.held),
            *(balance.in_doubt, balance.posted, balance.floor),
        )
    )
    for position, balance in enumerate(balances):
        row = figures[5 * position : 5 * position + 5]
        code = f"  {balance.account}" if balance.account in members else balance.account
        table.add_row(code, *row, balance.currency)
    return table


def limit_lines(balances: Sequence[Balance]) -> Iterator[str]:
    """What the month has spent of its limit, a line for each account that has one."""
    for balance in balances:
        if balance.monthly_limit is not None and balance.month_spent is not None:
            spent, limit = balance.month_spent, balance.monthly_limit
            over = ", above it" if spent > limit else ""
            yield (
                f"{balance.account}: {screen.money(spent, balance.currency)} of the "
                f"{balance.limit_kind} limit of {screen.money(limit, balance.currency)} "
                f"spent and held in {balance.month}{over}"
            )


def overdue_lines(balances: Sequence[Balance], overdue: Sequence[Decimal]) -> Iterator[str]:
    """What is held past its deadline, which `holds list` calls in doubt; a line an account."""
    for balance, amount in zip(balances, overdue, strict=True):
        if amount:
            yield (
                f"{balance.account}: {screen.money(amount, balance.currency)} of what is held is "
                "past its deadline: in doubt, and moved there by `holds expire`"
            )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_text(amount)
