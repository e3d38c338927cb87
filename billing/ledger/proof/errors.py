"""Why nothing is sealed, or no file of seals is read.

BillingError
|- SealRefused         rows are missing that a seal would stand for
`- SealsUnreadable     a file of seals is none, or was changed
"""

from __future__ import annotations

from collections.abc import Sequence

from billing.errors import BillingError, listed


class SealRefused(BillingError):
    """Rows that should be sealed are missing; `gaps` says which, an account each."""

    code = "seal_refused"

    def __init__(self, gaps: Sequence[str]) -> None:
        super().__init__(
            "A seal stands for every row up to its last, and rows are missing. "
            f"Accounts without a gap are sealed. Run: image-billing verify{listed(gaps)}"
        )
        self.gaps = tuple(gaps)


class SealsUnreadable(BillingError):
    """A file of exported seals cannot be read as one."""

    code = "seals_unreadable"

    def __init__(self, source: str, detail: str) -> None:
        super().__init__(f"{source}: {detail}.", param="seals")
