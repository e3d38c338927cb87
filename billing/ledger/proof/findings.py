"""What `verify` answers with: what was checked, and the problems by account and kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from pricing.money import format_amount, from_nanos

#: What `Problem.kind` can be; the table of docs/proof.md says what each means.
ProblemKind = Literal[
    "allowance",
    "balance",
    "constraint",
    "evidence",
    "export",
    "floor",
    "guard",
    "hold",
    "holds",
    "id",
    "key",
    "late",
    "limit",
    "member",
    "month",
    "orphan",
    "period",
    "price",
    "rate",
    "reconciliation",
    "refund",
    "rollup",
    "row",
    "seal",
    "sum",
    "time",
    "version",
]
#: Of one kind in one account this many are listed; the rest is counted.
LISTED_MAX: Final = 20


def money(nanos: object, currency: str) -> str:
    """A stored figure as an amount of money; None is no figure."""
    return format_amount(from_nanos(nanos), currency) if isinstance(nanos, int) else "none"


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule."""

    account: str
    kind: ProblemKind
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what was found."""

    accounts: int
    transfers: int
    problems: tuple[Problem, ...]
    #: Seals that were checked, and the transfers they cover; the rest is not sealed yet.
    seals: int = 0
    sealed: int = 0

    @property
    def ok(self) -> bool:
        """True when every rule holds."""
        return not self.problems


class Findings:
    """Problems in the order they are found; a flood of one kind is counted, not kept."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._counts: Counter[tuple[str, ProblemKind]] = Counter()

    def report(self, account: str, kind: ProblemKind, detail: str) -> None:
        """Take a problem in."""
        self._counts[account, kind] += 1
        if self._counts[account, kind] <= LISTED_MAX:
            self._problems.append(Problem(account, kind, detail))

    def problems(self) -> tuple[Problem, ...]:
        """Every problem listed, then how many more there were of each kind."""
        more = (
            Problem(account, kind, f"and {count - LISTED_MAX} more of this kind")
            for (account, kind), count in self._counts.items()
            if count > LISTED_MAX
        )
        return (*self._problems, *more)
