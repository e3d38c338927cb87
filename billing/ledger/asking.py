"""What a verb asks of the ledger, and the view of the database that it may need to say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from billing.database.statements import TEXT
from billing.errors import InvalidEntry
from billing.ledger.accounts import Payer
from billing.ledger.entries import Entry
from billing.ledger.evidence import Evidence
from billing.ledger.posting_sql import COLUMNS
from billing.ledger.rates import RateRow
from billing.ledger.rows import TransferRow

Made = TypeVar("Made")

_KEY_MAX: Final = 255
_WHOLE_MAX: Final = 2**63 - 1


class Reads:
    """A view of the database, opened only when something has to be read."""

    def __init__(self, view: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._view = view
        self._opened: AbstractContextManager[Connection] | None = None
        self._connection: Connection | None = None

    def __call__(self) -> Connection:
        """The view's connection."""
        if self._connection is None:
            self._opened = self._view()
            self._connection = self._opened.__enter__()
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        opened, self._opened, self._connection = self._opened, None, None
        if opened is not None:
            opened.__exit__(kind, error, trace)


FindPayer = Callable[[Reads], Payer]
Prepare = Callable[[Reads], tuple[Payer, Entry]]


@dataclass(slots=True, kw_only=True)
class Ask:
    """One call of a verb, before anything is decided."""

    key: str
    request_digest: bytes
    find_payer: FindPayer
    prepare: Prepare
    #: The hold that it moves or ends.
    hold_id: UUID | None = None
    evidence: Evidence | None = None
    rates: tuple[RateRow | None, ...] = ()
    #: The id of the row to be: the same at every attempt, so that a lost answer is known again.
    row_id: UUID | None = None


class Settled(NamedTuple):
    """The row that an ask led to; `repeated` when an earlier call with its key had made it."""

    row: TransferRow
    payer: Payer
    repeated: bool

    def made(self, make: Callable[..., Made]) -> Made:
        """The row as its caller gets it, made by one of `rows`' functions."""
        return make(self.row, self.payer.named, repeated=self.repeated)


def check_key(key: str) -> None:
    """Refuse what is no idempotency key."""
    if not isinstance(key, str) or not 0 < len(key) <= _KEY_MAX or not _is_storable(key):
        raise InvalidEntry("key", key, f"1 to {_KEY_MAX} characters of text")


def check_values(columns: Mapping[str, object]) -> None:
    """Refuse what one of the engines cannot keep."""
    for name, value in columns.items():
        if value is None:
            continue
        if isinstance(value, str):
            if not value.isascii() or "\x00" in value:
                check_storable(name, value)
        elif COLUMNS[name] is TEXT:
            raise InvalidEntry(name, value, "use text")
        elif isinstance(value, int) and not -_WHOLE_MAX <= value <= _WHOLE_MAX:
            raise InvalidEntry(name, value, "it does not fit 64 bits")


def check_storable(name: str, words: str) -> None:
    """Refuse text that one of the engines cannot keep."""
    if not _is_storable(words):
        raise InvalidEntry(name, words, "use text without NUL, in UTF-8")


def check_aware(name: str, instant: datetime | None) -> None:
    """Refuse an instant that could be any of many."""
    if instant is not None and (not isinstance(instant, datetime) or instant.utcoffset() is None):
        raise InvalidEntry(name, instant, "give an aware datetime, e.g. in UTC")


def later(name: str, instant: datetime, by: timedelta) -> datetime:
    """The instant that is later by that much; refuse what is no length of time."""
    try:
        return instant + by
    except (TypeError, OverflowError):
        raise InvalidEntry(name, by, "give a timedelta that ends before the year 10000") from None


def in_words(name: str, words: str) -> None:
    """Refuse a reason or an actor that says nothing."""
    if not isinstance(words, str) or not words.strip():
        raise InvalidEntry(name, words, "say it in words")


def _is_storable(text: str) -> bool:
    """Both engines can keep it: no NUL, no half of a surrogate pair."""
    if text.isascii():
        return "\x00" not in text
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
