"""`image-billing account limit` and `floor`: what an account may spend, from now on."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, get_args
from uuid import uuid4

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import amount as exact
from billing.cli.options import database_option, json_option
from billing.ledger.transfers import Account, LimitChange, LimitKind
from pricing.money import amount_text

_NONE: Final = "none"


@click.command(
    epilog="Example: image-billing account limit acme --monthly-limit 500 --reason 'new contract' "
    "--actor ana"
)
@click.argument("code")
@click.option(
    "--monthly-limit", metavar="AMOUNT", help="What a calendar month (UTC) may take, or `none`."
)
@click.option(
    "--limit-kind",
    type=click.Choice(get_args(LimitKind)),
    default="hard",
    show_default=True,
    help="Whether the limit refuses, or tells.",
)
@click.option("--reason", help="Why; kept in the ledger.")
@click.option("--actor", metavar="WHO", help="Who decided; kept in the ledger.")
@click.option("--key", help="Idempotency key: the same key twice changes it once.")
@database_option
@json_option
def limit(
    *,
    code: str,
    monthly_limit: str | None,
    limit_kind: LimitKind,
    reason: str | None,
    actor: str | None,
    key: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Change the monthly limit of an account or a member; it counts at once.

    Without --monthly-limit: the limits it was opened with, and what became of them since.
    """
    with open_ledger(database_url) as ledger:
        if monthly_limit is None:
            _list(ledger.account(code), ledger.limit_changes(code), as_json=as_json)
            return
        changed = ledger.change_limit(
            code,
            None if monthly_limit == _NONE else exact(monthly_limit, "monthly-limit"),
            limit_kind=limit_kind,
            key=key or _fresh_key(),
            reason=_said(reason, "reason"),
            actor=_said(actor, "actor"),
        )
    _answer(changed, as_json=as_json)


@click.command(
    # A negative amount is no option.
    context_settings={"ignore_unknown_options": True},
    epilog="Example: image-billing account floor acme -50 --reason 'credit granted' --actor ana",
)
@click.argument("code")
@click.argument("amount")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--actor", metavar="WHO", required=True, help="Who decided; kept in the ledger.")
@click.option("--key", help="Idempotency key: the same key twice changes it once.")
@database_option
@json_option
def floor(
    *,
    code: str,
    amount: str,
    reason: str,
    actor: str,
    key: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Let an account spend down to AMOUNT: 0 for prepaid, below 0 for credit."""
    with open_ledger(database_url) as ledger:
        changed = ledger.change_floor(
            code, exact(amount, "amount"), key=key or _fresh_key(), reason=reason, actor=actor
        )
    _answer(changed, as_json=as_json)


def _fresh_key() -> str:
    return f"command-{uuid4().hex}"


def _said(words: str | None, name: str) -> str:
    if words is None:
        raise click.UsageError(f"Missing option '--{name}'.")
    return words


def _answer(changed: LimitChange, *, as_json: bool) -> None:
    if as_json:
        screen.print_json(_as_json(changed))
        return
    before = "was changed before: " if changed.repeated else ""
    screen.show(f"{changed.account}: {before}{_in_words(changed, changed.floor)}")


def _list(account: Account, changes: list[LimitChange], *, as_json: bool) -> None:
    floor = None if account.parent is not None else account.floor
    if as_json:
        opened = {
            "opened_at": account.opened_at.isoformat(),
            "currency": account.currency,
            "floor": _text(floor),
            "monthly_limit": _text(account.monthly_limit),
            "limit_kind": account.limit_kind,
        }
        listed = [_as_json(change) for change in changes]
        screen.print_json({"opened": opened, "changes": listed})
        return
    table = screen.table(("at", "left"), ("limits", "left"), ("by", "left"), ("why", "left"))
    table.add_row(_minute(account.opened_at), _in_words(account, floor), "", "opened with")
    for each in changes:
        words = _in_words(each, each.floor)
        table.add_row(_minute(each.recorded_at), words, each.actor, each.reason)
    screen.show(table)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _in_words(limits: Account | LimitChange, floor: Decimal | None) -> str:
    month = "no monthly limit"
    if limits.monthly_limit is not None:
        most = screen.money(limits.monthly_limit, limits.currency)
        month = f"{limits.limit_kind} monthly limit {most}"
    if floor is None:  # of a member
        return month
    return f"{month}, floor {screen.money(floor, limits.currency)}"


def _as_json(change: LimitChange) -> dict[str, object]:
    return {
        "account": change.account,
        "number": change.number,
        "currency": change.currency,
        "floor": _text(change.floor),
        "monthly_limit": _text(change.monthly_limit),
        "limit_kind": change.limit_kind,
        "key": change.key,
        "recorded_at": change.recorded_at.isoformat(),
        "reason": change.reason,
        "actor": change.actor,
        "repeated": change.repeated,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else amount_text(amount)
