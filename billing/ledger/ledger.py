"""The ledger: open it, and every verb is one durable transaction, or part of the caller's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from decimal import Decimal
from typing import Self

from sqlalchemy import Connection, Engine

from billing.database import schema
from billing.database.engines import database_url, open_engine, reading, writing
from billing.ledger import accounts, holds, verification
from billing.ledger.funnel import Clock, utc_now
from billing.ledger.rates import Rates
from billing.ledger.transfers import Account, Balance, HoldState, HoldView
from billing.ledger.verbs import Verbs
from billing.ledger.verification import Verification
from pricing.money import parse_amount, to_nanos


class Ledger(Verbs):
    """An append-only ledger in one SQL database.

    Safe to share between threads; many processes may open the same database.
    """

    def __init__(self, engine: Engine, *, clock: Clock = utc_now) -> None:
        super().__init__(clock=clock, accounts=accounts.Accounts(), rates=Rates())
        self.engine = engine

    @classmethod
    def open(cls, url: str | None = None, *, clock: Clock = utc_now) -> Self:
        """Open a ledger by its database URL.

        Args:
            url: `sqlite:///FILE` or `postgresql+psycopg://...`; default: the setting
                IMAGE_BILLING_DATABASE_URL, else `sqlite:///image-billing.db`.
            clock: what time it is; aware UTC.

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
        return cls(engine, clock=clock)

    def close(self) -> None:
        """Close the connections of the pool."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def now(self) -> datetime:
        """What time the ledger's clock says it is; aware UTC."""
        return self._clock()

    def within(self, connection: Connection) -> Verbs:
        """The same verbs inside a transaction that the caller owns and commits.

        Use a connection of `ledger.engine`: on SQLite its settings are part of the guards.
        """
        return _Within(self, connection)

    def open_account(
        self,
        code: str,
        *,
        currency: str,
        floor: Decimal | str | int = "0",
        plan: str | None = None,
    ) -> Account:
        """Open an account; opening it again with the same terms answers with the first.

        Args:
            code: the account's name in your system.
            currency: ISO 4217 or an upper-case unit such as CREDIT; kept for ever.
            floor: what `available` may not go below: 0 for prepaid, negative for credit.
            plan: the plan in the catalog.

        Raises:
            AccountExists: it is open with other terms.
        """
        nanos = to_nanos(parse_amount(floor))
        opened = self._decided_by_constraint(
            lambda connection: accounts.open_account(
                connection, code, currency=currency, floor=nanos, plan=plan, now=self._clock()
            )
        )
        return opened.public()

    def account(self, code: str) -> Account:
        """An account by its code."""
        with self._view() as connection:
            return self._accounts.by_code(connection, code).public()

    def list_accounts(self) -> list[Account]:
        """Every account, by code."""
        with self._view() as connection:
            return [row.public() for row in accounts.list_accounts(connection)]

    def balance(self, account: str) -> Balance:
        """What an account has available, held, in doubt and posted now."""
        with self._view() as connection:
            return accounts.balance_of(connection, self._accounts.by_code(connection, account))

    def hold_by_key(self, account: str, key: str) -> HoldView | None:
        """The hold that an idempotency key made, with what became of it."""
        with self._view() as connection:
            owner = self._accounts.by_code(connection, account)
            row = holds.find_by_key(connection, owner, key)
            if row is None:
                return None
            return holds.view(connection, owner, row, now=self._clock())

    def hold_by_id(self, hold_id: str) -> HoldView:
        """A hold by its id, with what became of it."""
        uuid = holds.parse(hold_id)
        with self._view() as connection:
            owner = self._accounts.owner_of(connection, uuid, text=hold_id)
            row = holds.find(connection, owner, uuid, text=hold_id)
            return holds.view(connection, owner, row, now=self._clock())

    def holds(
        self, *, state: HoldState | None = None, account: str | None = None
    ) -> list[HoldView]:
        """Holds that still tie up money (open or in doubt), oldest deadline first."""
        now = self._clock()
        with self._view() as connection:
            views = [
                holds.view(connection, owner, row, now=now)
                for owner, row in list(holds.unsettled(connection, code=account))
            ]
        return [view for view in views if state in (None, view.state)]

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        """Check every invariant of the books against the rows; never repairs anything."""
        with self._view() as connection:
            return verification.verify(connection, progress=progress)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with writing(self.engine) as connection:
            yield connection

    @contextmanager
    def _view(self) -> Iterator[Connection]:
        with reading(self.engine) as connection:
            yield connection


class _Within(Verbs):
    """Verbs as savepoints of the caller's transaction."""

    def __init__(self, ledger: Ledger, connection: Connection) -> None:
        # A memory of its own: what this transaction inserts may yet be rolled back.
        super().__init__(clock=ledger._clock, accounts=accounts.Accounts(), rates=Rates())  # noqa: SLF001
        self._connection = connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection

    def _view(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._connection)
