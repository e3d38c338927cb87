"""Signed-off reconciliations, chained: a run's hash covers its row, its items and the run before.

Whoever edits, removes or adds a run or an item breaks the chain at that run. Runs taken off the
end are not seen by it: a report that was kept, or a backup, shows them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import recon_item, recon_run
from billing.ledger.proof.canonical import row_hash
from billing.ledger.proof.findings import Findings

_EVERYWHERE: Final = "-"
_BATCH: Final = 1000
Row = Mapping[str, object]

_runs = select(recon_run).order_by(recon_run.c.number)
_items = (
    select(recon_item)
    .where(recon_item.c.run == bindparam("run"))
    .order_by(recon_item.c.number)
    .execution_options(yield_per=_BATCH)
)
_strays = (
    select(recon_item.c.run)
    .distinct()
    .outerjoin(recon_run, recon_run.c.number == recon_item.c.run)
    .where(recon_run.c.number.is_(None))
)


def run_hash(before: bytes, run: Row, items: Iterable[Row]) -> bytes:
    """The hash of a run, given that of the run before it; `run` without its own hash."""
    chained = hashlib.sha256(before)
    chained.update(row_hash("recon_run", run))
    for item in items:
        chained.update(row_hash("recon_item", item))
    return chained.digest()


def check_runs(connection: Connection, findings: Findings) -> None:
    """Work the chain out again, and report every run that does not fit."""
    before, last = b"", 0
    for found in connection.execute(_runs).mappings().all():
        run = dict(found)
        stored, number = run.pop("hash"), run["number"]
        items = [dict(item) for item in connection.execute(_items, {"run": number}).mappings()]
        said = [*_gaps(last, number, run["items"], items)]
        if run_hash(before, run, items) != stored:
            said.append("it is not what was signed off, or the run before it was changed")
        for each in said:
            findings.report(_EVERYWHERE, "reconciliation", f"run {number}: {each}")
        before, last = stored, number
    for number in connection.execute(_strays).scalars():
        findings.report(_EVERYWHERE, "reconciliation", f"items of run {number}, which is missing")


def _gaps(last: int, number: int, count: int, items: list[dict[str, object]]) -> Iterator[str]:
    if number != last + 1:
        yield f"the run before it is {last}"
    numbers = [item["number"] for item in items]
    if numbers != list(range(1, count + 1)):
        yield f"it decided {count} items, {len(items)} are there"
