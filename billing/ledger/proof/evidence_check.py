"""What stands beside the transfers of one seal, against the digests that the seal keeps of it.

Evidence may be added to a sealed transfer later, when an answer came late: then it is in a later
seal, or in none yet. What was sealed must still be there, unchanged, and nothing may be added that
claims to be older than the seal of its transfer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from billing.ledger.proof.beside import Beside
from billing.ledger.proof.canonical import DIGEST_SIZE, digests
from billing.ledger.proof.seals import EVIDENCE_GRACE, SealRow

#: A row beside a transfer, and what to call it.
Named = tuple[Beside, str]


class SealedEvidence:
    """What has been compared with one seal so far."""

    def __init__(self, seal: SealRow) -> None:
        self._seal = seal
        self._digests = digests(seal.evidence_digests)
        self._at = 0
        self._hashes: list[bytes] = []
        #: Rows since the last one that was found in the seal: their names, and whether told of.
        self._strange: list[tuple[str, bool]] = []
        #: What is not in this seal and may be in a later one.
        self.late: list[Named] = []

    def take_late(self, late: Iterable[Named]) -> Iterator[str]:
        """What came late for the seals before: it comes first, if it is in this one."""
        for found, which in late:
            if self._is_sealed(found):
                yield from self._matched(found, which)
                continue
            self.late.append((found, which))
            if found.recorded_at <= self._seal.sealed_at:
                self._strange.append((which, False))

    def compare(self, found: Beside, name: str) -> Iterator[str]:
        """The next row beside the transfer with this name."""
        which = f"{found.label} {name}"
        if self._is_sealed(found):
            yield from self._matched(found, which)
            return
        is_old = found.recorded_at <= self._seal.sealed_at - EVIDENCE_GRACE
        if is_old:
            yield f"{which} was changed, or added since"
        else:
            self.late.append((found, which))
        self._strange.append((which, is_old))

    def conclusion(self) -> Iterator[str]:
        """What is missing once every row came by."""
        yield from self._lost(len(self._digests) - self._at, "at the end")

    def fits(self) -> bool:
        """Whether the seal's own count and hash say the same."""
        found = hashlib.sha256(b"".join(self._hashes)).digest()
        count = self._seal.evidence_count
        return (
            count == len(self._hashes) == len(self._digests) and found == self._seal.evidence_hash
        )

    def _is_sealed(self, found: Beside) -> bool:
        return found.hash[:DIGEST_SIZE] in self._digests[self._at :]

    def _matched(self, found: Beside, which: str) -> Iterator[str]:
        at = self._digests.index(found.hash[:DIGEST_SIZE], self._at)
        yield from self._lost(at - self._at, f"before {which}")
        self._at = at + 1
        self._hashes.append(found.hash)
        self._strange.clear()

    def _lost(self, skipped: int, where: str) -> Iterator[str]:
        """Sealed rows that did not come: a strange row in their place is one of them, changed."""
        for which, is_told in self._strange[:skipped]:
            if not is_told:
                yield f"{which} is not what was sealed"
        missing = skipped - len(self._strange)
        if missing > 0:
            rows, are = ("row", "is") if missing == 1 else ("rows", "are")
            yield f"{missing} {rows} of evidence or limits {are} missing {where}"
