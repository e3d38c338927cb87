"""`image-billing account`: open accounts, put money in, and see what they have."""

from __future__ import annotations

import click

from billing.cli import screen
from billing.cli.balances import balance_json, balance_table
from billing.cli.ledger_file import open_ledger
from billing.cli.options import amount as exact
from billing.cli.options import database_option, json_option
from billing.ledger.transfers import Balance
from pricing.money import amount_text


@click.group(epilog="Example: image-billing account open acme --currency USD")
def account() -> None:
    """Accounts: open, top up, show, list."""


@account.command("open", epilog="Example: image-billing account open acme --floor -50")
@click.argument("code")
@click.option("--currency", default="USD", show_default=True, help="Kept for ever.")
@click.option("--plan", metavar="P", help="The plan in the catalog.")
@click.option(
    "--floor",
    metavar="AMOUNT",
    default="0",
    show_default=True,
    help="What `available` may not go below; negative gives credit.",
)
@database_option
@json_option
def open_account(
    *,
    code: str,
    currency: str,
    plan: str | None,
    floor: str,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Open an account; doing it again with the same terms changes nothing."""
    with open_ledger(database_url) as ledger:
        ledger.open_account(code, currency=currency, floor=exact(floor, "floor"), plan=plan)
        _answer(ledger.balance(code), as_json=as_json)


@account.command("top-up", epilog="Example: image-billing account top-up acme 100 --key invoice-17")
@click.argument("code")
@click.argument("amount")
@click.option(
    "--key", required=True, help="Idempotency key: the same key twice puts money in once."
)
@database_option
@json_option
def top_up(*, code: str, amount: str, key: str, database_url: str | None, as_json: bool) -> None:
    """Put money into an account."""
    with open_ledger(database_url) as ledger:
        row = ledger.top_up(code, exact(amount, "amount"), key=key)
        balance = ledger.balance(code)
    if as_json:
        transfer = {
            "id": row.id,
            "account": row.account,
            "kind": row.kind,
            "amount": amount_text(row.amount),
            "currency": row.currency,
            "key": row.key,
            "repeated": row.repeated,
            "recorded_at": row.recorded_at.isoformat(),
        }
        screen.print_json({"transfer": transfer, "balance": balance_json(balance)})
        return
    repeated = " before, not again" if row.repeated else ""
    click.echo(f"{screen.money(row.amount, row.currency)} put into {code}{repeated}  {row.id}")
    screen.show(balance_table([balance]))


@account.command(epilog="Example: image-billing account show acme --json")
@click.argument("code")
@database_option
@json_option
def show(*, code: str, database_url: str | None, as_json: bool) -> None:
    """What an account has available, held, in doubt and posted."""
    with open_ledger(database_url) as ledger:
        _answer(ledger.balance(code), as_json=as_json)


@account.command("list", epilog="Example: image-billing account list")
@database_option
@json_option
def list_accounts(*, database_url: str | None, as_json: bool) -> None:
    """Every account with its balance."""
    with open_ledger(database_url) as ledger:
        balances = [ledger.balance(each.code) for each in ledger.list_accounts()]
    if as_json:
        screen.print_json({"accounts": [balance_json(balance) for balance in balances]})
    elif balances:
        screen.show(balance_table(balances))
    else:
        screen.note("No account yet. Open one with: image-billing account open CODE")


def _answer(balance: Balance, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(balance_json(balance))
    else:
        screen.show(balance_table([balance]))
