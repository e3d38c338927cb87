"""What an import comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSum:
    """What was imported for one account; amounts in its currency."""

    account: str
    currency: str
    calls: int
    images: int
    #: What the calls were charged.
    amount: Decimal
    #: What was given back of it.
    refunded: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a file of usage led to; in a dry run, what it would lead to."""

    #: Below the header, blank ones not counted.
    lines: int
    #: Calls charged, and refunds given.
    imported: int
    refunded: int
    #: Lines that were in the ledger before.
    already: int
    #: Lines that say again what a line above them in the file says: charged once.
    repeated: int
    #: Lines that are no usage, by status: for `reconcile`.
    left: Mapping[str, int]
    #: Of `imported` and `refunded`: those of a closed month, booked in the open one.
    carried: int
    sums: tuple[ImportedSum, ...]
    is_dry_run: bool
