"""`image-billing period`: close a month, open it again, and who did either."""

from __future__ import annotations

from collections.abc import Iterator

import click

from billing.cli import screen
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, duration, json_option
from billing.ledger import Ledger
from billing.ledger.transfers import PeriodChange
from billing.report import build_report
from pricing.money import format_amount


@click.group(epilog="Example: image-billing period close 2026-10 --actor ana")
def period() -> None:
    """Months that are closed: nothing is posted into them, and their reports stay as they are."""


@period.command(epilog="Example: image-billing period close 2026-10 --actor ana")
@click.argument("month", metavar="MONTH")
@click.option("--actor", metavar="WHO", required=True, help="Who decided; kept in the ledger.")
@click.option("--reason", help="Why; kept in the ledger.")
@click.option(
    "--grace",
    metavar="TIME",
    default="72h",
    show_default=True,
    help="How long after its end a month stays open for late calls: 3d, 72h, 0h.",
)
@click.option("--force", is_flag=True, help="Close it before the grace is over; recorded.")
@database_option
@json_option
def close(
    *,
    month: str,
    actor: str,
    reason: str | None,
    grace: str,
    force: bool,
    database_url: str | None,
    as_json: bool,
) -> None:
    """Close MONTH (YYYY-MM, UTC); months close in order.

    The first closing closes what was before it too. A call that comes in later is booked in the
    first open month, with the time at which it happened.
    """
    with open_ledger(database_url) as ledger:
        closed = ledger.close_period(
            month, actor=actor, reason=reason, grace=duration(grace, "grace"), force=force
        )
        for left in _left_open(ledger, month):
            screen.note(left)
    if as_json:
        screen.print_json({"closed": [_as_json(change) for change in closed]})
        return
    for change in closed:
        screen.say(f"{change.month}: {_in_words(change)}")


@period.command(
    epilog="Example: image-billing period reopen 2026-10 --actor ana --reason 'a file was missing'"
)
@click.argument("month", metavar="MONTH")
@click.option("--actor", metavar="WHO", required=True, help="Who decided; kept in the ledger.")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@database_option
@json_option
def reopen(*, month: str, actor: str, reason: str, database_url: str | None, as_json: bool) -> None:
    """Open MONTH again, the newest closed one: its report may change until it is closed again."""
    with open_ledger(database_url) as ledger:
        change = ledger.reopen_period(month, actor=actor, reason=reason)
    if as_json:
        screen.print_json({"reopened": _as_json(change)})
        return
    screen.say(f"{change.month}: {_in_words(change)}")


@period.command("list", epilog="Example: image-billing period list --json")
@database_option
@json_option
def list_(*, database_url: str | None, as_json: bool) -> None:
    """Every closing and reopening, oldest first; and what is closed now."""
    with open_ledger(database_url) as ledger:
        changes, through = ledger.period_changes(), ledger.closed_through()
    if as_json:
        content: dict[str, object] = {"closed_through": None if through is None else str(through)}
        screen.print_json({**content, "changes": [_as_json(change) for change in changes]})
        return
    if changes:
        names = ("month", "what", "at", "by", "why", "digest")
        table = screen.table(*((name, "left") for name in names))
        for change in changes:
            at, digest = f"{change.recorded_at:%Y-%m-%d %H:%M}", (change.digest or "")[:12]
            why = change.reason or ""
            table.add_row(change.month, _what(change), at, change.actor, why, digest)
        screen.show(table)
    screen.say("No month is closed." if through is None else f"Closed through {through}.")


def _left_open(ledger: Ledger, month: str) -> Iterator[str]:
    """What somebody who closes a month wants to know of it, and would else find out later."""
    report = build_report(ledger, month, by=())
    if report.totals and report.reconciled is None:
        yield f"{month} is not reconciled with a statement: `image-billing reconcile`."
    for each in report.in_doubt:
        amount = format_amount(each.amount, each.currency)
        holds = "1 hold" if each.holds == 1 else f"{each.holds:,} holds"
        yield f"{month} leaves {amount} in doubt in {holds}: `image-billing holds list`."


def _what(change: PeriodChange) -> str:
    if change.kind == "reopen":
        return "reopened"
    return "closed by force" if change.forced else "closed"


def _in_words(change: PeriodChange) -> str:
    said = f"{_what(change)} at {change.recorded_at:%Y-%m-%d %H:%M} UTC by {change.actor}"
    return said if change.digest is None else f"{said}, digest {change.digest}"


def _as_json(change: PeriodChange) -> dict[str, object]:
    return {
        "month": change.month,
        "number": change.number,
        "kind": change.kind,
        "forced": change.forced,
        "actor": change.actor,
        "reason": change.reason,
        "recorded_at": change.recorded_at.isoformat(),
        "digest": change.digest,
        "books": [
            {"id": book.id, "version": book.version, "digest": book.digest} for book in change.books
        ],
    }
