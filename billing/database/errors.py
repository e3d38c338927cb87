"""What a PostgreSQL role may not do, or may do too well; each says who can mend it.

LedgerUnusable
`- RightMissing     the database refuses the role that asks
EntryRefused
`- GrantRefused     after a grant, the role may do less or more than the ledger's rights
"""

from __future__ import annotations

from shlex import quote
from typing import Final

from billing.errors import BillingError, EntryRefused, LedgerUnusable

#: insufficient_privilege
NO_RIGHT: Final = "42501"
#: invalid_schema_name: a schema that the role may not even look into is no schema to it.
NO_SCHEMA: Final = "3F000"
_SERVICE: Final = (
    "The owner of the tables gives a service its rights: image-billing db grant {role}. "
    "All roles of a set-up, readers too: image-billing db grants. Only the owner upgrades"
)


class RightMissing(LedgerUnusable):
    """The database is there, and refuses what this role asks; `detail` is what it said."""

    code = "right_missing"

    def __init__(self, detail: str, *, role: str | None, place: str = "", mend: str = "") -> None:
        who = f"the role {role!r}" if role else "this role"
        where = f"The ledger's database {place}".rstrip()
        mend = mend or _SERVICE.format(role=quote(role or "ROLE"))
        words = f"{where} refuses {who} ({detail}). Nothing was written. {mend}."
        BillingError.__init__(self, words)
        self.role, self.detail = role, detail


class GrantRefused(EntryRefused):
    """The rights of a role are not those of a service, and this grant does not make them so."""

    code = "grant_refused"

    def __init__(self, role: str, found: str, mend: str) -> None:
        super().__init__("role", role, f"{found}. Nothing was changed. {mend}")
        self.role = role


def state_of(error: BaseException | None) -> str:
    """The SQLSTATE of a driver's error, or nothing."""
    return getattr(error, "sqlstate", None) or ""


def first_line(error: BaseException | None) -> str:
    """What a driver's error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
