"""One ledger beside the model: its ids for the model's rows, its dumps, its answers compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from billing import Alert, Capture, Charge, Ledger, Transfer
from billing.database.engines import reading
from billing.database.tables import metadata
from billing.ledger.transfers import LimitKind
from pricing.money import from_nanos, to_nanos
from tests.properties.ledger_model import Model, ModelAccount
from tests.properties.ledger_rows import ModelRow

CURRENCY = "USD"
Dump = list[tuple[object, ...]]


class Clock:
    """A clock that a walk sets, forwards and backwards; it remembers the latest it ever showed."""

    def __init__(self, now: datetime) -> None:
        self._now = self.furthest = now

    def __call__(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now
        self.furthest = max(self.furthest, now)


class Books:
    """A ledger, and what the model calls its rows."""

    def __init__(self, url: str, clock: Clock, *, group_writer: bool = False) -> None:
        self.alerts: list[Alert] = []
        self.ledger = Ledger.open(
            url, clock=clock, group_writer=group_writer, on_alert=self.alerts.append
        )
        self.engine = self.ledger.engine
        self.ids: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self._dumped: Dump | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def open_account(self, account: ModelAccount) -> None:
        self.ledger.open_account(
            account.code,
            currency=CURRENCY,
            floor=from_nanos(account.floor),
            monthly_limit=None if account.limit is None else from_nanos(account.limit),
            limit_kind="soft" if account.is_soft else "hard",
            parent=None if account.parent is None else account.parent.code,
        )

    def change_limit(self, code: str, limit: int | None, *, is_soft: bool, key: str) -> None:
        """A limit was changed: compare what was answered."""
        self._dumped = None
        money = None if limit is None else from_nanos(limit)
        kind: LimitKind = "soft" if is_soft else "hard"
        found = self.ledger.change_limit(
            code, money, limit_kind=kind, key=key, reason="grown", actor="ana"
        )
        assert (found.account, found.monthly_limit, found.limit_kind) == (code, money, kind)

    def took(self, row: ModelRow, answer: Transfer) -> None:
        """A row was written: keep its id, and compare what was answered."""
        self._dumped = None
        self.ids[row.name], self.names[answer.id] = answer.id, row.name
        assert not answer.repeated
        self.compare(row, answer)

    def moved(self) -> None:
        """Rows were written that nobody answered with."""
        self._dumped = None

    def repeats(self, row: ModelRow, answer: Transfer) -> None:
        """Same key, same request: the first row again."""
        assert answer.repeated
        assert self.names[answer.id] == row.name
        self.compare(row, answer)

    def compare(self, row: ModelRow, answer: Transfer) -> None:
        found = (answer.account, answer.kind, to_nanos(answer.amount), answer.version)
        assert found == (row.code, row.kind, row.amount, row.version)
        assert (answer.occurred_at, answer.recorded_at) == (row.occurred_at, row.recorded_at)
        if isinstance(answer, Capture):
            assert (to_nanos(answer.released), answer.is_late) == (row.released, row.is_late)
        if isinstance(answer, Charge):
            assert answer.late_for is None

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What happens inside leaves every table as it was, byte by byte."""
        before = self.dump()
        yield
        self._dumped = None
        assert self.dump() == before, (
            f"a call that wrote nothing changed {self.engine.dialect.name}"
        )

    def dump(self) -> Dump:
        """Every row of every table; read again only when something may have been written."""
        if self._dumped is None:
            with reading(self.engine) as connection:
                text = "" if self.is_sqlite else "::text"
                self._dumped = sorted(
                    (
                        (table, *row)
                        for table in sorted(metadata.tables)
                        for row in connection.exec_driver_sql(
                            f"SELECT * FROM {table}"
                            if self.is_sqlite
                            else f"SELECT {table}{text} FROM {table}"
                        )
                    ),
                    key=repr,
                )
        return self._dumped

    def check(self, model: Model, code: str) -> None:
        """The stored balance is the model's."""
        account, now = model.accounts[code], self.ledger.balance(code)
        month = model.month_of(code)
        buckets = (now.available, now.held, now.in_doubt, now.posted, now.floor)
        available = account.purse.available
        expected = (available, *account.buckets[1:], account.purse.floor)
        assert _nanos(*buckets) == expected, code
        assert now.version == len(account.purse.rows)
        assert now.month_spent is not None
        found = (now.month, to_nanos(now.month_spent))
        assert found == (f"{month // 100:04}-{month % 100:02}", account.spent_in(month)), code


def _nanos(*amounts: Decimal) -> tuple[int, ...]:
    return tuple(map(to_nanos, amounts))
