"""What a seal is: one hash over a range of an account's transfers, and over the seal before it.

Pure: rows go in as hashes, a row of `seal` comes out. `sealing` makes seals, `seal_check` compares
them with the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from billing.ledger.accounts import AccountRow
from billing.ledger.proof.canonical import DIGEST_SIZE, ENCODING, instant_text, row_hash

#: Evidence of a sealed transfer may be written while the seal is made, by a clock behind ours.
EVIDENCE_GRACE: Final = timedelta(minutes=5)

_DOMAIN: Final = b"image-billing seal\n"


class SealRow(NamedTuple):
    """A row of `seal`, columns in the order of the table."""

    account_id: UUID
    from_version: int
    to_version: int
    encoding: int
    prev_hash: bytes
    hash: bytes
    sealed_at: datetime
    row_digests: bytes
    evidence_count: int
    evidence_hash: bytes
    evidence_digests: bytes


def seal_hash(made: SealRow, row_hashes: bytes) -> bytes:
    """The hash of a seal: over the hash before it, its own facts, every row, the evidence.

    `made.hash` does not count; `row_hashes` are 32 bytes a row, in the order of versions.
    """
    facts = {
        "account_id": made.account_id.hex,
        "encoding": made.encoding,
        "evidence_count": made.evidence_count,
        "from_version": made.from_version,
        "sealed_at": instant_text(made.sealed_at),
        "to_version": made.to_version,
    }
    head = hashlib.sha256(json.dumps(facts, sort_keys=True).encode("ascii")).digest()
    content = _DOMAIN + made.prev_hash + head + row_hashes + made.evidence_hash
    return hashlib.sha256(content).digest()


def account_hash(owner: AccountRow) -> bytes:
    """The hash of an account's row, with which its chain of seals begins."""
    return row_hash("account", owner._asdict())


def opening_seal(owner: AccountRow, now: datetime) -> SealRow:
    """The first seal of an account: version 0, which stands for the row of the account."""
    first = account_hash(owner)
    empty = SealRow(owner.id, 0, -1, ENCODING, b"", first, now, b"", 0, b"", b"")
    return seal_after(empty, 0, [first], [], max(now, owner.opened_at))


def seal_after(
    last: SealRow,
    to_version: int,
    hashes: Sequence[bytes],
    beside: Sequence[bytes],
    sealed_at: datetime,
) -> SealRow:
    """The seal that follows `last`: over rows and what stands beside them, as hashes in order."""
    made = SealRow(
        account_id=last.account_id,
        from_version=last.to_version + 1,
        to_version=to_version,
        encoding=ENCODING,
        prev_hash=last.hash,
        hash=b"",
        sealed_at=sealed_at,
        row_digests=b"".join(each[:DIGEST_SIZE] for each in hashes),
        evidence_count=len(beside),
        evidence_hash=hashlib.sha256(b"".join(beside)).digest(),
        evidence_digests=b"".join(each[:DIGEST_SIZE] for each in beside),
    )
    return made._replace(hash=seal_hash(made, b"".join(hashes)))
