"""Who pays for a call, up to what and for how long: of the client, of a block of code, of a call.

The later word counts, field by field; tags add up. `billing_terms` sets the terms of a block: it
holds for the thread or the task that entered it, and for tasks started inside.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from secrets import token_hex
from typing import Final, TypedDict, TypeVar, cast

from billing.client.errors import AboveMaxCost
from billing.errors import InvalidEntry
from pricing import Quote
from pricing.errors import MoneyError
from pricing.money import parse_amount

Said = TypeVar("Said")

#: Keys that the wrapper derives from its own holds; a caller's key never looks like one.
_DERIVED: Final = re.compile(r"hold_[0-9a-f]{32}/")
_KNOWN: Final = ("account", "deadline_s", "key", "max_cost", "tags")


class Billing(TypedDict, total=False):
    """The `billing=` of one call; what is left out, or None, is said by the block or by `bill`."""

    account: str
    #: Seconds for the whole call, from the first check to the last byte of the answer.
    deadline_s: float
    #: Idempotency key: a key that was captured, or is in doubt, is never sent again.
    key: str
    #: Added to the tags of the block and of `bill`.
    tags: Mapping[str, str]
    #: In the currency of the book.
    max_cost: Decimal | str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Checked terms; None where nothing was said."""

    account: str | None = None
    deadline_s: float | None = None
    key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    max_cost: Decimal | None = None

    def over(self, earlier: Terms) -> Terms:
        """These terms, completed by earlier ones."""
        return Terms(
            account=_later(self.account, earlier.account),
            deadline_s=_later(self.deadline_s, earlier.deadline_s),
            key=_later(self.key, earlier.key),
            tags={**earlier.tags, **self.tags},
            max_cost=_later(self.max_cost, earlier.max_cost),
        )

    def for_call(self, billing: Mapping[str, object] | None) -> Terms:
        """These terms of a client with what the block and the call say on top.

        Raises:
            InvalidEntry: A field that `billing=` does not have, or a value of the wrong type.
        """
        block = _block.get()
        terms = self if block is _NOTHING_SAID else block.over(self)
        return terms if billing is None else terms_of(billing, where="billing").over(terms)

    def payer(self) -> str:
        """The account that pays.

        Raises:
            InvalidEntry: Nobody names one.
        """
        if not self.account:
            raise InvalidEntry(
                "account",
                self.account,
                "name it in bill(account=...), billing_terms(account=...) or "
                "billing={'account': ...}",
            )
        return self.account

    def check(self, quote: Quote) -> None:
        """Refuse a quote above `max_cost`."""
        if self.max_cost is not None and quote.total > self.max_cost:
            raise AboveMaxCost(total=quote.total, max_cost=self.max_cost, currency=quote.currency)

    def hold_key(self) -> str:
        """The call's own key, or one that nobody can repeat."""
        return self.key if self.key is not None else f"call_{token_hex(16)}"


_NOTHING_SAID: Final = Terms()
_block: Final[ContextVar[Terms]] = ContextVar("billing_terms", default=_NOTHING_SAID)


@contextmanager
def billing_terms(
    *,
    account: str | None = None,
    deadline_s: float | None = None,
    key: str | None = None,
    tags: Mapping[str, str] | None = None,
    max_cost: Decimal | str | int | None = None,
) -> Iterator[None]:
    """The terms of every billed call in this block, over those of `bill` and of outer blocks.

    Thread- and task-safe: it holds for the thread or task that enters it and for the tasks that
    start inside. Threads that start inside know nothing of it.

        >>> with billing_terms(account="acme", tags={"job": "7"}):
        ...     pass  # client.images.generate(...)

    Raises:
        InvalidEntry: A value of the wrong type.
    """
    said = {
        "account": account,
        "deadline_s": deadline_s,
        "key": key,
        "tags": tags,
        "max_cost": max_cost,
    }
    token = _block.set(terms_of(said, where="billing_terms").over(_block.get()))
    try:
        yield
    finally:
        _block.reset(token)


def terms_of(said: Mapping[str, object], *, where: str) -> Terms:
    """Terms as they were said, checked; `where` is what errors call the place.

    Raises:
        InvalidEntry: Names the field that is unknown, or whose value is wrong.
    """
    if not isinstance(said, Mapping):
        raise InvalidEntry(where, said, f"use a mapping of {', '.join(_KNOWN)}")
    for name in said:
        if name not in _KNOWN:
            raise InvalidEntry(f"{where}.{name}", said[name], f"use {', '.join(_KNOWN)}")
    return Terms(
        account=_text(f"{where}.account", said.get("account")),
        deadline_s=_seconds(f"{where}.deadline_s", said.get("deadline_s")),
        key=_key(f"{where}.key", said.get("key")),
        tags=_tags(f"{where}.tags", said.get("tags")),
        max_cost=_amount(f"{where}.max_cost", said.get("max_cost")),
    )


def _later(mine: Said | None, earlier: Said | None) -> Said | None:
    return earlier if mine is None else mine


def _text(param: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise InvalidEntry(param, value, "use text that is not empty")


def _key(param: str, value: object) -> str | None:
    key = _text(param, value)
    if key is not None and _DERIVED.match(key):
        allowed = "keys of this form are derived from holds; use the key of your first call"
        raise InvalidEntry(param, key, allowed)
    return key


def _seconds(param: str, value: object) -> float | None:
    if value is None:
        return None
    if type(value) in (int, float) and 0 < (seconds := float(cast("float", value))) < math.inf:
        return seconds
    raise InvalidEntry(param, value, "use seconds, more than 0")


def _tags(param: str, value: object) -> dict[str, str]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        tags = dict(value)
        if all(isinstance(part, str) for item in tags.items() for part in item):
            return tags
    raise InvalidEntry(param, value, "tags map text to text")


def _amount(param: str, value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        return parse_amount(value)  # type: ignore[arg-type]  # it refuses every other type itself
    except MoneyError as error:
        raise InvalidEntry(param, value, error.message) from error
