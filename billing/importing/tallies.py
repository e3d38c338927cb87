"""What an import has come to so far: what was booked for whom, and what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from billing.importing.drafts import Refusal
from billing.importing.model import Import, ImportedSum
from billing.ledger.accounts import Payer
from pricing.csv_rows import LineErrors
from pricing.money import from_nanos


@dataclass(slots=True)
class Tally:
    """What the file comes to for one account, in nano-units; lines in the ledger before are out."""

    payer: Payer
    calls: int = 0
    images: int = 0
    amount: int = 0
    refunded: int = 0

    def sum(self) -> ImportedSum:
        """As callers see it."""
        named = self.payer.named
        return ImportedSum(
            account=named.code,
            currency=named.currency,
            calls=self.calls,
            images=self.images,
            amount=from_nanos(self.amount),
            refunded=from_nanos(self.refunded),
        )


@dataclass(slots=True)
class Tallies:
    """The tallies of all accounts, and what has no account."""

    errors: LineErrors = field(default_factory=LineErrors)
    accounts: dict[str, Tally] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    already: int = 0
    repeated: int = 0
    refunds: int = 0
    carried: int = 0

    def refuse(self, refusal: Refusal) -> None:
        """Keep why a line cannot be imported."""
        if refusal.line_error is not None:
            self.errors.keep(refusal.line_error)

    def told(self, *, lines: int, is_dry_run: bool) -> Import:
        """As callers see it; `lines` are all of the file."""
        return Import(
            lines=lines,
            imported=sum(tally.calls for tally in self.accounts.values()),
            refunded=self.refunds,
            already=self.already,
            repeated=self.repeated,
            left=dict(self.left),
            carried=self.carried,
            sums=tuple(tally.sum() for _code, tally in sorted(self.accounts.items())),
            is_dry_run=is_dry_run,
        )

    def of(self, payer: Payer) -> Tally:
        """The tally of an account."""
        code = payer.named.code
        if code not in self.accounts:
            self.accounts[code] = Tally(payer)
        return self.accounts[code]
