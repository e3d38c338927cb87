"""`image-billing account top-up` and `adjust`: money put in, and corrections by hand."""

from __future__ import annotations

import click

from billing.cli.ledger_file import open_ledger
from billing.cli.options import amount as exact
from billing.cli.options import database_option, json_option
from billing.cli.transfer_answers import answer_transfer


@click.command(
    "top-up",
    # A negative amount is no option: it is refused as an amount.
    context_settings={"ignore_unknown_options": True},
    epilog="Example: image-billing account top-up acme 100 --key invoice-17",
)
@click.argument("code")
@click.argument("amount")
@click.option(
    "--key", required=True, help="Idempotency key: the same key twice puts money in once."
)
@database_option
@json_option
def top_up(*, code: str, amount: str, key: str, database_url: str | None, as_json: bool) -> None:
    """Put money into an account; by way of a member it goes to its parent."""
    with open_ledger(database_url) as ledger:
        row = ledger.top_up(code, exact(amount, "amount"), key=key)
        answer_transfer(ledger, row, f"put into {code}", as_json=as_json)


@click.command(
    # A negative amount is no option.
    context_settings={"ignore_unknown_options": True},
    epilog="Example: image-billing account adjust acme -1.50 --reason 'bank fee' --actor ana "
    "--key fee-11",
)
@click.argument("code")
@click.argument("amount")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--actor", metavar="WHO", required=True, help="Who decided; kept in the ledger.")
@click.option("--key", required=True, help="Idempotency key: the same key twice adjusts once.")
@database_option
@json_option
def adjust(
    *,
    code: str,
    amount: str,
    reason: str,
    actor: str,
    key: str,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Correct an account's money: an AMOUNT above zero gives, one below zero takes.

    What is taken stops at the floor; a monthly limit does not count it.
    """
    with open_ledger(database_url) as ledger:
        row = ledger.adjust(code, exact(amount, "amount"), key=key, reason=reason, actor=actor)
        answer_transfer(ledger, row, f"adjusted in {code}", as_json=as_json)
