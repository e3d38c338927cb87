"""Which account takes a cost that belongs to no call: found by its currency, opened when needed."""

from __future__ import annotations

from billing.errors import AccountNotFound, EntryRefused
from billing.ledger import Ledger
from billing.reconciliation.actions import PROVIDER_CHARGES, Action
from billing.reconciliation.runs.sign_off import SignOff


class CostAccounts:
    """The accounts of one run, in the currency of its statement."""

    def __init__(self, ledger: Ledger, currency: str, terms: SignOff) -> None:
        self._ledger, self._currency, self._terms = ledger, currency, terms
        self._found: dict[str, str] = {}
        self._currencies: dict[str, str | None] = {}

    def of(self, action: Action) -> str:
        """The account of a cost: that of its call, or one for what has none.

        An account that the line names is taken when it is kept in the statement's currency.
        """
        named = action.account
        if named is not None and (action.transfer_id or action.hold_id):
            return named
        if named is not None:
            if named not in self._currencies:
                self._currencies[named] = self._currency_of(named)
            if self._currencies[named] == self._currency:
                return named
        terms = self._terms
        is_ours = action.reason in PROVIDER_CHARGES
        wanted = terms.provider_charges if is_ours else terms.unallocated
        if wanted not in self._found:
            self._found[wanted] = self._opened(wanted)
        return self._found[wanted]

    def _opened(self, code: str) -> str:
        """That account, or the one for this currency where it is kept in another."""
        own = f"{code}.{self._currency}"
        for name in (code, own):
            currency = self._currency_of(name)
            if currency is None:
                self._ledger.open_account(name, currency=self._currency)
            if currency in (None, self._currency):
                return name
        allowed = f"it and {own} are kept in other currencies than {self._currency}"
        raise EntryRefused("account", code, allowed)

    def _currency_of(self, code: str) -> str | None:
        try:
            return self._ledger.account(code).currency
        except AccountNotFound:
            return None
