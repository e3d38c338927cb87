"""Signing a run off: book what it proposes, compare again, and store what was decided.

The same statement signed off twice with nothing new in between stores one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from billing.database.engines import reading, writing
from billing.database.tables import recon_item, recon_run
from billing.errors import InvalidEntry, LedgerUnavailable
from billing.ledger import Ledger
from billing.ledger.proof.run_chain import run_hash
from billing.reconciliation.actions import CarriedItem
from billing.reconciliation.posting.posting import Posting
from billing.reconciliation.posting.run_rows import (
    Columns,
    carried_items,
    decisions,
    result_digest,
    run_row,
)
from billing.reconciliation.result import Reconciliation
from billing.reconciliation.runs.runs import Run, carried_item, opening_items, runs
from billing.reconciliation.runs.sign_off import SignOff
from pricing.money import NANOS_MAX, from_nanos

Compare = Callable[[Sequence[CarriedItem]], "Reconciliation"]

#: Two people signing off at the same moment: one of them looks again.
_ATTEMPTS: Final = 5
#: What a column of the database holds.
_MOST: Final = from_nanos(NANOS_MAX)


def sign(
    ledger: Ledger, compare: Compare, found: Reconciliation, terms: SignOff, *, name: str
) -> Reconciliation:
    """Book a run and store it; the answer is the comparison afterwards, with what was booked.

    Args:
        ledger: written to.
        compare: the comparison, given the carried items it has to know of.
        found: what it says now.
        terms: who decides.
        name: of the statement's file.

    Raises:
        ApprovalNeeded: a booking is above what one person may decide; nothing was booked.
        InvalidEntry: an amount is none that the ledger can hold; nothing was booked.
        LedgerUnavailable: others wrote meanwhile; what was booked stays, and is not booked twice.
    """
    posting = Posting(ledger, found, terms)
    posting.check()
    _check_amounts(found)
    booked = list(posting.book())
    posted = tuple(each for each in booked if not each.is_repeated)
    with reading(ledger.engine) as connection:
        opening = opening_items(connection, found.month, found.currency)
    new = carried_items(found)
    after = compare([*opening, *new]) if posted or new else found
    kept = [item for item in after.decided if item.run_id]
    decided = decisions(found, after, booked=booked, carried=[*new, *kept])
    _check(compare, after, decided, opening=opening, new=new)
    run = _stored(ledger, after, decided, terms, name=name)
    return replace(after, posted=posted, run=run)


def _check_amounts(found: Reconciliation) -> None:
    """Refuse what cannot be stored before anything is booked."""
    for each in found.discrepancies:
        for amount in (each.ledger_amount, each.statement_amount):
            if abs(amount) > _MOST:
                where = each.class_name if each.line is None else f"line {each.line}"
                raise InvalidEntry(where, f"{amount:f}", f"{_MOST:f} units at most")


def _check(
    compare: Compare,
    after: Reconciliation,
    items: Sequence[Columns],
    *,
    opening: Sequence[CarriedItem],
    new: Sequence[CarriedItem],
) -> None:
    """Refuse items that a later run would answer otherwise by, as when one was lost."""
    carried = [item for item in items if item["decision"] == "carry"]
    stored = [carried_item(item, after.month) for item in carried]
    others = [item for item in opening if item.month != after.month]
    own = [replace(item, run_id="") for item in opening if item.month == after.month]
    own = [item for item in own if item.class_name != "pending"]  # no decisions: found anew
    if Counter(stored) == Counter([*own, *new]):
        return  # compared with just these
    if result_digest(compare([*others, *stored])) != result_digest(after):
        raise LedgerUnavailable("the books changed while the run was signed off; run it again")


def _stored(
    ledger: Ledger, after: Reconciliation, items: list[Columns], terms: SignOff, *, name: str
) -> Run:
    for _attempt in range(_ATTEMPTS):
        try:
            with writing(ledger.engine) as connection:
                newest = _newest(connection, after)
                row = run_row(after, items, terms, name=name, now=ledger.now())
                if newest is not None and _is_same(newest, row):
                    return replace(newest, is_repeated=True)
                _write(connection, row, items, newest)
                return next(runs(connection, recon_run.c.number == row["number"]))
        except IntegrityError:
            continue
    raise LedgerUnavailable("others were signing off at the same moment")


def _write(connection: Connection, row: Columns, items: list[Columns], newest: Run | None) -> None:
    last = select(recon_run.c.number, recon_run.c.hash).order_by(recon_run.c.number.desc())
    number, before = connection.execute(last.limit(1)).one_or_none() or (0, b"")
    row["number"] = number + 1
    row["supersedes"] = None if newest is None else newest.number
    for item in items:
        item["run"] = row["number"]
    row["hash"] = run_hash(before, row, items)
    connection.execute(insert(recon_run), row)
    if items:
        connection.execute(insert(recon_item), items)


def _newest(connection: Connection, found: Reconciliation) -> Run | None:
    where = recon_run.c.month == found.month.number, recon_run.c.currency == found.currency
    newest = select(func.max(recon_run.c.number)).where(*where).scalar_subquery()
    return next(runs(connection, recon_run.c.number == newest), None)


def _is_same(newest: Run, row: Columns) -> bool:
    same = "statement_sha256", "result_digest", "is_clean"
    return all(getattr(newest, name) == row[name] for name in same)
