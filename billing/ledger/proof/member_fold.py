"""What the members of an account have used of its money, folded again beside the account."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import Moves
from billing.ledger.ids import to_text
from billing.ledger.limit_rows import LimitRow
from billing.ledger.proof.findings import ProblemKind
from billing.ledger.proof.month_fold import MonthFold
from billing.ledger.proof.stored_books import Stored, StoredBooks, differences, month_differences
from billing.ledger.rows import TransferRow


class MemberFolds:
    """One fold for every member that has an allowance."""

    def __init__(self, owner: AccountRow, stored: StoredBooks) -> None:
        self._folds = {
            member_id: _MemberFold(owner, member_id, found)
            for member_id, found in stored.allowances.items()
        }

    def take(self, row: TransferRow, moves: Moves, month: int) -> Iterator[str]:
        """Count a row against its member; `month` is where the account stands."""
        if row.member_id is None:
            if row.member_over_limit is not None:
                yield "it says how far a member is above a limit, and is of no member"
            return
        fold = self._folds.get(row.member_id)
        if fold is None:
            yield f"its member {to_text('account', row.member_id)} has no allowance"
            return
        yield from fold.take(row, moves, month)

    def change(self, row: LimitRow, month: int) -> Iterator[str]:
        """Let a member go by another limit; `month` is where the account stands."""
        fold = None if row.member_id is None else self._folds.get(row.member_id)
        if fold is None:
            yield "is of a member that has no allowance"
            return
        fold.month.reach(month)
        fold.month.change(row)

    def compare(self) -> Iterator[tuple[ProblemKind, str]]:
        """Every allowance that is not what the transfers give."""
        for fold in self._folds.values():
            yield from (("allowance", f"{fold.name}: {said}") for said in fold.compare())


class _MemberFold:
    def __init__(self, owner: AccountRow, member_id: UUID, stored: Stored) -> None:
        code = stored["code"]
        self.name = to_text("account", member_id) if code is None else str(code)
        self._stored = stored
        self._is_member = stored["parent_id"] == owner.id
        self._moves = Moves()
        limit = stored["own_limit"]
        assert limit is None or isinstance(limit, int)
        self.month = MonthFold(owner.currency, limit, str(stored["own_kind"]))

    def take(self, row: TransferRow, moves: Moves, month: int) -> Iterator[str]:
        self._moves = self._moves.plus(moves)
        self.month.reach(month)
        yield from self.month.take(row, row.member_over_limit)

    def compare(self) -> Iterator[str]:
        if not self._is_member:
            yield "it is no member of this account"
            return
        buckets = ("held", "in_doubt", "posted")
        folded = {name: getattr(self._moves, name) for name in buckets}
        yield from differences(self._stored, folded, self.month.currency)
        yield from month_differences(self._stored, self.month)
