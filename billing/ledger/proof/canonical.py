"""The bytes of a row that seals are made of: the same on both engines, written in one place.

Encoding 1 is one JSON array in ASCII: the encoding's number, the table, and an object of the row's
columns with sorted names. NULL columns are left out, so a column that a later release adds leaves
old seals valid. Ids and bytes are hex, instants UTC with microseconds, amounts whole numbers. How a
row is encoded never changes; another way would be encoding 2, and old seals would keep theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

#: The encoding that new seals are made with.
ENCODING: Final = 1
#: Bytes of a row's hash that a seal keeps for each row, to name the one that differs.
DIGEST_SIZE: Final = 8


def row_hash(table: str, row: Mapping[str, object]) -> bytes:
    """The sha256 of a row, given by the names of its columns."""
    return hashlib.sha256(encoded(table, row)).digest()


def encoded(table: str, row: Mapping[str, object]) -> bytes:
    """A row in encoding 1.

    >>> encoded("account", {"tag": 7, "code": "acme", "plan": None, "id": UUID(int=10)})
    b'[1,"account",{"code":"acme","id":"0000000000000000000000000000000a","tag":7}]'
    """
    columns = {name: _PLAIN[type(value)](value) for name, value in row.items() if value is not None}
    return _json([ENCODING, table, columns]).encode("ascii")


def instant_text(value: datetime) -> str:
    """An instant as it is hashed and exported: UTC, always with six decimals of a second."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{text}Z"


def digests(hashes: bytes) -> list[bytes]:
    """The short digests that a seal keeps one after the other."""
    return [hashes[at : at + DIGEST_SIZE] for at in range(0, len(hashes), DIGEST_SIZE)]


_json: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
#: By exact type: what is not listed has no encoding, and is never guessed at.
_PLAIN: Final[dict[type, Callable[[Any], str | int]]] = {
    UUID: lambda value: value.hex,
    datetime: instant_text,
    bytes: bytes.hex,
    str: str,
    int: int,
}
