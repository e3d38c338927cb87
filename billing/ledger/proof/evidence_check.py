"""The evidence under one seal against the digests that the seal keeps of it.

Evidence may be added to a sealed transfer later, when an answer came late; what was sealed must
still be there, unchanged, and nothing may be added that claims to be older than the seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from billing.ledger.ids import to_text
from billing.ledger.proof.canonical import DIGEST_SIZE, digests
from billing.ledger.proof.row_pages import HashedEvidence
from billing.ledger.proof.seals import EVIDENCE_GRACE, SealRow


class SealedEvidence:
    """What has been compared with one seal so far."""

    def __init__(self, seal: SealRow) -> None:
        self._seal = seal
        self._digests = digests(seal.evidence_digests)
        self._at = 0
        self._hashes: list[bytes] = []
        #: Rows since the last one that was found in the seal: their names, and whether told of.
        self._strange: list[tuple[str, bool]] = []

    def compare(self, found: HashedEvidence, name: str) -> Iterator[str]:
        """The next row of evidence, of the transfer with this name."""
        which = f"{to_text('evidence', found.id)} of {name}"
        digest = found.hash[:DIGEST_SIZE]
        if digest in self._digests[self._at :]:
            at = self._digests.index(digest, self._at)
            yield from self._lost(at - self._at, f"before {which}")
            self._at = at + 1
            self._hashes.append(found.hash)
            self._strange.clear()
            return
        is_old = found.recorded_at <= self._seal.sealed_at - EVIDENCE_GRACE
        if is_old:
            yield f"{which} was changed, or added since"
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

    def _lost(self, skipped: int, where: str) -> Iterator[str]:
        """Sealed rows that did not come: a strange row in their place is one of them, changed."""
        for which, is_told in self._strange[:skipped]:
            if not is_told:
                yield f"{which} is not the evidence that was sealed"
        missing = skipped - len(self._strange)
        if missing > 0:
            rows = "row of evidence is" if missing == 1 else "rows of evidence are"
            yield f"{missing} {rows} missing {where}"
