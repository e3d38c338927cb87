"""What is said of a call that was not paid for: what happened, and what it means for the money."""

from __future__ import annotations

from collections.abc import Mapping

from openai import APIConnectionError, APIStatusError, OpenAIError

from billing.cli import screen
from billing.cli.exits import INTERRUPTED, REFUSED, CommandFailed
from billing.cli.receipts import receipt_json, receipt_line
from billing.client import Receipt
from billing.ledger.transfers import HoldState
from pricing.money import format_amount

_MEANING: Mapping[HoldState, str] = {
    "voided": "Nothing was charged; the hold is released.",
    "in_doubt": "It may have been charged: {amount} stays set aside as {hold}, in doubt, until the "
    "statement or an operator decides. Do not simply send it again.",
    "open": "The ledger could not be written: {hold} stays open with {amount} until the spool is "
    "replayed, and is in doubt from its deadline on.",
}
#: A hold that was ended by somebody else while images were being made.
_ENDED_MEANWHILE = (
    "{hold} was ended as {state} while the call was under way, so nothing was charged for them. "
    "The provider may charge them all the same."
)
#: The HTTP library's words for this quote the header, and with it the API key.
_UNWRITABLE = "LocalProtocolError"


def call_failure(error: BaseException) -> CommandFailed | None:
    """The exception of a call as an error of the command line, with its receipt beside it.

    None for what is neither the SDK's nor carries a receipt: that is no failure of a call.
    """
    receipt = getattr(error, "billing", None)
    if not isinstance(receipt, Receipt):
        if isinstance(error, OpenAIError):
            return CommandFailed(str(error), code="provider_error")
        return None
    return CommandFailed(
        f"{_what_happened(error)} {_told(_MEANING.get(receipt.state, ''), receipt)}".strip(),
        code=_code(error, receipt),
        param=_text(getattr(error, "param", None)),
        beside={"receipt": receipt_json(receipt)},
        exit_code=INTERRUPTED if isinstance(error, KeyboardInterrupt) else REFUSED,
    )


def not_saved(receipt: Receipt) -> CommandFailed:
    """The error for an interrupt after the call was paid, while its images were being saved."""
    return CommandFailed(
        f"Interrupted while saving: {receipt_line(receipt)}. "
        f"--key {receipt.hold.key} asks for the images again and costs nothing.",
        code="interrupted",
        beside={"receipt": receipt_json(receipt)},
        exit_code=INTERRUPTED,
    )


def not_captured(receipt: Receipt, *, delivered: int) -> CommandFailed:
    """The error for an answer that was not charged as it should: one message for each state."""
    is_known = receipt.state not in ("open", "in_doubt")
    meaning = _ENDED_MEANWHILE if is_known and delivered else _MEANING[receipt.state]
    arrived = screen.counted(delivered, "image") if delivered else "no image"
    return CommandFailed(
        f"The answer carried {arrived}. {_told(meaning, receipt)}",
        code="hold_ended" if is_known else "outcome_in_doubt",
        beside={"receipt": receipt_json(receipt)},
    )


def _told(meaning: str, receipt: Receipt) -> str:
    hold = receipt.hold
    amount = format_amount(hold.amount, hold.currency)
    return meaning.format(amount=amount, hold=hold.id, state=receipt.state)


def _what_happened(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted."
    if isinstance(error, APIStatusError):
        body = error.body
        told = body.get("message") if isinstance(body, Mapping) else None
        return f"The provider answered HTTP {error.status_code}: {told or error.message}"
    cause = error.__cause__ if isinstance(error, APIConnectionError) else None
    if _is_unwritable(error):
        return (
            "The request cannot be written: the API key or another header has a character that "
            "HTTP does not allow there, such as a line break."
        )
    if isinstance(error, UnicodeEncodeError):
        return f"The request cannot be written: the API key, a header or the prompt ({error})."
    told = str(error).rstrip() or type(error).__name__
    return f"{told} ({cause})" if cause and str(cause) else told


def _is_unwritable(error: BaseException) -> bool:
    return type(error.__cause__).__name__ == _UNWRITABLE


def _code(error: BaseException, receipt: Receipt) -> str:
    if receipt.state in ("in_doubt", "open"):
        return "outcome_in_doubt"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, APIConnectionError) and not _is_unwritable(error):
        return "provider_unreachable"
    if isinstance(error, APIStatusError):
        return _text(error.code) or "provider_refused"
    return _text(getattr(error, "code", None)) or "request_unwritable"


def _text(value: object) -> str | None:
    return str(value) if value else None
