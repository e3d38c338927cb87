"""What the wrapper refuses before money or a request moves; needs no SDK.

    BillingError
    |- NotBillable      a way to an image API that would go past the bill
    `- AboveMaxCost     the quote is above the caller's own limit

`OutcomeInDoubt`, which is also an `openai.APIError`, lives in `billing.client.sdk.doubt`.
"""

from __future__ import annotations

from decimal import Decimal

from billing.errors import BillingError
from pricing.money import format_amount


class NotBillable(BillingError):
    """This call cannot be billed, so it is not made: never passed through unbilled."""

    code = "not_billable"

    def __init__(self, what: str, why: str, *, param: str | None = None) -> None:
        super().__init__(f"{what} is not billed, so it is not sent: {why}.", param=param)
        self.what = what


class AboveMaxCost(BillingError):
    """The quoted total is above the `max_cost` of the call."""

    code = "max_cost_exceeded"

    def __init__(self, *, total: Decimal, max_cost: Decimal, currency: str) -> None:
        super().__init__(
            f"The call is quoted at {format_amount(total, currency)}, above max_cost "
            f"{format_amount(max_cost, currency)}. Ask for fewer images, a smaller size or a "
            "lower quality, or raise max_cost.",
            param="max_cost",
        )
        self.total, self.max_cost, self.currency = total, max_cost, currency
