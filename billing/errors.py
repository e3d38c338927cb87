"""The errors of the billing package: one root, one class a condition; the edges map them to exits.

    BillingError
    |- AccountNotFound, AccountCurrency, IdempotencyConflict
    |- InsufficientFunds, BudgetExceeded, RefundTooLarge, HoldNotFound, HoldEnded, TransferNotFound
    |- InvalidEntry                     a verb's argument is out of range
    |  `- EntryRefused                  it is right by itself; what stands is against it
    |- LedgerBehind, LedgerUnavailable, LedgerUnusable     the database: old; away; no good
    |- FocusRefused                     a charge that a FOCUS file cannot hold
    `- MissingExtra                     an optional dependency is not installed
Those of one room stand there: `period_errors`, `ledger.opening_errors`, `database.errors`,
`ledger.proof.errors`, `statement.errors`, `importing.errors`, `client.errors` and others.

Every one has `code` (stable, for programs), `param` (the argument at fault or None) and `message`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from shlex import quote
from typing import Final

from pricing.errors import shown
from pricing.money import EXACT, format_amount

#: How many of a list a message shows; programs get all that are kept.
_SHOWN: Final = 20


def listed(told: Sequence[str], *, count: int = 0, unit: str = "") -> str:
    r"""What stands below a message: the first of a list, a line each, and how many more there are.

    Args:
        told: the list, or as much of it as was kept.
        count: how many there are, where that is more.
        unit: what is counted.

    >>> listed(["line 1: no account"], count=3, unit="lines")
    '\n  line 1: no account\n  and 2 more lines'
    """
    lines = [*told[:_SHOWN]]
    more = max(count, len(told)) - len(lines)
    if more:
        lines.append(f"and {more} more {unit}".rstrip())
    return "".join(f"\n  {each}" for each in lines)


class BillingError(Exception):
    """Root of what this package raises on purpose."""

    code: str = "billing_error"
    #: The attributes that say in figures what `message` says in words.
    figures: tuple[str, ...] = ()

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class AccountNotFound(BillingError):
    """No account has this code."""

    code = "account_not_found"

    def __init__(self, account: str, *, param: str = "account") -> None:
        mend = f"image-billing account open {quote(str(account))}"
        super().__init__(f"No account {account!r}. Open it with: {mend}", param=param)


class AccountCurrency(BillingError):
    """An amount in one currency was offered to an account in another."""

    code = "currency_mismatch"

    def __init__(self, account: str, *, held: str, offered: str) -> None:
        super().__init__(
            f"Account {account!r} is kept in {held}; this amount is in {offered}. "
            "Two currencies never mix: open an account in that currency.",
            param="currency",
        )


class InsufficientFunds(BillingError):
    """The guarded update refused: the amount would take the account below its floor.

    `account` is whose money is short, `member` who asked if another, `needed` the top-up that would
    do, `fits` how many images fit.
    """

    code = "insufficient_funds"
    figures = ("account", "member", "asked", "available", "floor", "needed", "fits", "currency")

    def __init__(
        self,
        account: str,
        *,
        asked: Decimal,
        available: Decimal,
        floor: Decimal,
        currency: str,
        member: str | None = None,
        fits: int = 0,
    ) -> None:
        who = "" if member is None else f"its member {member!r} "
        spendable = EXACT.subtract(available, floor)
        needed = EXACT.subtract(asked, spendable)
        super().__init__(
            f"Account {account!r}: {who}asked {format_amount(asked, currency)}, but "
            f"{format_amount(spendable, currency)} can be spent (available "
            f"{format_amount(available, currency)}, floor {format_amount(floor, currency)}). "
            f"A top-up of {format_amount(needed, currency)} would do"
            f"{f', or a smaller n: up to {fits}' if fits else ''}.",
            param="account",
        )
        self.account, self.member, self.asked, self.available = account, member, asked, available
        self.floor, self.needed, self.currency, self.fits = floor, needed, currency, fits


class BudgetExceeded(BillingError):
    """The guarded update refused: the month would go above a hard limit.

    `account` is whose limit it is; `member` and `fits` as above.
    """

    code = "budget_exceeded"
    figures = ("account", "member", "asked", "spent", "limit", "left", "month", "fits", "currency")

    def __init__(
        self,
        account: str,
        *,
        asked: Decimal,
        spent: Decimal,
        limit: Decimal,
        month: str,
        currency: str,
        member: str | None = None,
        fits: int = 0,
    ) -> None:
        who = "" if member is None else f"its member {member!r} "
        left = max(EXACT.subtract(limit, spent), Decimal(0))  # late charges may have gone beyond
        super().__init__(
            f"Account {account!r}: {who}asked {format_amount(asked, currency)}, but "
            f"{format_amount(left, currency)} is left of its limit of "
            f"{format_amount(limit, currency)} for {month} (UTC; spent and held: "
            f"{format_amount(spent, currency)}). What would help: "
            f"{f'a smaller n, up to {fits}; ' if fits else ''}the next month; another account.",
            param="account",
        )
        self.account, self.member, self.asked, self.spent = account, member, asked, spent
        self.limit, self.left, self.month, self.currency = limit, left, month, currency
        self.fits = fits


class IdempotencyConflict(BillingError):
    """The key was used before, for another request."""

    code = "idempotency_conflict"

    def __init__(self, account: str, key: str, *, kind: str) -> None:
        super().__init__(
            f"Key {key!r} of account {account!r} already stands for another {kind}. "
            "Repeat the first request unchanged, or use a new key.",
            param="key",
        )
        self.account, self.key = account, key


class HoldNotFound(BillingError):
    """No hold has this id."""

    code = "hold_not_found"

    def __init__(self, hold_id: str) -> None:
        super().__init__(f"No hold {hold_id!r} in this ledger.", param="hold_id")


class HoldEnded(BillingError):
    """The hold was captured, voided or expired before, or is in doubt: `ended_by` says which."""

    code = "hold_ended"

    def __init__(self, hold_id: str, *, ended_by: str, verb: str) -> None:
        self.hold_id, self.ended_by = hold_id, ended_by
        #: What it is, in words that follow "it was".
        self.stands = f"ended by a{'n' * (ended_by == 'expire')} {ended_by}"
        why = f"it was {self.stands}. A hold ends once."
        if ended_by == "doubt":  # which ends nothing
            self.stands = "in doubt"
            why = "it is in doubt already. Capture or void it."
        super().__init__(f"Cannot {verb} {hold_id}: {why}", param="hold_id")


class TransferNotFound(BillingError):
    """No capture or charge has this id."""

    code = "transfer_not_found"

    def __init__(self, transfer_id: str) -> None:
        super().__init__(
            f"No capture or charge {transfer_id!r} in this ledger.", param="transfer_id"
        )


class RefundTooLarge(BillingError):
    """The refunds of one transfer would exceed what it took."""

    code = "refund_too_large"

    def __init__(self, transfer_id: str, *, asked: Decimal, left: Decimal, currency: str) -> None:
        super().__init__(
            f"Cannot refund {format_amount(asked, currency)} of {transfer_id}: "
            f"{format_amount(left, currency)} of it is not refunded yet.",
            param="amount",
        )
        self.transfer_id, self.asked, self.left = transfer_id, asked, left


class InvalidEntry(BillingError):
    """An argument of a verb is out of range; `param` names it."""

    code = "invalid_value"

    def __init__(self, param: str, given: object, allowed: str) -> None:
        said = shown(given) if isinstance(given, int) else str(given)  # 5000 digits have no text
        words = f"{param}: {said[:80]!r} is not allowed; {allowed.removesuffix('.')}."
        super().__init__(words, param=param)


class EntryRefused(InvalidEntry):
    """An argument is right by itself, and what stands beside it, or in the ledger, refuses it."""


class LedgerBehind(BillingError):
    """The database has an older (or newer) schema than this release needs."""

    code = "ledger_behind"

    def __init__(self, *, found: str | None, needed: str, mend: str) -> None:
        state = f"is at {found}" if found else "is empty"
        super().__init__(f"The ledger {state}, this release needs schema {needed}. {mend}")


class LedgerUnavailable(BillingError):
    """The database is locked or away; nothing was written, trying again is safe."""

    code = "ledger_unavailable"

    def __init__(self, detail: str, *, place: str = "") -> None:
        super().__init__(f"{_database(place)} did not answer ({detail}). Try again.")


class LedgerUnusable(BillingError):
    """The database refuses for a reason that waiting does not mend: no such file, disk full."""

    code = "ledger_unusable"

    def __init__(self, detail: str, *, place: str = "") -> None:
        super().__init__(f"{_database(place)} cannot be used ({detail}). Nothing was written.")


def _database(place: str) -> str:
    return f"The ledger's database {place}".rstrip()


class FocusRefused(BillingError):
    """A charge cannot be a row of a FOCUS file; `problems` says which rules it breaks."""

    code = "focus_refused"

    def __init__(self, transfer_id: str, problems: Sequence[str]) -> None:
        super().__init__(f"{transfer_id} is no row of a FOCUS file: {'; '.join(problems)}.")
        self.transfer_id, self.problems = transfer_id, tuple(problems)


class MissingExtra(BillingError):
    """A part of the product needs an optional dependency that is not installed."""

    code = "missing_extra"

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(
            f"{what} needs an extra. Run: pip install 'image-billing[{extra}]' "
            f"(in a checkout: pip install '.[{extra}]')"
        )
