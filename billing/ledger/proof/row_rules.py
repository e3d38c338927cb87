"""What every transfer must be by itself and against its rates, whatever came before it.

The database refuses a row that breaks these when it is written; `verify` asks again, because
somebody who owns the database can switch the guards off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from billing.database.tables import HOLD_KINDS, KINDS
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import AMOUNT_MAX, CLOCK_SKEW
from billing.ledger.ids import tag_of
from billing.ledger.proof.findings import ProblemKind, money
from billing.ledger.proof.row_pages import PricedRow
from billing.ledger.rows import TransferRow
from pricing.money import from_nanos

_DIGEST_BYTES: Final = 32
_PRICED: Final = ("hold", "capture", "charge")

#: Without these a row cannot be folded at all.
_SHAPES: Final[tuple[tuple[str, Callable[[TransferRow], bool]], ...]] = (
    ("its kind is unknown", lambda row: row.kind in KINDS),
    (
        "it names a hold, or should",
        lambda row: (row.hold_id is not None) == (row.kind in HOLD_KINDS),
    ),
    (
        "it takes from a bucket, or should",
        lambda row: row.from_bucket in (("held", "in_doubt") if row.hold_id else (None,)),
    ),
    ("a hold falls in doubt once", lambda row: row.kind != "doubt" or row.from_bucket == "held"),
)
_RULES: Final[tuple[tuple[str, Callable[[TransferRow], bool]], ...]] = (
    ("its amount is below zero", lambda row: row.amount >= 0 or row.kind == "adjustment"),
    ("its amount is out of range", lambda row: abs(row.amount) <= AMOUNT_MAX),
    (
        "it releases money without being a capture",
        lambda row: row.released == 0 or (row.released > 0 and row.kind == "capture"),
    ),
    (
        "a hold has images, a rate, a deadline and what the deadline means; nothing else has",
        lambda row: (
            row.rate_id is not None
            and (row.images or 0) >= 1
            and row.expires_at is not None
            and row.on_deadline in ("expire", "doubt")
            if row.kind == "hold"
            else row.expires_at is None and row.on_deadline is None
        ),
    ),
    (
        "an adjustment has no reason or no actor",
        lambda row: row.kind != "adjustment" or bool(row.reason and row.actor),
    ),
    (
        "it comes too late for a hold without being a charge",
        lambda row: row.late_hold_id is None or row.kind == "charge",
    ),
    (
        "its cost and the rate of its cost do not come together",
        lambda row: (
            row.cost is not None or row.cost_rate_id is None
            if row.kind == "adjustment"
            else (row.cost is None) == (row.cost_rate_id is None)
        ),
    ),
    (
        "an adjustment moves money, or corrects a cost; never both",
        lambda row: (
            row.kind != "adjustment" or row.cost is None or (row.cost != 0 and row.amount == 0)
        ),
    ),
    (
        "what it refunds is not said, or is said and it is no refund",
        lambda row: (row.refunds_id is not None) == (row.kind == "refund"),
    ),
    ("its request digest is not a sha256", lambda row: len(row.request_digest) == _DIGEST_BYTES),
    (
        "it occurred after it was recorded",
        lambda row: row.occurred_at - row.recorded_at <= CLOCK_SKEW,
    ),
)


def shape_of(row: TransferRow) -> str | None:
    """Why a row cannot be folded, or None when it can."""
    return next((said for said, holds in _SHAPES if not holds(row)), None)


def broken_rules(
    owner: AccountRow, priced: PricedRow, *, now: datetime
) -> Iterator[tuple[ProblemKind, str]]:
    """Every rule that a row breaks: the kind of the problem, and what is wrong in words."""
    row = priced.row
    yield from (("row", said) for said, holds in _RULES if not holds(row))
    if tag_of(row.id) != owner.tag:
        yield "id", "its id belongs to another account"
    if row.recorded_at > now + CLOCK_SKEW:
        yield "time", f"it was recorded in the future, {row.recorded_at.isoformat()}"
    yield from (("price", said) for said in _broken_prices(owner, priced))


def _broken_prices(owner: AccountRow, priced: PricedRow) -> Iterator[str]:
    row, unit_price, currency, unit_cost = priced
    if unit_price is None and (row.rate_id is not None or row.kind in _PRICED):
        yield "it has no rate" if row.rate_id is None else f"its rate {row.rate_id.hex} is missing"
    if row.cost_rate_id is not None and unit_cost is None:
        yield f"the rate of its cost {row.cost_rate_id.hex} is missing"
    if currency not in (None, owner.currency):
        yield f"its rate is in {currency}, the account in {owner.currency}"
    if row.kind not in _PRICED:
        return
    images = row.images or 0
    if unit_price is not None and row.amount != unit_price * images:
        amounts = (money(each, owner.currency) for each in (row.amount, unit_price * images))
        yield "its amount is {}, its rate gives {}".format(*amounts)
    if unit_cost is not None and row.cost != unit_cost * images:
        # In whose currency a cost is, the row does not say.
        costs = (
            "none" if each is None else f"{from_nanos(each):f}"
            for each in (row.cost, unit_cost * images)
        )
        yield "its cost is {}, its rate gives {}".format(*costs)
