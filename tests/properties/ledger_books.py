"""One ledger beside the model: its ids for the model's rows, its dumps, its answers compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from billing import Alert, Capture, Charge, Ledger, Transfer
from billing.database.tables import metadata
from billing.ledger.transfers import LimitKind, PeriodChange
from pricing.money import from_nanos, to_nanos
from tests.properties.ledger_accounts import ModelAccount
from tests.properties.ledger_model import Model
from tests.properties.ledger_months import ModelEvent
from tests.properties.ledger_rows import ModelRow
from tests.properties.ledger_watch import watch

CURRENCY = "USD"
Dump = dict[str, list[tuple[object, ...]]]
#: Of so many calls that write nothing, one is followed by a comparison of all tables.
COMPARES_EACH = 16


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
        self.watch = watch(url)
        self._looks = 0
        #: Of each month: the digest that it was closed with, by the rows that counted in it.
        self._digests: defaultdict[int, dict[frozenset[str], str]] = defaultdict(dict)

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
        """A limit was changed, now or by an earlier call with the key: compare the answer."""
        money = None if limit is None else from_nanos(limit)
        kind: LimitKind = "soft" if is_soft else "hard"
        found = self.ledger.change_limit(
            code, money, limit_kind=kind, key=key, reason="grown", actor="ana"
        )
        assert (found.account, found.monthly_limit, found.limit_kind) == (code, money, kind)

    def change_floor(self, code: str, floor: int, *, key: str) -> None:
        """A floor was changed: compare what was answered."""
        found = self.ledger.change_floor(
            code, from_nanos(floor), key=key, reason="trusted", actor="ana"
        )
        assert (found.account, found.floor) == (code, from_nanos(floor))

    def took(self, row: ModelRow, answer: Transfer) -> None:
        """A row was written: keep its id, and compare what was answered."""
        self.ids[row.name], self.names[answer.id] = answer.id, row.name
        assert not answer.repeated
        self.compare(row, answer)

    def close(self) -> None:
        """The ledger and the watch give their connections back."""
        self.watch.close()
        self.ledger.close()

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
    def unchanged(self, *, may_lock: bool = False, commits: bool = False) -> Iterator[None]:
        """What happens inside leaves every table as it was, byte by byte.

        Nothing was committed: that says so. Each few times all tables are read and compared too, so
        that the watch is watched.

        Args:
            may_lock: a lock of a row that is committed is a transaction, too: compare the tables.
            commits: so is one in which something was tried and taken back, on either engine.
        """
        self._looks += 1
        may_lock = may_lock or commits
        before = self.dump() if may_lock or self._looks % COMPARES_EACH == 1 else None
        mark = self.watch.mark()
        yield
        engine = self.engine.dialect.name
        if not may_lock or (self.is_sqlite and not commits):
            assert not self.watch.committed_since(mark), f"a refused call committed on {engine}"
        if before is not None:
            assert self.dump() == before, f"a call that wrote nothing changed {engine}"

    def dump(self) -> Dump:
        """Every row of every table."""
        text = "" if self.is_sqlite else "::text"
        return {
            table: sorted(
                self.watch.rows(
                    f"SELECT * FROM {table}"
                    if self.is_sqlite
                    else f"SELECT {table}{text} FROM {table}"
                ),
                key=repr,
            )
            for table in metadata.tables
        }

    def check_stored(self, model: Model) -> None:
        """Every stored balance and allowance is the model's."""
        stored = self.watch.stored()
        assert stored.keys() == model.accounts.keys()
        for code, account in model.accounts.items():
            # An allowance need not have been moved to a month in which nothing was spent.
            *figures, month, spent = stored[code]
            standing = account.purse.month
            found = *figures, spent if month == standing else 0
            expected: tuple[int, ...] = (*account.buckets[1:], account.spent_in(standing))
            if account.parent is None:
                closed = model.months.closed_through
                more = account.floor, len(account.rows), closed, account.month_spent
                expected = (*account.buckets, *more)
                assert month == account.month, code
            assert found == expected, code

    def check(self, model: Model, code: str) -> None:
        """The balance that the ledger tells is the model's."""
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

    def closed(self, events: Sequence[ModelEvent], answer: Sequence[PeriodChange]) -> None:
        """Months were closed: the same rows give the same digest, other rows another one."""
        for event, change in zip(events, answer, strict=True):
            self._compare_event(event, change)
            assert change.digest is not None
            digests = self._digests[event.month]
            known = digests.setdefault(event.content, change.digest)
            assert known == change.digest, event.month
            assert len(set(digests.values())) == len(digests), event.month

    def reopened(self, event: ModelEvent, answer: PeriodChange) -> None:
        """A month was opened again."""
        self._compare_event(event, answer)

    def _compare_event(self, event: ModelEvent, change: PeriodChange) -> None:
        found = (change.month, change.number, change.kind, change.forced, change.recorded_at)
        month = f"{event.month // 100:04}-{event.month % 100:02}"
        assert found == (month, event.number, event.kind, event.is_forced, event.at)


def _nanos(*amounts: Decimal) -> tuple[int, ...]:
    return tuple(map(to_nanos, amounts))
