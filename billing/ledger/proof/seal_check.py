"""The seals of one account against its rows: what was changed, taken away or added since.

Rows are compared one by one with the digests that a seal keeps, so the row that differs is named;
the hash over all of them, chained from the row of the account, decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import seal
from billing.ledger.accounts import AccountRow
from billing.ledger.ids import to_text
from billing.ledger.proof.beside import Beside
from billing.ledger.proof.canonical import DIGEST_SIZE, ENCODING, digests, instant_text
from billing.ledger.proof.evidence_check import Named, SealedEvidence
from billing.ledger.proof.findings import Findings
from billing.ledger.proof.folding import named
from billing.ledger.proof.row_pages import hash_of
from billing.ledger.proof.seal_files import SealHead
from billing.ledger.proof.seals import SealRow, account_hash, seal_hash
from billing.ledger.rows import TransferRow

#: Seals read at once: each has some kilobytes of digests.
_SEALS_AT_ONCE: Final = 16
_page = (
    select(seal)
    .where(seal.c.account_id == bindparam("of_account"), seal.c.from_version > bindparam("after"))
    .order_by(seal.c.from_version)
    .limit(_SEALS_AT_ONCE)
)


class SealCheck:
    """Walks along the seals of an account while its rows come by in the order of versions."""

    def __init__(
        self,
        connection: Connection,
        owner: AccountRow,
        findings: Findings,
        *,
        exported: SealHead | None = None,
    ) -> None:
        self._owner = owner
        self._findings = findings
        self._exported = exported
        self._has_exported_head = False
        self._rest = _in_order(connection, owner)
        #: What is beside a sealed transfer and in no seal so far.
        self._late: list[Named] = []
        self._last: SealRow | None = None
        self._open: _OpenSeal | None = None
        #: How many seals came by, and how many transfers they cover.
        self.seals = self.sealed = 0
        self._next()

    @property
    def is_done(self) -> bool:
        """No seal covers what comes now."""
        return self._open is None

    def take(self, row: TransferRow, beside: Iterable[Beside]) -> None:
        """Compare the next row, and what stands beside it, with the seal that covers it."""
        while self._open is not None and row.version > self._open.seal.to_version:
            self._close(self._open)
        if self._open is None or row.version < self._open.expected:
            return  # not sealed yet; or a version that came by before, which the fold reports
        self.sealed += 1
        self._report(*self._open.missing_before(row.version))
        self._report(*self._open.compare(row.version, hash_of(row), named(row)))
        for one in beside:
            self._report(*self._open.compare_beside(one, named(row)))

    def finish(self, newest: int) -> None:
        """Every row came by; `newest` is the version of the last one."""
        while self._open is not None:
            self._close(self._open)
        head = self._exported
        if head is None:
            return
        if head.account != self._owner.code:
            self._report_export(head, f"it was the account {head.account} then")
        if newest < head.to_version:
            lost = f"the ledger ends at {newest}: first missing version {newest + 1}"
            self._report_export(head, lost)
        elif not self._has_exported_head:
            self._report_export(head, "no seal of this ledger ends there")

    def _next(self) -> None:
        """Go to the next seal: does it follow from the last, and is it well-formed?"""
        found = next(self._rest, None)
        self._open = None if found is None else _OpenSeal(found)
        if found is None or self._open is None:
            return
        self.seals += 1
        start = 0 if self._last is None else self._last.to_version + 1
        if found.from_version != start:
            self._report(
                f"the seal from version {start} is missing; one from {found.from_version} came"
            )
        elif self._last is not None and found.prev_hash != self._last.hash:
            self._report(f"the {_named(found)} does not follow from the one before it")
        if self._exported is not None and found.to_version == self._exported.to_version:
            self._has_exported_head = True
            if found.hash != self._exported.hash:
                self._report_export(self._exported, f"the {_named(found)} is another one")
        if found.from_version == 0:
            account = f"the row of the account ({to_text('account', self._owner.id)})"
            self._report(*self._open.compare(0, account_hash(self._owner), account))
        self._report(*self._open.take_late(self._late))

    def _close(self, ended: _OpenSeal) -> None:
        self._report(*ended.conclusion())
        self._last = ended.seal
        self._late = ended.late
        self._next()

    def _report(self, *details: str) -> None:
        for detail in details:
            self._findings.report(self._owner.code, "seal", detail)

    def _report_export(self, head: SealHead, detail: str) -> None:
        said = f"exported head at version {head.to_version}, {detail}"
        self._findings.report(self._owner.code, "export", said)


class _OpenSeal:
    """One seal, and what has been compared with it so far."""

    def __init__(self, seal: SealRow) -> None:
        self.seal = seal
        #: The version that should come next.
        self.expected = seal.from_version
        self._row_digests = digests(seal.row_digests)
        self._row_hashes: list[bytes] = []
        self._evidence = SealedEvidence(seal)
        self._is_explained = False

    def missing_before(self, version: int) -> Iterator[str]:
        """The sealed rows that should have come before this version."""
        if version > self.expected:
            self._is_explained = True
            last = version - 1
            gone = (
                f"version {last} is"
                if last == self.expected
                else f"versions {self.expected} to {last} are"
            )
            yield f"{gone} missing; the {_named(self.seal)} has it"
            self.expected = version

    def compare(self, version: int, found: bytes, name: str) -> Iterator[str]:
        """The row of this version against its digest."""
        self.expected = version + 1
        self._row_hashes.append(found)
        at = version - self.seal.from_version
        if self._row_digests[at : at + 1] != [found[:DIGEST_SIZE]]:
            self._is_explained = True
            yield f"{name} is not the row that was sealed ({_named(self.seal)})"

    @property
    def late(self) -> list[Named]:
        """What is not in this seal and may be in a later one."""
        return self._evidence.late

    def take_late(self, late: Iterable[Named]) -> Iterator[str]:
        """What came late for the seals before."""
        yield from self._explained(self._evidence.take_late(late))

    def compare_beside(self, found: Beside, name: str) -> Iterator[str]:
        """A row beside a transfer against those that were sealed."""
        yield from self._explained(self._evidence.compare(found, name))

    def conclusion(self) -> Iterator[str]:
        """What can be said once every row of the range came by."""
        yield from self.missing_before(self.seal.to_version + 1)
        yield from self._explained(self._evidence.conclusion())
        if not self._is_explained and not self._fits():
            yield f"the {_named(self.seal)} was changed: its hash does not fit"

    def _explained(self, details: Iterator[str]) -> Iterator[str]:
        for detail in details:
            self._is_explained = True
            yield f"{detail} ({_named(self.seal)})"

    def _fits(self) -> bool:
        return (
            self.seal.encoding == ENCODING
            and len(self._row_digests) == len(self._row_hashes)
            and self._evidence.fits()
            and self.seal.hash == seal_hash(self.seal, b"".join(self._row_hashes))
        )


def _in_order(connection: Connection, owner: AccountRow) -> Iterator[SealRow]:
    after = -1
    while page := connection.execute(_page, {"of_account": owner.id, "after": after}).all():
        yield from (SealRow(*found) for found in page)
        after = page[-1].from_version


def _named(row: SealRow) -> str:
    span = (
        f"version {row.to_version}"
        if row.from_version == row.to_version
        else f"versions {row.from_version} to {row.to_version}"
    )
    return f"seal of {span} made at {instant_text(row.sealed_at)}"
