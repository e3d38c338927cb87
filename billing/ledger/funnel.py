"""The funnel that every verb goes through: one transaction, one post, and a reason when refused.

A verb drafts its entry, posts it, and lets the database refuse. Only a refusal makes the funnel
look: for the first row of a repeated key, for a race worth another try, for what was missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from billing.errors import (
    HoldEnded,
    IdempotencyConflict,
    InsufficientFunds,
    InvalidEntry,
    RefundTooLarge,
)
from billing.ledger.accounts import AccountRow, Accounts, balance_of
from billing.ledger.entries import Entry
from billing.ledger.posting import find_by_key, post
from billing.ledger.rates import Rates
from billing.ledger.rows import TransferRow
from pricing.money import from_nanos

Kept = TypeVar("Kept")
Clock = Callable[[], datetime]
FindOwner = Callable[[Connection], AccountRow]
Draft = Callable[[Connection, AccountRow], Entry]
Also = Callable[[Connection, AccountRow, TransferRow], None]

#: A race for a hold or a rate is decided by a constraint; the loser looks again this many times.
_ATTEMPTS: Final = 4
_KEY_MAX: Final = 255


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

    def _decided_by_constraint(self, work: Callable[[Connection], Kept]) -> Kept:
        """One transaction, tried again when another writer took what it was about to write."""
        for attempt in range(_ATTEMPTS):
            try:
                with self._transaction() as connection:
                    return work(connection)
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
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
                    now = self._clock()
                    row = post(
                        connection, owner, entry, key=key, request_digest=request_digest, now=now
                    )
                    if row is None:
                        raise _Refused(owner, entry.amount)
                    if also is not None:
                        also(connection, owner, row)
                return row, owner, False
            except (HoldEnded, RefundTooLarge, IntegrityError, _Refused) as problem:
                with self._view() as connection:
                    owner = find_owner(connection)
                    first = find_by_key(connection, owner, key)
                    if first is not None:
                        return _same_request(first, owner, request_digest), owner, True
                    if isinstance(problem, _Refused):
                        raise problem.explained(connection) from None
                if not isinstance(problem, IntegrityError) or attempt == _ATTEMPTS - 1:
                    raise
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


def _check_key(key: str) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= _KEY_MAX or "\x00" in key:
        raise InvalidEntry("key", key, f"1 to {_KEY_MAX} characters")
