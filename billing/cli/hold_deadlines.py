"""`image-billing holds expire` and `holds age`: what a timer does about holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from billing.cli import screen
from billing.cli.exits import CommandFailed
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.cli.price_source import catalog_option
from billing.ledger import Ledger
from billing.ledger.transfers import Transfer
from pricing import AgeingPolicy, Catalog
from pricing.money import amount_text

#: Holds that one pass of `expire` acts on; each pass looks for them anew.
_BATCH: Final = 10_000


@click.command(epilog="Example: image-billing holds expire")
@catalog_option
@database_option
@json_option
def expire(*, catalog_file: str | None, database_url: str | None, as_json: bool) -> None:
    """Act on holds past their deadline; for a timer, safe to run anywhere and twice.

    A plain reservation is released; a hold whose request was sent is put in doubt, never released.
    With a catalog that has an ageing policy, `holds age` follows.
    """
    policy = _policy(catalog_file)
    with open_ledger(database_url) as ledger:
        moved = _expired(ledger)
        aged = ledger.age(policy) if policy else []
    if as_json:
        screen.print_json({"moved": moved, **({"aged": _aged_json(aged)} if policy else {})})
        return
    click.echo(f"{screen.counted(moved, 'hold')} past the deadline: released, or put in doubt")
    if policy:
        _show_aged(policy, aged)


@click.command(epilog="Example: image-billing holds age --catalog catalog.yaml")
@catalog_option
@database_option
@json_option
def age(*, catalog_file: str | None, database_url: str | None, as_json: bool) -> None:
    """Settle what has been in doubt for too long, by the `ageing` policy of the catalog.

    Without such a policy nothing is ever settled by age. The rows name the policy as reason and
    actor; safe to run anywhere and twice.
    """
    policy = _policy(catalog_file)
    if catalog_file is None:
        message = "Missing option '--catalog': a catalog that has an ageing policy."
        raise click.UsageError(message)
    if policy is None:
        message = f"{catalog_file} has no ageing policy: nothing is settled by age."
        raise CommandFailed(message, code="no_ageing_policy", param="catalog")
    with open_ledger(database_url) as ledger:
        _expired(ledger)  # what is past its deadline is in doubt, whether a timer ran or not
        aged = ledger.age(policy)
    if as_json:
        screen.print_json({"policy": policy.name, "aged": _aged_json(aged)})
    else:
        _show_aged(policy, aged)


def _policy(catalog_file: str | None) -> AgeingPolicy | None:
    return None if catalog_file is None else Catalog.load(catalog_file).ageing


def _expired(ledger: Ledger) -> int:
    moved = last = ledger.expire(limit=_BATCH)
    while last == _BATCH:
        last = ledger.expire(limit=_BATCH)
        moved += last
    return moved


def _aged_json(rows: Sequence[Transfer]) -> list[dict[str, object]]:
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "account": row.account,
            "amount": amount_text(row.amount),
            "currency": row.currency,
            "reason": row.reason,
            "actor": row.actor,
        }
        for row in rows
    ]


def _show_aged(policy: AgeingPolicy, rows: Sequence[Transfer]) -> None:
    for row in rows:
        screen.say(f"{row.id}: {screen.money(row.amount, row.currency)} of {row.account}")
    settled = "captured" if policy.action == "capture" else "voided"
    screen.say(f"{screen.counted(len(rows), 'hold')} {settled} by the ageing policy {policy.name}")
