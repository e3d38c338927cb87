"""What each verb does to an account's money: pure data, no database.

An entry is one transfer to be written together with the moves it makes between the buckets of
`balance`. All amounts are integer nano-units. `moves_of` is the one place that says which bucket
gives and which takes; writing, `verify` and the view `posting` agree with it by test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from json.encoder import encode_basestring
from typing import Final, NamedTuple

from billing.errors import InvalidEntry
from pricing.money import from_nanos


class Moves(NamedTuple):
    """Signed changes of the buckets, in nano-units."""

    available: int = 0
    held: int = 0
    in_doubt: int = 0
    posted: int = 0

    def plus(self, other: Moves) -> Moves:
        """Both changes, one after the other."""
        return Moves(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


#: Another machine's clock may be ahead of ours by this much.
CLOCK_SKEW: Final = timedelta(minutes=5)
#: The largest amount of one transfer, a billion units: sums of many still fit 64 bits.
AMOUNT_MAX: Final = 10**18


@dataclass(slots=True, kw_only=True)
class Entry:
    """One transfer to be written: its moves follow from its kind."""

    kind: str
    amount: int
    released: int = 0
    from_bucket: str | None = None
    #: Posted whatever the floor: the money is spent already, the books must say so.
    is_forced: bool = False
    #: Further columns of `transfer` by name.
    columns: Mapping[str, object] = field(default_factory=dict)
    #: Images that were asked for by what it pays.
    asked: int = 0
    #: What it takes from a month's limit, or gives back to it.
    spend: int = 0
    #: That month (YYYYMM); 0 for the one the balance stands at, None when no limit is about it.
    spend_month: int | None = None
    #: What it does to the buckets of its account.
    moves: Moves = field(init=False)

    def __post_init__(self) -> None:
        if abs(self.amount) > AMOUNT_MAX:
            allowed = "one transfer moves at most 1000000000 units"
            raise InvalidEntry("amount", from_nanos(self.amount), allowed)
        self.moves = moves_of(self.kind, self.amount, self.released, self.from_bucket)


def moves_of(kind: str, amount: int, released: int, from_bucket: str | None) -> Moves:
    """What a transfer does to the buckets of its account, in nano-units."""
    match kind:
        case "hold":
            return Moves(-amount, amount, 0, 0)
        case "charge":
            return Moves(-amount, 0, 0, amount)
        case "top-up" | "adjustment":
            return Moves(available=amount)
        case "refund":
            return Moves(available=amount, posted=-amount)
        case "doubt":
            assert from_bucket == "held", "a hold falls in doubt once"
            return Moves(held=-amount, in_doubt=amount)
        case "void" | "expire":
            return _out_of(from_bucket, amount, available=amount)
        case "capture":
            return _out_of(from_bucket, amount + released, available=released, posted=amount)
    message = f"no moves are defined for a transfer of kind {kind!r}"
    raise AssertionError(message)


def digest_of(kind: str, **facts: str | int) -> bytes:
    """The sha256 by which a repeated key is told from a reused one.

    Only what makes the request the same request goes in: never an id of this attempt, never a time.
    """
    told = {"kind": kind, **facts}
    # As `json.dumps(told, sort_keys=True, ensure_ascii=False)`, which builds an encoder a call.
    parts = [
        f'"{name}": {encode_basestring(value) if isinstance(value, str) else value}'
        for name, value in sorted(told.items())
    ]
    return hashlib.sha256(f"{{{', '.join(parts)}}}".encode()).digest()


def _out_of(bucket: str | None, amount: int, *, available: int, posted: int = 0) -> Moves:
    """What leaves one of a hold's buckets, and where it goes."""
    assert bucket in ("held", "in_doubt"), bucket
    if bucket == "held":
        return Moves(available, -amount, 0, posted)
    return Moves(available, 0, -amount, posted)
