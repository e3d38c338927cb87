"""What is wrong with a file of usage, told at once: lines by number, accounts by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from billing.errors import BillingError, listed
from pricing.csv_rows import LineError


class AccountError(NamedTuple):
    """Why nothing can be imported for an account, told once for all its lines."""

    account: str
    #: How many lines name it.
    lines: int
    message: str
    code: str

    def __str__(self) -> str:
        return self.message


class ImportRefused(BillingError):
    """Nothing of the file was imported; `errors` and `accounts` say why.

    Attributes:
        errors: the first thousand wrong lines, by number.
        count: how many lines are wrong.
        accounts: what keeps all lines of an account out.
    """

    code = "import_refused"

    def __init__(
        self,
        source: str,
        *,
        errors: Sequence[LineError] = (),
        count: int = 0,
        accounts: Sequence[AccountError] = (),
    ) -> None:
        shown = "".join(f"\n  {each}" for each in accounts)
        lines = [f"line {each.line}: {each.message}" for each in errors]
        shown += listed(lines, count=count, unit="lines")
        super().__init__(f"{source}: nothing was imported.{shown}", param="file")
        self.errors, self.count, self.accounts = tuple(errors), count, tuple(accounts)
