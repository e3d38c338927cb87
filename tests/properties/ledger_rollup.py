"""The roll-up, folded out of a ledger's transfers by other code: plain loops over plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

Row = dict[str, Any]
NONE = UUID(int=0)
KINDS = ("capture", "charge", "refund", "adjustment")


def rolled_up(transfers: Sequence[Row]) -> list[Row]:
    """A row for each account, day, spender, kind, pair of rates and month of booking."""
    holds = {row["id"]: row for row in transfers if row["kind"] == "hold"}
    sums: dict[tuple[object, ...], Row] = {}
    for row in transfers:
        if row["kind"] not in KINDS:
            continue
        at = row["occurred_at"].astimezone(UTC)
        key = {
            "account_id": row["account_id"],
            "month": at.year * 100 + at.month,
            "spender_id": row["member_id"] or row["account_id"],
            "rate_id": row["rate_id"] or NONE,
            "cost_rate_id": row["cost_rate_id"] or NONE,
            "kind": row["kind"],
            "booked_in": row["booked_in"] or 0,
            "day": int(at.strftime("%Y%m%d")),
        }
        empty = dict.fromkeys(("transfers", "asked", "images", "uncosted", "amount", "cost"), 0)
        so_far = sums.setdefault(tuple(key.values()), {**key, **empty})
        hold = holds.get(row["hold_id"] or row["late_hold_id"])
        so_far["transfers"] += 1
        so_far["asked"] += (hold or row)["images"] or 0
        so_far["images"] += row["images"] or 0
        so_far["uncosted"] += row["cost"] is None
        so_far["amount"] += row["amount"]
        so_far["cost"] += row["cost"] or 0
    return list(sums.values())
