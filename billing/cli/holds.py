"""`image-billing holds`: money that is set aside, and deciding what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from textwrap import wrap
from typing import Final

import click

from billing.cli import screen
from billing.cli.hold_deadlines import age, expire
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, instant, json_option
from billing.errors import EntryRefused
from billing.ledger.asking import in_words
from billing.ledger.evidence import Evidence
from billing.ledger.transfers import HoldState, HoldView, Transfer
from pricing.money import amount_text

_STATES: Final[dict[str, HoldState]] = {"open": "open", "in-doubt": "in_doubt"}

#: Below a hold's id there is room for this much, so that the table fits a narrow terminal.
_BELOW_ID: Final = 36
_LINES_MAX: Final = 4


@click.group(epilog="Example: image-billing holds list --state in-doubt")
def holds() -> None:
    """Money set aside: list, capture, void, expire, age."""


for _command in (age, expire):
    holds.add_command(_command)


@holds.command("list", epilog="Example: image-billing holds list --state in-doubt --json")
@click.option("--state", type=click.Choice(list(_STATES)), help="Default: both.")
@click.option("--account", metavar="CODE", help="Of one account only.")
@database_option
@json_option
def list_holds(
    *, state: str | None, account: str | None, database_url: str | None, as_json: bool
) -> None:
    """Holds that still tie up money, oldest first, with what is known of their calls.

    A hold is in doubt when its request was sent and nobody knows yet what was charged: compare it
    with the provider's statement, then capture or void it.
    """
    with open_ledger(database_url) as ledger:
        if account is not None:
            ledger.account(account)
        views = ledger.holds(state=_STATES[state] if state else None, account=account)
    views.sort(key=lambda view: (view.hold.recorded_at, view.hold.id))
    if as_json:
        screen.print_json({"holds": [_as_json(view) for view in views]})
    elif views:
        _show(views)
    else:
        screen.nothing("No hold ties up money.")


@holds.command(
    epilog="Example: image-billing holds capture hold_... --images 3 --reason 'by mail' --actor ana"
)
@click.argument("hold_id", metavar="ID")
@click.option("--images", type=int, required=True, help="Images that were delivered.")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--actor", metavar="WHO", help="Who decided; kept in the ledger.")
@click.option("--request-id", metavar="ID", help="The provider's id of the call, as billed.")
@click.option("--at", metavar="TIME", help="When it was delivered.  [default: the hold's time]")
@database_option
@json_option
def capture(
    *,
    hold_id: str,
    images: int,
    reason: str,
    actor: str | None,
    request_id: str | None,
    at: str | None,
    database_url: str | None,
    as_json: bool,
) -> None:
    """End a hold with what was delivered: pay for these images, release the rest.

    It counts in the month of the call; where that is closed, in the open one as prior period.
    """
    delivered_at = instant(at, "at")
    _check_words(reason, actor)
    with open_ledger(database_url) as ledger:
        hold = ledger.hold_by_id(hold_id).hold
        if images > hold.n:  # a program may be told of more than it asked for; a person mistyped
            most = "1" if hold.n == 1 else f"1 to {hold.n}"
            raise EntryRefused("images", images, f"use {most}: no more are held")
        row = ledger.capture(
            hold.id,
            images=images,
            key=f"{hold.id}/capture/{images}",
            evidence=None if request_id is None else Evidence(request_id=request_id),
            reason=reason,
            actor=actor,
            occurred_at=delivered_at or hold.occurred_at,
        )
    paid = {"images": row.images, "released": amount_text(row.released)}
    over = {"over_delivered": row.over_delivered}
    _answer(row, hold.id, f"{row.images} of {hold.n} paid", {**paid, **over}, as_json=as_json)


@holds.command(
    epilog="Example: image-billing holds void hold_... --reason 'not on the statement' --actor ana"
)
@click.argument("hold_id", metavar="ID")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--actor", metavar="WHO", help="Who decided; kept in the ledger.")
@database_option
@json_option
def void(
    *, hold_id: str, reason: str, actor: str | None, database_url: str | None, as_json: bool
) -> None:
    """End a hold and release all of it: nothing was, or will be, charged."""
    _check_words(reason, actor)
    with open_ledger(database_url) as ledger:
        hold = ledger.hold_by_id(hold_id).hold
        row = ledger.void(hold.id, key=f"{hold.id}/void", reason=reason, actor=actor)
    _answer(row, hold.id, "released", {}, as_json=as_json)


def _check_words(reason: str, actor: str | None) -> None:
    """A person who says why, or who, says it in words."""
    in_words("reason", reason)
    if actor is not None:
        in_words("actor", actor)


def _answer(
    row: Transfer, hold_id: str, said: str, facts: Mapping[str, object], *, as_json: bool
) -> None:
    if as_json:
        common = {"id": row.id, "hold_id": hold_id, "kind": row.kind, "account": row.account}
        sums = {"amount": amount_text(row.amount), "currency": row.currency}
        told = {"reason": row.reason, "actor": row.actor, "repeated": row.repeated}
        screen.print_json({**common, **sums, **facts, **told})
    else:
        before = " before, not again" if row.repeated else ""
        click.echo(f"{hold_id}: {screen.money(row.amount, row.currency)} {said}{before}")


def _as_json(view: HoldView) -> dict[str, object]:
    hold = view.hold
    return {
        "id": hold.id,
        "account": hold.account,
        "state": view.state,
        "amount": amount_text(hold.amount),
        "currency": hold.currency,
        "model": hold.model,
        "endpoint": hold.endpoint,
        "size": hold.size,
        "quality": hold.quality,
        "n": hold.n,
        "created_at": hold.recorded_at.isoformat(),
        "expires_at": hold.expires_at.isoformat(),
        "age_s": _age_s(view),
        "request_id": _request_id(view),
    }


def _show(views: Sequence[HoldView]) -> None:
    """A few lines a hold: an id alone takes half of a narrow terminal."""
    table = screen.table(
        ("hold", "left"), ("state", "left"), ("amount", "right"), ("", "left"), ("age", "right")
    )
    amounts = screen.figures(view.hold.amount for view in views)
    for view, amount in zip(views, amounts, strict=True):
        hold = view.hold
        state = view.state.replace("_", " ")
        colour = "yellow" if view.state == "in_doubt" else ""
        age = screen.span(_age_s(view))
        table.add_row(hold.id, screen.text((state, colour)), amount, hold.currency, age)
        what = f"  {hold.account}: {hold.n} x {hold.size} {hold.quality}"
        table.add_row(screen.text((what, "dim")))
        for line in _known(view):
            table.add_row(screen.text((f"  {line}", "dim")))
    screen.show(table)


def _age_s(view: HoldView) -> int:
    return max(0, int((datetime.now(UTC) - view.hold.recorded_at).total_seconds()))


def _known(view: HoldView) -> list[str]:
    """What is known of the hold's last call, in short lines."""
    if not view.evidence:
        return []
    last = view.evidence[-1]
    status = f"HTTP {last.http_status}" if last.http_status else "no answer"
    failure = last.error_code or (last.error[-1] if last.error else None)
    told = ", ".join(part for part in (status, failure, last.request_id) if part)
    return wrap(told, _BELOW_ID)[:_LINES_MAX]


def _request_id(view: HoldView) -> str | None:
    known = [evidence.request_id for evidence in view.evidence if evidence.request_id]
    return known[-1] if known else None
