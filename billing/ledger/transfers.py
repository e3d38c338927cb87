"""What the ledger's verbs answer with: frozen rows and balances, free of any database.

Figures are exact Decimals in the object's `currency`; instants are aware UTC; ids are text
(`hold_...`, `capture_...`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from billing.ledger.evidence import Evidence
from pricing import BookRef

Deadline = Literal["expire", "doubt"]
LimitKind = Literal["hard", "soft"]
HoldState = Literal["open", "in_doubt", "captured", "voided", "expired"]


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One row of the ledger: two legs of one amount, written once and never edited."""

    id: str
    account: str
    kind: str
    amount: Decimal
    currency: str
    version: int
    key: str
    occurred_at: datetime
    recorded_at: datetime
    reason: str | None = None
    actor: str | None = None
    request_id: str | None = None
    #: What the provider charges us for it by the cost book, in that book's currency.
    cost: Decimal | None = None
    #: The same by the tokens that the provider counted.
    actual_cost: Decimal | None = None
    #: True when this call found the row of an earlier call with the same key.
    repeated: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Hold(Transfer):
    """Money set aside for one request of `n` images at `unit_price`."""

    model: str
    endpoint: str
    size: str
    tier: str
    quality: str
    n: int
    unit_price: Decimal
    book: BookRef
    plan: str | None = None
    #: `book`, or the rule of a catalog that set `unit_price`.
    set_by: str = "book"
    quote_id: str
    expires_at: datetime
    on_deadline: Deadline
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Capture(Transfer):
    """The end of a hold: `images` delivered and paid (`amount`), the rest `released`."""

    hold_id: str
    images: int
    released: Decimal
    #: Images that arrived beyond the n that was held; never charged, always recorded.
    over_delivered: int = 0
    #: The hold had expired: the amount is booked as a charge of its own, whatever the floor.
    is_late: bool = False


@dataclass(frozen=True, kw_only=True)
class Charge(Transfer):
    """Images paid without a hold."""

    images: int
    #: The expired hold whose capture came too late: booked whatever the floor, and flagged so.
    late_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold with what became of it, read in one go."""

    hold: Hold
    state: HoldState
    #: The row that ended it (capture, void, expire), or None while it is open or in doubt.
    ending: Transfer | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account's money: available + held + in_doubt + posted = all that was put in."""

    account: str
    currency: str
    available: Decimal
    held: Decimal
    in_doubt: Decimal
    posted: Decimal
    floor: Decimal
    version: int
    #: The calendar month (UTC) that the limit is about, `2026-11`; None in a balance of the past.
    month: str | None = None
    #: What was set aside and paid in it, less what was given back.
    month_spent: Decimal | None = None
    monthly_limit: Decimal | None = None
    limit_kind: LimitKind = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChange:
    """What the floor and the monthly limit of an account became, who decided it and why."""

    #: The account, or member, whose limits they are.
    account: str
    #: Counts the changes of an account and its members, from 1.
    number: int
    currency: str
    #: None for a member: its floor is its parent's.
    floor: Decimal | None
    monthly_limit: Decimal | None
    limit_kind: LimitKind
    key: str
    recorded_at: datetime
    reason: str
    actor: str
    #: True when this call found the change of an earlier call with the same key.
    repeated: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChange:
    """One closing of a month, or one reopening: who, when and why."""

    #: The calendar month (UTC), `2026-10`.
    month: str
    #: Counts the changes of this month, from 1.
    number: int
    kind: Literal["close", "reopen"]
    #: Closed before the grace was over.
    forced: bool
    actor: str
    reason: str | None
    recorded_at: datetime
    #: sha256 over what counts in the month, in hexadecimal; None of a reopening.
    digest: str | None
    #: The price books that its charges were made by.
    books: tuple[BookRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as it was opened."""

    code: str
    currency: str
    floor: Decimal
    opened_at: datetime
    plan: str | None = None
    #: What a calendar month (UTC) may take; refused beyond it (hard), or told (soft).
    monthly_limit: Decimal | None = None
    limit_kind: LimitKind = "hard"
    #: The code of the account whose money this one spends.
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A row that took a month's spending across a soft limit."""

    #: The account, or member, whose limit it is.
    account: str
    #: The calendar month (UTC), `2026-11`.
    month: str
    #: How far above the limit that row went.
    over: Decimal
    currency: str
    transfer_id: str
    recorded_at: datetime
