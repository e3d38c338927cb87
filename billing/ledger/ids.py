"""Ids that the client makes: UUIDv7 whose last 32 bits name the account they belong to.

An id says whose it is, so a verb that is given only a hold's id still touches one account: every
key of the ledger starts with the account. 42 random bits a millisecond and account remain; a
collision is refused by the primary key, never overwritten.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from uuid import UUID, SafeUUID

_TAG_BITS = 32
_RANDOM_BITS = 42
_HEX_DIGITS = 32

# An own generator: a caller's random.seed() must not make two ids alike; nor must a fork.
_random = random.Random()  # noqa: S311 - ids have to be unique, not secret
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.seed)


def new_tag() -> int:
    """A fresh account tag, 32 random bits; its uniqueness is the database's to refuse."""
    return secrets.randbits(_TAG_BITS)


def new_id(tag: int) -> UUID:
    """A fresh UUIDv7 (RFC 9562) of the account with this tag."""
    assert 0 <= tag < 1 << _TAG_BITS
    milliseconds = time.time_ns() // 1_000_000
    return _uuid(_as_int(milliseconds, _random.getrandbits(_RANDOM_BITS), tag))


def new_ids(tag: int, count: int) -> list[bytes]:
    """Many fresh ids of one account, no two the same, ascending: each the 16 bytes of a UUIDv7."""
    milliseconds = time.time_ns() // 1_000_000
    drawn: set[int] = set()
    while len(drawn) < count:
        drawn.update([_random.getrandbits(_RANDOM_BITS) for _ in range(count - len(drawn))])
    return [_as_int(milliseconds, chance, tag).to_bytes(16) for chance in sorted(drawn)]


def tag_of(value: UUID) -> int:
    """The tag of the account that this id belongs to."""
    return value.int & (1 << _TAG_BITS) - 1


def to_text(kind: str, value: UUID) -> str:
    """The id as people and programs see it: `hold_0192...`."""
    prefix = "topup" if kind == "top-up" else kind
    return f"{prefix}_{value.int:032x}"


def parse_id(text: str) -> UUID | None:
    """The id in a text form (any prefix, or none), or None when it is not one."""
    try:
        digits = text.rpartition("_")[2]
        if len(digits) == _HEX_DIGITS and digits.isalnum():
            return _uuid(int(digits, 16))
        return UUID(hex=digits)
    except (ValueError, AttributeError):
        return None


def _as_int(milliseconds: int, chance: int, tag: int) -> int:
    head = milliseconds << 16 | 0x7000 | chance >> 30
    tail = 0b10 << 62 | (chance & (1 << 30) - 1) << _TAG_BITS | tag
    return head << 64 | tail


def _uuid(value: int) -> UUID:
    """As `UUID(int=value)`, whose constructor takes three times as long."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", value)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
