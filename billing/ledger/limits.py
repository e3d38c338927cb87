"""Limits that change: what an account may spend from now on, and what it might before."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from billing.database.engines import writing
from billing.errors import EntryRefused, InvalidEntry
from billing.ledger.accounts import Payer
from billing.ledger.asking import Reads, check_key, check_storable, in_words
from billing.ledger.limit_rows import LimitRow, Wanted, change_limits, changes_of
from billing.ledger.transfers import LimitChange, LimitKind
from billing.ledger.views import Views
from pricing.money import from_nanos, parse_amount, to_nanos


class Limits(Views):
    """Changing floors and monthly limits; each change is a durable transaction of its own."""

    def change_limit(
        self,
        account: str,
        monthly_limit: Decimal | str | int | None,
        *,
        limit_kind: LimitKind = "hard",
        key: str,
        reason: str,
        actor: str,
    ) -> LimitChange:
        """Give an account, or a member, another monthly limit; it counts at once.

        Args:
            account: the account's code.
            monthly_limit: what a calendar month (UTC) may take, holds included; None: no limit. A
                hard one below what this month has taken already refuses until there is room again.
            limit_kind: `hard` refuses beyond the limit; `soft` lets through and tells `on_alert`.
            key: idempotency key; those of transfers are apart.
            reason: why, in words.
            actor: who decided.
        """
        if limit_kind not in get_args(LimitKind):
            raise InvalidEntry("limit_kind", limit_kind, "use hard or soft")
        limit = None if monthly_limit is None else to_nanos(parse_amount(monthly_limit))
        if limit is not None and limit < 0:
            raise InvalidEntry("monthly_limit", monthly_limit, "0 or more")
        wanted = Wanted(month=(limit, limit_kind))
        return self._change(account, wanted, key=key, reason=reason, actor=actor)

    def change_floor(
        self, account: str, floor: Decimal | str | int, *, key: str, reason: str, actor: str
    ) -> LimitChange:
        """Let an account spend down to another floor; it counts at once.

        Args:
            account: the account's code; a member has no floor of its own.
            floor: 0 for prepaid, negative for credit; at most what is available.
            key: idempotency key; those of transfers are apart.
            reason: why, in words.
            actor: who decided.

        Raises:
            EntryRefused: the account is a member, or has less available than that.
        """
        wanted = Wanted(floor=to_nanos(parse_amount(floor)))
        return self._change(account, wanted, key=key, reason=reason, actor=actor)

    def limit_changes(self, account: str) -> list[LimitChange]:
        """What became of the limits of an account, or a member, since it was opened; in order."""
        with self._view() as connection:
            payer = self._accounts.payer(lambda: connection, account)
            member = None if payer.member is None else payer.member.id
            rows = changes_of(connection, payer.account.id)
            return [_public(row, payer) for row in rows if row.member_id == member]

    def _change(
        self, account: str, wanted: Wanted, *, key: str, reason: str, actor: str
    ) -> LimitChange:
        check_key(key)
        for name, words in (("reason", reason), ("actor", actor)):
            in_words(name, words)
            check_storable(name, words)
        with Reads(self._view) as reads:
            payer = self._accounts.payer(reads, account)
        if wanted.floor is not None and payer.member is not None:
            allowed = f"a member spends its parent's money: change that of {payer.account.code!r}"
            raise EntryRefused("floor", from_nanos(wanted.floor), allowed)

        def changed() -> tuple[LimitRow, bool]:
            with writing(self.engine) as connection:
                return change_limits(
                    connection,
                    payer,
                    wanted,
                    key=key,
                    reason=reason,
                    actor=actor,
                    now=self._clock(),
                )

        row, is_repeated = self._patiently(changed)
        return _public(row, payer, repeated=is_repeated)


def _public(row: LimitRow, payer: Payer, *, repeated: bool = False) -> LimitChange:
    return LimitChange(
        account=payer.named.code,
        number=row.number,
        currency=payer.account.currency,
        floor=None if row.floor is None else from_nanos(row.floor),
        monthly_limit=None if row.month_limit is None else from_nanos(row.month_limit),
        limit_kind=row.limit_kind,
        key=payer.shown_key(row.idem_key),
        recorded_at=row.recorded_at,
        reason=row.reason,
        actor=row.actor,
        repeated=repeated,
    )
