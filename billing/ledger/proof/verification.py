"""`verify`: every rule of the books against the rows and the seals; it finds, it never repairs.

Streams: memory grows with the holds that are open in one account, not with its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from billing.database.tables import balance
from billing.ledger.accounts import AccountRow
from billing.ledger.proof import fences, guards
from billing.ledger.proof.beside import evidence_of, in_order
from billing.ledger.proof.findings import Findings, Problem, Verification
from billing.ledger.proof.folding import Fold
from billing.ledger.proof.period_check import PeriodCheck, check_periods
from billing.ledger.proof.references import check_references
from billing.ledger.proof.row_pages import (
    BEFORE_ALL,
    PAGE,
    PricedRow,
    accounts_in_order,
    priced_after,
    version_after,
)
from billing.ledger.proof.run_chain import check_runs
from billing.ledger.proof.seal_check import SealCheck
from billing.ledger.proof.seal_files import SealHead
from billing.ledger.proof.stored_books import StoredBooks
from billing.ledger.proof.whole_tables import check_rates, check_strays
from billing.ledger.rollup import days

__all__ = ["Problem", "Progress", "Verification", "verify"]

#: Called with the transfers read so far, and how many there are.
Progress = Callable[[int, int], None]

#: What a problem of no account in particular says in its place.
_EVERYWHERE: Final = "-"


def verify(
    connection: Connection,
    *,
    now: datetime,
    progress: Progress | None = None,
    exported: Iterable[SealHead] = (),
) -> Verification:
    """Check every account in one consistent view.

    Args:
        connection: inside a reading transaction.
        now: aware; rows from after it are a problem.
        progress: told after every page.
        exported: heads of an exported file, in the order of account ids; the ledger must have them.
    """
    findings = Findings()
    for said in guards.broken(connection):
        findings.report(_EVERYWHERE, "guard", said)
    for said in fences.missing(connection):
        findings.report(_EVERYWHERE, "constraint", said)
    # First: an edited rate explains what it does to every row that points at it.
    check_rates(connection, findings)
    periods = check_periods(connection, findings)
    walk = _Walk(connection, now, findings, periods, progress)
    heads = _Heads(exported, findings)
    for owner in accounts_in_order(connection):
        walk.check(owner, heads.of(owner))
    heads.finish()
    check_strays(connection, findings)
    check_runs(connection, findings)
    return Verification(
        walk.accounts, walk.transfers, findings.problems(), seals=walk.seals, sealed=walk.sealed
    )


class _Walk:
    """Goes through the accounts one by one, and through each account's rows page by page."""

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        findings: Findings,
        periods: PeriodCheck,
        progress: Progress | None,
    ) -> None:
        self._connection = connection
        self._now = now
        self._findings = findings
        self._periods = periods
        self._progress = progress
        self._total = _total(connection) if progress is not None else 0
        self.accounts = self.transfers = self.seals = self.sealed = 0

    def check(self, owner: AccountRow, exported: SealHead | None) -> None:
        """Check one account."""
        stored = StoredBooks.of(self._connection, owner)
        fold = Fold(owner, stored, self._findings, periods=self._periods, now=self._now)
        seals = SealCheck(self._connection, owner, self._findings, exported=exported)
        for page in self._pages(owner):
            rows = [priced.row for priced in page]
            evidence = {} if seals.is_done else evidence_of(self._connection, rows)
            present = [change for change in stored.changes if change.version >= fold.version]
            for row, beside in in_order(rows, present, evidence):
                seals.take(row, beside)
            for priced in page:
                fold.add(priced)
            check_references(self._connection, owner, rows, self._findings)
            self._advance(len(page))
        seals.finish(fold.version)
        fold.compare()
        for found in days.differences(self._connection, owner.id):
            self._findings.report(owner.code, "rollup", found.detail)
        self.accounts += 1
        self.seals += seals.seals
        self.sealed += seals.sealed

    def _pages(self, owner: AccountRow) -> Iterator[list[PricedRow]]:
        after = BEFORE_ALL
        while True:
            try:
                page = priced_after(self._connection, owner.id, after)
            except ValueError:
                yield from self._one_by_one(owner, after)
                return
            yield page
            if len(page) < PAGE:
                return
            after = page[-1].row.version

    def _one_by_one(self, owner: AccountRow, after: int) -> Iterator[list[PricedRow]]:
        """Name the rows that cannot be read, and go on with the others."""
        while (version := version_after(self._connection, owner.id, after)) is not None:
            try:
                yield priced_after(self._connection, owner.id, after, limit=1)
            except ValueError as error:
                said = f"version {version} cannot be read: {error}"
                self._findings.report(owner.code, "row", said)
            after = version

    def _advance(self, rows: int) -> None:
        self.transfers += rows
        if self._progress is not None:
            self._progress(self.transfers, self._total)


class _Heads:
    """Exported heads beside the accounts of the ledger, both in the order of account ids."""

    def __init__(self, exported: Iterable[SealHead], findings: Findings) -> None:
        self._rest = iter(exported)
        self._findings = findings
        self._head = next(self._rest, None)

    def of(self, owner: AccountRow) -> SealHead | None:
        """The head of this account, if it was exported."""
        while self._head is not None and self._head.account_id < owner.id:
            self._lost(self._head)
        found = self._head
        if found is None or found.account_id != owner.id:
            return None
        self._head = next(self._rest, None)
        return found

    def finish(self) -> None:
        """Every account came by; what is left is gone from the ledger."""
        while self._head is not None:
            self._lost(self._head)

    def _lost(self, head: SealHead) -> None:
        said = f"exported head at version {head.to_version}, the account is not in this ledger"
        self._findings.report(head.account, "export", said)
        self._head = next(self._rest, None)


def _total(connection: Connection) -> int:
    return int(connection.execute(select(func.sum(balance.c.version))).scalar() or 0)
