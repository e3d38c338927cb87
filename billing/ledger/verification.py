"""`verify`: fold every transfer again and compare with the balances; it finds, it never repairs.

Streams: memory grows with the holds that are open in one account, not with its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, select

from billing.database.tables import balance, rate, transfer
from billing.ledger.accounts import AccountRow, list_accounts
from billing.ledger.entries import Moves, moves_of
from billing.ledger.ids import tag_of, to_text
from billing.ledger.rows import TransferRow

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule."""

    account: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what was found."""

    accounts: int
    transfers: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """True when every rule holds."""
        return not self.problems


def verify(
    connection: Connection, *, progress: Callable[[int], None] | None = None
) -> Verification:
    """Check every account; `progress` is called with the number of transfers read so far."""
    problems: list[Problem] = []
    accounts = transfers = 0
    for owner in list(list_accounts(connection)):
        fold = _Fold(owner)
        for row, unit_price in _history(connection, owner):
            fold.add(row, unit_price)
            transfers += 1
            if progress is not None and transfers % _BATCH == 0:
                progress(transfers)
        fold.compare(connection)
        accounts += 1
        problems += fold.problems
    problems += _orphans(connection)
    return Verification(accounts, transfers, tuple(problems))


def _history(connection: Connection, owner: AccountRow) -> Iterator[tuple[TransferRow, int | None]]:
    statement = (
        select(transfer, rate.c.unit_price)
        .outerjoin(rate, rate.c.id == transfer.c.rate_id)
        .where(transfer.c.account_id == owner.id)
        .order_by(transfer.c.version)
        .execution_options(yield_per=_BATCH)
    )
    for found in connection.execute(statement):
        yield TransferRow(*found[:-1]), found[-1]


def _orphans(connection: Connection) -> list[Problem]:
    known = select(balance.c.account_id)
    lost = select(transfer.c.account_id).where(transfer.c.account_id.not_in(known)).distinct()
    return [
        Problem(to_text("account", found), "orphan", "has transfers and no balance")
        for (found,) in connection.execute(lost)
    ]


@dataclass(slots=True)
class _Fold:
    """The books of one account, folded row by row in the order of their versions."""

    owner: AccountRow
    buckets: Moves = field(default_factory=Moves)
    version: int = 0
    funded: int = 0
    forced: int = 0
    #: Holds that have not ended: the hold's row and the bucket its money is in.
    unsettled: dict[object, tuple[TransferRow, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: TransferRow, unit_price: int | None) -> None:
        """Check one row against what came before it, then take it in."""
        self._check(row.version == self.version + 1, "version", row, f"expected {self.version + 1}")
        self._check(tag_of(row.id) == self.owner.tag, "id", row, "belongs to another account")
        self._check_price(row, unit_price)
        self._follow_hold(row)
        moves = moves_of(row.kind, row.amount, row.released, row.from_bucket)
        self.buckets = self.buckets.plus(moves)
        self.version = row.version
        self.funded += row.amount if row.kind in ("top-up", "adjustment") else 0
        self.forced += row.amount if row.late_hold_id is not None else 0
        below = moves.available < 0 and self.buckets.available + self.forced < self.owner.floor
        self._check(not below, "floor", row, "took the account below its floor")

    def compare(self, connection: Connection) -> None:
        """Compare the fold with the stored balance and with itself."""
        found = connection.execute(
            select(balance).where(balance.c.account_id == self.owner.id)
        ).one_or_none()
        if found is None:
            self._report("balance", "there is no balance row")
            return
        folded = {
            **self.buckets._asdict(),
            "forced": self.forced,
            "version": self.version,
            "floor": self.owner.floor,
        }
        for name, value in folded.items():
            stored = getattr(found, name)
            if stored != value:
                self._report("balance", f"{name} is stored as {stored}, the transfers give {value}")
        if sum(self.buckets) != self.funded:
            self._report("sum", f"buckets sum to {sum(self.buckets)}, put in were {self.funded}")
        for bucket in ("held", "in_doubt"):
            owed = sum(row.amount for row, where in self.unsettled.values() if where == bucket)
            if owed != folded[bucket]:
                self._report("holds", f"{bucket} is {folded[bucket]}, its holds sum to {owed}")

    def _check_price(self, row: TransferRow, unit_price: int | None) -> None:
        if row.kind in ("hold", "capture", "charge") and unit_price is not None:
            priced = unit_price * (row.images or 0)
            self._check(row.amount == priced, "price", row, f"its rate gives {priced} nano-units")

    def _follow_hold(self, row: TransferRow) -> None:
        if row.kind == "hold":
            self.unsettled[row.id] = (row, "held")
            return
        if row.hold_id is None:
            return
        held = self.unsettled.get(row.hold_id)
        if held is None:
            self._check(False, "hold", row, "names a hold that is not open")  # noqa: FBT003
            return
        hold, bucket = held
        self._check(row.from_bucket == bucket, "hold", row, f"the hold's money was {bucket}")
        whole = row.amount + row.released == hold.amount
        self._check(whole, "hold", row, f"does not account for the {hold.amount} held")
        if row.kind == "doubt":
            self.unsettled[hold.id] = (hold, "in_doubt")
        else:
            del self.unsettled[hold.id]

    def _check(self, holds: bool, kind: str, row: TransferRow, detail: str) -> None:  # noqa: FBT001
        if not holds:
            self._report(kind, f"{to_text(row.kind, row.id)} (version {row.version}): {detail}")

    def _report(self, kind: str, detail: str) -> None:
        self.problems.append(Problem(self.owner.code, kind, detail))
