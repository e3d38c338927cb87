"""How a billed call over plain HTTP fails after it was sent, or while it was; needs no library.

    CallFailed              `.status` and `.body` as far as they arrived, `.billing` always
    |- BadStatus            a whole answer that is no success: refused, redirected, failed
    |- BadEvent             an event of a stream that is an error, or that cannot be read
    |- AnswerInDoubt        a success without a usable answer, or a key that was spent by one
    `- ConnectionFailed     no whole answer: never connected, cut off
       `- TimedOut          a read, a write or the call's own deadline took too long

What is refused before anything was sent is a `PricingError` or a `BillingError`, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.client.receipt import Receipt
    from billing.ledger.transfers import Hold

_LONGEST_SHOWN = 500


class CallFailed(Exception):
    """Root of what a billed call over plain HTTP raises for what came back."""

    code = "call_failed"
    #: Set on every error that leaves a call.
    billing: Receipt

    def __init__(self, message: str, *, status: int | None = None, body: object = None) -> None:
        super().__init__(message)
        self.message = message
        #: Of the answer, or of the head that arrived before it broke off.
        self.status = status
        #: The answer as JSON, else as text.
        self.body = body


class BadStatus(CallFailed):
    """The provider answered with a status that is no success."""

    code = "bad_status"

    def __init__(self, *, status: int, body: object, headers: Mapping[str, str]) -> None:
        super().__init__(
            f"HTTP {status}: {str(body)[:_LONGEST_SHOWN]}" if body else f"HTTP {status}",
            status=status,
            body=body,
        )
        #: Names in lower case.
        self.headers = headers


class BadEvent(CallFailed):
    """A stream said that the work failed, or something that is no JSON object."""

    code = "bad_event"

    def __init__(self, event: object, *, status: int) -> None:
        super().__init__(
            f"An event of the stream: {str(event)[:_LONGEST_SHOWN]}", status=status, body=event
        )


class ConnectionFailed(CallFailed):
    """No whole answer arrived; `__cause__` is the HTTP library's own exception."""

    code = "connection_failed"

    def __init__(self, cause: BaseException, *, status: int | None = None) -> None:
        after = "" if status is None else f" after HTTP {status}"
        super().__init__(f"No whole answer{after}: {type(cause).__name__}: {cause}", status=status)
        self.__cause__ = cause


class TimedOut(ConnectionFailed):
    """The answer took too long."""

    code = "timed_out"


class AnswerInDoubt(CallFailed):
    """The call may have been charged, and no usable answer can be given.

    What `OutcomeInDoubt` is to the SDK's users: text, HTML, broken JSON or an error object came
    with a 2xx status, or the key was spent by a call that is in doubt or still open. The money of
    `billing.hold` stays unavailable until a statement, a person or a policy decides.
    """

    code = "outcome_in_doubt"

    def __init__(
        self, detail: str, *, billing: Receipt, status: int | None = None, body: object = None
    ) -> None:
        hold: Hold | None = billing.hold  # none in a dry run
        at_stake = (
            ""
            if hold is None
            else f" The outcome of {hold.id} is in doubt: {hold.amount} {hold.currency} stays set "
            "aside until it is settled. Sent again under another key, it may be paid twice."
        )
        super().__init__(f"{detail}.{at_stake}", status=status, body=body)
        self.billing = billing
