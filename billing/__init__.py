"""Quote, hold, capture, report and reconcile image API calls on an append-only SQL ledger.

Names are imported when they are first asked for: a quote on the command line needs no SQLAlchemy,
and only `bill` needs the extra `openai`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.client import (
        AboveMaxCost,
        NotBillable,
        OutcomeInDoubt,
        Receipt,
        bill,
        billing_terms,
    )
    from billing.errors import (
        AccountCurrency,
        AccountNotFound,
        BillingError,
        BudgetExceeded,
        EntryRefused,
        FocusRefused,
        HoldEnded,
        HoldNotFound,
        IdempotencyConflict,
        InsufficientFunds,
        InvalidEntry,
        LedgerBehind,
        LedgerUnavailable,
        LedgerUnusable,
        MissingExtra,
        RefundTooLarge,
        TransferNotFound,
    )
    from billing.ledger import Ledger
    from billing.ledger.evidence import Evidence
    from billing.ledger.opening_errors import AccountExists
    from billing.ledger.proof.errors import SealRefused, SealsUnreadable
    from billing.ledger.proof.sealing import Sealing
    from billing.ledger.proof.verification import Verification
    from billing.ledger.transfers import (
        Account,
        Alert,
        Balance,
        Capture,
        Charge,
        Hold,
        HoldView,
        LimitChange,
        PeriodChange,
        Transfer,
    )
    from billing.period_errors import (
        PeriodClosed,
        PeriodInGrace,
        PeriodNotClosed,
        PeriodNotOver,
        PeriodOutOfOrder,
    )
    from billing.statement.errors import StatementError

_HOMES = {
    "billing.client": (
        "AboveMaxCost",
        "NotBillable",
        "OutcomeInDoubt",
        "Receipt",
        "bill",
        "billing_terms",
    ),
    "billing.errors": (
        "AccountCurrency",
        "AccountNotFound",
        "BillingError",
        "BudgetExceeded",
        "EntryRefused",
        "FocusRefused",
        "HoldEnded",
        "HoldNotFound",
        "IdempotencyConflict",
        "InsufficientFunds",
        "InvalidEntry",
        "LedgerBehind",
        "LedgerUnavailable",
        "LedgerUnusable",
        "MissingExtra",
        "RefundTooLarge",
        "TransferNotFound",
    ),
    "billing.ledger.evidence": ("Evidence",),
    "billing.ledger": ("Ledger",),
    "billing.ledger.opening_errors": ("AccountExists",),
    "billing.ledger.proof.errors": ("SealRefused", "SealsUnreadable"),
    "billing.ledger.proof.sealing": ("Sealing",),
    "billing.ledger.transfers": (
        "Account",
        "Alert",
        "Balance",
        "Capture",
        "Charge",
        "Hold",
        "HoldView",
        "LimitChange",
        "PeriodChange",
        "Transfer",
    ),
    "billing.ledger.proof.verification": ("Verification",),
    "billing.period_errors": (
        "PeriodClosed",
        "PeriodInGrace",
        "PeriodNotClosed",
        "PeriodNotOver",
        "PeriodOutOfOrder",
    ),
    "billing.statement.errors": ("StatementError",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AboveMaxCost",
    "Account",
    "AccountCurrency",
    "AccountExists",
    "AccountNotFound",
    "Alert",
    "Balance",
    "BillingError",
    "BudgetExceeded",
    "Capture",
    "Charge",
    "EntryRefused",
    "Evidence",
    "FocusRefused",
    "Hold",
    "HoldEnded",
    "HoldNotFound",
    "HoldView",
    "IdempotencyConflict",
    "InsufficientFunds",
    "InvalidEntry",
    "Ledger",
    "LedgerBehind",
    "LedgerUnavailable",
    "LedgerUnusable",
    "LimitChange",
    "MissingExtra",
    "NotBillable",
    "OutcomeInDoubt",
    "PeriodChange",
    "PeriodClosed",
    "PeriodInGrace",
    "PeriodNotClosed",
    "PeriodNotOver",
    "PeriodOutOfOrder",
    "Receipt",
    "RefundTooLarge",
    "SealRefused",
    "Sealing",
    "SealsUnreadable",
    "StatementError",
    "Transfer",
    "TransferNotFound",
    "Verification",
    "bill",
    "billing_terms",
]


def __getattr__(name: str) -> object:
    """Import a public name from where it lives."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """What is there, whether it was imported yet or not."""
    return sorted({*globals(), *__all__})
