"""Accounts, members and holds as the model of the ledger sees them; money in nano-units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.properties.ledger_rows import ModelRow, Moves


@dataclass
class ModelHold:
    """A hold as the model sees it; money in nano-units."""

    code: str
    unit: int
    n: int
    expires_at: datetime
    on_deadline: str
    row: ModelRow
    bucket: str = "held"
    #: The row that put it in doubt.
    doubted: ModelRow | None = None
    #: `capture`, `void`, `expire`, and `charge` for the capture of an expired hold.
    ended_by: str | None = None

    @property
    def amount(self) -> int:
        return self.unit * self.n

    @property
    def in_doubt_since(self) -> datetime | None:
        """Of its row; of a call that was sent, no later than its deadline."""
        if self.doubted is None:
            return None
        fell = self.doubted.recorded_at
        return min(fell, self.expires_at) if self.on_deadline == "doubt" else fell


@dataclass(eq=False)
class ModelAccount:
    """An account, or a member: then its buckets are what it has drawn from its parent."""

    code: str
    floor: int = 0
    limit: int | None = None
    is_soft: bool = False
    parent: ModelAccount | None = None
    available: int = 0
    held: int = 0
    in_doubt: int = 0
    posted: int = 0
    #: What was put in: top-ups and adjustments.
    funded: int = 0
    #: Late charges: they are posted whatever the floor.
    late: int = 0
    month: int = 0
    month_spent: int = 0
    #: Those of its members too.
    rows: list[ModelRow] = field(default_factory=list)
    #: Of the newest row, or of the newest change of a limit.
    recorded_at: datetime | None = None
    #: The version of the newest sealed row; None before the first seal.
    sealed: int | None = None

    @property
    def purse(self) -> ModelAccount:
        """Whose money it spends."""
        return self.parent or self

    @property
    def limits(self) -> tuple[ModelAccount, ...]:
        """Whose limits bind it: its own, and its parent's."""
        return (self,) if self.parent is None else (self, self.parent)

    @property
    def buckets(self) -> Moves:
        return self.available, self.held, self.in_doubt, self.posted

    def reach(self, month: int) -> None:
        """Stand at this month, unless a later one was reached; a new one starts at zero."""
        if self.month < month:
            self.month, self.month_spent = month, 0

    def spent_in(self, month: int) -> int:
        """What it has spent of its limit, when its purse stands at this month."""
        return self.month_spent if self.month == month else 0

    def own_rows(self) -> list[ModelRow]:
        """Its transfers in the order of their versions; those of members are the parent's too."""
        return [row for row in self.purse.rows if self.parent is None or row.code == self.code]
