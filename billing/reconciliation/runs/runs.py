"""Signed-off runs: what was decided about a statement, stored once and taken up by later runs.

A run supersedes the one before it of the same month and currency, so that of each month only the
newest says what is carried: what an older one carried and nobody carries any more is settled.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from billing.database.engines import reading
from billing.database.tables import recon_item, recon_run
from billing.errors import InvalidEntry
from billing.ledger import Ledger
from billing.period import Month, as_month
from billing.reconciliation.actions import CarriedItem
from pricing.money import from_nanos

_newest_first: Final = recon_run.c.number.desc()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A reconciliation that somebody signed off.

    Attributes:
        number: counts all runs of the ledger, from 1.
        supersedes: the number of the run before it of the same month and currency.
        is_clean: nothing was left to decide.
        proof: the sums that tie, and `unexplained`, as text; None where a sum is not known.
        settings: tolerances and options.
        items: how many decisions it has.
        at: when it was signed off.
        is_repeated: this call found it signed off already, with the same result.
    """

    number: int
    month: Month
    currency: str
    statement_sha256: str
    statement_name: str
    lines: int
    supersedes: int | None
    is_clean: bool
    proof: Mapping[str, str | None]
    settings: Mapping[str, object]
    result_digest: bytes
    items: int
    actor: str
    approver: str | None
    at: datetime
    is_repeated: bool = False


def list_runs(ledger: Ledger, month: Month | str | None = None) -> list[Run]:
    """Signed-off runs, the newest first; of one month, or all."""
    where = () if month is None else (recon_run.c.month == as_month(month).number,)
    with reading(ledger.engine) as connection:
        return list(runs(connection, *where))


def items_of(ledger: Ledger, run: int) -> list[Mapping[str, object]]:
    """What a run decided, a mapping for each decision; amounts are Decimals.

    Raises:
        InvalidEntry: there is no such run.
    """
    with reading(ledger.engine) as connection:
        if not list(runs(connection, recon_run.c.number == run)):
            raise InvalidEntry("run", run, "image-billing reconciled lists the runs there are")
        return [_item(found) for found in _items(connection, recon_item.c.run == run)]


def runs(connection: Connection, *where: ColumnElement[bool]) -> Iterator[Run]:
    """The runs that are so, the newest first."""
    statement = select(recon_run).where(*where).order_by(_newest_first)
    for found in connection.execute(statement).mappings():
        facts = dict(found)
        at = facts.pop("recorded_at")
        facts.pop("hash")
        yield Run(
            **facts
            | {
                "month": Month.numbered(found["month"]),
                "is_clean": bool(found["is_clean"]),
                "proof": json.loads(found["proof"]),
                "settings": json.loads(found["settings"]),
                "at": at,
            }
        )


def runs_over(connection: Connection, sha256: str) -> frozenset[str]:
    """The runs over one file, by their numbers as items have them."""
    of_file = select(recon_run.c.number).where(recon_run.c.statement_sha256 == sha256)
    return frozenset(map(str, connection.scalars(of_file)))


def newest_runs(connection: Connection, currency: str) -> list[Run]:
    """Of each month the run that stands, by month."""
    every = reversed(list(runs(connection, recon_run.c.currency == currency)))
    newest = {run.month: run for run in every}
    return sorted(newest.values(), key=lambda run: run.month.start)


def opening_items(connection: Connection, month: Month, currency: str) -> list[CarriedItem]:
    """What earlier runs carried and no run has resolved, as it bears on a run over `month`."""
    months = {run.number: run.month for run in runs(connection, recon_run.c.currency == currency)}
    newest = {each: run for run, each in reversed(months.items())}
    if not newest:
        return []
    of_newest = recon_item.c.run.in_(newest.values())
    # By what they say and not by their run: a newer one may have carried the same item again.
    resolved = Counter(
        replace(carried_item(found, months[found["of_run"]]), run_id="")
        for found in _items(connection, of_newest, recon_item.c.decision == "resolve")
        if months[found["run"]] != month
    )
    opening: list[CarriedItem] = []
    for found in _items(connection, of_newest, recon_item.c.decision == "carry"):
        item = carried_item(found, months[found["run"]])
        told = replace(item, run_id="")
        if item.month != month and resolved[told] > 0:
            resolved[told] -= 1
        else:
            opening.append(item)
    return opening


def left_to_others(
    connection: Connection, month: Month, currency: str, sha256: str
) -> dict[str, str]:
    """Request ids of lines that other months' statements had and booked nothing of, and which.

    Nobody is known who made those calls, and they are dated in another month than their file.
    """
    others = {
        run.number: named(run)
        for run in newest_runs(connection, currency)
        if run.month != month and run.statement_sha256 != sha256
    }
    if not others:
        return {}
    where = (
        recon_item.c.run.in_(others),
        recon_item.c.decision == "person",
        recon_item.c.class_name == "wrong_period",
        recon_item.c.line.is_not(None),
        recon_item.c.request_id.is_not(None),
    )
    return {found["request_id"]: others[found["run"]] for found in _items(connection, *where)}


def named(run: Run) -> str:
    """A statement by its month, run and file."""
    return f"the statement of {run.month} (run {run.number}, {run.statement_name})"


def carried_item(found: Mapping[Any, Any], month: Month) -> CarriedItem:
    """The item that a row has; without `run_id` as long as no run has it."""
    same = ("class_name", "reason", "request_id", "hold_id", "transfer_id", "line", "day")
    return CarriedItem(
        **{name: found[name] for name in same},
        month=month,
        amount_nanos=found["amount"],
        what=found["what"],
        occurred_at=found["occurred_at"],
        run_id=str(found.get("run", "")),
    )


def _items(connection: Connection, *where: ColumnElement[bool]) -> Iterator[RowMapping]:
    order = recon_item.c.run, recon_item.c.number
    return iter(connection.execute(select(recon_item).where(*where).order_by(*order)).mappings())


def _item(found: RowMapping) -> Mapping[str, object]:
    names = ("ledger_amount", "statement_amount", "amount")
    return {**found, **{name: from_nanos(found[name]) for name in names}}
