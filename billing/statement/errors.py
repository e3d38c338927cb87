"""Why a statement, or a mapping of one, cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from billing.errors import BillingError, listed


class StatementError(BillingError):
    """A statement file could not be read; `problems` lists every line at fault."""

    code = "statement_unreadable"

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        count = f"{len(problems)} problem{'s' * (len(problems) != 1)}"
        super().__init__(f"{source}: {count}{listed(problems)}", param="statement")
        self.problems = tuple(problems)
