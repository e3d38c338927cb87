"""What the ledger should do, as a dict: integers only, no database, no code of ours."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ModelHold:
    """A hold as the model sees it; money in nano-units."""

    account: str
    unit: int
    n: int
    bucket: str = "held"
    ended_by: str | None = None
    on_deadline: str = "expire"

    @property
    def amount(self) -> int:
        return self.unit * self.n


@dataclass
class ModelAccount:
    """The buckets of one account in nano-units, and how many rows it has."""

    floor: int
    available: int = 0
    held: int = 0
    in_doubt: int = 0
    posted: int = 0
    version: int = 0
    funded: int = 0

    def move(self, **changes: int) -> None:
        """One row: some buckets give, some take."""
        for bucket, change in changes.items():
            setattr(self, bucket, getattr(self, bucket) + change)
        self.version += 1

    def snapshot(self) -> tuple[int, ...]:
        return (self.available, self.held, self.in_doubt, self.posted, self.floor, self.version)


@dataclass
class Model:
    """Accounts, holds and spent keys; every method answers what the ledger must answer."""

    accounts: dict[str, ModelAccount] = field(default_factory=dict)
    holds: dict[str, ModelHold] = field(default_factory=dict)
    #: (account, key) -> (what was asked, id of the row)
    keys: dict[tuple[str, str], tuple[object, str]] = field(default_factory=dict)

    def repeats(self, account: str, key: str, asked: object) -> str | None:
        """`same`, `conflict`, or None for a fresh key."""
        if (account, key) not in self.keys:
            return None
        return "same" if self.keys[account, key][0] == asked else "conflict"

    def top_up(self, code: str, amount: int) -> None:
        account = self.accounts[code]
        account.move(available=amount)
        account.funded += amount

    def may_hold(self, code: str, amount: int) -> bool:
        account = self.accounts[code]
        return amount == 0 or account.available - amount >= account.floor

    def hold(self, hold_id: str, hold: ModelHold) -> None:
        self.accounts[hold.account].move(available=-hold.amount, held=hold.amount)
        self.holds[hold_id] = hold

    def capture(self, hold_id: str, images: int) -> int:
        """What was paid."""
        hold = self.holds[hold_id]
        paid = hold.unit * min(images, hold.n)
        self.accounts[hold.account].move(
            **{hold.bucket: -hold.amount}, posted=paid, available=hold.amount - paid
        )
        hold.ended_by = "capture"
        return paid

    def release(self, hold_id: str, kind: str) -> None:
        hold = self.holds[hold_id]
        self.accounts[hold.account].move(**{hold.bucket: -hold.amount}, available=hold.amount)
        hold.ended_by = kind

    def doubt(self, hold_id: str) -> None:
        hold = self.holds[hold_id]
        self.accounts[hold.account].move(held=-hold.amount, in_doubt=hold.amount)
        hold.bucket = "in_doubt"
