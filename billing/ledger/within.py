"""The verbs inside a transaction that the caller owns: savepoints of it, and nothing is committed.

A connection that breaks, or a lock that does not come, is told as everywhere. It is not tried again
here: whether anything of the transaction is left is for its owner to see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event
from sqlalchemy.exc import PendingRollbackError

from billing.database.engines import translated
from billing.database.wire import Wire
from billing.database.wires import wire_within
from billing.errors import LedgerUnavailable
from billing.ledger.accounts import AccountRow, Accounts, Payer
from billing.ledger.alerts import OnAlert, alerts_of
from billing.ledger.batching import Outcome, post_many
from billing.ledger.evidence import Evidence
from billing.ledger.funnel import Clock
from billing.ledger.orders import Order
from billing.ledger.posting import attach, find_by_id, post
from billing.ledger.rates import Rates
from billing.ledger.rows import TransferRow
from billing.ledger.verbs import Verbs

_log: Final = logging.getLogger("image_billing")
View = Callable[[], AbstractContextManager[Connection]]


class AfterCommits:
    """What is to be done once transactions of callers are committed, by their connection."""

    def __init__(self) -> None:
        self._waiting: WeakKeyDictionary[Connection, list[Callable[[], None]]] = WeakKeyDictionary()

    def add(self, connection: Connection, work: Callable[[], None]) -> None:
        """Do this after the commit of the connection's transaction; never after a roll-back."""
        if connection not in self._waiting:
            self._waiting[connection] = []
            event.listen(connection, "commit", self._commit)
            event.listen(connection, "rollback", self._forget)
        self._waiting[connection].append(work)

    def _commit(self, connection: Connection) -> None:
        """Commit, then do what waits for it.

        SQLAlchemy calls this right before its own commit and has no call for afterwards. Its own
        then finds nothing to do; an error of this one leaves the transaction as one of its own.
        """
        waiting = self._waiting[connection]
        if not waiting:
            return
        connection.exec_driver_sql("COMMIT")
        work, waiting[:] = waiting[:], []
        for each in work:
            each()

    def _forget(self, connection: Connection) -> None:
        self._waiting[connection].clear()


class Within(Verbs):
    """Verbs as savepoints of the caller's transaction."""

    _is_own = False

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Clock,
        on_alert: OnAlert | None,
        view: View,
        after_commits: AfterCommits,
    ) -> None:
        # A memory of its own: what this transaction inserts may yet be rolled back.
        super().__init__(clock=clock, accounts=Accounts(), rates=Rates(), on_alert=on_alert)
        self._connection = connection
        self._outside = view
        self._after_commits = after_commits

    def _write(self, order: Order) -> TransferRow:
        with self._savepoint() as wire:
            return post(wire, order)

    def _write_many(self, orders: Sequence[Order]) -> list[Outcome]:
        with self._savepoint() as wire:
            return post_many(wire, orders, nullcontext)

    def _attach(
        self, owner: AccountRow, transfer_id: UUID, evidence: Evidence, *, hold_id: UUID
    ) -> None:
        with self._savepoint() as wire:
            attach(wire, owner, transfer_id, evidence, hold_id=hold_id, now=self._clock())

    @contextmanager
    def _savepoint(self) -> Iterator[Wire]:
        with self._view() as connection, connection.begin_nested():
            yield wire_within(connection)

    @contextmanager
    def _view(self) -> Iterator[Connection]:
        try:
            with translated(self._connection.engine):
                yield self._connection
        except PendingRollbackError as error:
            detail = "the connection was lost: roll the transaction back and begin it again"
            raise LedgerUnavailable(detail) from error

    def _tell(self, row: TransferRow, payer: Payer) -> None:
        """Fire the callback once the caller has committed."""
        if self._on_alert is not None and any(alerts_of(row, payer)):
            self._after_commits.add(self._connection, lambda: self._tell_if_kept(row, payer))

    def _tell_if_kept(self, row: TransferRow, payer: Payer) -> None:
        """Unless the caller rolled back to a savepoint from before the verb, and then committed."""
        try:
            with self._outside() as connection:
                is_kept = find_by_id(connection, payer.account, row.id) is not None
        except Exception:  # noqa: BLE001 - the commit is done, whatever a look at it says
            _log.exception("on_alert was not called for %s: the ledger lists the alert", row.id)
            return
        if is_kept:
            super()._tell(row, payer)
