"""One shadow call as a line of JSON: what it would have cost, or why it would have been refused.

Neither prompt nor key is in it, no answer and no message of an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, get_args

from pricing.errors import MoneyError
from pricing.money import EXACT, amount_text, parse_amount

FORMAT: Final = 1

#: What billing would have made of the answer. `passed`: of a call that billing has no price for,
#: nothing was looked at.
Outcome = Literal["captured", "voided", "in_doubt", "passed"]


class UnreadableLine(Exception):
    """A line that says nothing: torn, damaged, or another release's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowCall:
    """One call that went out unbilled.

    Attributes:
        at: When it was sent.
        account: Who would have paid; None when nobody was named.
        endpoint, model, size, quality, n: As quoted, else as far as the request says.
        unit_price: Of one image; None when the call could not be quoted.
        currency: Of `unit_price`.
        refusal: Code of the error by which billing would have refused it; None: it would not have.
        param: The argument at fault.
        is_weighed: The ledger said whether funds and limits allow it.
        is_repeated: The ledger knows its key: billing would have answered without sending.
        outcome: What billing would have made of the answer.
        images: Delivered, at most n.
        requests: How often it went out: the client repeats by itself.
        status: HTTP status of the last answer.
        request_id: The provider's.
        tags: As they would have been kept with the hold.
    """

    at: datetime
    account: str | None
    endpoint: str | None = None
    model: str | None = None
    size: str | None = None
    quality: str | None = None
    n: int | None = None
    unit_price: Decimal | None = None
    currency: str | None = None
    refusal: str | None = None
    param: str | None = None
    is_weighed: bool = False
    is_repeated: bool = False
    outcome: Outcome = "passed"
    images: int = 0
    requests: int = 1
    status: int | None = None
    request_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_billed(self) -> bool:
        """Billing would have let it go out."""
        return self.refusal is None and not self.is_repeated

    @property
    def delivered_amount(self) -> Decimal:
        """The price of what was delivered, whether billing would have let it go out or not."""
        return self._of(self.images if self.outcome == "captured" else 0)

    @property
    def amount_at_stake(self) -> Decimal:
        """What the hold would have been."""
        return self._of(self.n or 0)

    def _of(self, images: int) -> Decimal:
        return EXACT.multiply(self.unit_price or Decimal(0), Decimal(images))


def encode(call: ShadowCall) -> bytes:
    """A whole line."""
    price = None if call.unit_price is None else amount_text(call.unit_price)
    content = {**asdict(call), "format": FORMAT, "at": call.at.isoformat(), "unit_price": price}
    # ASCII only: no reader and no tool can take a character of it for an end of line.
    return json.dumps(content).encode("ascii") + b"\n"


def decode(line: bytes) -> ShadowCall:
    """The call of a line.

    Raises:
        UnreadableLine: Torn, damaged, or another release's.
    """
    try:
        content = json.loads(line)
        if content.pop("format") != FORMAT or content["outcome"] not in get_args(Outcome):
            raise UnreadableLine
        price = content["unit_price"]
        content["unit_price"] = None if price is None else parse_amount(price)
        content["at"] = datetime.fromisoformat(content["at"])
        return ShadowCall(**content)
    except (AttributeError, KeyError, TypeError, ValueError, MoneyError) as error:
        raise UnreadableLine from error
