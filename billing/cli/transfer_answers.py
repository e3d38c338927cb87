"""What a command prints after it moved money: the transfer, and the balance it led to."""

from __future__ import annotations

import click

from billing.cli import screen
from billing.cli.balances import balance_json, balance_table
from billing.ledger import Ledger
from billing.ledger.transfers import Transfer
from pricing.money import amount_text


def answer_transfer(ledger: Ledger, row: Transfer, said: str, *, as_json: bool) -> None:
    """Print a transfer and its account's balance; `said` is what became of its amount."""
    balance = ledger.balance(row.account)
    if as_json:
        stands = balance_json(balance, ledger.account(row.account))
        screen.print_json({"transfer": transfer_json(row), "balance": stands})
        return
    before = " before, not again" if row.repeated else ""
    line = f"{screen.money(row.amount, row.currency)} {said}{before}  {row.id}"
    click.echo(line)
    screen.show(balance_table([balance]))


def transfer_json(row: Transfer) -> dict[str, object]:
    """A transfer as `account top-up --json` prints it; a decision has its reason and actor too."""
    decided = {"reason": row.reason, "actor": row.actor}
    return {
        "id": row.id,
        "account": row.account,
        "kind": row.kind,
        "amount": amount_text(row.amount),
        "currency": row.currency,
        "key": row.key,
        "repeated": row.repeated,
        "recorded_at": row.recorded_at.isoformat(),
        **{name: value for name, value in decided.items() if value is not None},
    }
