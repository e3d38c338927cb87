"""What can be asked of a ledger: accounts, balances, holds, statements, proof; `seal` writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, Engine

from billing.ledger import accounts, history, holds, in_buckets
from billing.ledger.account_statement import AccountStatement, By, read_statement
from billing.ledger.accounts import AccountRow, Payer
from billing.ledger.alerts import list_alerts
from billing.ledger.asking import Reads
from billing.ledger.balances import balance_of
from billing.ledger.deadlines import Deadlines
from billing.ledger.holds import HoldRow
from billing.ledger.orders import month_number
from billing.ledger.proof import sealing, verification
from billing.ledger.proof.seal_files import SealHead
from billing.ledger.proof.sealing import Sealing
from billing.ledger.proof.verification import Progress, Verification
from billing.ledger.transfers import Account, Alert, Balance, HoldState, HoldView
from billing.period import Month, as_month
from pricing.money import from_nanos


class Views(Deadlines):
    """Readings of the ledger, each one consistent view of the database; and its seals."""

    engine: Engine

    def now(self) -> datetime:
        """What time the ledger's clock says it is; aware UTC."""
        return self._clock()

    def account(self, code: str) -> Account:
        """An account by its code."""
        with Reads(self._view) as reads:
            return self._public(reads, self._accounts.by_code(reads, code))

    def list_accounts(self) -> list[Account]:
        """Every account, by code."""
        with Reads(self._view) as reads:
            return [self._public(reads, row) for row in list(accounts.list_accounts(reads()))]

    def alerts(self, account: str | None = None) -> list[Alert]:
        """Every crossing of a soft limit, oldest first; of one account or member."""
        with self._view() as connection:
            return list(list_alerts(connection, account))

    def balance(
        self,
        account: str,
        *,
        as_of_recorded: datetime | None = None,
        as_of_occurred: datetime | None = None,
    ) -> Balance:
        """What an account has available, held, in doubt and posted, now or as of an instant.

        Args:
            account: the account's code.
            as_of_recorded: aware; count only what was written up to and including it.
            as_of_occurred: aware; count only what happened up to and including it. Both together:
                what was known then about that day.

        Raises:
            InvalidEntry: an instant has no time zone.
        """
        with self._view() as connection:
            payer = self._accounts.payer(lambda: connection, account)
            if as_of_recorded is None and as_of_occurred is None:
                return balance_of(connection, payer, now_month=month_number(self._clock()))
            return history.balance_as_of(
                connection, payer, recorded=as_of_recorded, occurred=as_of_occurred
            )

    def held_past_deadline(self, account: str) -> Decimal:
        """Of what an account has held: what `holds` calls in doubt, since its deadline is past.

        The money moves to that bucket with the row that `expire` writes; until then it is held.
        """
        now = self._clock()
        with self._view() as connection:
            payer = self._accounts.payer(lambda: connection, account)
            member = payer.member and payer.member.id
            overdue = [
                row.transfer.amount
                for row in in_buckets.tied_up(connection, payer.account.id)
                if row.bucket == "held" and row.state(now) == "in_doubt"
                if member in (None, row.transfer.member_id)
            ]
        return from_nanos(sum(overdue))

    def statement(
        self,
        account: str,
        month: Month | str,
        *,
        by: By = "occurred",
        as_of_recorded: datetime | None = None,
    ) -> AccountStatement:
        """A month of an account: opening, every transfer, closing; it ties in every bucket.

        Args:
            account: the account's code.
            month: a `Month`, or `YYYY-MM`; half-open, in UTC.
            by: whether a transfer belongs to the month it occurred in, or was recorded in.
            as_of_recorded: aware; the statement as we knew it then, later rows left out.

        Raises:
            InvalidEntry: `month` is no month, `by` neither of the two, the instant has no zone.
        """
        month = as_month(month)
        with self._view() as connection:
            payer = self._accounts.payer(lambda: connection, account)
            return read_statement(connection, payer, month, by=by, as_of_recorded=as_of_recorded)

    def hold_by_key(self, account: str, key: str) -> HoldView | None:
        """The hold that an idempotency key made, with what became of it."""
        with self._view() as connection:
            payer = self._accounts.payer(lambda: connection, account)
            row = holds.find_by_key(connection, payer.account, payer.stored_key(key))
            if row is None:
                return None
            return holds.view(connection, payer.named, row, now=self._clock())

    def hold_by_id(self, hold_id: str) -> HoldView:
        """A hold by its id, with what became of it."""
        uuid = holds.parse(hold_id)
        with self._view() as connection:
            owner = self._accounts.owner_of(lambda: connection, uuid, text=hold_id)
            row = holds.find(connection, owner, uuid, text=hold_id)
            member = row.transfer.member_id
            payer = self._accounts.payer_of(lambda: connection, owner.id, member)
            return holds.view(connection, payer.named, row, now=self._clock())

    def holds(
        self, *, state: HoldState | None = None, account: str | None = None
    ) -> list[HoldView]:
        """Holds that still tie up money (open or in doubt), oldest deadline first.

        It reads the holds with a later deadline than the oldest one that does, not all there were.
        """
        now = self._clock()
        with self._view() as connection:
            named = None if account is None else accounts.find_account(connection, account)
            if account is not None and named is None:
                return []
            whose = None if named is None else named.parent_id or named.id
            views = [
                holds.view(connection, self._payer_of(connection, row).named, row, now=now)
                for row in in_buckets.tied_up(connection, whose)
            ]
        return [
            view
            for view in views
            if state in (None, view.state) and account in (None, view.hold.account)
        ]

    def _payer_of(self, connection: Connection, row: HoldRow) -> Payer:
        hold = row.transfer
        return self._accounts.payer_of(lambda: connection, hold.account_id, hold.member_id)

    def seal(self) -> Sealing:
        """Seal every account up to its newest transfer; nothing new, nothing written.

        Each account in transactions of its own; safe from many processes at once.

        Raises:
            SealRefused: transfers are missing; accounts without a gap are sealed all the same.
        """
        return sealing.seal_all(self.engine, self._clock)

    def verify(
        self, progress: Progress | None = None, *, exported: Iterable[SealHead] = ()
    ) -> Verification:
        """Check every invariant of the books against the rows and seals; never repairs anything.

        Args:
            progress: called with the transfers read so far and how many there are.
            exported: heads of an exported file of seals, which the ledger must have.
        """
        with self._view() as connection:
            return verification.verify(
                connection, now=self._clock(), progress=progress, exported=exported
            )

    def _public(self, reads: Reads, row: AccountRow) -> Account:
        parent = None if row.parent_id is None else self._accounts.by_id(reads, row.parent_id)
        return row.public(parent)
