"""The classes that every line and every charge of a reconciliation falls into."""

from __future__ import annotations

from typing import Final, Literal, get_args

ClassName = Literal[
    "matched",
    "amount_mismatch",
    "quantity_mismatch",
    "missing_from_statement",
    "missing_from_ledger",
    "duplicate_line",
    "duplicate_capture",
    "hold_only",
    "matched_by_fingerprint",
    "hold_unbilled",
    "wrong_period",
    "tax_fee_credit",
    "rounding",
    "unparseable",
    "pending",
]
#: Every class, in the order in which they are shown.
CLASSES: Final[tuple[ClassName, ...]] = get_args(ClassName)
