"""The funnel that every verb goes through: one transaction, one post, and a reason when refused.

A verb drafts its entry, posts it, and lets the database refuse. Only a refusal makes the funnel
look: for the first row of a repeated key, for a race worth another try, for what was missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from billing.errors import (
    BillingError,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    LedgerUnavailable,
)
from billing.ledger.accounts import AccountRow, Accounts, balance_of
from billing.ledger.entries import Entry
from billing.ledger.posting import find_by_key, post
from billing.ledger.rates import Rates
from billing.ledger.rows import TransferRow
from pricing import PricingError
from pricing.money import from_nanos

Kept = TypeVar("Kept")
Clock = Callable[[], datetime]
FindOwner = Callable[[Connection], AccountRow]
Draft = Callable[[Connection, AccountRow], Entry]
Also = Callable[[Connection, AccountRow, TransferRow], None]

#: A race for a hold or a rate is decided by a constraint; the loser looks again this many times.
_ATTEMPTS: Final = 4
_KEY_MAX: Final = 255
#: Another machine's clock may be ahead of ours by this much.
_CLOCK_SKEW: Final = timedelta(minutes=5)
_UNIQUE_VIOLATION: Final = "23505"
#: SQLite; its trigger is the guard against INSERT OR REPLACE.
_UNIQUE_NAMES: Final = ("_UNIQUE", "_PRIMARYKEY", "_TRIGGER")


def utc_now() -> datetime:
    """The wall clock, aware."""
    return datetime.now(UTC)


class Funnel(ABC):
    """Posts entries over some transaction: its own (`Ledger`) or the caller's (`Ledger.within`)."""

    def __init__(self, *, clock: Clock, accounts: Accounts, rates: Rates) -> None:
        self._clock = clock
        self._accounts = accounts
        self._rates = rates

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[Connection]:
        """A transaction or savepoint that is kept when the block ends well."""

    @abstractmethod
    def _view(self) -> AbstractContextManager[Connection]:
        """A connection to read from."""

    def _past(self, name: str, instant: datetime) -> datetime:
        """An instant that has passed, by our clock and some skew; naive ones are refused."""
        if not isinstance(instant, datetime) or instant.tzinfo is None:
            raise InvalidEntry(name, instant, "give an aware datetime, e.g. in UTC")
        if instant > self._clock() + _CLOCK_SKEW:
            raise InvalidEntry(name, instant, "it lies in the future")
        return instant

    def _decided_by_constraint(self, work: Callable[[Connection], Kept]) -> Kept:
        """One transaction, tried again when another writer took what it was about to write."""
        for attempt in range(_ATTEMPTS):
            try:
                with self._transaction() as connection:
                    return work(connection)
            except IntegrityError as problem:
                if attempt == _ATTEMPTS - 1:
                    raise _outpaced(problem) from problem
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _post(
        self,
        find_owner: FindOwner,
        draft: Draft,
        also: Also | None = None,
        *,
        key: str,
        request_digest: bytes,
    ) -> tuple[TransferRow, AccountRow, bool]:
        """Draft, post, and on a refusal find out why.

        Returns:
            The row, its account, and whether it is the row of an earlier call with this key.
        """
        _check_key(key)
        for attempt in range(_ATTEMPTS):
            try:
                with self._transaction() as connection:
                    owner = find_owner(connection)
                    entry = draft(connection, owner)
                    _check_texts(entry.columns)
                    now = self._clock()
                    row = post(
                        connection, owner, entry, key=key, request_digest=request_digest, now=now
                    )
                    if row is None:
                        raise _Refused(owner, entry.amount)
                    if also is not None:
                        also(connection, owner, row)
                return row, owner, False
            except (BillingError, PricingError, IntegrityError, _Refused) as problem:
                with self._view() as connection:
                    owner = find_owner(connection)
                    first = find_by_key(connection, owner, key)
                    if first is not None:
                        return _same_request(first, owner, request_digest), owner, True
                    if isinstance(problem, _Refused):
                        raise problem.explained(connection) from None
                if not isinstance(problem, IntegrityError):
                    raise
                if attempt == _ATTEMPTS - 1:
                    raise _outpaced(problem) from problem
        raise AssertionError("unreachable: the last attempt returns or raises")


class _Refused(Exception):
    """The guarded update found no room; becomes InsufficientFunds once it is known how much."""

    def __init__(self, owner: AccountRow, asked: int) -> None:
        super().__init__()
        self.owner, self.asked = owner, asked

    def explained(self, connection: Connection) -> InsufficientFunds:
        now = balance_of(connection, self.owner)
        return InsufficientFunds(
            self.owner.code,
            asked=from_nanos(self.asked),
            available=now.available,
            floor=now.floor,
            currency=now.currency,
        )


def _same_request(first: TransferRow, owner: AccountRow, request_digest: bytes) -> TransferRow:
    if first.request_digest != request_digest:
        raise IdempotencyConflict(owner.code, first.idem_key, kind=first.kind)
    return first


def in_words(name: str, words: str) -> None:
    """Refuse a reason or an actor that says nothing."""
    if not isinstance(words, str) or not words.strip():
        raise InvalidEntry(name, words, "say it in words")


def _outpaced(problem: IntegrityError) -> Exception:
    """Others were faster every time; a CHECK that refuses is our own mistake and stays as it is."""
    states = getattr(problem.orig, "sqlstate", None), getattr(problem.orig, "sqlite_errorname", "")
    is_race = states[0] == _UNIQUE_VIOLATION or str(states[1]).endswith(_UNIQUE_NAMES)
    return LedgerUnavailable("other writers were faster each time") if is_race else problem


def _check_key(key: str) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= _KEY_MAX or not _is_storable(key):
        raise InvalidEntry("key", key, f"1 to {_KEY_MAX} characters of text")


def _check_texts(columns: Mapping[str, object]) -> None:
    for name, value in columns.items():
        if isinstance(value, str) and not _is_storable(value):
            raise InvalidEntry(name, value, "use text without NUL, in UTF-8")


def _is_storable(text: str) -> bool:
    """Both engines can keep it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
