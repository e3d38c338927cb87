"""Balances on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from billing.cli import screen
from billing.ledger.transfers import Balance
from pricing.money import amount_text

if TYPE_CHECKING:
    from rich.table import Table


def balance_json(balance: Balance) -> dict[str, object]:
    """A balance as `account show --json` prints it."""
    return {
        "code": balance.account,
        "currency": balance.currency,
        "available": amount_text(balance.available),
        "held": amount_text(balance.held),
        "in_doubt": amount_text(balance.in_doubt),
        "posted": amount_text(balance.posted),
        "floor": amount_text(balance.floor),
    }


def balance_table(balances: Sequence[Balance]) -> Table:
    """One line an account."""
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
        table.add_row(balance.account, *row, balance.currency)
    return table
