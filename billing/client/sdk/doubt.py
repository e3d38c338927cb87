"""`OutcomeInDoubt`, the one error of ours that is the SDK's too; needs the SDK.

Every other exception of a billed call is the one that the bare SDK raises with retries off.
"""

from __future__ import annotations

import openai

from billing.client.receipt import Receipt


class OutcomeInDoubt(openai.APIError):
    """The call may have been charged, and no usable answer can be given.

    The one deliberate difference from the bare SDK. It stands for text or HTML answers, error
    objects and broken JSON under 200, where the bare SDK returns a `str` or an empty result or
    raises a `JSONDecodeError`; and for a repeated key whose first call is in doubt or still open.
    The money of `billing.hold` stays unavailable until a statement, a person or a policy decides.

    `request` is None: what was sent, if anything was, is described by the evidence of the hold.
    """

    billing: Receipt

    def __init__(self, detail: str, *, billing: Receipt, body: object = None) -> None:
        hold = billing.hold
        message = (
            f"{detail}. The outcome of {hold.id} is in doubt: {hold.amount} {hold.currency} stays "
            "set aside until it is settled. Sent again under another key, it may be paid twice."
        )
        super().__init__(message, None, body=body)  # type: ignore[arg-type]  # no request at hand
        self.billing = billing
        self.code = "outcome_in_doubt"
