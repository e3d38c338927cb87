"""The errors of the pricing package: a class a condition; no exit codes, no HTTP statuses.

    PricingError
    |- RequestError                     what was asked cannot be priced; the caller's to mend
    |  |- MissingParameter, UnknownParameter, InvalidValue
    |  |- UnknownModel, UnsupportedSize, SizeNotEnabled
    |  |- EndpointNotSold, NoPriceInForce, PlanMismatch
    |  `- QuoteExpired, QuoteAltered
    |- FileError                        a file that does not load, with all its problems
    |  |- BookError > BookNotFound      (these four live in `file_errors`)
    |  `- CatalogError
    `- MoneyError                       an amount that is not exact money
       |- FloatMoney, CurrencyMismatch
       `- MoneyOutOfRange

Every one has `code` (stable, for programs), `param` (the field at fault or None) and `message`;
`str(error)` is the message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

#: How much of a value that was given is repeated in a message.
SHOWN_CHARACTERS = 80


def shown(value: object) -> str:
    """The repr of a value that was given, cut to a length that a person reads."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an int of 5000 digits has no repr
        text = f"<{type(value).__name__}>"
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


def listed(values: Iterable[object]) -> str:
    """The values that are allowed, as one comma-separated phrase."""
    return ", ".join(str(value) for value in values) or "(none)"


class PricingError(Exception):
    """Root of what this package raises on purpose."""

    code: str = "pricing_error"

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors of subclasses take facts, the default would call them with a message.
        return _restore, (type(self), self.message), self.__dict__


def _restore(cls: type[PricingError], message: str) -> PricingError:
    error = cls.__new__(cls, message)
    error.args = (message,)
    return error


class RequestError(PricingError):
    """A request that cannot be priced as it stands."""

    code = "invalid_request"


class MissingParameter(RequestError):
    """A required field was left out."""

    code = "missing_required_parameter"

    def __init__(self, param: str, *, allowed: Iterable[object] = ()) -> None:
        allowed = tuple(allowed)
        hint = f" Allowed: {listed(allowed)}." if allowed else ""
        super().__init__(f"{param} is required.{hint}", param=param)
        self.allowed = allowed


class UnknownParameter(RequestError):
    """A field that the endpoint does not have; a misspelt one gets the right name suggested."""

    code = "unknown_parameter"

    def __init__(
        self, param: str, *, known: Iterable[str] = (), suggestion: str | None = None, why: str = ""
    ) -> None:
        known = tuple(known)
        hint = why or (f"Did you mean {suggestion}?" if suggestion else f"Known: {listed(known)}.")
        super().__init__(f"{param} is not a parameter of this request. {hint}", param=param)
        self.suggestion, self.known = suggestion, known


class InvalidValue(RequestError):
    """A field has a value of the wrong type or outside what is allowed."""

    code = "invalid_value"

    def __init__(self, param: str, given: object, *, allowed: str, why: str = "") -> None:
        hint = f" {why}" if why else ""
        super().__init__(
            f"{param}: {shown(given)} is not allowed; use {allowed}.{hint}", param=param
        )
        self.given, self.allowed = shown(given), allowed


class UnknownModel(RequestError):
    """The price book has no such model."""

    code = "unknown_model"

    def __init__(self, given: object, *, known: Iterable[str]) -> None:
        known = tuple(known)
        super().__init__(
            f"model: {shown(given)} has no prices here; use {listed(known)}.", param="model"
        )
        self.known = known


class UnsupportedSize(RequestError):
    """The size is not offered. `nearest` is a suggestion for a person, never a price."""

    code = "unsupported_size"

    def __init__(self, given: str, *, offered: Iterable[str], nearest: Sequence[str] = ()) -> None:
        offered = tuple(offered)
        hint = f" Nearest: {listed(nearest)}." if nearest else ""
        super().__init__(
            f"size: {shown(given)} is not offered.{hint} Offered: {listed(offered)}.", param="size"
        )
        self.given, self.offered, self.nearest = given, offered, tuple(nearest)


class SizeNotEnabled(RequestError):
    """The size is offered, but not to this account; `enabled` says what would be."""

    code = "size_not_enabled"

    def __init__(
        self, size: str, *, account: str, enabled: Iterable[str], plan: str | None = None
    ) -> None:
        enabled = tuple(enabled)
        by = f" (plan {plan})" if plan else ""
        super().__init__(
            f"size: {shown(size)} is not enabled for account {account!r}{by}. "
            f"Enabled: {listed(enabled)}.",
            param="size",
        )
        self.size, self.account, self.enabled, self.plan = size, account, enabled, plan


class EndpointNotSold(RequestError):
    """The book in force (or the account's plan) does not sell this endpoint."""

    code = "endpoint_not_sold"

    def __init__(self, endpoint: str, *, seller: str, sold: Collection[str]) -> None:
        super().__init__(
            f"endpoint: {shown(endpoint)} is not sold by {seller}. Sold: {listed(sold)}.",
            param="endpoint",
        )
        self.endpoint, self.sold = endpoint, tuple(sold)


class NoPriceInForce(RequestError):
    """The instant lies before the first price list."""

    code = "no_price_in_force"

    def __init__(self, seller: str, *, at: datetime, first: str) -> None:
        super().__init__(
            f"at: {seller} has no price in force at {at.isoformat()}; "
            f"its first price list starts on {first} (00:00 UTC).",
            param="at",
        )
        self.at, self.first = at, first


class PlanMismatch(RequestError):
    """The ledger and the catalog disagree on what plan an account has, or there is no catalog."""

    code = "plan_mismatch"

    def __init__(
        self, account: str, *, ledger: str, catalog: str | None, has_catalog: bool = True
    ) -> None:
        there = f"{f'plan {catalog}' if catalog else 'no plan'} in the catalog; make them agree."
        if not has_catalog:
            there = (
                "no catalog was given: --catalog FILE (or IMAGE_BILLING_CATALOG), without --book."
            )
        super().__init__(
            f"plan: account {account!r} has plan {ledger} in the ledger and {there}",
            param="plan",
        )
        self.account, self.ledger, self.catalog = account, ledger, catalog


class QuoteExpired(RequestError):
    """The quote is not valid at this instant: too old, or made for a later one."""

    code = "quote_expired"

    def __init__(self, quote_id: str, *, now: datetime, since: datetime, until: datetime) -> None:
        super().__init__(
            f"{quote_id} is valid from {since.isoformat()} until {until.isoformat()}; "
            f"it is {now.isoformat()}. Quote again.",
            param="quote",
        )
        self.quote_id, self.since, self.until = quote_id, since, until


class QuoteAltered(RequestError):
    """The text is not the quote that was written: cut, edited, or not a quote at all."""

    code = "quote_altered"

    def __init__(self, detail: str) -> None:
        super().__init__(f"This is not a quote as it was written: {detail}.", param="quote")


class MoneyError(PricingError):
    """An amount that cannot be exact money; `param` is always None, the caller knows the field."""

    code = "invalid_amount"

    def __init__(self, given: object, why: str) -> None:
        # A Decimal is shown as it was written, not as Python spells it.
        text = f"'{given}'" if isinstance(given, Decimal) else shown(given)
        super().__init__(f"{text} is not an amount of money: {why}.")


class FloatMoney(MoneyError):
    """A float was offered as money: it cannot hold 0.1, so it is refused, never rounded."""

    code = "float_amount"

    def __init__(self, given: float) -> None:
        super().__init__(given, 'a float is inexact; write Decimal("0.18") or "0.18"')


class CurrencyMismatch(MoneyError):
    """Two currencies met in one sum."""

    code = "currency_mismatch"

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} with {right}", "two currencies never add")
        self.left, self.right = left, right


class MoneyOutOfRange(MoneyError):
    """More than nine decimals, or beyond what 64 bits of nano-units hold."""

    code = "amount_out_of_range"
