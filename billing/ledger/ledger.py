"""The ledger: open it, and every verb is one durable transaction, or part of the caller's own."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from functools import partial
from typing import Final, Self
from uuid import UUID

from sqlalchemy import Connection, Engine

from billing.database import schema
from billing.database.engines import database_url, open_engine, reading, writing
from billing.database.wires import Wires
from billing.errors import LedgerUnavailable
from billing.ledger import accounts
from billing.ledger.accounts import AccountRow
from billing.ledger.alerts import OnAlert
from billing.ledger.asking import Reads
from billing.ledger.batching import Outcome, post_many
from billing.ledger.closing.verbs import Closing
from billing.ledger.evidence import Evidence
from billing.ledger.flights import Flights
from billing.ledger.funnel import Clock, utc_now
from billing.ledger.group_writer import GroupWriter
from billing.ledger.many import Send
from billing.ledger.opening import Terms, open_account
from billing.ledger.orders import Order
from billing.ledger.posting import attach, is_one_statement, post
from billing.ledger.rates import Rates
from billing.ledger.rows import TransferRow
from billing.ledger.spool.files import Spool
from billing.ledger.spool.replaying import Replay, replay_if_any, replayed
from billing.ledger.transfers import Account, LimitKind
from billing.ledger.verbs import Verbs
from billing.ledger.within import AfterCommits, Within
from billing.telemetry import forget
from pricing.money import parse_amount, to_nanos


class Ledger(Closing):
    """An append-only ledger in one SQL database.

    Safe to share between threads; many processes may open the same database.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock = utc_now,
        group_writer: bool = False,
        on_alert: OnAlert | None = None,
    ) -> None:
        self._wires = Wires(engine)
        look_up = None if self._wires.is_in_memory else partial(_look_up, self._wires)
        super().__init__(
            clock=clock, accounts=accounts.Accounts(look_up), rates=Rates(), on_alert=on_alert
        )
        self.engine = engine
        #: Where settlements are kept while the database is away; see docs/recovery.md.
        self.spool = Spool.of(engine.url)
        #: Concurrent verbs share transactions.
        self.is_grouped: Final = group_writer
        self._group = self._new_group()
        self._flights = self._new_flights()
        self._after_commits = AfterCommits()
        if hasattr(os, "register_at_fork"):
            ledger = weakref.WeakMethod(self._after_fork)
            os.register_at_fork(after_in_child=lambda: (again := ledger()) and again())

    @classmethod
    def open(
        cls,
        url: str | None = None,
        *,
        clock: Clock = utc_now,
        group_writer: bool = False,
        on_alert: OnAlert | None = None,
        replay: bool = True,
    ) -> Self:
        """Open a ledger by its database URL.

        Args:
            url: `sqlite:///FILE` or `postgresql+psycopg://...`; default: the setting
                IMAGE_BILLING_DATABASE_URL, else `sqlite:///image-billing.db`.
            clock: what time it is; aware UTC.
            group_writer: let verbs of many threads share transactions: each still answers only
                after its commit, and a hot account takes many times as much. Worth it from about
                eight threads on.
            on_alert: called when a row crosses a soft limit, after the commit; within a
                transaction of the caller's that is the caller's commit. For async calls of a
                group it may run in the context of another of them.
            replay: book what a spool has kept for this ledger, if there is one.

        Raises:
            LedgerBehind: PostgreSQL with another release's schema. SQLite is brought up to date.
            LedgerUnavailable: the database does not answer.
        """
        engine = open_engine(database_url(url))
        bring = schema.upgrade if engine.dialect.name == "sqlite" else schema.check
        try:
            bring(engine)
        except BaseException:
            engine.dispose()
            raise
        ledger = cls(engine, clock=clock, group_writer=group_writer, on_alert=on_alert)
        if replay:
            replay_if_any(ledger, ledger.spool)
        return ledger

    def replay(self, spool: Spool | None = None, *, moved: bool = False) -> Replay:
        """Book what a spool has kept: each line by its key, once, however often it is replayed.

        Args:
            spool: default: the ledger's own.
            moved: take lines that were written for this ledger at another place, too.

        Raises:
            LedgerUnavailable: the database is locked or away; what was not booked is kept.
        """
        return replayed(self, spool or self.spool, moved=moved)

    def close(self) -> None:
        """Close all connections."""
        forget(self)
        self._wires.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def within(self, connection: Connection) -> Verbs:
        """The same verbs inside a transaction that the caller owns and commits.

        Use a connection of `ledger.engine`: on SQLite its settings are part of the guards.
        """
        return Within(
            connection,
            clock=self._clock,
            on_alert=self._on_alert,
            view=self._view,
            after_commits=self._after_commits,
        )

    def open_account(
        self,
        code: str,
        *,
        currency: str,
        floor: Decimal | str | int = "0",
        monthly_limit: Decimal | str | int | None = None,
        limit_kind: LimitKind = "hard",
        parent: str | None = None,
        plan: str | None = None,
    ) -> Account:
        """Open an account; opening it again with the same terms answers with the first.

        Args:
            code: the account's name in your system.
            currency: ISO 4217 or an upper-case unit such as CREDIT; kept for ever.
            floor: what `available` may not go below: 0 for prepaid, negative for credit.
            monthly_limit: what a calendar month (UTC) may take, holds included; default: no limit.
            limit_kind: `hard` refuses beyond the limit; `soft` lets through and tells `on_alert`.
            parent: code of the account whose money this one spends, within its own limit too: one
                account an API key, say. Such a member has no money of its own.
            plan: the plan in the catalog.

        Raises:
            AccountExists: it is open with other terms.
        """
        terms = Terms(
            currency=currency,
            floor=to_nanos(parse_amount(floor)),
            plan=plan,
            month_limit=None if monthly_limit is None else to_nanos(parse_amount(monthly_limit)),
            limit_kind=limit_kind,
            parent=parent,
        )

        def opened() -> AccountRow:
            with writing(self.engine) as connection:
                return open_account(connection, code, terms, now=self._clock())

        with Reads(self._view) as reads:
            return self._public(reads, self._patiently(opened))

    def _new_group(self) -> GroupWriter | None:
        if not self.is_grouped:
            return None
        # SQLite locks the whole file, so all its writers are in one lane.
        is_sqlite = self.engine.dialect.name == "sqlite"
        return GroupWriter(
            self._write_alone,
            self._write_many,
            lambda order: None if is_sqlite else order.account.id,
        )

    def _new_flights(self) -> Flights | None:
        return Flights(self._wires) if self.engine.dialect.name == "postgresql" else None

    def _sender(self, asked: int) -> AbstractContextManager[tuple[int, Send]]:
        flight = None if self._flights is None else self._flights.sender(asked)
        return flight or super()._sender(asked)

    def _after_fork(self) -> None:
        """In a child: the connections are the parent's, and so is who writes for whom."""
        self._wires.start_over()
        self._group = self._new_group()
        self._flights = self._new_flights()

    def _write(self, order: Order) -> TransferRow:
        return self._write_alone(order) if self._group is None else self._group.write(order)

    def _write_alone(self, order: Order) -> TransferRow:
        with self._wires.one() as wire:
            if is_one_statement(wire, order):
                return post(wire, order)
            with wire.transaction():
                return post(wire, order)

    def _write_many(self, orders: Sequence[Order]) -> list[Outcome]:
        with self._wires.one() as wire:
            return post_many(wire, orders, wire.transaction)

    def _attach(
        self, owner: AccountRow, transfer_id: UUID, evidence: Evidence, *, hold_id: UUID
    ) -> None:
        with self._wires.one() as wire, wire.transaction():
            attach(wire, owner, transfer_id, evidence, hold_id=hold_id, now=self._clock())

    def _view(self) -> AbstractContextManager[Connection]:
        return reading(self.engine)


def _look_up(wires: Wires, column: str, value: str | int) -> AccountRow | None:
    def look() -> AccountRow | None:
        with wires.one() as wire:
            return accounts.look_up(wire, column, value)

    try:
        return look()
    except LedgerUnavailable:  # closed by the server while it was idle; the next is a new one
        return look()
