"""`image-billing refund`: give back some of what a capture or a charge took."""

from __future__ import annotations

import click

from billing.cli.ledger_file import open_ledger
from billing.cli.options import amount as exact
from billing.cli.options import database_option, json_option
from billing.cli.transfer_answers import answer_transfer


@click.command(
    epilog="Example: image-billing refund capture_... 0.21072 --reason blank --actor ana --key r-17"
)
@click.argument("transfer_id")
@click.argument("amount")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--key", required=True, help="Idempotency key: the same key twice refunds once.")
@click.option("--actor", metavar="WHO", help="Who decided; kept in the ledger.")
@database_option
@json_option
def refund(
    *,
    transfer_id: str,
    amount: str,
    reason: str,
    key: str,
    actor: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Give back some of what a capture or a charge took; never more than it took, in sum.

    TRANSFER_ID is in the statement of the account: image-billing account statement --json.
    """
    with open_ledger(database_url) as ledger:
        given = exact(amount, "amount")
        row = ledger.refund(transfer_id, given, key=key, reason=reason, actor=actor)
        answer_transfer(ledger, row, f"of {transfer_id} given back", as_json=as_json)
