"""Who pays for a call, and up to what: the defaults of `bill()` and the call's own `billing=`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypedDict
from uuid import uuid4

from billing.client.errors import AboveMaxCost
from billing.errors import InvalidEntry
from pricing import Quote
from pricing.errors import MoneyError
from pricing.money import parse_amount

#: Keys that the wrapper derives from its own holds; a caller's key never looks like one.
_DERIVED: Final = re.compile(r"hold_[0-9a-f]{32}/")
_KNOWN = ("account", "key", "max_cost", "tags")


class Billing(TypedDict, total=False):
    """The `billing=` of one call; what is left out comes from `bill()`."""

    account: str
    #: Idempotency key: a key that was captured, or is in doubt, is never sent again.
    key: str
    #: Added to the tags of `bill()`.
    tags: Mapping[str, str]
    #: In the currency of the book.
    max_cost: Decimal | str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one call, checked."""

    account: str | None = None
    key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost: Decimal | None = None

    def with_call(self, billing: Mapping[str, object] | None) -> Terms:
        """These terms with what the call says on top.

        Raises:
            InvalidEntry: A field that `billing=` does not have, or a value of the wrong type.
        """
        if billing is None:
            return self
        if not isinstance(billing, Mapping):
            raise InvalidEntry("billing", billing, f"use a mapping of {', '.join(_KNOWN)}")
        for name in billing:
            if name not in _KNOWN:
                raise InvalidEntry("billing", name, f"use {', '.join(_KNOWN)}")
        return Terms(
            account=_text("billing.account", billing.get("account", self.account)),
            key=_key(billing.get("key")),
            tags={**self.tags, **_tags(billing.get("tags"))},
            max_cost=_amount(billing.get("max_cost", self.max_cost)),
        )

    def payer(self) -> str:
        """The account that pays.

        Raises:
            InvalidEntry: Neither `bill()` nor the call names one.
        """
        if not self.account:
            raise InvalidEntry(
                "account", self.account, "name it in bill(account=...) or billing={'account': ...}"
            )
        return self.account

    def check(self, quote: Quote) -> None:
        """Refuse a quote above `max_cost`."""
        if self.max_cost is not None and quote.total > self.max_cost:
            raise AboveMaxCost(total=quote.total, max_cost=self.max_cost, currency=quote.currency)

    def hold_key(self) -> str:
        """The call's own key, or one that nobody can repeat."""
        return self.key if self.key is not None else f"call_{uuid4().hex}"


def default_terms(
    *,
    account: str | None,
    tags: Mapping[str, str] | None,
    max_cost: Decimal | str | int | None,
) -> Terms:
    """The terms that `bill()` was given, checked."""
    return Terms(account=_text("account", account), tags=_tags(tags), max_cost=_amount(max_cost))


def _text(param: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise InvalidEntry(param, value, "use text that is not empty")


def _key(value: object) -> str | None:
    key = _text("billing.key", value)
    if key is not None and _DERIVED.match(key):
        allowed = "keys of this form are derived from holds; use the key of your first call"
        raise InvalidEntry("billing.key", key, allowed)
    return key


def _tags(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        tags = dict(value)
        if all(isinstance(part, str) for item in tags.items() for part in item):
            return tags
    raise InvalidEntry("tags", value, "tags map text to text")


def _amount(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        return parse_amount(value)  # type: ignore[arg-type]  # it refuses every other type itself
    except MoneyError as error:
        raise InvalidEntry("max_cost", value, error.message) from error
