"""Ids that the client makes: UUIDv7 whose last 32 bits name the account they belong to.

An id says whose it is, so a verb that is given only a hold's id still touches one account: every
key of the ledger starts with the account. 42 random bits a millisecond and account remain; a
collision is refused by the primary key, never overwritten.
"""

from __future__ import annotations

import os
import secrets
import time
from uuid import UUID

_TAG_BITS = 32
_RANDOM_BITS = 42


def new_tag() -> int:
    """A fresh account tag, 32 random bits; its uniqueness is the database's to refuse."""
    return secrets.randbits(_TAG_BITS)


def new_id(tag: int) -> UUID:
    """A fresh UUIDv7 (RFC 9562) of the account with this tag."""
    assert 0 <= tag < 1 << _TAG_BITS
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(6)) >> 48 - _RANDOM_BITS
    return UUID(int=_as_int(milliseconds, random, tag))


def new_ids(tag: int, count: int) -> list[bytes]:
    """Many fresh ids of one account, no two the same, ascending: each the 16 bytes of a UUIDv7."""
    milliseconds = time.time_ns() // 1_000_000
    drawn: set[int] = set()
    while len(drawn) < count:
        missing = 6 * (count - len(drawn))
        entropy = os.urandom(missing)
        drawn.update(
            [
                int.from_bytes(entropy[at : at + 6]) >> 48 - _RANDOM_BITS
                for at in range(0, missing, 6)
            ]
        )
    return [_as_int(milliseconds, random, tag).to_bytes(16) for random in sorted(drawn)]


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
        return UUID(hex=text.rpartition("_")[2])
    except (ValueError, AttributeError):
        return None


def _as_int(milliseconds: int, random: int, tag: int) -> int:
    head = milliseconds << 16 | 0x7000 | random >> 30
    tail = 0b10 << 62 | (random & (1 << 30) - 1) << _TAG_BITS | tag
    return head << 64 | tail
