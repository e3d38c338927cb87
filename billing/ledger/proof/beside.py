"""What a seal covers beside transfers: evidence of calls, and changes of limits.

A change is sealed with the transfer that came after it, the first that went by it. Evidence is
sealed with its transfer, or with the next seal of the account when it came later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, or_, select

from billing.database.tables import evidence, seal, transfer
from billing.ledger.ids import to_text
from billing.ledger.limit_rows import LimitRow
from billing.ledger.proof.canonical import DIGEST_SIZE, digests, row_hash
from billing.ledger.proof.seals import SealRow
from billing.ledger.rows import TransferRow

#: Clocks of machines that make ids may differ by this much.
_SKEW_MS: Final = 3_600_000
_EVIDENCE_NAMES: Final = tuple(column.name for column in evidence.c)
_of_account = evidence.c.account_id == bindparam("of_account")
_evidence = select(evidence).where(
    _of_account, evidence.c.hold_id.in_(bindparam("holds", expanding=True))
)
_since = (
    select(transfer.c.version, evidence)
    .join(
        transfer,
        (transfer.c.account_id == evidence.c.account_id)
        & (transfer.c.id == evidence.c.transfer_id),
    )
    .where(
        _of_account,
        evidence.c.id >= bindparam("since", type_=evidence.c.id.type),
        transfer.c.version <= bindparam("sealed_to"),
    )
    .order_by(evidence.c.id)
)
_id_at = select(transfer.c.id).where(
    transfer.c.account_id == bindparam("of_account"), transfer.c.version == bindparam("version")
)
_version_before = select(func.max(transfer.c.version)).where(
    transfer.c.account_id == bindparam("of_account"),
    transfer.c.id < bindparam("since", type_=transfer.c.id.type),
)
_digests = select(seal.c.evidence_digests).where(
    seal.c.account_id == bindparam("of_account"),
    or_(
        seal.c.to_version >= bindparam("before"),
        select(transfer.c.version)
        .where(
            transfer.c.account_id == seal.c.account_id,
            transfer.c.version.between(seal.c.from_version, seal.c.to_version),
            transfer.c.version.in_(bindparam("versions", expanding=True)),
        )
        .exists(),
    ),
)


class Beside(NamedTuple):
    """A row that is sealed beside a transfer; `label` leads up to the name of that transfer."""

    id: UUID
    recorded_at: datetime
    hash: bytes
    label: str


def evidence_of(connection: Connection, rows: Sequence[TransferRow]) -> dict[UUID, list[Beside]]:
    """The evidence of some transfers of one account, by transfer and in the order of ids."""
    holds = {hold for row in rows if (hold := _hold_of(row)) is not None}
    if not holds:
        return {}
    ids = {row.id for row in rows}
    by_transfer: dict[UUID, list[Beside]] = {}
    bound = {"of_account": rows[0].account_id, "holds": list(holds)}
    for found in connection.execute(_evidence, bound):
        if found.transfer_id in ids:
            by_transfer.setdefault(found.transfer_id, []).append(_hashed(tuple(found)))
    for hashes in by_transfer.values():
        hashes.sort()
    return by_transfer


def late_evidence(connection: Connection, last: SealRow) -> list[Beside]:
    """Evidence of sealed transfers that no seal covers yet, in the order of ids.

    Ids begin with the time they were made: only what is about as young as the newest sealed
    transfer is looked at, whatever the length of the history.
    """
    bound = {"of_account": last.account_id, "version": last.to_version}
    newest = connection.execute(_id_at, bound).scalar_one_or_none()
    if newest is None:
        return []
    since = UUID(int=max((newest.int >> 80) - _SKEW_MS, 0) << 80)
    bound = {"of_account": last.account_id, "since": since}
    found = connection.execute(_since, {**bound, "sealed_to": last.to_version}).all()
    if not found:
        return []
    before = connection.execute(_version_before, bound).scalar() or 0
    # It is in the seal of its transfer, in one made since then, or in none.
    versions = {version for version, *_rest in found}
    sealed: set[bytes] = set()
    for (kept,) in connection.execute(_digests, {**bound, "before": before, "versions": versions}):
        sealed.update(digests(kept))
    rows = [_hashed(tuple(columns)) for _version, *columns in found]
    return [row for row in rows if row.hash[:DIGEST_SIZE] not in sealed]


def in_order(
    rows: Iterable[TransferRow],
    changes: Iterable[LimitRow],
    evidence_by_transfer: dict[UUID, list[Beside]],
) -> Iterator[tuple[TransferRow, list[Beside]]]:
    """Each transfer with what is sealed beside it: the changes before it, then its evidence."""
    rest = iter(changes)
    change = next(rest, None)
    for row in rows:
        beside: list[Beside] = []
        while change is not None and change.version < row.version:
            beside.append(_hashed_change(change))
            change = next(rest, None)
        yield row, [*beside, *evidence_by_transfer.get(row.id, ())]


def _hashed(columns: tuple[object, ...]) -> Beside:
    row = dict(zip(_EVIDENCE_NAMES, columns, strict=True))
    row_id, recorded_at = row["id"], row["recorded_at"]
    assert isinstance(row_id, UUID)
    assert isinstance(recorded_at, datetime)
    label = f"{to_text('evidence', row_id)} of"
    return Beside(row_id, recorded_at, row_hash("evidence", row), label)


def _hashed_change(change: LimitRow) -> Beside:
    return Beside(
        change.account_id,
        change.recorded_at,
        row_hash("limit_change", change._asdict()),
        f"change {change.number} of limits, before",
    )


def _hold_of(row: TransferRow) -> UUID | None:
    """The hold that evidence of this row would be filed under."""
    return row.id if row.kind == "hold" else row.hold_id or row.late_hold_id
