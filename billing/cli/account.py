"""`image-billing account`: open accounts, and see what they have, or had."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, get_args

import click

from billing.cli import screen
from billing.cli.account_alerts import alerts
from billing.cli.account_limits import floor, limit
from billing.cli.account_money import adjust, top_up
from billing.cli.account_statement import statement
from billing.cli.balances import balance_json, balance_table, limit_lines, overdue_lines
from billing.cli.ledger_file import open_ledger
from billing.cli.options import amount as exact
from billing.cli.options import database_option, instant, json_option
from billing.errors import AccountNotFound
from billing.ledger import Ledger
from billing.ledger.transfers import Account, Balance, LimitKind

DEFAULT_CURRENCY: Final = "USD"


@click.group(epilog="Example: image-billing account open acme --currency USD")
def account() -> None:
    """Accounts: open, top up, adjust, limit, floor, show, statement, alerts, list."""


for _command in (top_up, adjust, limit, floor, statement, alerts):
    account.add_command(_command)


@account.command(
    "open", epilog="Example: image-billing account open web --parent acme --monthly-limit 50"
)
@click.argument("code")
@click.option("--currency", help="Kept for ever.  [default: USD; of a member: its parent's]")
@click.option("--plan", metavar="P", help="The plan in the catalog.")
@click.option(
    "--floor",
    metavar="AMOUNT",
    default="0",
    show_default=True,
    help="What `available` may not go below; negative gives credit.",
)
@click.option("--monthly-limit", metavar="AMOUNT", help="What a calendar month (UTC) may take.")
@click.option(
    "--limit-kind",
    type=click.Choice(get_args(LimitKind)),
    default="hard",
    show_default=True,
    help="Whether the limit refuses, or tells.",
)
@click.option("--parent", metavar="CODE", help="The account whose money a member spends.")
@database_option
@json_option
def open_account(
    *,
    code: str,
    currency: str | None,
    plan: str | None,
    floor: str,
    monthly_limit: str | None,
    limit_kind: LimitKind,
    parent: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Open an account; doing it again with the same terms changes nothing."""
    most = None if monthly_limit is None else exact(monthly_limit, "monthly-limit")
    with open_ledger(database_url, may_make=True) as ledger:
        ledger.open_account(
            code,
            currency=currency or _currency_of(ledger, parent),
            floor=exact(floor, "floor"),
            monthly_limit=most,
            limit_kind=limit_kind,
            parent=parent,
            plan=plan,
        )
        balance = ledger.balance(code)
        overdue = _overdue(ledger, balance)
        _answer(balance, ledger.account(code), as_json=as_json, overdue=overdue)


@account.command(epilog="Example: image-billing account show acme --as-of 2026-11-01")
@click.argument("code")
@click.option("--as-of", metavar="TIME", help="What the rows recorded up to then gave; not now.")
@database_option
@json_option
def show(*, code: str, as_of: str | None, database_url: str | None, as_json: bool) -> None:
    """What an account has available, held, in doubt and posted, now or as of an instant."""
    recorded = instant(as_of, "as-of")
    with open_ledger(database_url) as ledger:
        balance = ledger.balance(code, as_of_recorded=recorded)
        account = ledger.account(code)
        overdue = None if recorded is not None else _overdue(ledger, balance)
    _answer(balance, account, as_json=as_json, as_of=recorded, overdue=overdue)


@account.command("list", epilog="Example: image-billing account list")
@database_option
@json_option
def list_accounts(*, database_url: str | None, as_json: bool) -> None:
    """Every account with its balance; members below the account whose money they spend."""
    with open_ledger(database_url) as ledger:
        listed = sorted(ledger.list_accounts(), key=_place)
        balances = [ledger.balance(each.code) for each in listed]
        overdue = [_overdue(ledger, balance) for balance in balances]
    if as_json:
        found = zip(balances, listed, overdue, strict=True)
        screen.print_json({"accounts": [balance_json(*each) for each in found]})
    elif balances:
        members = {each.code for each in listed if each.parent is not None}
        _show(balances, overdue, members)
    else:
        screen.nothing("No account yet. Open one with: image-billing account open CODE")


def _place(listed: Account) -> tuple[str, bool, str]:
    return listed.parent or listed.code, listed.parent is not None, listed.code


def _currency_of(ledger: Ledger, parent: str | None) -> str:
    if parent is None:
        return DEFAULT_CURRENCY
    try:
        return ledger.account(parent).currency
    except AccountNotFound:
        raise AccountNotFound(parent, param="parent") from None


def _answer(
    balance: Balance,
    account: Account,
    *,
    as_json: bool,
    as_of: datetime | None = None,
    overdue: Decimal | None = None,
) -> None:
    then = {} if as_of is None else {"as_of": as_of.isoformat()}
    if as_json:
        screen.print_json({**balance_json(balance, account, overdue), **then})
        return
    _show([balance], [overdue or Decimal(0)])
    if account.plan is not None:
        screen.show(screen.text((f"plan {account.plan}", "dim")))
    if account.parent is not None:
        said = f"available to all that spend the money of {account.parent}"
        screen.show(screen.text((said, "dim")))


def _overdue(ledger: Ledger, balance: Balance) -> Decimal:
    return ledger.held_past_deadline(balance.account) if balance.held else Decimal(0)


def _show(
    balances: Sequence[Balance], overdue: Sequence[Decimal], members: Collection[str] = ()
) -> None:
    screen.show(balance_table(balances, members=members))
    for line in (*limit_lines(balances), *overdue_lines(balances, overdue)):
        screen.show(screen.text((line, "dim")))
