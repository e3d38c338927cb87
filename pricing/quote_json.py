"""The shape of a quote as JSON, and the digest that finds a damaged one; it signs nothing."""

from __future__ import annotations

import hashlib
import json
from typing import NotRequired, TypedDict

from pricing.rates import BookDict


class AskedDict(TypedDict):
    """The priced fields of a request, as far as it gave them."""

    model: str
    size: str
    quality: NotRequired[str]
    n: NotRequired[int]


class QuoteDict(TypedDict):
    """A quote as `quote --json` prints it."""

    id: str
    model: str
    endpoint: str
    size: str
    tier: str
    quality: str
    n: int
    currency: str
    unit_price: str
    total: str
    book: BookDict
    quoted_at: str
    expires_at: str


class QuoteRecord(QuoteDict):
    """What `to_json` writes, without the check digest."""

    asked: AskedDict
    unit_cost: str | None
    cost_currency: str | None
    cost_book: BookDict | None
    plan: str | None
    set_by: str
    cell_digest: str


def check_digest(content: QuoteRecord) -> str:
    """The sha256, in hex, of what a quote says: whoever changes it has to change this too."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
