"""What is said of a provider call that failed: the SDK's error, and what it means for the money."""

from __future__ import annotations

from collections.abc import Mapping

from openai import APIConnectionError, APIStatusError, OpenAIError

from billing.cli.exits import CommandFailed
from billing.cli.receipts import receipt_json
from billing.client import Receipt
from billing.ledger.transfers import HoldState
from pricing.money import format_amount

_MEANING: Mapping[HoldState, str] = {
    "voided": "Nothing was charged; the hold is released.",
    "in_doubt": "It may have been charged: {amount} stays set aside as {hold}, in doubt, until the "
    "statement or an operator decides. Do not simply send it again.",
    "open": "The ledger could not be written: {hold} stays open with {amount}.",
}


def call_failure(error: OpenAIError) -> CommandFailed:
    """The SDK's exception as an error of the command line, with the receipt beside it."""
    receipt = getattr(error, "billing", None)
    if not isinstance(receipt, Receipt):
        return CommandFailed(str(error), code="provider_error")
    meaning = _MEANING.get(receipt.state, "").format(
        amount=format_amount(receipt.hold.amount, receipt.hold.currency), hold=receipt.hold.id
    )
    return CommandFailed(
        f"{_what_happened(error)} {meaning}".strip(),
        code=_code(error, receipt),
        param=_text(getattr(error, "param", None)),
        beside={"receipt": receipt_json(receipt)},
    )


def _what_happened(error: OpenAIError) -> str:
    if isinstance(error, APIStatusError):
        body = error.body
        told = body.get("message") if isinstance(body, Mapping) else None
        return f"The provider answered HTTP {error.status_code}: {told or error.message}"
    if isinstance(error, APIConnectionError):
        cause = error.__cause__
        return f"{error.message} ({cause})" if cause and str(cause) else error.message
    return str(error)


def _code(error: OpenAIError, receipt: Receipt) -> str:
    if receipt.state in ("in_doubt", "open"):
        return "outcome_in_doubt"
    if isinstance(error, APIConnectionError):
        return "provider_unreachable"
    return _text(getattr(error, "code", None)) or "provider_refused"


def _text(value: object) -> str | None:
    return str(value) if value else None
