"""`image-billing account alerts`: every time that a month's spending went above a soft limit."""

from __future__ import annotations

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.ledger.transfers import Alert
from pricing.money import amount_text


@click.command(epilog="Example: image-billing account alerts acme --json")
@click.argument("code", required=False)
@database_option
@json_option
def alerts(*, code: str | None, database_url: str | None, as_json: bool) -> None:
    """Every crossing of a soft limit, oldest first; of one account or member, or of all.

    A hard limit refuses instead, so it leaves no alert.
    """
    with open_ledger(database_url) as ledger:
        if code is not None:
            ledger.account(code)
        found = ledger.alerts(code)
    if as_json:
        screen.print_json({"alerts": [_as_json(alert) for alert in found]})
    elif found:
        _show(found)
    else:
        screen.nothing("No soft limit was crossed.")


def _as_json(alert: Alert) -> dict[str, str]:
    return {
        "account": alert.account,
        "month": alert.month,
        "over": amount_text(alert.over),
        "currency": alert.currency,
        "transfer_id": alert.transfer_id,
        "recorded_at": alert.recorded_at.isoformat(),
    }


def _show(found: list[Alert]) -> None:
    table = screen.table(
        ("account", "left"), ("month", "left"), ("over", "right"), ("", "left"), ("by", "left")
    )
    amounts = screen.figures(alert.over for alert in found)
    for alert, over in zip(found, amounts, strict=True):
        table.add_row(alert.account, alert.month, over, alert.currency, alert.transfer_id)
    screen.show(table)
