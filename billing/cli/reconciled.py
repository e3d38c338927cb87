"""`image-billing reconciled`: the reconciliations that were signed off, and what one decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import click

from billing.cli import screen
from billing.cli.exits import CommandFailed
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.errors import InvalidEntry
from billing.formats.reconciliation_json import run_object
from billing.reconciliation.runs.runs import Run, items_of, list_runs
from pricing.money import amount_text, format_amount


@click.command(epilog="Example: image-billing reconciled --month 2026-10")
@click.argument("number", type=int, required=False)
@click.option("--month", metavar="YYYY-MM", help="Only runs over this month.")
@database_option
@json_option
def reconciled(
    *, number: int | None, month: str | None, database_url: str | None, as_json: bool
) -> None:
    """List signed-off reconciliations, the newest first; with a NUMBER, what that run decided.

    `reconcile --post` signs a run off. Of a month and currency the newest run stands.
    """
    with open_ledger(database_url) as ledger:
        runs = list_runs(ledger, month)
        try:
            items = None if number is None else items_of(ledger, number)
        except InvalidEntry as unknown:
            raise CommandFailed(unknown.message, code="run_not_found", param="number") from None
    if items is not None and number is not None:
        chosen = [run for run in runs if run.number == number]
        if not chosen:
            message = f"Run {number} is over another month than {month}."
            raise CommandFailed(message, code="run_not_found", param="month")
        if as_json:
            told = {"run": run_object(chosen[0]), "items": [_plain(item) for item in items]}
            screen.print_json(told)
        else:
            _show_runs(chosen)
            screen.show("")
            _show_items(items, chosen[0].currency)
    elif as_json:
        screen.print_json({"runs": [run_object(run) for run in runs]})
    elif runs:
        _show_runs(runs)
    else:
        screen.nothing("Nothing was signed off yet: image-billing reconcile FILE --month M --post")


def _show_runs(runs: Sequence[Run]) -> None:
    table = screen.table(
        ("run", "right"),
        *((name, "left") for name in ("month", "signed off", "by", "approved by")),
        *((name, "right") for name in ("lines", "items", "unexplained")),
        ("statement", "left"),
    )
    for run in runs:
        unexplained = run.proof.get("unexplained")
        table.add_row(
            str(run.number),
            str(run.month),
            f"{run.at:%Y-%m-%d %H:%M}",
            run.actor,
            run.approver or "",
            f"{run.lines:,}",
            f"{run.items:,}",
            "unknown" if unexplained is None else format_amount(Decimal(unexplained), run.currency),
            run.statement_name,
        )
    screen.show(table)


def _show_items(items: Sequence[Mapping[str, object]], currency: str) -> None:
    table = screen.table(
        ("", "right"),
        *((name, "left") for name in ("decision", "class", "reason")),
        ("line", "right"),
        ("amount", "right"),
        ("booked as, or what it is about", "left"),
    )
    for item in items:
        about = item["booked_as"] or item["request_id"] or item["hold_id"] or item["day"]
        amount = item["amount"]
        assert isinstance(amount, Decimal)
        table.add_row(
            str(item["number"]),
            str(item["decision"]),
            str(item["class_name"]),
            str(item["reason"] or ""),
            "" if item["line"] is None else str(item["line"]),
            format_amount(amount, currency) if amount else "",
            str(about or ""),
        )
    screen.show(table)


def _plain(item: Mapping[str, object]) -> dict[str, object]:
    """An item as other programs read it; the run it belongs to stands beside it."""
    told = {"class" if name == "class_name" else name: value for name, value in item.items()}
    del told["run"]
    for name, value in told.items():
        if isinstance(value, Decimal):
            told[name] = amount_text(value)
        elif isinstance(value, datetime):
            told[name] = value.isoformat()
    return told
