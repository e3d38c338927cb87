"""SQL written once for both engines: named, typed parameters become each driver's own.

`:name` in the text is a parameter whose type is given beside it; `{greatest}` is the function that
picks the larger of two values. PostgreSQL gets `$1::bigint`, SQLite `?1`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

_PARAMETER: Final = re.compile(r"(?<!:):([a-z_]+)")
_ESCAPED: Final = re.compile(r'(["\\])')

Value = int | str | bytes | UUID | datetime | None
Encoder = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of parameter: its name on PostgreSQL and how each driver wants its values."""

    postgresql: str
    to_postgresql: Encoder
    to_sqlite: Encoder


def _text_of_int(value: object) -> bytes:
    return b"%d" % value  # type: ignore[str-format]  # an int, by its Kind


@lru_cache(1024)
def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    # Always with microseconds: the text sorts as the instant does.
    return value.isoformat(timespec="microseconds")[:26] + "Z"


@lru_cache(1024)
def _iso_bytes(value: object) -> bytes:
    return _iso(value).encode()


def _same(value: object) -> object:
    return value


INT: Final = Kind("bigint", _text_of_int, _same)
TEXT: Final = Kind("text", lambda value: value.encode(), _same)  # type: ignore[attr-defined]
ID: Final = Kind("uuid", lambda v: v.hex.encode(), lambda v: v.bytes)  # type: ignore[attr-defined]
TIME: Final = Kind("timestamptz", _iso_bytes, _iso)
BYTES: Final = Kind("bytea", lambda v: b"\\x" + v.hex().encode(), _same)  # type: ignore[attr-defined]


def _array(kind: Kind) -> Kind:
    def encode(values: object) -> bytes:
        assert isinstance(values, Sequence)
        one = kind.to_postgresql
        if kind is TEXT or kind is BYTES:
            quoted = (b"NULL" if v is None else _quoted(one(v)) for v in values)
            return b"{" + b",".join(quoted) + b"}"
        return b"{" + b",".join([b"NULL" if v is None else one(v) for v in values]) + b"}"  # type: ignore[misc]

    return Kind(f"{kind.postgresql}[]", encode, _same)


def _quoted(value: object) -> bytes:
    assert isinstance(value, bytes)
    if b'"' in value or b"\\" in value:
        value = value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"' + value + b'"'


#: The same types as arrays; only PostgreSQL has them.
ARRAY_OF: Final = {kind: _array(kind) for kind in (INT, TEXT, ID, TIME, BYTES)}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of one engine; `names` are its parameters in the order it wants them."""

    sql: str
    names: tuple[str, ...]
    encoders: tuple[Encoder, ...]
    #: What PostgreSQL knows it by once it is prepared on a connection.
    prepared_as: bytes

    def encode(self, values: Mapping[str, object]) -> list[object]:
        """The values of the parameters as the driver wants them."""
        return [
            None if (value := values[name]) is None else encoder(value)
            for name, encoder in zip(self.names, self.encoders, strict=True)
        ]


def statement(dialect: str, sql: str, kinds: Mapping[str, Kind]) -> Statement:
    """The statement for one engine.

    Args:
        dialect: `postgresql` or `sqlite`.
        sql: text with `:name` parameters and `{greatest}`.
        kinds: the type of each parameter; only those that the text names are used.
    """
    is_sqlite = dialect == "sqlite"
    names: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        name = found[1]
        number = names.setdefault(name, len(names) + 1)
        return f"?{number}" if is_sqlite else f"${number}::{kinds[name].postgresql}"

    text = _PARAMETER.sub(placed, sql.replace("{greatest}", "max" if is_sqlite else "greatest"))
    ordered = [kinds[name] for name in names]
    encoders = [kind.to_sqlite if is_sqlite else kind.to_postgresql for kind in ordered]
    return Statement(text, tuple(names), tuple(encoders), b"ib_%x" % (hash(text) & (1 << 63) - 1))
