"""What `verify` asks of a row by itself: lawful rows break nothing, a broken rule is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.ledger.accounts import AccountRow
from billing.ledger.entries import AMOUNT_MAX
from billing.ledger.ids import new_id
from billing.ledger.proof.row_pages import PricedRow
from billing.ledger.proof.row_rules import broken_rules, shape_of
from billing.ledger.rows import TransferRow

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
SKEW = timedelta(minutes=5)
INSTANT = timedelta(microseconds=1)
OWNER = AccountRow(new_id(7), 7, "acme", "USD", 0, None, NOW)
RATE, COST_RATE, OTHER = new_id(7), new_id(7), new_id(7)

#: Three images at 200 nano-units each, which cost us 100.
UNIT, UNIT_COST = 200, 100
DECIDED = {"reason": "by hand", "actor": "ann"}
DEADLINE = {"expires_at": NOW, "on_deadline": "doubt"}
PRICED = {"rate_id": RATE, "cost_rate_id": COST_RATE}
LAWFUL: dict[str, dict[str, Any]] = {
    "hold": {"amount": 600, "images": 3, "cost": 300, **PRICED, **DEADLINE},
    "capture": {
        "amount": 400,
        "released": 200,
        "images": 2,
        "cost": 200,
        **PRICED,
        "hold_id": OTHER,
        "from_bucket": "in_doubt",
    },
    "charge": {"amount": 200, "images": 1, "rate_id": RATE, "late_hold_id": OTHER},
    "doubt": {"amount": 600, "hold_id": OTHER, "from_bucket": "held"},
    "void": {"amount": 600, "hold_id": OTHER, "from_bucket": "in_doubt"},
    "expire": {"amount": 600, "hold_id": OTHER, "from_bucket": "held"},
    "refund": {"amount": 5, "rate_id": RATE, "refunds_id": OTHER},
    "adjustment": {"amount": -AMOUNT_MAX, **DECIDED},
    "top-up": {"amount": AMOUNT_MAX},
}


def row_of(kind: str, /, **changed: object) -> TransferRow:
    nothing: dict[str, Any] = dict.fromkeys(TransferRow._fields)
    always = {
        "account_id": OWNER.id,
        "id": new_id(7),
        "version": 1,
        "kind": kind,
        "released": 0,
        "idem_key": "k",
        "request_digest": b"d" * 32,
        "occurred_at": NOW,
        "recorded_at": NOW,
    }
    return TransferRow(**{**nothing, **always, **LAWFUL[kind], **changed})


def said_of(
    row: TransferRow,
    *,
    unit: int | None = UNIT,
    cost: int | None = UNIT_COST,
    currency: str = "USD",
) -> list[str]:
    priced = PricedRow(row, unit, currency, cost)
    shape = shape_of(row)
    return [said for _, said in broken_rules(OWNER, priced, now=NOW)] + ([shape] if shape else [])


@pytest.mark.parametrize("kind", list(LAWFUL))
def test_a_lawful_row_breaks_no_rule(kind: str) -> None:
    # A row without a cost has no rate of a cost either.
    cost = UNIT_COST if "cost" in LAWFUL[kind] else None
    assert said_of(row_of(kind), cost=cost) == []


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("hold", {"amount": 200, "images": 1, "cost": 100}),
        ("hold", {"on_deadline": "expire"}),
        ("capture", {"released": 0, "from_bucket": "held"}),
        ("capture", {"released": 1}),
        ("adjustment", {"amount": 0, "cost": -5, "cost_rate_id": None}),
        ("adjustment", {"amount": 0, "cost": 5, "cost_rate_id": COST_RATE}),
        ("top-up", {"amount": 0}),
        ("top-up", {"recorded_at": NOW + SKEW, "occurred_at": NOW + SKEW}),
        ("top-up", {"recorded_at": NOW, "occurred_at": NOW + SKEW}),
    ],
)
def test_what_lies_just_within_a_rule_is_lawful(kind: str, changed: dict[str, object]) -> None:
    assert said_of(row_of(kind, **changed)) == []


ADJUSTMENT = "an adjustment moves money, or corrects a cost; never both"
BUCKET = "it takes from a bucket, or should"
DEADLINES = "a hold has images, a rate, a deadline and what the deadline means; nothing else has"
HELD = "it names a hold, or should"
TOGETHER = "its cost and the rate of its cost do not come together"
BROKEN: list[tuple[str, dict[str, object], str]] = [
    ("top-up", {"kind": "gift"}, "its kind is unknown"),
    ("void", {"hold_id": None, "from_bucket": None}, HELD),
    ("top-up", {"hold_id": OTHER, "from_bucket": "held"}, HELD),
    ("void", {"from_bucket": None}, BUCKET),
    ("void", {"from_bucket": "posted"}, BUCKET),
    ("top-up", {"from_bucket": "held"}, BUCKET),
    ("doubt", {"from_bucket": "in_doubt"}, "a hold falls in doubt once"),
    ("top-up", {"amount": -1}, "its amount is below zero"),
    ("top-up", {"amount": AMOUNT_MAX + 1}, "its amount is out of range"),
    ("adjustment", {"amount": -AMOUNT_MAX - 1}, "its amount is out of range"),
    ("capture", {"released": -1}, "it releases money without being a capture"),
    ("top-up", {"released": 1}, "it releases money without being a capture"),
    ("hold", {"rate_id": None}, DEADLINES),
    ("hold", {"images": None}, DEADLINES),
    ("hold", {"images": 0}, DEADLINES),
    ("hold", {"expires_at": None}, DEADLINES),
    ("hold", {"on_deadline": None}, DEADLINES),
    ("void", {"expires_at": NOW}, DEADLINES),
    ("void", {"on_deadline": "doubt"}, DEADLINES),
    ("adjustment", {"reason": None}, "an adjustment has no reason or no actor"),
    ("adjustment", {"actor": ""}, "an adjustment has no reason or no actor"),
    ("refund", {"late_hold_id": OTHER}, "it comes too late for a hold without being a charge"),
    ("charge", {"cost": 5}, TOGETHER),
    ("charge", {"cost_rate_id": COST_RATE}, TOGETHER),
    ("adjustment", {"cost_rate_id": COST_RATE}, TOGETHER),
    ("adjustment", {"cost": 5}, ADJUSTMENT),
    ("adjustment", {"amount": 0, "cost": 0}, ADJUSTMENT),
    ("refund", {"refunds_id": None}, "what it refunds is not said, or is said and it is no refund"),
    ("void", {"refunds_id": OTHER}, "what it refunds is not said, or is said and it is no refund"),
    ("top-up", {"request_digest": b"d" * 31}, "its request digest is not a sha256"),
    ("top-up", {"occurred_at": NOW + SKEW + INSTANT}, "it occurred after it was recorded"),
    ("top-up", {"id": new_id(8)}, "its id belongs to another account"),
    (
        "top-up",
        {"recorded_at": NOW + SKEW + INSTANT},
        "it was recorded in the future, 2026-10-05T12:05:00.000001+00:00",
    ),
    ("capture", {"amount": 401}, "its amount is 0.000000401 USD, its rate gives 0.0000004 USD"),
    ("capture", {"cost": 201}, "its cost is 0.000000201, its rate gives 0.0000002"),
    ("charge", {"images": None}, "its amount is 0.0000002 USD, its rate gives 0.00 USD"),
]


@pytest.mark.parametrize(("kind", "changed", "said"), BROKEN)
def test_a_broken_rule_is_named(kind: str, changed: dict[str, object], said: str) -> None:
    cost = UNIT_COST if "cost_rate_id" in {**LAWFUL[kind], **changed} else None
    assert said in said_of(row_of(kind, **changed), cost=cost)


def test_a_price_without_its_rate_or_of_another_currency_is_named() -> None:
    assert said_of(row_of("charge"), unit=None, cost=None) == [f"its rate {RATE.hex} is missing"]
    assert said_of(row_of("charge", rate_id=None), unit=None, cost=None) == ["it has no rate"]
    assert said_of(row_of("refund"), unit=None, cost=None) == [f"its rate {RATE.hex} is missing"]
    assert said_of(row_of("top-up"), unit=None, cost=None) == []
    assert said_of(row_of("hold"), cost=None) == [
        f"the rate of its cost {COST_RATE.hex} is missing"
    ]
    assert said_of(row_of("refund"), cost=None, currency="EUR") == [
        "its rate is in EUR, the account in USD"
    ]
