"""Why an account is not opened, and which of its terms can still be changed, and how."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote
from typing import Final

from billing.errors import BillingError

_WHO: Final = "--reason WHY --actor WHO"
#: By the term: what can be done about one that is not the one asked for.
_MENDS: Final[Mapping[str, str]] = {
    "currency": "A currency is kept for ever: open another account",
    "floor": f"To change a floor: image-billing account floor {{account}} AMOUNT {_WHO}",
    "plan": (
        "The plan of an account is kept for ever: change in the catalog what the plan says, or "
        "give this account prices of its own there; or open another account"
    ),
    "monthly limit": (
        "To change a limit: image-billing account limit {account} --monthly-limit AMOUNT "
        f"--limit-kind KIND {_WHO}"
    ),
    "parent": "A parent is kept for ever: open another account",
}
_WITHOUT_PLAN: Final = (
    "An account that was opened without a plan keeps none in the ledger: the catalog says which it "
    "has, under accounts, and may change it"
)


class AccountExists(BillingError):
    """The account is open already, with other terms."""

    code = "account_exists"

    def __init__(self, account: str, differences: Mapping[str, tuple[str, str]]) -> None:
        said = "; ".join(f"{term} {is_}, not {asked}" for term, (is_, asked) in differences.items())
        mends = [_mend(term, is_, account) for term, (is_, _asked) in differences.items()]
        words = f"Account {account!r} is open already with other terms: {said}. {'. '.join(mends)}."
        super().__init__(words, param="account")
        self.account, self.differences = account, dict(differences)


def _mend(term: str, is_: str, account: str) -> str:
    if (term, is_) == ("plan", "none"):
        return _WITHOUT_PLAN
    return _MENDS[term].replace("{account}", quote(account))
