"""What time does to money in doubt: nothing, unless a policy that somebody wrote down says so.

A deadline puts a hold in doubt, or releases it, by `expire` (see `hold_endings`); both are for a
timer to call. A policy says what a hold in doubt comes to after so many days.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from billing.errors import HoldEnded
from billing.ledger import in_buckets
from billing.ledger.asking import check_aware
from billing.ledger.holds import HoldRow
from billing.ledger.ids import to_text
from billing.ledger.transfers import Transfer
from billing.ledger.verbs import Verbs
from billing.telemetry import tell

if TYPE_CHECKING:
    from pricing import AgeingPolicy


class InDoubt(NamedTuple):
    """How much is in doubt, and for how long."""

    holds: int
    #: 0 when there is none.
    oldest_age_s: float


class Deadlines(Verbs):
    """The verb that settles what is in doubt, and how much that is."""

    def age(self, policy: AgeingPolicy, *, now: datetime | None = None) -> list[Transfer]:
        """Settle what has been in doubt for longer than the policy allows, as the policy says.

        Safe to run anywhere, twice and concurrently; each hold is a transaction of its own. Reason
        and actor of the rows name the policy. A hold past its deadline that `expire` has not put
        in doubt yet is left for the next time.

        Args:
            policy: capture (all images that were asked for) or void, and after how many days.
            now: aware; default: the ledger's clock.

        Returns:
            The captures or voids that were written now.
        """
        check_aware("now", now)
        before = (now or self._clock()) - timedelta(days=policy.after_days)
        with self._view() as connection:
            aged = [hold for hold in in_buckets.in_doubt(connection) if _since(hold) <= before]
        rows: list[Transfer] = []
        for hold in aged:
            with suppress(HoldEnded):
                rows.append(self._aged(hold, policy))
        written = [row for row in rows if not row.repeated]
        for row in written:
            tell(
                logging.INFO,
                "aged",
                "%(account)s: a hold in doubt was settled by %(policy)s: %(kind)s of %(amount)s "
                "%(currency)s, %(transfer_id)s",
                account=row.account,
                policy=f"ageing policy {policy.name}",
                kind=row.kind,
                amount=str(row.amount),
                currency=row.currency,
                transfer_id=row.id,
            )
        return written

    def in_doubt(self) -> InDoubt:
        """What is in doubt now: holds that were put in doubt and that nothing has settled.

        A hold past its deadline counts once `expire` has put it in doubt. It reads the balances,
        and of accounts that have money in doubt the holds from the newest back to the oldest such.
        """
        with self._view() as connection:
            holds = in_buckets.in_doubt(connection)
        since = min(map(_since, holds), default=None)
        age_s = 0.0 if since is None else (self._clock() - since).total_seconds()
        return InDoubt(len(holds), max(age_s, 0.0))

    def _aged(self, hold: HoldRow, policy: AgeingPolicy) -> Transfer:
        hold_id = to_text("hold", hold.transfer.id)
        key, actor = f"{hold_id}/ageing/{policy.action}", f"ageing policy {policy.name}"
        reason = f"{actor}: in doubt for {policy.after_days} days"
        if policy.action == "void":
            return self.void(hold_id, key=key, reason=reason, actor=actor)
        return self.capture(hold_id, images=hold.n, key=key, reason=reason, actor=actor)


def _since(hold: HoldRow) -> datetime:
    """When a hold fell in doubt: by its row, or by the deadline that the row came after."""
    row, doubt = hold.transfer, hold.doubt
    assert doubt is not None
    assert row.expires_at is not None
    return (
        min(doubt.recorded_at, row.expires_at) if row.on_deadline == "doubt" else doubt.recorded_at
    )
