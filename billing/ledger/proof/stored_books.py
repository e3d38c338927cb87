"""What is stored beside an account's transfers: balance, allowances of members, changes of limits.

The first two are projections: the one thing that is updated, and therefore compared with the fold
figure by figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from billing.database.tables import account, allowance, balance
from billing.ledger.accounts import AccountRow
from billing.ledger.limit_rows import LimitRow, changes_of
from billing.ledger.proof.findings import money
from billing.ledger.proof.month_fold import MonthFold

_balance = select(balance).where(balance.c.account_id == bindparam("of_account"))
_allowances = (
    select(
        allowance,
        account.c.code,
        account.c.parent_id,
        account.c.month_limit.label("own_limit"),
        account.c.limit_kind.label("own_kind"),
    )
    .outerjoin(account, account.c.id == allowance.c.member_id)
    .where(allowance.c.account_id == bindparam("of_account"))
    .order_by(allowance.c.member_id)
)

#: Stored figures that are amounts, in nano-units.
_MONEY: Final = frozenset(
    {
        *("available", "held", "in_doubt", "posted", "forced", "floor"),
        *("month_limit", "month_spent", "month_forced"),
    }
)

Stored = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoredBooks:
    """The stored figures by column; None where there is no row."""

    balance: Stored | None
    allowances: Mapping[UUID, Stored]
    #: What became of the limits of the account and its members, in order.
    changes: Sequence[LimitRow] = ()

    @classmethod
    def of(cls, connection: Connection, owner: AccountRow) -> StoredBooks:
        """Read what is stored for an account."""
        bound = {"of_account": owner.id}
        found = connection.execute(_balance, bound).mappings().one_or_none()
        rows = connection.execute(_allowances, bound).mappings()
        return cls(
            None if found is None else dict(found),
            {row["member_id"]: dict(row) for row in rows},
            changes_of(connection, owner.id),
        )

    @property
    def version(self) -> int | None:
        """The version that the balance stands at."""
        found = None if self.balance is None else self.balance["version"]
        return found if isinstance(found, int) else None


def differences(stored: Stored, folded: Mapping[str, object], currency: str) -> Iterator[str]:
    """Every figure that is not what the transfers give."""
    for name, value in folded.items():
        if stored[name] != value:
            both = (stored[name], value)
            is_, gives = (money(each, currency) if name in _MONEY else each for each in both)
            yield f"{name} is stored as {is_}, the transfers give {gives}"


def month_differences(stored: Stored, fold: MonthFold) -> Iterator[str]:
    """The same for a month and its limit.

    A month that nothing counted in yet need not have been reached: rows written before there were
    limits count in none.
    """
    terms = {"month_limit": fold.limit, "limit_kind": fold.limit_kind}
    yield from differences(stored, terms, fold.currency)
    month = stored["month"]
    assert isinstance(month, int)
    if month < fold.month and fold.spent == fold.forced == 0:
        return
    figures = {"month": fold.month, "month_spent": fold.spent, "month_forced": fold.forced}
    yield from differences(stored, figures, fold.currency)


#: What `recorded_at` of a balance is until a row is written by a release that keeps it.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
