"""Sealing: hash what is new in every account and write the seals, after the fact.

Sealing reads what is committed, hashes it in Python and writes one short row; no writer of the
ledger waits for it. Versions are dense, so order and completeness need no lock. Two that seal at
once are told apart by the primary key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Engine, bindparam, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from billing.database.engines import reading, writing
from billing.database.tables import account, balance, seal
from billing.ledger.accounts import AccountRow
from billing.ledger.limit_rows import changes_of
from billing.ledger.proof.beside import evidence_of, in_order, late_evidence
from billing.ledger.proof.canonical import DIGEST_SIZE
from billing.ledger.proof.errors import SealRefused
from billing.ledger.proof.row_pages import PAGE, hash_of, transfers_after
from billing.ledger.proof.seals import SealRow, opening_seal, seal_after
from billing.ledger.rows import TransferRow

#: Seals of one account that are written in one transaction.
_AT_ONCE: Final = 16

_last = (
    select(seal)
    .where(seal.c.account_id == bindparam("of_account"))
    .order_by(seal.c.to_version.desc())
    .limit(1)
)
_sealed_to = (
    select(func.max(seal.c.to_version))
    .where(seal.c.account_id == account.c.id)
    .correlate(account)
    .scalar_subquery()
)
_behind = (
    select(account)
    .outerjoin(balance, balance.c.account_id == account.c.id)
    .where(
        account.c.id > bindparam("after", type_=account.c.id.type),
        or_(_sealed_to.is_(None), balance.c.version > _sealed_to),
    )
    .order_by(account.c.id)
    .limit(PAGE)
)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What one call sealed; zeros when nothing was new."""

    accounts: int
    seals: int
    transfers: int


def seal_all(
    engine: Engine,
    clock: Callable[[], datetime],
) -> Sealing:
    """Seal every account up to its newest transfer, each in transactions of its own.

    Raises:
        SealRefused: transfers are missing; every account without a gap is sealed all the same.
    """
    accounts = seals = transfers = 0
    gaps: list[str] = []
    for owner in _accounts_behind(engine):
        try:
            made = list(_seal_account(engine, clock, owner))
        except _Gap as gap:
            gaps.append(f"account {owner.code}: version {gap.version} is missing")
            continue
        accounts += bool(made)
        seals += len(made)
        transfers += sum(made)
    if gaps:
        raise SealRefused(gaps)
    return Sealing(accounts, seals, transfers)


class _Gap(Exception):
    """A version that should be there is not: nothing after it is sealed."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def _accounts_behind(engine: Engine) -> Iterator[AccountRow]:
    after = UUID(int=0)
    while True:
        with reading(engine) as connection:
            found = connection.execute(_behind, {"after": after}).mappings()
            page = [AccountRow(**row) for row in found]
        if not page:
            return
        yield from page
        after = page[-1].id


def _seal_account(
    engine: Engine,
    clock: Callable[[], datetime],
    owner: AccountRow,
) -> Iterator[int]:
    """Seal what is new; yields how many transfers each seal covers."""
    while True:
        with reading(engine) as connection:
            last = last_seal(connection, owner.id)
            made = _next_seals(connection, owner, last, clock())
        if not made:
            return
        try:
            with writing(engine) as connection:
                connection.execute(insert(seal), [each._asdict() for each in made])
        except IntegrityError:
            with reading(engine) as connection:
                if last_seal(connection, owner.id) == last:
                    raise
            continue  # somebody else sealed it: go on after their seal
        yield from (len(each.row_digests) // DIGEST_SIZE if each.to_version else 0 for each in made)


def last_seal(connection: Connection, account_id: UUID) -> SealRow | None:
    """The newest seal of an account."""
    found = connection.execute(_last, {"of_account": account_id}).one_or_none()
    return None if found is None else SealRow(*found)


def _next_seals(
    connection: Connection, owner: AccountRow, last: SealRow | None, now: datetime
) -> list[SealRow]:
    """The next few seals after `last`, in one consistent view."""
    made: list[SealRow] = []
    # What came late for the seals before goes into the first of these.
    late = [] if last is None else late_evidence(connection, last)
    if last is None:
        last = opening_seal(owner, now)
        made.append(last)
    changes = changes_of(connection, owner.id)
    while len(made) < _AT_ONCE:
        rows = transfers_after(connection, owner.id, last.to_version)
        _refuse_gaps(connection, owner.id, rows, last.to_version)
        if not rows:
            break
        evidence = evidence_of(connection, rows)
        since = [change for change in changes if change.version >= last.to_version]
        beside = [each.hash for _row, found in in_order(rows, since, evidence) for each in found]
        hashes = [hash_of(row) for row in rows]
        # The clock may have been set back; a seal is never older than what it seals.
        sealed_at = max(now, last.sealed_at, *(row.recorded_at for row in rows))
        beside = [*(each.hash for each in late), *beside]
        last, late = seal_after(last, rows[-1].version, hashes, beside, sealed_at), []
        made.append(last)
    return made


def _refuse_gaps(
    connection: Connection, account_id: UUID, rows: Sequence[TransferRow], sealed_to: int
) -> None:
    for expected, row in enumerate(rows, start=sealed_to + 1):
        if row.version != expected:
            raise _Gap(expected)
    if not rows:
        newest = select(balance.c.version).where(balance.c.account_id == account_id)
        if (connection.execute(newest).scalar() or 0) > sealed_to:
            raise _Gap(sealed_to + 1)
